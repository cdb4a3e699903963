"""Git Flow's duties when something lands on the main branch: tag the release, and bring it back to development."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.event_function import EventDrivenFunction, EventDrivenFunctionArgs, EventRulePlan
from components.function import EventFunction
from components.iam import Statement
from components.place import Place
from components.repository_events import TAGS, pull_request_changes, reference_changes


@dataclass(frozen=True, kw_only=True)
class LandingPlan:
    """Both duties of one repository, as data.

    Args:
        application: whose code it holds.
        place: where it is.
        repository: its name.
        main: the branch of what is released.
        develop: the branch of what comes next.
        release, hotfix: the branches that land on `main`, as `release/*`.
        tags: those of releases, as `v*`.
    """

    application: str
    place: Place
    repository: str
    main: str
    develop: str
    release: str
    hotfix: str
    tags: str

    @property
    def _arn(self) -> str:
        return self.place.arn("codecommit", self.repository)

    @property
    def merge_back(self) -> EventFunction:
        """The function that opens the pull request from `main` to `develop`."""
        return EventFunction(
            package="merge_back",
            application=self.application,
            place=self.place,
            statements=[
                Statement(
                    actions=(
                        "codecommit:CreatePullRequest",
                        "codecommit:GetBranch",
                        "codecommit:GetMergeConflicts",
                        "codecommit:GetPullRequest",
                        "codecommit:ListPullRequests",
                    ),
                    resources=(self._arn,),
                )
            ],
        )

    @property
    def main_moves(self) -> EventRulePlan:
        """When it does."""
        return EventRulePlan(
            name="main",
            description=f"The main branch of {self.repository} moved",
            pattern=reference_changes(
                self._arn, kind="branch", names=(self.main,), events=("referenceCreated", "referenceUpdated")
            ),
        )

    def merge_back_parameters(self, topic: str) -> Mapping[str, object]:
        """What it works on; the topic is told when a person is needed."""
        return {"repository": self.repository, "main": self.main, "develop": self.develop, "topic": topic}

    @property
    def tag_release(self) -> EventFunction:
        """The function that tags what landed. Git asks for its push before it names the reference, so the condition
        counts only where there is one: what it may push then is tags of releases, and no branch."""
        return EventFunction(
            package="tag_release",
            application=self.application,
            place=self.place,
            statements=[
                Statement(
                    actions=("codecommit:GetMergeOptions", "codecommit:GetPullRequest"),
                    resources=(self._arn,),
                ),
                Statement(
                    actions=("codecommit:GitPush",),
                    resources=(self._arn,),
                    conditions={"StringLikeIfExists": {"codecommit:References": [f"{TAGS}{self.tags}"]}},
                ),
            ],
            libraries=("git_push",),
        )

    @property
    def release_lands(self) -> EventRulePlan:
        """When it does."""
        return EventRulePlan(
            name="merges",
            description=f"A release or hotfix of {self.repository} landed on the main branch",
            pattern=pull_request_changes(
                self._arn,
                events=("pullRequestMergeStatusUpdated",),
                into=(self.main,),
                of=(self.release, self.hotfix),
                merged=True,
            ),
        )

    def tag_release_parameters(self, topic: str) -> Mapping[str, object]:
        """What it works on; the topic is told when a person is needed."""
        return {
            "repository": self.repository,
            "main": self.main,
            "release": self.release,
            "hotfix": self.hotfix,
            "topic": topic,
            "tagPrefix": self.tags.removesuffix("*"),
        }


@dataclass(frozen=True, kw_only=True)
class LandingArgs:
    """Inputs of a `Landing`.

    Args:
        plan: both duties as data.
        topic_arn: who hears of what needs a person.
        key_arn: encrypts logs and messages.
        log_retention_days: how long logs are kept.
    """

    plan: LandingPlan
    topic_arn: str
    key_arn: pulumi.Input[str]
    log_retention_days: int


class Landing(pulumi.ComponentResource):
    """The two functions with their rules."""

    def __init__(self, name: str, args: LandingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Landing", name, None, opts)
        plan, topic = args.plan, args.topic_arn
        for duty, function, rule, parameters in (
            ("merge-back", plan.merge_back, plan.main_moves, plan.merge_back_parameters(topic)),
            ("tag-release", plan.tag_release, plan.release_lands, plan.tag_release_parameters(topic)),
        ):
            EventDrivenFunction(
                f"{name}-{duty}",
                EventDrivenFunctionArgs(
                    function=function,
                    rules=[rule],
                    parameters=parameters,
                    topic_arn=topic,
                    key_arn=args.key_arn,
                    log_retention_days=args.log_retention_days,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
