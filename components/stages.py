"""The pipeline as data, before it is a resource.

Sources, builds, approvals and deployments return `Action`s; a `Delivery` orders them in `Stage`s; `check` refuses what
AWS would refuse, before anything is planned; `pipeline.Pipeline` and `diagram` read the same values.
The limits are those of
https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html and of
https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi

from components.conditions import Condition, OnFailure, Result
from components.iam import Statement
from components.later import Later
from components.place import Place
from components.triggers import Trigger


class Category(StrEnum):
    """What kind of work an action does, in AWS's words."""

    SOURCE = "Source"
    BUILD = "Build"
    TEST = "Test"
    APPROVAL = "Approval"
    DEPLOY = "Deploy"
    INVOKE = "Invoke"
    COMPUTE = "Compute"


@dataclass(frozen=True)
class Artifact:
    """A named bundle that one action produces and later ones consume. Name: 1 to 100 of `a-z A-Z 0-9 _ -`."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action of a stage, with the permissions that the pipeline's role needs for it.

    Args:
        name: 1 to 100 of `A-Z a-z 0-9 . @ - _`, unique in its stage.
        provider: AWS's name of the action's provider, for example `CodeBuild`.
        configuration: the provider's keys; values are text of at most 1000 characters.
        inputs, outputs: artifacts, in the order the provider wants them.
        namespace: under which later actions read this one's variables, as `#{namespace.NAME}`.
        run_order: 1 to 999; actions of a stage with the same number run in parallel.
        timeout_minutes: manual approvals only, 5 to 86400.
        permissions: what the pipeline's role must be allowed for this action, and nothing else.
        target: what the action changes outside the pipeline, for the diagram (`prod: blue/green on 2 fleets`).
        lands: the environment of the target, where it isn't the pipeline's own.
        region: where it runs, if that isn't the pipeline's region; there has to be an artifact store.
        role_arn: a role that does it instead of the pipeline's, as in another account. `permissions` is then to assume
            that role, and `delegated` is what the role must be allowed.
        artifact_roles: who else reads and writes artifacts where `role_arn` belongs, such as the role of a project.
        commands: of a compute action, one line each.
        files: of a compute action, what of its files becomes the output.
        output_variables: of a compute action, the shell's variables that later actions may read.
    """

    name: str
    category: Category
    provider: str
    owner: str = "AWS"
    version: str = "1"
    configuration: Mapping[str, pulumi.Input[str] | Later] = field(default_factory=dict)
    inputs: tuple[Artifact, ...] = ()
    outputs: tuple[Artifact, ...] = ()
    namespace: str | None = None
    run_order: int = 1
    timeout_minutes: int | None = None
    permissions: tuple[Statement, ...] = ()
    target: str | None = None
    lands: Place | None = None
    region: str | None = None
    role_arn: str | None = None
    delegated: tuple[Statement, ...] = ()
    artifact_roles: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    output_variables: tuple[str, ...] = ()

    @property
    def deploys(self) -> bool:
        """Whether it brings something new to where the pipeline delivers; handing it on to another environment, which
        has approvals and a calendar of its own, is no deployment."""
        # Blue/green, functions deploy: the one that is handed an artifact and changes what runs.
        by_function = self.category is Category.INVOKE and self.target is not None and bool(self.inputs)
        return self.lands is None and (by_function or self.category is Category.DEPLOY)


class ExecutionMode(StrEnum):
    """What a pipeline does with a change that comes while another is under way
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/execution-modes.html)."""

    QUEUED = "QUEUED"
    SUPERSEDED = "SUPERSEDED"
    PARALLEL = "PARALLEL"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Actions that run together; the next stage starts when all have succeeded.

    Args:
        name: 1 to 100 of `A-Z a-z 0-9 . @ - _`, unique in the pipeline.
        actions: what runs in it, by run order.
        before_entry: what an execution is asked before it enters; not of the first stage.
        on_success: what is asked when every action has succeeded.
        on_failure: what is done when one has failed.
    """

    name: str
    actions: tuple[Action, ...]
    before_entry: Condition | None = None
    on_success: Condition | None = None
    on_failure: OnFailure | None = None

    @property
    def conditions(self) -> dict[str, Condition]:
        """Its conditions, by what they come before or after."""
        failed = self.on_failure.condition if self.on_failure else None
        named = {"before entry": self.before_entry, "on success": self.on_success, "on failure": failed}
        return {when: condition for when, condition in named.items() if condition}

    @property
    def deploys(self) -> bool:
        """Whether any of its actions does; that is what a freeze holds up."""
        return any(action.deploys for action in self.actions)

    @property
    def rolls_back(self) -> bool:
        """Whether a failure takes the stage back to what it ran before."""
        return self.on_failure is not None and self.on_failure.result == Result.ROLLBACK

    @property
    def permissions(self) -> Iterator[Statement]:
        """What the pipeline's role must be allowed for its actions and its rules."""
        for action in self.actions:
            yield from action.permissions
        for condition in self.conditions.values():
            for rule in condition.rules:
                yield from rule.permissions


@dataclass(frozen=True, kw_only=True)
class Road:
    """A whole pipeline as data.

    Args:
        name: 1 to 100 of `A-Z a-z 0-9 . @ - _`.
        stages: in their order.
        triggers: what starts it.
        variables: with the values of a start that gives none.
        descriptions: of variables, for whoever starts it by hand; at most 200 characters.
        mode: what happens to a change that comes while another is under way.
        stores: the regions besides the pipeline's own that have an artifact store.
        account: the pipeline's, where that matters: actions of two other accounts can't hand artifacts to each other.
    """

    name: str
    stages: tuple[Stage, ...]
    triggers: tuple[Trigger, ...] = ()
    variables: Mapping[str, str | Later] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    mode: ExecutionMode = ExecutionMode.QUEUED
    stores: tuple[str, ...] = ()
    account: str | None = None

    @property
    def actions(self) -> Iterator[tuple[Stage, Action]]:
        """Every action with its stage, in the order of the road."""
        return ((stage, action) for stage in self.stages for action in stage.actions)
