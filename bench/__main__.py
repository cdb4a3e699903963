"""`make bench`: the time that both packs take, as a Markdown table.

In process: each pack's own analyzer is shown every resource and then the whole stack, as the engine does, without the
engine. On the engine: `pulumi preview` of a program with as many resources, without packs and with both.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from bench.stack import STACK, made, stack
from offline.install import install_engine
from offline.layout import Layout
from rulebook.packs import DELIVERY, HARDENING, Pack
from tests.engine.harness import open_engine
from tests.policies.harness import Engine

SIZES = (10, 100, 500, 2000)
ON_ENGINE = (100, 500)
PROGRAM = """
import json
from pathlib import Path

import pulumi

for token, name, properties in json.loads((Path(__file__).parent / "resources.json").read_text()):
    pulumi.CustomResource(token, name, properties)
"""


def seconds(work: Callable[[], object], *, times: int) -> float:
    """The median of several runs."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return median(taken)


def in_process(pack: Pack, number: int, *, times: int) -> float:
    """Seconds for a pack to judge a stack of so many resources."""
    given = stack(number)
    return seconds(lambda: Engine(rules=pack.rules, stack=STACK).ask(*given), times=times)


def on_engine(number: int, *, times: int) -> tuple[float, float]:
    """Seconds of a preview of so many resources, without packs and with both."""
    layout = Layout.of_this_clone()
    install_engine(layout=layout)
    found = []
    for packs in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            engine = open_engine(
                layout=layout,
                folder=Path(folder),
                stack=STACK,
                edit=None,
                program=None,
                source=PROGRAM,
                config={},
                packs=packs,
            )
            (Path(folder) / "program" / "resources.json").write_text(json.dumps([*map(made, stack(number))]))
            outcome = engine.preview()
            # Under the packs the preview ends with the findings of these stacks, when all has been judged.
            if not packs and sum(outcome.changed.values()) < number:
                raise RuntimeError(outcome.text)
            found.append(seconds(engine.preview, times=times))
    return found[0], found[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="how long the policy packs take")
    parser.add_argument("--times", type=int, default=3, help="runs of each; the median is shown")
    parser.add_argument("--engine", type=int, nargs="*", default=list(ON_ENGINE), help="sizes to run on the engine")
    given = parser.parse_args(arguments)
    print(f"In process, {len(DELIVERY.rules)} and {len(HARDENING.rules)} rules:\n")
    print(f"| resources | {DELIVERY.name} | {HARDENING.name} | per resource |\n| ---: | ---: | ---: | ---: |")
    for number in SIZES:
        delivery, hardening = (in_process(pack, number, times=given.times) for pack in (DELIVERY, HARDENING))
        each = 1000 * (delivery + hardening) / number
        print(f"| {number} | {delivery:.2f} s | {hardening:.2f} s | {each:.2f} ms |", flush=True)
    if given.engine:
        print("\nA preview on the engine:\n")
        print("| resources | without packs | with both | more |\n| ---: | ---: | ---: | ---: |")
    for number in given.engine:
        without, with_both = on_engine(number, times=given.times)
        more = 100 * (with_both - without) / without
        print(f"| {number} | {without:.1f} s | {with_both:.1f} s | {more:.0f} % |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
