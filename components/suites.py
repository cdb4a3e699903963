"""When the suites of an application run: the stages of a pipeline that test."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from components.build_job import Job
from components.conditions import skip_unless
from components.hotfix import HotfixLane
from components.later import Later
from components.stages import Action, Artifact, Category, Stage
from components.work import Slot

TARGET_URL = "TARGET_URL"
"""The pipeline variable with the address of what was deployed; suites after the deployment find it in their
environment under the same name."""

FLEET_URL = Later("fleet-url")
"""The load balancer's address: AWS invents it."""


@dataclass(frozen=True, kw_only=True)
class SuitePlan:
    """A test suite, as data.

    Args:
        job: its project.
        order: suites of the same number run beside each other, lower ones first.
        after_deployment: whether it tests what was deployed, instead of the artifact before.
    """

    job: Job
    order: int = 1
    after_deployment: bool = False


def suite_stages(
    name: str, suites: Sequence[SuitePlan], *, artifact: Artifact, lane: HotfixLane | None
) -> Iterator[Stage]:
    """The suites in their order, in as few stages as there can be.

    AWS skips whole stages only, so what a hotfix may skip stands in a stage of its own, `<name>UnlessHotfix`. Where the
    order goes back and forth between the two kinds, there is a second stage of a kind, and its name ends in 2.
    """
    skips = lane.skips if lane else ()
    runs: list[tuple[bool, list[SuitePlan]]] = []
    for order in sorted({suite.order for suite in suites}):
        last = runs[-1][0] if runs else False
        for skipped in (last, not last):
            now = [suite for suite in suites if suite.order == order and (suite.job.role in skips) is skipped]
            if now and runs and runs[-1][0] is skipped:
                runs[-1][1].extend(now)
            elif now:
                runs.append((skipped, now))
    for index, (skipped, run) in enumerate(runs):
        before = sum(kind is skipped for kind, _ in runs[:index])
        yield Stage(
            name=f"{name}{'UnlessHotfix' if skipped else ''}{before + 1 if before else ''}",
            actions=tuple(_actions(run, artifact)),
            before_entry=skip_unless(lane.unless) if lane and skipped else None,
        )


def _actions(suites: Sequence[SuitePlan], artifact: Artifact) -> Iterator[Action]:
    """Numbered from 1 without gaps, as AWS wants run orders."""
    orders = sorted({suite.order for suite in suites})
    for suite in suites:
        action = suite.job.action(Slot(name=suite.job.role, category=Category.TEST, source=artifact))
        yield replace(action, run_order=orders.index(suite.order) + 1)
