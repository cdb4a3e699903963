"""What every build and test suite answers, so that a delivery doesn't know who does the work."""

from dataclasses import dataclass
from typing import Protocol

import pulumi

from components.network import NetworkPlacement
from components.stages import Action, Artifact, Category


@dataclass(frozen=True, kw_only=True)
class Slot:
    """Where in a pipeline some work is done.

    Args:
        name: of the action.
        category: Build or Test.
        source: the artifact that is worked on.
        output: the artifact that is handed over, if any is.
        namespace: under which later actions read what it exports.
    """

    name: str
    category: Category
    source: Artifact
    output: Artifact | None = None
    namespace: str | None = None


@dataclass(frozen=True, kw_only=True)
class WorkSurroundings:
    """What the stack lends to the resources of a build or a suite.

    Args:
        key_arn: encrypts what they write: artifacts, logs, reports.
        log_retention_days: how long logs are kept.
        network: where they run, if they ask for that.
        build_server: the stack's own server, where it has one.
    """

    key_arn: pulumi.Input[str]
    log_retention_days: int
    network: NetworkPlacement
    build_server: pulumi.Resource | None = None


class Work(Protocol):
    """A build or a suite as data.

    Attributes:
        role: what it does, last part of its names: `build`, `component`, `e2e`, …
    """

    @property
    def role(self) -> str: ...

    def action(self, slot: Slot) -> Action:
        """The action that does it on one artifact."""
        ...

    def make(self, name: str, *, surroundings: WorkSurroundings, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        """Make what it needs; the pipeline is made after what this returns."""
        ...
