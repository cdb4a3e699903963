"""`make bench`: what both packs cost, as Markdown tables.

In process: each pack's own analyzer is shown every resource and then the whole stack, as the engine does, without the
engine. On the engine: `pulumi preview` of a program with as many resources, without packs and with both, by turns, so
that a machine that is busy for a while is so for both. Processor time is that of the engine and of all that it starts;
unlike the time on the clock it hardly depends on what else the machine does.
"""

import argparse
import contextlib
import ctypes
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.stack import STACK, made, stack
from offline.install import install_engine
from offline.layout import Layout
from rulebook.packs import DELIVERY, HARDENING, Pack
from tests.engine.harness import Engine, open_engine
from tests.policies.harness import Engine as Judge

SIZES = (10, 100, 500, 2000)
PROGRAM = """
import json
from pathlib import Path

import pulumi

for token, name, properties in json.loads((Path(__file__).parent / "resources.json").read_text()):
    pulumi.CustomResource(token, name, properties)
"""


@dataclass(frozen=True, kw_only=True)
class Time:
    """What something took, in seconds: on the clock, and of the processor, that of processes it started too."""

    clock: float
    processor: float


def measured(work: Callable[[], object]) -> Time:
    """What one run takes."""
    clock, processor = time.perf_counter(), _processor()
    work()
    clock = time.perf_counter() - clock
    _reap()
    return Time(clock=clock, processor=_processor() - processor)


def adopt_orphans() -> None:
    """Become the parent of what the engine leaves behind: it ends its packs and doesn't wait for them.

    Only what somebody waits for is counted (`PR_SET_CHILD_SUBREAPER` of prctl(2); other systems than Linux count less).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _processor() -> float:
    of_others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + of_others.ru_utime + of_others.ru_stime


def middle(times: Sequence[Time]) -> Time:
    """The median of each."""
    return Time(clock=median(one.clock for one in times), processor=median(one.processor for one in times))


def in_process(pack: Pack, number: int, *, times: int) -> Time:
    """What a pack takes to judge a stack of so many resources."""
    given = stack(number)
    return middle([measured(lambda: Judge(rules=pack.rules, stack=STACK).ask(*given)) for _ in range(times)])


def on_engine(number: int, *, times: int) -> tuple[Time, Time]:
    """What a preview of so many resources takes, without packs and with both."""
    layout = Layout.of_this_clone()
    install_engine(layout=layout)
    taken: dict[bool, list[Time]] = {False: [], True: []}
    with contextlib.ExitStack() as folders:
        engines = {
            packs: _engine(layout, Path(folders.enter_context(tempfile.TemporaryDirectory())), packs, number)
            for packs in taken
        }
        for packs, engine in engines.items():
            # The first run compiles what the others only load; it also shows whether the program is sound.
            outcome = engine.preview()
            # Under the packs the preview ends with the findings of these stacks, when all has been judged.
            if sum(outcome.changed.values()) < number if not packs else not outcome.violations:
                raise RuntimeError(outcome.text)
        for _ in range(times):
            for packs, engine in engines.items():
                taken[packs].append(measured(engine.session.preview))
    return middle(taken[False]), middle(taken[True])


def _engine(layout: Layout, folder: Path, packs: bool, number: int) -> Engine:
    engine = open_engine(
        layout=layout,
        folder=folder,
        stack=STACK,
        edit=None,
        program=None,
        source=PROGRAM,
        config={},
        packs=packs,
    )
    (folder / "program" / "resources.json").write_text(json.dumps([*map(made, stack(number))]))
    return engine


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="what the policy packs cost")
    parser.add_argument("--times", type=int, default=5, help="runs of each; the median is shown")
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="numbers of resources")
    parser.add_argument("--no-engine", action="store_true", help="only in process")
    given = parser.parse_args(arguments)
    print(f"In process, {len(DELIVERY.rules)} and {len(HARDENING.rules)} rules, processor time:\n")
    print(f"| resources | {DELIVERY.name} | {HARDENING.name} | per resource |\n| ---: | ---: | ---: | ---: |")
    for number in given.sizes:
        delivery, hardening = (in_process(pack, number, times=given.times).processor for pack in (DELIVERY, HARDENING))
        each = 1000 * (delivery + hardening) / number
        print(f"| {number} | {delivery:.2f} s | {hardening:.2f} s | {each:.2f} ms |", flush=True)
    if given.no_engine:
        return 0
    adopt_orphans()
    print("\nA preview on the engine:\n")
    print("| resources | without packs | with both | more | processor without | processor with both | more |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for number in given.sizes:
        without, with_both = on_engine(number, times=given.times)
        clock, processor = _row(without.clock, with_both.clock), _row(without.processor, with_both.processor)
        print(f"| {number} | {clock} | {processor} |", flush=True)
    return 0


def _row(without: float, with_both: float) -> str:
    return f"{without:.1f} s | {with_both:.1f} s | {100 * (with_both - without) / without:.0f} %"


if __name__ == "__main__":
    sys.exit(main())
