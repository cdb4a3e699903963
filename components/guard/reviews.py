"""Reviews: how many people have to agree before a pull request is merged, and that its check has passed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import codecommit

from components.place import Place
from components.repository_events import BRANCHES


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a pull request into one branch needs.

    Args:
        branch: its name.
        approvals: of how many people.
        pool: ARNs of those whose approvals count; of everybody but the author by default.
    """

    branch: str
    approvals: int
    pool: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ApprovalTemplate:
    """A template from which CodeCommit makes a rule for each pull request, as data
    (https://docs.aws.amazon.com/codecommit/latest/userguide/approval-rule-templates.html).

    Args:
        key: ends its logical name.
        name: 1 to 100 of letters, digits, space . _ - only; unique in account and region, and shown on the request.
        description: for people.
        branches: into which; a template knows no wildcard.
        approvals: how many.
        pool: whose.
    """

    key: str
    name: str
    description: str
    branches: tuple[str, ...]
    approvals: int
    pool: tuple[str, ...]

    @property
    def content(self) -> str:
        """The rule in CodeCommit's words, at most 3,000 characters."""
        statement: dict[str, object] = {"Type": "Approvers", "NumberOfApprovalsNeeded": self.approvals}
        if self.pool:
            statement["ApprovalPoolMembers"] = list(self.pool)
        references = [f"{BRANCHES}{branch}" for branch in self.branches]
        return json.dumps({"Version": "2018-11-08", "DestinationReferences": references, "Statements": [statement]})


def reviews(
    *, repository: str, asked: Sequence[Review], checker: str | None, place: Place
) -> Iterator[ApprovalTemplate]:
    """The templates of a repository.

    Args:
        repository: its name.
        asked: what each protected branch needs.
        checker: the role that approves what passed its check, if one does.
        place: where it is.
    """
    for one in asked:
        # An open pool counts the check's approval too, and one person less would have to agree.
        approvals = one.approvals + (1 if checker and not one.pool else 0)
        yield ApprovalTemplate(
            key=f"into-{one.branch}",
            name=template_name(repository, "approvals", one.branch),
            description=f"Approvals before something is merged into {one.branch} of {repository}",
            branches=(one.branch,),
            approvals=approvals,
            pool=one.pool,
        )
    if checker:
        yield ApprovalTemplate(
            key="check",
            name=template_name(repository, "check"),
            description=f"The check of a pull request of {repository} has passed",
            branches=tuple(one.branch for one in asked),
            approvals=1,
            pool=(place.role_sessions(checker),),
        )


def template_name(repository: str, *words: str) -> str:
    """A template's name. Neither a repository's name nor a branch's holds a space, so no two are the same; a slash is
    not allowed (https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html)."""
    return " ".join((repository, *words)).replace("/", " ")


class ApprovalTemplates(pulumi.ComponentResource):
    """The templates, associated with their repository."""

    def __init__(
        self,
        name: str,
        *,
        templates: Sequence[ApprovalTemplate],
        repository: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("delivery:index:ApprovalTemplates", name, None, opts)
        for one in templates:
            template = codecommit.ApprovalRuleTemplate(
                f"{name}-{one.key}",
                name=one.name,
                description=one.description,
                content=one.content,
                opts=pulumi.ResourceOptions(parent=self),
            )
            codecommit.ApprovalRuleTemplateAssociation(
                f"{name}-{one.key}-association",
                approval_rule_template_name=template.name,
                repository_name=repository,
                opts=pulumi.ResourceOptions(parent=template),
            )
        self.register_outputs({"templates": [one.name for one in templates]})
