"""A pull request as it is now, which may be another thing than an event says that comes late."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline_job.branches import branch_of
from pipeline_job.failures import RefusedError


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """A pull request between two branches of one repository.

    Args:
        revision: id of its present revision.
        source, destination: short names of the branches.
        source_commit: the source branch's head; after the merge, the head that was merged.
        merge_commit: the commit that the merge made, empty where it made none.
        merge_option: how it was merged, empty where it was not.
    """

    id: str
    open: bool
    revision: str
    source: str
    destination: str
    source_commit: str
    merged: bool
    merge_commit: str
    merge_option: str


def observe_pull_request(identity: str, *, repository: str, client: Any) -> PullRequest:
    """Look at one pull request.

    Raises:
        RefusedError: it belongs to another repository.
    """
    found = client.get_pull_request(pullRequestId=identity)["pullRequest"]
    targets = [one for one in found.get("pullRequestTargets", ()) if one.get("repositoryName") == repository]
    if not targets:
        raise RefusedError(f"Pull request {identity} does not belong to the repository {repository}.")
    merge = targets[0].get("mergeMetadata", {})
    return PullRequest(
        id=identity,
        open=found.get("pullRequestStatus") == "OPEN",
        revision=found.get("revisionId", ""),
        source=branch_of(targets[0].get("sourceReference", "")),
        destination=branch_of(targets[0].get("destinationReference", "")),
        source_commit=targets[0].get("sourceCommit", ""),
        merged=bool(merge.get("isMerged")),
        merge_commit=merge.get("mergeCommitId", ""),
        merge_option=merge.get("mergeOption", ""),
    )


def open_pull_requests(repository: str, *, client: Any) -> Iterator[PullRequest]:
    """The repository's open pull requests, looked at one by one as the caller asks for them."""
    pages = client.get_paginator("list_pull_requests")
    for page in pages.paginate(repositoryName=repository, pullRequestStatus="OPEN"):
        for identity in page["pullRequestIds"]:
            yield observe_pull_request(identity, repository=repository, client=client)
