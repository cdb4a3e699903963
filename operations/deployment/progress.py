"""What CodeDeploy says of each target of a deployment, each thing once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline_job.clients import Clients

BATCH = 25
"""https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentTargets.html"""

_QUIET = frozenset({"Pending", "Skipped", ""})


@dataclass(frozen=True, kw_only=True)
class Event:
    """One life cycle event of one target, in CodeDeploy's words."""

    at: datetime | None
    deployment: str
    target: str
    event: str
    status: str

    def __str__(self) -> str:
        time = f"{self.at:%H:%M:%S}" if self.at else " " * 8
        return f"{time}  {self.target:<19}  {self.event:<22}  {self.status}"

    @property
    def told(self) -> dict[str, str]:
        """The same for machines."""
        return {
            "at": self.at.isoformat() if self.at else "",
            "deployment": self.deployment,
            "target": self.target,
            "event": self.event,
            "status": self.status,
        }


@dataclass(kw_only=True)
class Progress:
    """Remembers what was said already.

    Args:
        clients: of CodeDeploy.
    """

    clients: Clients
    events: list[Event] = field(default_factory=list)
    _said: set[tuple[str, str, str, str]] = field(default_factory=set)

    def news(self, deployment: str) -> Sequence[Event]:
        """What happened since it was asked last. It is worth less than the deployment: trouble in asking is no news."""
        try:
            found = sorted(self._events(deployment), key=lambda one: (one.at is None, one.at and one.at.timestamp()))
        except (ClientError, BotoCoreError):
            return ()
        new = []
        for one in found:
            key = (one.deployment, one.target, one.event, one.status)
            if key not in self._said:
                self._said.add(key)
                new.append(one)
        self.events += new
        return new

    def _events(self, deployment: str) -> Iterator[Event]:
        codedeploy = self.clients.codedeploy
        pages = codedeploy.get_paginator("list_deployment_targets").paginate(deploymentId=deployment)
        ids = list(dict.fromkeys(str(one) for page in pages for one in page.get("targetIds", ())))
        for start in range(0, len(ids), BATCH):
            answer = codedeploy.batch_get_deployment_targets(
                deploymentId=deployment, targetIds=ids[start : start + BATCH]
            )
            for target in answer.get("deploymentTargets", ()):
                yield from _of_target(deployment, target)


def _of_target(deployment: str, target: Mapping[str, Any]) -> Iterator[Event]:
    kinds = ("instanceTarget", "lambdaTarget", "ecsTarget")
    said: Mapping[str, Any] = next((target[kind] for kind in kinds if target.get(kind)), {})
    for event in said.get("lifecycleEvents", ()):
        if (status := str(event.get("status", ""))) not in _QUIET:
            yield Event(
                at=event.get("endTime") or event.get("startTime"),
                deployment=deployment,
                target=str(said.get("targetId", "")).rsplit("/", 1)[-1],
                event=str(event.get("lifecycleEventName", "")),
                status=status,
            )
