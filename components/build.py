"""Builds and test suites: CodeBuild projects that work on what the pipeline hands them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import codebuild

from components.artifact_store import exchange_artifacts, read_artifacts, read_key, use_key
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.log_group import log_group, write_logs
from components.place import Place
from components.stages import Action, Artifact, Category
from components.work import WorkSurroundings

COVERAGE = "coverage"
"""The report that holds code coverage; every other one holds test results."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One CodeBuild project of an application, as data: a build, or one test suite.

    Args:
        role: what it does, last part of its name: `build`, `component`, `e2e`, …
        application: the application it works for.
        place: where it runs.
        image: a CodeBuild image.
        compute_type: in AWS's words, for example `BUILD_GENERAL1_SMALL`.
        buildspec: path in the artifact it is given, or the text of a buildspec.
        timeout_minutes: 5 to 2160.
        reports: the reports of its buildspec. A bare name there becomes `<project>-<name>`, which is what is declared
            here (https://docs.aws.amazon.com/codebuild/latest/userguide/report-group-naming.html).
        environment: variables of the build, plain text and never a secret.
        produces: whether it hands an artifact over. A suite does not, and may only read: code that is tested must not
            be able to put other code in the place of what is deployed.
        statements: what its buildspec needs besides.
    """

    role: str
    application: str
    place: Place
    image: str
    compute_type: str
    buildspec: str
    timeout_minutes: int
    reports: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    produces: bool = False
    statements: Sequence[Statement] = ()

    @property
    def project(self) -> str:
        """The project's name."""
        return f"{self.application}-{self.place.environment}-{self.role}"

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
            configuration={"ProjectName": self.project},
            inputs=(source,),
            outputs=(output,) if output else (),
            namespace=namespace,
            permissions=(
                Statement(
                    actions=("codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"),
                    resources=(self.place.arn("codebuild", f"project/{self.project}"),),
                ),
            ),
        )

    def permissions(self, key_arn: pulumi.Input[str]) -> list[Statement]:
        """Everything the project's role may do: write its own logs and reports, read artifacts, produce its own."""
        artifacts = (
            [*exchange_artifacts(self.place), use_key(key_arn)]
            if self.produces
            else [*read_artifacts(self.place), read_key(key_arn)]
        )
        statements = [write_logs(self.place, self.log_group), *artifacts, *self.statements]
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

    def make(self, name: str, *, surroundings: WorkSurroundings, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        """The CodeBuild project."""
        return BuildProject(
            name,
            BuildProjectArgs(
                job=self, key_arn=surroundings.key_arn, log_retention_days=surroundings.log_retention_days
            ),
            opts,
        )


@dataclass(frozen=True, kw_only=True)
class BuildProjectArgs:
    """Inputs of a `BuildProject`.

    Args:
        job: the project as data.
        key_arn: encrypts what it writes: artifacts, logs, reports.
        log_retention_days: how long its logs are kept.
    """

    job: Job
    key_arn: pulumi.Input[str]
    log_retention_days: int


class BuildProject(pulumi.ComponentResource):
    """A CodeBuild project for a pipeline, with its role, its encrypted logs and its report groups."""

    name: pulumi.Output[str]

    def __init__(self, name: str, args: BuildProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:BuildProject", name, None, opts)
        job = args.job
        logs = log_group(
            f"{name}-logs",
            log_group_name=job.log_group,
            retention_days=args.log_retention_days,
            key_arn=args.key_arn,
            parent=self,
        )
        for report in job.reports:
            codebuild.ReportGroup(
                f"{name}-{report}-reports",
                name=job.report_group(report),
                type="CODE_COVERAGE" if report == COVERAGE else "TEST",
                export_config={"type": "NO_EXPORT"},
                delete_reports=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=job.project,
                service="codebuild.amazonaws.com",
                account=job.place.account,
                statements=job.permissions(args.key_arn),
                description=f"CodeBuild project {job.project}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        project = codebuild.Project(
            name,
            name=job.project,
            description=f"{job.role} of {job.application} in {job.place.environment}",
            service_role=role.arn,
            artifacts={"type": "CODEPIPELINE"},
            source={"type": "CODEPIPELINE", "buildspec": job.buildspec},
            environment={
                "type": "ARM_CONTAINER" if "aarch64" in job.image else "LINUX_CONTAINER",
                "image": job.image,
                "compute_type": job.compute_type,
                "image_pull_credentials_type": "CODEBUILD",
                "privileged_mode": False,
                "environment_variables": [
                    {"name": key, "value": value, "type": "PLAINTEXT"} for key, value in sorted(job.environment.items())
                ],
            },
            encryption_key=args.key_arn,
            build_timeout=job.timeout_minutes,
            queued_timeout=60,
            # The pipeline runs one at a time; the other place is for a person who starts one by hand.
            concurrent_build_limit=2,
            logs_config={"cloudwatch_logs": {"status": "ENABLED", "group_name": logs.name}},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = project.name
        self.register_outputs({"name": self.name})
