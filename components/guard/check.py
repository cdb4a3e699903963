"""The check of pull requests of CodeCommit: a build of the head of each, whose result is said on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi

from components.build_plan import ProjectPlan
from components.build_project import BuildProject, BuildProjectArgs
from components.event_function import EventDrivenFunction, EventDrivenFunctionArgs, EventRulePlan
from components.function import EventFunction
from components.iam import Statement
from components.repository_events import pull_request_changes

MOST_CHECKS = 10
"""At a time: what an unreviewed change can cost. CodeBuild starts no further one; the function tries twice more."""

FINAL = ("SUCCEEDED", "FAILED", "FAULT", "STOPPED", "TIMED_OUT")
"""https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html, `buildStatus` without IN_PROGRESS."""


@dataclass(frozen=True, kw_only=True)
class PullRequestCheckPlan:
    """The check, as data.

    Args:
        repository: whose pull requests.
        branches: those into which.
        build: the machine and the buildspec. Code that nobody has reviewed runs there.
    """

    repository: str
    branches: tuple[str, ...]
    build: ProjectPlan

    @property
    def _arn(self) -> str:
        return self.build.place.arn("codecommit", self.repository)

    @property
    def clone_url(self) -> str:
        """Where the project fetches the code, known before the repository is there."""
        place = self.build.place
        return f"https://git-codecommit.{place.region}.{place.domain}/v1/repos/{self.repository}"

    @property
    def project(self) -> ProjectPlan:
        """The project: it reads the repository, and has no way to the artifacts of the pipeline."""
        pull = Statement(actions=("codecommit:GitPull",), resources=(self._arn,))
        return replace(self.build, statements=[*self.build.statements, pull])

    @property
    def function(self) -> EventFunction:
        """The function that starts the project and says how it ended, with a comment and with its approval."""
        return EventFunction(
            package="check_pull_request",
            application=self.build.application,
            place=self.build.place,
            statements=[
                Statement(actions=("codebuild:BatchGetBuilds", "codebuild:StartBuild"), resources=(self.build.arn,)),
                Statement(
                    actions=(
                        "codecommit:GetPullRequest",
                        "codecommit:PostCommentForPullRequest",
                        "codecommit:UpdatePullRequestApprovalState",
                    ),
                    resources=(self._arn,),
                ),
            ],
        )

    @property
    def rules(self) -> Sequence[EventRulePlan]:
        """When it starts a build, and when it says how one ended."""
        return (
            EventRulePlan(
                name="requests",
                description=f"A pull request of {self.repository} has a new head",
                pattern=pull_request_changes(
                    self._arn, events=("pullRequestCreated", "pullRequestSourceBranchUpdated"), into=self.branches
                ),
            ),
            EventRulePlan(
                name="builds",
                description=f"A build of {self.build.project} came to its end",
                # https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
                pattern={
                    "source": ["aws.codebuild"],
                    "detail-type": ["CodeBuild Build State Change"],
                    "detail": {"project-name": [self.build.project], "build-status": list(FINAL)},
                },
            ),
        )

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the function works on."""
        return {"repository": self.repository, "project": self.build.project}


@dataclass(frozen=True, kw_only=True)
class PullRequestCheckArgs:
    """Inputs of a `PullRequestCheck`.

    Args:
        plan: the check as data.
        topic_arn: who hears of events that could not be handled.
        key_arn: encrypts logs and messages.
        log_retention_days: how long logs are kept.
    """

    plan: PullRequestCheckPlan
    topic_arn: str
    key_arn: pulumi.Input[str]
    log_retention_days: int


class PullRequestCheck(pulumi.ComponentResource):
    """The project and the function with its rules."""

    badge_url: pulumi.Output[str] | None

    def __init__(self, name: str, args: PullRequestCheckArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:PullRequestCheck", name, None, opts)
        plan = args.plan
        project = BuildProject(
            name,
            BuildProjectArgs(
                job=plan.project,
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
                source={"type": "CODECOMMIT", "location": plan.clone_url},
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        EventDrivenFunction(
            f"{name}-pull-request",
            EventDrivenFunctionArgs(
                function=plan.function,
                rules=plan.rules,
                parameters=plan.parameters,
                topic_arn=args.topic_arn,
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[project]),
        )
        self.badge_url = project.badge_url
        self.register_outputs({"project": project.name})
