"""Sources in Git: repositories of CodeCommit, and those behind a connection of AWS CodeConnections."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, model_validator

from settings.base import Context, Derived, FromParts, Model
from settings.detection import ChangeDetection, Source
from settings.fields import (
    Branch,
    ConnectionArn,
    ExactBranch,
    FullRepositoryId,
    Listed,
    PathPattern,
    RepositoryName,
    RoleName,
    TagPattern,
    at_least,
    at_most,
    distinct,
    refused,
)
from settings.flows import BRANCH_NAMES, LASTING, MOST_APPROVERS, BranchNames, Checks, Flow, Review

LONGEST_TEMPLATE = 100
"""Of an approval rule template's name: https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html"""

MOST_PATTERNS = 8
"""Of one list of a trigger's filter (https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html); kept for
CodeCommit too, so that a repository can move."""


class PathFilter(Model):
    """Which changed files count, in a repository of several applications."""

    includes: Annotated[Listed[PathPattern], at_most(MOST_PATTERNS, "patterns"), distinct("patterns")] = Field(
        default=(), description="Globs of the files whose change counts; at most 8; all by default."
    )
    excludes: Annotated[Listed[PathPattern], at_most(MOST_PATTERNS, "patterns"), distinct("patterns")] = Field(
        default=(), description="Globs of the files whose change doesn't count all the same; at most 8."
    )


class GitSource(Source):
    """What every Git repository says."""

    flow: Annotated[Flow | None, Field(strict=False)] = Field(
        default=None,
        description="git-flow or trunk: which branches feed the stack follows from its tier, and in the stack that "
        "owns a CodeCommit repository they are protected, checked, merged back and tagged.",
    )
    branch_names: Annotated[BranchNames, FromParts()] = Field(
        description="What the branches of the flow are called, where that isn't what Git Flow calls them."
    )
    branch: Annotated[ExactBranch, Derived("by flow and tier; must be said without a flow")] = Field(
        description="The branch that a start by hand or clock builds."
    )
    branches: Annotated[
        Listed[Branch],
        at_most(MOST_PATTERNS, "branches"),
        distinct("branches"),
        Derived("by flow and tier, or `[branch]`"),
    ] = Field(
        default=(),
        description="What starts the pipeline: exact branches, or prefixes such as release/*; at most 8.",
    )
    tags: Annotated[Listed[TagPattern], at_most(MOST_PATTERNS, "tags"), distinct("tags")] = Field(
        default=(), description="New tags that start the pipeline, such as v*; with tags alone, no branch does."
    )
    paths: Annotated[PathFilter, FromParts()] = Field(
        description="Of several applications in one repository: which files are this one's."
    )

    @model_validator(mode="before")
    @classmethod
    def _by_flow(cls, given: Any, info: ValidationInfo) -> Any:
        """Say what the flow says. Before validation, so that a resolved source has every value."""
        if not isinstance(given, Mapping):
            return given
        filled = dict(given)
        names = filled.get("branchNames", {})
        if filled.get("flow") in list(Flow) and isinstance(names, Mapping) and isinstance(info.context, Context):
            flow = Flow(filled["flow"])
            names = filled["branchNames"] = {**BRANCH_NAMES[flow], **names}
            feeds = info.context.defaults.feeds[flow]
            filled.setdefault("branch", names[feeds.manual])
            started = [names[one] for one in feeds.branches]
        else:
            started = [filled["branch"]] if isinstance(filled.get("branch"), str) else []
        if "branches" not in filled and "tags" not in filled:
            filled["branches"] = started
        return filled

    @model_validator(mode="after")
    def _started_by_something(self) -> "GitSource":
        if self.change_detection is ChangeDetection.EVENTS and not (self.branches or self.tags):
            raise refused("at least 1 branch, or tags, or another changeDetection than events", key="branches")
        others = [one for one in (*self.branches, *self.tags) if one != self.branch]
        if self.change_detection is ChangeDetection.POLLING and (others or self.paths.includes or self.paths.excludes):
            what = ", ".join(others) if others else "single paths"
            raise refused(
                f"events; polling looks at the branch {self.branch} alone, not at {what}", key="changeDetection"
            )
        return self

    @model_validator(mode="after")
    def _of_the_flow(self) -> "GitSource":
        known = BRANCH_NAMES[self.flow] if self.flow else {}
        for name in BranchNames.model_fields:
            if getattr(self.branch_names, name) is not None and name not in known:
                allowed = (
                    f"the flow {self.flow} calls {', '.join(known)} by name" if self.flow else "nothing without a flow"
                )
                raise refused(f"{allowed}, not {name}", key="branchNames")
        return self


class CodeCommitSource(GitSource):
    """A CodeCommit repository, owned by exactly one stack and referred to by the others of its account."""

    provider: Literal["codecommit"] = Field(description="Where the code is.")
    repository: RepositoryName = Field(description="The repository's name: 1 to 100 of A-Z a-z 0-9 . _ -.")
    owned: bool = Field(
        default=False, description="Whether this stack makes the repository; exactly one stack and application does."
    )
    developer_roles: Annotated[Listed[RoleName], at_most(MOST_APPROVERS, "roles"), distinct("roles")] = Field(
        default=(),
        description="Names of the IAM roles developers sign in with, at most 12: they are denied direct pushes to the "
        "lasting branches, and it is their approvals that count.",
    )
    reviews: Annotated[Mapping[ExactBranch, Review], Derived("every lasting branch of the flow, 2 approvals")] = Field(
        default_factory=dict, description="What a pull request needs, by the protected branch it is merged into."
    )
    checks: Annotated[Checks | None, Derived("of its parts, with a flow in the stack that owns the repository")] = (
        Field(default=None, description="The check of each pull request.")
    )

    @model_validator(mode="before")
    @classmethod
    def _checked_where_owned(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or given.get("owned") is not True or given.get("flow") not in list(Flow):
            return given
        return {"checks": {}, **given}

    @model_validator(mode="after")
    def _guarded_where_owned(self) -> "CodeCommitSource":
        for key, value in (
            ("developerRoles", self.developer_roles),
            ("reviews", self.reviews),
            ("checks", self.checks),
        ):
            if value and not (self.owned and self.flow):
                raise refused("only together with owned: true and a flow: one stack guards the repository", key=key)
        return self

    @model_validator(mode="after")
    def _reviewed_where_lasting(self) -> "CodeCommitSource":
        if not (self.owned and self.flow):
            return self
        lasting = [getattr(self.branch_names, key) for key in LASTING if key in BRANCH_NAMES[self.flow]]
        if unknown := [branch for branch in self.reviews if branch not in lasting]:
            raise refused(f"the lasting branches {', '.join(lasting)}, not {', '.join(unknown)}", key="reviews")
        longest = max((f"{self.repository} approvals {branch}" for branch in lasting), key=len)
        if (excess := len(longest) - LONGEST_TEMPLATE) > 0:
            limit = f"at most {LONGEST_TEMPLATE} characters for the approval rule template {longest}"
            raise refused(f"{limit}, which has {excess} too many", key="repository")
        return self


class PullRequestEvent(StrEnum):
    """What happens to a pull request."""

    OPENED = "opened"
    UPDATED = "updated"
    CLOSED = "closed"


class PullRequests(Model):
    """Pull requests that run through the pipeline."""

    into: Annotated[Listed[Branch], at_least(1, "branch"), at_most(MOST_PATTERNS, "branches"), distinct("branches")] = (
        Field(description="The branches they would be merged into, at most 8.")
    )
    events: Annotated[
        Listed[Annotated[PullRequestEvent, Field(strict=False)]], at_least(1, "event"), distinct("events")
    ] = Field(
        default=(PullRequestEvent.OPENED, PullRequestEvent.UPDATED),
        description="On what: opened, updated, closed.",
    )


class ConnectionSource(GitSource):
    """A repository behind a connection of AWS CodeConnections."""

    undetected: ClassVar[Mapping[ChangeDetection, str]] = {
        ChangeDetection.POLLING: "CodePipeline doesn't poll a connection: the provider tells it of each push"
    }
    provider_type: ClassVar[str]
    """The provider as AWS calls it."""

    repository: FullRepositoryId = Field(description="The repository: <owner>/<name>, of GitLab with all its groups.")
    connection: ConnectionArn | None = Field(
        default=None,
        description="ARN of a connection that exists; else the stack makes one, and a person finishes its handshake: "
        "AWS makes no check before, so `checks` are added after that.",
    )
    pull_requests: PullRequests | None = Field(
        default=None, description="Pull requests that are delivered before they are merged; in development only."
    )
    checks: Checks | None = Field(
        default=None,
        description="The check of each pull request, whose status is shown on its head commit; when the connection's "
        "handshake is done.",
    )


class GitHubSource(ConnectionSource):
    """A repository on GitHub."""

    provider_type: ClassVar[str] = "GitHub"
    provider: Literal["github"] = Field(description="Where the code is.")


class GitLabSource(ConnectionSource):
    """A repository on gitlab.com."""

    provider_type: ClassVar[str] = "GitLab"
    provider: Literal["gitlab"] = Field(description="Where the code is.")


class BitbucketSource(ConnectionSource):
    """A repository on Bitbucket Cloud."""

    provider_type: ClassVar[str] = "Bitbucket"
    provider: Literal["bitbucket"] = Field(description="Where the code is.")
