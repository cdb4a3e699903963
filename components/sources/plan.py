"""What every source answers, so that nothing else in the program knows which one it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pulumi

from components.build_plan import ProjectPlan
from components.iam import Statement
from components.stages import Action, Artifact
from components.triggers import Trigger

NAMESPACE = "Source"
"""Under which later actions read the variables of the source, as `#{Source.NAME}`."""

SOURCE = Artifact("Source")
"""What the source action hands over."""


@dataclass(frozen=True, kw_only=True)
class SourceSurroundings:
    """What the stack lends to the resources of a source.

    Args:
        key_arn: encrypts what they hold, write and say.
        topic_arn: who hears of what needs a person.
        log_retention_days: how long logs are kept.
        artifact_retention_days: how long a replaced object is kept.
        protect: whether Pulumi refuses to delete what holds data.
        force_destroy: whether deleting a bucket deletes its objects.
    """

    key_arn: pulumi.Input[str]
    topic_arn: str
    log_retention_days: int
    artifact_retention_days: int
    protect: bool
    force_destroy: bool


class SourceResources(pulumi.ComponentResource):
    """What a stack makes for a source.

    Attributes:
        outputs: what people need to know of it, by the name of the stack's output.
        values: what the plan calls `Later`, by name.
    """

    outputs: dict[str, pulumi.Output[object]]
    values: Mapping[str, pulumi.Output[str]]


class OwnedSource(Protocol):
    """What a stack makes for a source, as data."""

    def make(self, name: str, *, surroundings: SourceSurroundings, opts: pulumi.ResourceOptions) -> SourceResources:
        """Make it; `name` is that of the delivery it belongs to."""
        ...


@dataclass(frozen=True, kw_only=True)
class SourcePlan:
    """A source as data.

    Args:
        action: the source action, with the permissions it needs.
        triggers: what starts the pipeline.
        variables: of the pipeline, with the value of a manual start.
        revision: the revision in words for people, for example in an approval's mail.
        commit: a reference to the variable with the commit; None where there are no commits.
        branch: a reference to the variable with the branch of an execution; None where there are no branches.
        buildspec: the text of a buildspec, where what the source hands over holds none.
        build_permissions: what that buildspec needs besides the artifact.
        is_built: the artifact was built and tested before it came here.
        owned: what the stack makes for the source, if it makes anything.
        check: the project among it that builds pull requests.
    """

    action: Action
    triggers: tuple[Trigger, ...]
    revision: str
    variables: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = None
    branch: str | None = None
    buildspec: str | None = None
    build_permissions: tuple[Statement, ...] = ()
    is_built: bool = False
    owned: OwnedSource | None = None
    check: ProjectPlan | None = None
