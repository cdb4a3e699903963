"""Builds and test suites as data: CodeBuild projects that work on what the pipeline hands them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.artifact_store import exchange_artifacts, read_artifacts, read_key, seal_with_key, use_key
from components.build_machine import Machine
from components.iam import Statement
from components.later import Later
from components.log_group import write_logs
from components.network import NetworkPlacement
from components.place import Place
from components.stages import Action, Artifact, Category

COVERAGE = "coverage"
"""The report that holds code coverage; every other one holds test results."""


@dataclass(frozen=True, kw_only=True)
class BatchLimits:
    """How much one batch may start.

    Args:
        most_builds: 1 to 100.
        timeout_minutes: 5 to 2160.
    """

    most_builds: int
    timeout_minutes: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """One CodeBuild project of an application, as data: a build, or one test suite.

    Args:
        role: what it does, last part of its name: `build`, `component`, `e2e`, …
        application: the application it works for.
        place: where it runs.
        machine: what it runs on, and what it may read there.
        buildspec: path in the artifact it is given, or the text of a buildspec.
        reports: the reports of its buildspec. A bare name there becomes `<project>-<name>`, which is what is declared
            here (https://docs.aws.amazon.com/codebuild/latest/userguide/report-group-naming.html).
        parameters: variables that get their values from the pipeline: name to a reference such as `#{variables.NAME}`.
        batch: whether the buildspec describes several builds at once.
        produces: whether it hands an artifact over. A suite does not, and may only read: code that is tested must not
            be able to put other code in the place of what is deployed.
        encrypts: whether its commands put objects that the stack's key encrypts, though it hands nothing over.
        statements: what its buildspec needs besides.
    """

    role: str
    application: str
    place: Place
    machine: Machine
    buildspec: str
    reports: Sequence[str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    batch: "BatchLimits | None" = None
    produces: bool = False
    encrypts: bool = False
    statements: Sequence[Statement] = ()

    @property
    def project(self) -> str:
        """The project's name."""
        return f"{self.application}-{self.place.environment}-{self.role}"

    @property
    def arn(self) -> str:
        """The project's ARN, known before it exists."""
        return self.place.arn("codebuild", f"project/{self.project}")

    @property
    def log_group(self) -> str:
        """Where CodeBuild writes the project's logs."""
        return f"/aws/codebuild/{self.project}"

    def report_group(self, report: str) -> str:
        """The report group that a report of the buildspec goes to."""
        return f"{self.project}-{report}"

    def action(
        self,
        *,
        name: str,
        category: Category,
        source: Artifact,
        output: Artifact | None = None,
        namespace: str | None = None,
    ) -> Action:
        """The action that runs the project on one artifact
        (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html)."""
        return Action(
            name=name,
            category=category,
            provider="CodeBuild",
            configuration=self._configuration(),
            inputs=(source,),
            outputs=(output,) if output else (),
            namespace=namespace,
            permissions=(
                Statement(
                    actions=(
                        ("codebuild:BatchGetBuildBatches", "codebuild:StartBuildBatch", "codebuild:StopBuildBatch")
                        if self.batch
                        else ("codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild")
                    ),
                    resources=(self.arn,),
                ),
            ),
        )

    def _configuration(self) -> dict[str, pulumi.Input[str] | Later]:
        configuration: dict[str, pulumi.Input[str] | Later] = {"ProjectName": self.project}
        if self.batch:
            configuration |= {"BatchEnabled": "true", "CombineArtifacts": "true"}
        if self.parameters:
            variables = [
                {"name": name, "value": value, "type": "PLAINTEXT"} for name, value in sorted(self.parameters.items())
            ]
            configuration["EnvironmentVariables"] = json.dumps(variables)
        return configuration

    def permissions(self, key_arn: pulumi.Input[str], network: NetworkPlacement) -> list[Statement]:
        """Everything the project's role may do: write its own logs and reports, read artifacts, produce its own."""
        artifacts = (
            [*exchange_artifacts(self.place), use_key(key_arn)]
            if self.produces
            else [*read_artifacts(self.place), seal_with_key(key_arn) if self.encrypts else read_key(key_arn)]
        )
        statements = [
            write_logs(self.place, self.log_group),
            *artifacts,
            *self.machine.permissions(self.place, self.project, network),
            *self.statements,
        ]
        if self.reports:
            groups = (self.place.arn("codebuild", f"report-group/{self.report_group(name)}") for name in self.reports)
            statements.append(
                Statement(
                    actions=(
                        "codebuild:BatchPutCodeCoverages",
                        "codebuild:BatchPutTestCases",
                        "codebuild:CreateReport",
                        "codebuild:CreateReportGroup",
                        "codebuild:UpdateReport",
                    ),
                    resources=tuple(groups),
                )
            )
        return statements
