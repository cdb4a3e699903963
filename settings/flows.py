"""Flows: how the branches of a repository are called and protected, and which of them feed a stack."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from settings.base import Derived, Model
from settings.fields import (
    ApproverArn,
    Branch,
    ExactBranch,
    Listed,
    RelativePath,
    ReleaseTags,
    at_most,
    distinct,
    within,
)
from settings.tiers import Flow

__all__ = ["BRANCH_NAMES", "LASTING", "MOST_APPROVERS", "BranchNames", "Checks", "Flow", "Review"]

BRANCH_NAMES: Mapping[Flow, Mapping[str, str]] = MappingProxyType(
    {
        Flow.GIT_FLOW: {
            "main": "master",
            "develop": "develop",
            "release": "release/*",
            "hotfix": "hotfix/*",
            "tags": "v*",
        },
        Flow.TRUNK: {"main": "main", "tags": "v*"},
    }
)
"""What branches and tags are called, by flow and key of `branchNames`."""

LASTING = ("main", "develop")
"""The branches that are never deleted, by key of `branchNames`: only reviewed pull requests change them."""


MOST_APPROVERS = 12
"""So many of the longest ARNs fit into an approval rule template, which ends at 3,000 characters
(https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html)."""


class BranchNames(Model):
    """What the branches of the flow are called, where a team calls them otherwise."""

    main: Annotated[ExactBranch | None, Derived("`master`; `main` with trunk")] = Field(
        default=None, description="The branch of what is released."
    )
    develop: Annotated[ExactBranch | None, Derived("`develop`")] = Field(
        default=None, description="Git Flow: the branch of what comes next."
    )
    release: Annotated[Branch | None, Derived("`release/*`")] = Field(
        default=None, description="Git Flow: the branches of releases; their names end in a version."
    )
    hotfix: Annotated[Branch | None, Derived("`hotfix/*`")] = Field(
        default=None, description="Git Flow: the branches of what can't wait for a release."
    )
    tags: Annotated[ReleaseTags | None, Derived("`v*`")] = Field(
        default=None, description="The tags of releases; nobody but the platform may push them."
    )


class Review(Model):
    """What a pull request into one protected branch needs."""

    approvals: Annotated[int, within(1, 10, "approvals")] = Field(
        default=2, description="Approvals of a pull request, 1 to 10."
    )
    pool: Annotated[
        Listed[ApproverArn],
        at_most(MOST_APPROVERS, "approvers"),
        distinct("approvers"),
        Derived("the sessions of `developerRoles`"),
    ] = Field(
        default=(),
        description="Whose approvals count: ARNs such as arn:aws:sts::111122223333:assumed-role/Lead/*; at most 12. "
        "Without developerRoles everybody's do, and with checks one approval more is asked for: the check's own.",
    )


class Checks(Model):
    """The check of each pull request: a build of its head, whose result is said on it."""

    buildspec: Annotated[RelativePath | None, Derived("that of `build`")] = Field(
        default=None, description="Path of the buildspec in the repository."
    )
    timeout_minutes: Annotated[int, within(5, 2160, "minutes")] = Field(
        default=20, description="After how many minutes a check is stopped, 5 to 2160."
    )
    badge: bool = Field(
        default=False, description="Whether the check has a badge, whose public address is in the stack's outputs."
    )
