"""One fault for each rule of the delivery flow, seeded into a correct program, on the real engine.

Rules that only remark on something in production are made mandatory as a user does it: by a configuration file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest

from rulebook.packs import DELIVERY
from rulebook.rules.flow import RULES
from tests.engine.harness import Document, Engine, EngineFactory, Outcome

PROGRAM = Path(__file__).parent / "one_fault"
PACK = Path(__file__).resolve().parents[2] / "policies" / DELIVERY.folder
FLOW = [rule.id for rule in RULES]
NONE = ""
FAULTS = (NONE, *FLOW)

SEEN_TOO = {
    # Without the approval nobody guards the road to the group either: two resources, each told of what it lacks.
    "flow-prod-manual-approval": {"flow-single-path-to-prod"},
}
"""By fault, what other rules see of it; no other fault is seen by two."""


class Previews:
    """Previews of the program, two at a time: beside the one that is asked for, the one that is asked for next."""

    def __init__(self, *, engines: Sequence[Engine], configuration: Path) -> None:
        self._idle: SimpleQueue[Engine] = SimpleQueue()
        for engine in engines:
            self._idle.put(engine)
        self._configuration = configuration
        self._pool = ThreadPoolExecutor(max_workers=len(engines))
        self._begun: dict[str, Future[Outcome]] = {}

    def with_fault(self, fault: str) -> Outcome:
        """What a preview with this fault, or with none, comes to."""
        place = FAULTS.index(fault)
        for one in FAULTS[place : place + 2]:
            if one not in self._begun:
                self._begun[one] = self._pool.submit(self._preview, one)
        return self._begun[fault].result()

    def close(self) -> None:
        """Waits for what has begun."""
        self._pool.shutdown(cancel_futures=True)

    def _preview(self, fault: str) -> Outcome:
        def seed(document: Document) -> None:
            document["config"]["oneshop:fault"] = fault

        engine = self._idle.get()
        try:
            engine.configure(seed)
            return engine.preview("--policy-pack-config", str(self._configuration))
        finally:
            self._idle.put(engine)


@pytest.fixture(scope="module")
def previews(module_engine: EngineFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Previews]:
    """The program under the pack for the delivery flow, with every rule mandatory."""
    strict = tmp_path_factory.mktemp("configuration") / "strict.json"
    strict.write_text('{"all": "mandatory"}')
    engines = [module_engine(program=PROGRAM, stack="prod", packs=[PACK]) for _ in range(2)]
    opened = Previews(engines=engines, configuration=strict)
    yield opened
    opened.close()


def test_every_rule_of_the_flow_has_its_fault_in_the_program() -> None:
    seeded = re.findall(r"unless\(\s*\"([a-z-]+)\"", (PROGRAM / "__main__.py").read_text())
    assert sorted(seeded) == sorted(FLOW)


def test_the_program_without_a_fault_keeps_every_rule(previews: Previews) -> None:
    outcome = previews.with_fault(NONE)
    assert outcome.violations == [], "nothing is broken, and nothing is left open"
    assert outcome.rc == 0, outcome.text


@pytest.mark.parametrize("rule", FLOW)
def test_a_seeded_fault_ends_the_preview_and_its_rule_is_named(previews: Previews, rule: str) -> None:
    outcome = previews.with_fault(rule)
    assert outcome.rc != 0
    assert {name for name, _ in outcome.mandatory} == {rule, *SEEN_TOO.get(rule, ())}
    assert rule in outcome.text
    assert outcome.resources == []
