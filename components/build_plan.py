"""A CodeBuild project of an application as data, wherever its source comes from."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.build_machine import Machine
from components.iam import Statement
from components.log_group import write_logs
from components.network import NetworkPlacement
from components.place import Place

COVERAGE = "coverage"
"""The report that holds code coverage; every other one holds test results."""

UNIT = "unit"
"""The report of a build's own tests."""

BUILDSPEC = "buildspec.yml"
"""Where CodeBuild itself looks for one."""


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
class ProjectPlan:
    """One CodeBuild project of an application, as data: a build, a test suite, or a check of pull requests.

    Args:
        role: what it does, last part of its name: `build`, `component`, `e2e`, `check`, …
        application: the application it works for.
        place: where it runs.
        machine: what it runs on, and what it may read there.
        buildspec: path in the source it is given, or the text of a buildspec.
        reports: the reports of its buildspec. A bare name there becomes `<project>-<name>`, which is what is declared
            here (https://docs.aws.amazon.com/codebuild/latest/userguide/report-group-naming.html).
        statements: what its source and its buildspec need besides.
        badge: whether everybody may see how it ended last; never of what a pipeline hands over.
    """

    role: str
    application: str
    place: Place
    machine: Machine
    buildspec: str
    reports: Sequence[str]
    statements: Sequence[Statement] = ()
    badge: bool = False

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

    def report_group_arns(self) -> list[str]:
        """The report groups it writes to."""
        return [self.place.arn("codebuild", f"report-group/{self.report_group(name)}") for name in self.reports]

    def artifact_permissions(self, key_arn: pulumi.Input[str]) -> list[Statement]:
        """What it may do with the artifacts of the pipeline: nothing, where it fetches its source itself."""
        del key_arn
        return []

    def permissions(self, key_arn: pulumi.Input[str], network: NetworkPlacement | None) -> list[Statement]:
        """Everything the project's role may do: write its own logs and reports, and what it is given.

        Args:
            key_arn: the key of the stack.
            network: where it runs, if its machine asks for that.
        """
        statements = [
            write_logs(self.place, self.log_group),
            *self.artifact_permissions(key_arn),
            *self.machine.permissions(self.place, self.project, network),
            *self.statements,
        ]
        if self.reports:
            statements.append(
                Statement(
                    actions=(
                        "codebuild:BatchPutCodeCoverages",
                        "codebuild:BatchPutTestCases",
                        "codebuild:CreateReport",
                        "codebuild:CreateReportGroup",
                        "codebuild:UpdateReport",
                    ),
                    resources=tuple(self.report_group_arns()),
                )
            )
        return statements
