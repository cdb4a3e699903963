"""What shall be deployed by hand, who hears of it before, and how it came out."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from operations.deployment.found import Found
from operations.deployment.gates import Obstacle
from operations.deployment.progress import Progress
from operations.deployment.target import Target
from pipeline_job.announcement import Announcement, publish
from pipeline_job.console import console
from release_ledger import Approval, Kind, Outcome, Release


def new_execution() -> str:
    """An id for a deployment by hand, of the form that CodePipeline gives its executions."""
    return str(uuid.uuid4())


@dataclass(frozen=True, kw_only=True)
class Order:
    """What shall be deployed, and why it may be.

    Args:
        target: where to.
        found: what.
        kind: what it is in the ledger's words.
        approvals: on record for it.
        passed: what holds it up and is passed by.
        reason: why, of one that passes by something or goes back.
        execution: its id.
        way_back: whether it brings back what ran before: then no alarm stops it.
        rollback_of: of a rollback, the release that is brought back.
        resumed: whether somebody began it before, and stopped watching.
        announced: whether people were told already what it passes by.
        asked: the revision as a person has written it, empty where nobody did.
    """

    target: Target
    found: Found
    kind: Kind
    approvals: tuple[Approval, ...] = ()
    passed: tuple[Obstacle, ...] = ()
    reason: str = ""
    execution: str = field(default_factory=new_execution)
    way_back: bool = False
    rollback_of: str = ""
    resumed: bool = False
    announced: bool = False
    asked: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How it came out.

    Args:
        order: what was asked for.
        outcome: in the ledger's words; None where nobody watched to the end.
        message: why it isn't good, empty where it is.
        release: what the ledger has of it, None where it has nothing.
        progress: everything that was said of its targets.
        deployments: ids in CodeDeploy.
    """

    order: Order
    outcome: Outcome | None
    message: str
    release: Release | None
    progress: Progress
    deployments: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether it runs, and nothing is left to be done."""
        return self.outcome is Outcome.SUCCEEDED and not self.message

    @property
    def told(self) -> dict[str, object]:
        """The same for machines."""
        order = self.order
        return {
            "execution": order.execution,
            "application": order.target.application,
            "stack": order.target.stack.stack,
            "revision": order.found.said,
            "outcome": self.outcome and str(self.outcome),
            "message": self.message,
            "deployments": list(self.deployments),
            "release": self.release and self.release.release,
            "events": [event.told for event in self.progress.events],
        }


def announce(order: Order, *, tell: Callable[[str], None]) -> None:
    """Tell people what is passed by, before anything begins; nothing where that is nothing or was told."""
    if order.passed and not order.announced:
        publish(announcement(order), topic=order.target.topic, client=order.target.clients.sns)
        tell("It is announced.")


def announcement(order: Order) -> Announcement:
    """What people are told before a gate is passed by."""
    target = order.target
    passed = "\n".join(f"- {one.text}." for one in order.passed)
    page = console(target.page, region=target.stack.region)
    return Announcement(
        subject=f"glass broken: {target.application} is deployed to {target.stack.stack} by hand",
        message=(
            f"{target.stack.caller} deploys {order.found.said} of {target.application} to {target.stack.stack} "
            f"by hand, and passes by:\n{passed}\n\nReason: {order.reason}\n\n"
            f"Deployment by hand {order.execution}:\n{page}"
        ),
    )
