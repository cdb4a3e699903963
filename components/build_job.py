"""Builds and test suites as data: CodeBuild projects that work on what the pipeline hands them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.artifact_store import exchange_artifacts, read_artifacts, read_key, seal_with_key, use_key
from components.build_plan import BatchLimits, ProjectPlan
from components.build_project import BuildProject, BuildProjectArgs
from components.iam import Statement
from components.later import Later
from components.stages import Action
from components.work import Slot, WorkSurroundings


def run_builds(project_arn: str, *, batch: bool) -> Statement:
    """Starting and stopping builds of one project, or batches of them
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html)."""
    return Statement(
        actions=(
            ("codebuild:BatchGetBuildBatches", "codebuild:StartBuildBatch", "codebuild:StopBuildBatch")
            if batch
            else ("codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild")
        ),
        resources=(project_arn,),
    )


@dataclass(frozen=True, kw_only=True)
class Job(ProjectPlan):
    """A project that the pipeline runs on an artifact: a build, or one test suite.

    Args:
        parameters: variables that get their values from the pipeline: name to a reference such as `#{variables.NAME}`.
        batch: whether the buildspec describes several builds at once.
        produces: whether it hands an artifact over. A suite does not, and may only read: code that is tested must not
            be able to put other code in the place of what is deployed.
        encrypts: whether its commands put objects that the stack's key encrypts, though it hands nothing over.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    batch: BatchLimits | None = None
    produces: bool = False
    encrypts: bool = False

    def action(self, slot: Slot) -> Action:
        """The action that runs the project on one artifact
        (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html)."""
        return Action(
            name=slot.name,
            category=slot.category,
            provider="CodeBuild",
            configuration=self._configuration(),
            inputs=(slot.source,),
            outputs=(slot.output,) if slot.output else (),
            namespace=slot.namespace,
            permissions=(run_builds(self.arn, batch=self.batch is not None),),
        )

    def _configuration(self) -> dict[str, pulumi.Input[str] | Later]:
        configuration: dict[str, pulumi.Input[str] | Later] = {"ProjectName": self.project}
        if self.batch:
            configuration["BatchEnabled"] = "true"
            if self.produces:
                configuration["CombineArtifacts"] = "true"
        if self.parameters:
            variables = [
                {"name": name, "value": value, "type": "PLAINTEXT"} for name, value in sorted(self.parameters.items())
            ]
            configuration["EnvironmentVariables"] = json.dumps(variables)
        return configuration

    def report_group_arns(self) -> list[str]:
        """The report groups it writes to, and those that AWS makes for it."""
        groups = super().report_group_arns()
        if self.batch:
            # Each part of a fanout has report groups of its own, which AWS makes and merges
            # (https://docs.aws.amazon.com/codebuild/latest/userguide/parallel-test-auto-merge.html).
            groups += [f"{group}BuildFanoutShard*" for group in groups]
        return groups

    def artifact_permissions(self, key_arn: pulumi.Input[str]) -> list[Statement]:
        """Read artifacts, or produce its own as well."""
        if self.produces:
            return [*exchange_artifacts(self.place), use_key(key_arn)]
        key = seal_with_key(key_arn) if self.encrypts or self.machine.keeps else read_key(key_arn)
        return [*read_artifacts(self.place), key]

    def make(self, name: str, *, surroundings: WorkSurroundings, opts: pulumi.ResourceOptions) -> BuildProject:
        """The CodeBuild project."""
        return BuildProject(
            name,
            BuildProjectArgs(
                job=self,
                key_arn=surroundings.key_arn,
                log_retention_days=surroundings.log_retention_days,
                network=surroundings.network,
                batch=self.batch,
                combines_artifacts=self.produces,
            ),
            opts,
        )
