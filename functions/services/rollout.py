"""A deployment that ECS makes itself, as plain values: how far it is, how it ended and why.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

RUNNING = frozenset({"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
"""Of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html; the rest is an end."""

STAGES = (
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
)
"""In the order in which a deployment goes through them."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """One service deployment.

    Args:
        arn: of the deployment.
        status: in ECS's words.
        definition: ARN of the task definition that it brings.
        execution: of the pipeline, whose release that is; empty where it is none, or serves already.
        created: when it began.
        stage: of its life cycle, empty before the first and after the last.
        weight: share of the users' traffic that its tasks have, in percent; None while nobody can tell.
        reasons: what ECS says of its end or its way back, most telling first.
    """

    arn: str
    status: str
    definition: str
    execution: str
    created: datetime
    stage: str = ""
    weight: float | None = None
    reasons: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The end of its ARN, as the console shows it."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def running(self) -> bool:
        """Whether it has not come to an end; its way back is a part of it."""
        return self.status in RUNNING

    @property
    def going_back(self) -> bool:
        """Whether it gives up already."""
        return self.running and self.status not in ("PENDING", "IN_PROGRESS")

    @property
    def succeeded(self) -> bool:
        """Whether it has come to a good end."""
        return self.status == "SUCCESSFUL"

    @property
    def percent(self) -> int | None:
        """How many of its stages it has behind it."""
        return STAGES.index(self.stage) * 100 // len(STAGES) if self.stage in STAGES else None

    def words(self) -> str:
        """How far it is, in a sentence without its end."""
        return f"Service deployment {self.id} is {', '.join(self._parts())}"

    def _parts(self) -> Iterator[str]:
        yield self.status
        if self.stage:
            yield f"at {self.stage}"
        if self.weight is not None:
            yield f"with {self.weight:g} % of the traffic"
        yield from self.reasons
