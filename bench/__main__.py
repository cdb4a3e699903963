"""`make bench`: what both packs cost, as Markdown tables.

In process: each pack's own analyzer is shown every resource and then the whole stack, as the engine does, without the
engine. On the engine: `pulumi preview` of a program with as many resources, without packs, with two packs that do
nothing, and with ours, by turns, so that a machine that is busy for a while is so for all.
Processor time is that of the engine and of all that it starts; unlike the time on the clock it hardly depends on what
else the machine does.
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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from statistics import median

from bench.stack import STACK, made, stack
from offline.install import install_engine
from offline.layout import Layout
from rulebook.packs import DELIVERY, HARDENING, PACKS, Pack
from tests.engine.harness import open_engine
from tests.policies.harness import Engine as Judge

SIZES = (10, 100, 500, 2000)
PROGRAM = """
import json
from pathlib import Path

import pulumi

for token, name, properties in json.loads((Path(__file__).parent / "resources.json").read_text()):
    pulumi.CustomResource(token, name, properties)
"""


EMPTY_PACK = """
from pulumi_policy import PolicyPack, ResourceValidationPolicy

PolicyPack(
    "{name}",
    policies=[
        ResourceValidationPolicy(name="nothing", description="Does nothing.", validate=lambda args, report: None)
    ],
)
"""


class Packs(Enum):
    """The packs of a preview; empty ones cost what the engine and the SDK cost."""

    NONE = "none"
    EMPTY = "two empty packs"
    OURS = "both packs"


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


def on_engine(number: int, *, times: int) -> dict[Packs, Time]:
    """What a preview of so many resources takes under each choice of packs."""
    layout = Layout.of_this_clone()
    install_engine(layout=layout)
    taken: dict[Packs, list[Time]] = {packs: [] for packs in Packs}
    with contextlib.ExitStack() as folders:
        previews = {
            packs: _preview(layout, Path(folders.enter_context(tempfile.TemporaryDirectory())), packs, number)
            for packs in Packs
        }
        for _ in range(times):
            for packs, preview in previews.items():
                taken[packs].append(measured(preview))
    return {packs: middle(found) for packs, found in taken.items()}


def _preview(layout: Layout, folder: Path, packs: Packs, number: int) -> Callable[[], object]:
    """A preview that is sound and has been run once: the first run compiles what the others only load."""
    chosen: bool | Sequence[Path] = _empty_packs(folder) if packs is Packs.EMPTY else packs is Packs.OURS
    engine = open_engine(
        layout=layout,
        folder=folder,
        stack=STACK,
        edit=None,
        program=None,
        source=PROGRAM,
        config={},
        packs=chosen,
    )
    (folder / "program" / "resources.json").write_text(json.dumps([*map(made, stack(number))]))
    arguments = _advice(folder) if packs is Packs.OURS else []
    outcome = engine.preview(*arguments)
    if outcome.rc or sum(outcome.changed.values()) < number or bool(outcome.violations) is not (packs is Packs.OURS):
        raise RuntimeError(outcome.text)
    return partial(engine.session.preview, *arguments)


def _advice(folder: Path) -> list[str]:
    """Configurations under which the packs only advise: the engine is up to 5 seconds late to end a refused preview,
    whatever refused it, for it waits for the program and the program for it."""
    advice = folder / "advice.json"
    advice.write_text('{"all": "advisory"}')
    return ["--policy-pack-config", str(advice)] * len(PACKS)


def _empty_packs(folder: Path) -> list[Path]:
    """As many packs as ours, of the SDK's own class, each with one policy that does nothing."""
    packs = [folder / f"empty-{number}" for number in range(len(PACKS))]
    for pack in packs:
        pack.mkdir()
        (pack / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 0.0.1\n")
        (pack / "__main__.py").write_text(EMPTY_PACK.format(name=pack.name))
    return packs


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
    print("\nA preview on the engine, seconds on the clock and of the processor:\n")
    print("| resources | none | two empty packs | both packs | processor: none | two empty packs | both packs |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for number in given.sizes:
        taken = on_engine(number, times=given.times)
        clock = _row({packs: one.clock for packs, one in taken.items()})
        processor = _row({packs: one.processor for packs, one in taken.items()})
        print(f"| {number} | {clock} | {processor} |", flush=True)
    return 0


def _row(seconds: Mapping[Packs, float]) -> str:
    without = seconds[Packs.NONE]
    more = (f"{each:.1f} (+{100 * (each - without) / without:.0f} %)" for each in list(seconds.values())[1:])
    return " | ".join((f"{without:.1f}", *more))


if __name__ == "__main__":
    sys.exit(main())
