"""What is deployed to, as the stack tells it (`components/operations.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from deployments.sight import GroupName
from operations.command import UnusableError
from operations.stack import Stack
from pipeline_job.clients import Clients


@dataclass(frozen=True, kw_only=True)
class Gates:
    """Who is asked before a deployment, and where it is recorded.

    Args:
        names: of the approvals.
        record: the log group with every event of them.
        checks: the log group of the function that checks who approved, empty where there is none.
    """

    names: tuple[str, ...]
    record: str
    checks: str


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where what another environment promoted lies."""

    bucket: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """One application of a stack.

    Args:
        stack: where it is.
        application: its name.
        platform, strategy: how it is deployed.
        parameters: what the functions of the pipeline are told.
        pipeline: its name.
        stages: those that bring a version where it runs, in order.
        deploying: those of them that a freeze holds up.
        artifact: the pipeline's artifact that is deployed, by name.
        artifact_bucket: where the pipeline keeps it.
        topic: who hears of what passes by a gate.
        releases: where promoted releases lie, None where the stack builds itself.
        calendar: freezes and windows, None where the clock has no say.
        gates: the approvals, None where nobody is asked.
        workers: what the function of each group beside the main one is told, by the name of the workers.
    """

    stack: Stack
    application: str
    platform: str
    strategy: str
    parameters: Mapping[str, Any] = field(repr=False)
    pipeline: str
    stages: tuple[str, ...]
    deploying: tuple[str, ...]
    artifact: str
    artifact_bucket: str
    topic: str
    releases: Shelf | None
    calendar: Mapping[str, Any] | None
    gates: Gates | None
    workers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    def beside(self, workers: str) -> "Target":
        """One group of workers as a target of its own."""
        return replace(self, strategy="in-place", parameters=self.workers[workers], workers={})

    @property
    def moved_by_ecs(self) -> bool:
        """Whether ECS moves the traffic itself: then CodeDeploy has no group for it."""
        return self.platform == "ecs" and "deploymentGroup" not in self.parameters

    @property
    def page(self) -> str:
        """Where a person sees it in the console, below `codesuite`."""
        if self.moved_by_ecs:
            return f"codepipeline/pipelines/{self.pipeline}/view"
        return f"codedeploy/applications/{self.group.application}"

    @property
    def group(self) -> GroupName:
        """The deployment group in CodeDeploy."""
        return GroupName(
            application=str(self.parameters["application"]), deployment_group=str(self.parameters["deploymentGroup"])
        )

    @cached_property
    def clients(self) -> Clients:
        """Clients as the functions of the pipeline take them, with the credentials of whoever calls."""
        stack = self.stack
        return Clients(
            make=stack.client,
            artifacts=lambda _: stack.client("s3"),
            s3_in=lambda region: stack.make("s3", region),
        )


def target_of(stack: Stack, application: str | None) -> Target:
    """An application of a stack; None is the only one.

    Raises:
        UnusableError: there is no such application, or an older program made the stack.
    """
    name = stack.application(application)
    told = stack.operations(name)
    try:
        releases, gates = told.get("releases"), told.get("approvals")
        return Target(
            stack=stack,
            application=name,
            platform=told["platform"],
            strategy=told["strategy"],
            parameters={**told["parameters"]},
            pipeline=told["pipeline"],
            stages=tuple(one["name"] for one in told["stages"]),
            deploying=tuple(one["name"] for one in told["stages"] if one["deploys"]),
            artifact=told["artifact"],
            artifact_bucket=told["artifactBucket"],
            topic=told["topic"],
            releases=Shelf(bucket=releases["bucket"], key=releases["key"]) if releases else None,
            calendar=told.get("calendar"),
            gates=Gates(names=tuple(gates["gates"]), record=gates["record"], checks=gates["checks"]) if gates else None,
            workers={called: {**parameters} for called, parameters in told.get("workers", {}).items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        missing = f"stack {stack.stack} doesn't tell {error} of {name}"
        raise UnusableError(f"{missing}; run `pulumi up --stack {stack.stack}`") from error
