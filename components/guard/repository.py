"""What guards a CodeCommit repository, in the one stack that owns it."""

from dataclasses import dataclass

import pulumi

from components.guard.check import PullRequestCheck, PullRequestCheckArgs, PullRequestCheckPlan
from components.guard.landing import Landing, LandingArgs, LandingPlan
from components.guard.protection import Protection, ProtectionPlan
from components.guard.reviews import ApprovalTemplate, ApprovalTemplates


@dataclass(frozen=True, kw_only=True)
class GuardPlan:
    """The guard of a repository, as data.

    Args:
        protection: what developers may not do.
        templates: what a pull request needs before it is merged.
        check: what builds its head.
        landing: what is done when a release has landed; None with one trunk, where nothing has to come back.
    """

    protection: ProtectionPlan
    templates: tuple[ApprovalTemplate, ...]
    check: PullRequestCheckPlan | None
    landing: LandingPlan | None


@dataclass(frozen=True, kw_only=True)
class GuardArgs:
    """Inputs of a `Guard`.

    Args:
        plan: the guard as data.
        repository: the repository's name, known when it exists.
        topic_arn: who hears of what needs a person.
        key_arn: encrypts logs and messages.
        log_retention_days: how long logs are kept.
    """

    plan: GuardPlan
    repository: pulumi.Input[str]
    topic_arn: str
    key_arn: pulumi.Input[str]
    log_retention_days: int


class Guard(pulumi.ComponentResource):
    """The policy for developers, the approval rules, the check, and the duties of Git Flow."""

    policy_arn: pulumi.Output[str]
    badge_url: pulumi.Output[str] | None

    def __init__(self, name: str, args: GuardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Guard", name, None, opts)
        plan, child = args.plan, pulumi.ResourceOptions(parent=self)
        self.policy_arn = Protection(f"{name}-protected-branches", plan.protection, opts=child).policy_arn
        ApprovalTemplates(f"{name}-approvals", templates=plan.templates, repository=args.repository, opts=child)
        self.badge_url = None
        if plan.check:
            self.badge_url = PullRequestCheck(
                f"{name}-check",
                PullRequestCheckArgs(
                    plan=plan.check,
                    topic_arn=args.topic_arn,
                    key_arn=args.key_arn,
                    log_retention_days=args.log_retention_days,
                ),
                opts=child,
            ).badge_url
        if plan.landing:
            Landing(
                f"{name}-landing",
                LandingArgs(
                    plan=plan.landing,
                    topic_arn=args.topic_arn,
                    key_arn=args.key_arn,
                    log_retention_days=args.log_retention_days,
                ),
                opts=child,
            )
        self.register_outputs({"protectedBranchesPolicy": self.policy_arn})
