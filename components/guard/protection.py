"""Protected branches: developers change them by reviewed pull requests alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components.iam import Statement, policy_document
from components.place import Place
from components.repository_events import BRANCHES, TAGS


@dataclass(frozen=True, kw_only=True)
class ProtectionPlan:
    """What developers may not do to a repository, as data.

    Args:
        repository: its name.
        place: where it is.
        branches: those that only pull requests change.
        tags: those of releases, as `v*`.
        roles: names of the roles that developers sign in with; with none, somebody attaches the policy by hand.
        check: the ARN of the project that checks pull requests, if one does.
    """

    repository: str
    place: Place
    branches: tuple[str, ...]
    tags: str
    roles: tuple[str, ...]
    check: str | None

    @property
    def policy(self) -> str:
        """The name of the managed policy."""
        return f"{self.repository}-protected-branches"

    def statements(self) -> Iterator[Statement]:
        """What is denied; whatever else a role allows, a denial wins."""
        arn = self.place.arn("codecommit", self.repository)
        yield Statement(
            effect="Deny",
            # Not the merge of a pull request: that is the way that stays open.
            actions=(
                "codecommit:CreateBranch",
                "codecommit:CreateCommit",
                "codecommit:DeleteBranch",
                "codecommit:DeleteFile",
                "codecommit:GitPush",
                "codecommit:MergeBranchesByFastForward",
                "codecommit:MergeBranchesBySquash",
                "codecommit:MergeBranchesByThreeWay",
                "codecommit:PutFile",
            ),
            resources=(arn,),
            # A push is asked about before it names its references, and must not be denied then: hence `Null`
            # (https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-conditional-branch.html).
            conditions={
                "StringLikeIfExists": {
                    "codecommit:References": [*(f"{BRANCHES}{one}" for one in self.branches), f"{TAGS}{self.tags}"]
                },
                "Null": {"codecommit:References": "false"},
            },
        )
        yield Statement(
            effect="Deny",
            actions=(
                "codecommit:AssociateApprovalRuleTemplateWithRepository",
                "codecommit:BatchAssociateApprovalRuleTemplateWithRepositories",
                "codecommit:BatchDisassociateApprovalRuleTemplateFromRepositories",
                "codecommit:DeletePullRequestApprovalRule",
                "codecommit:DisassociateApprovalRuleTemplateFromRepository",
                "codecommit:OverridePullRequestApprovalRules",
                "codecommit:UpdatePullRequestApprovalRuleContent",
            ),
            resources=(arn,),
        )
        yield Statement(
            effect="Deny",
            actions=(
                "codecommit:DeleteApprovalRuleTemplate",
                "codecommit:UpdateApprovalRuleTemplateContent",
                "codecommit:UpdateApprovalRuleTemplateName",
            ),
            # A template has no ARN.
            resources=("*",),
        )
        if self.check:
            # A build that somebody starts with commands of his own would end well, and approve whatever it names.
            yield Statement(
                effect="Deny",
                actions=("codebuild:StartBuild", "codebuild:StartBuildBatch"),
                resources=(self.check,),
            )


class Protection(pulumi.ComponentResource):
    """The managed policy, attached to the roles of developers."""

    policy_arn: pulumi.Output[str]

    def __init__(self, name: str, plan: ProtectionPlan, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Protection", name, None, opts)
        policy = iam.Policy(
            name,
            name=plan.policy,
            description=f"Changes of {', '.join(plan.branches)} of {plan.repository} by reviewed pull requests alone",
            policy=policy_document(plan.statements()),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for role in plan.roles:
            iam.RolePolicyAttachment(
                f"{name}-{role}",
                role=role,
                policy_arn=policy.arn,
                opts=pulumi.ResourceOptions(parent=policy),
            )
        self.policy_arn = policy.arn
        self.register_outputs({"policyArn": self.policy_arn})
