"""What CodeCommit tells EventBridge, as patterns
(https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html)."""

from collections.abc import Sequence

Pattern = dict[str, object]

BRANCHES, TAGS = "refs/heads/", "refs/tags/"


def reference_changes(arn: str, *, kind: str, names: Sequence[str], events: Sequence[str]) -> Pattern:
    """What happens to branches or tags.

    Args:
        arn: the repository.
        kind: `branch` or `tag`.
        names: names, or prefixes that end in `*`.
        events: `referenceCreated`, `referenceUpdated`, `referenceDeleted`.
    """
    return {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "resources": [arn],
        "detail": {"event": list(events), "referenceType": [kind], "referenceName": [_matching(one) for one in names]},
    }


def pull_request_changes(
    arn: str, *, events: Sequence[str], into: Sequence[str], of: Sequence[str] = (), merged: bool | None = None
) -> Pattern:
    """What happens to pull requests.

    Args:
        arn: the repository.
        events: `pullRequestCreated`, `pullRequestSourceBranchUpdated`, `pullRequestMergeStatusUpdated`, …
        into: the branches they would be merged into.
        of: the branches they come from, by name or prefix that ends in `*`; from any by default.
        merged: whether they are merged by now; either by default.
    """
    detail: Pattern = {
        "event": list(events),
        "destinationReference": [_matching(f"{BRANCHES}{one}") for one in into],
    }
    if of:
        detail["sourceReference"] = [_matching(f"{BRANCHES}{one}") for one in of]
    if merged is not None:
        # A text in AWS's event, in Python's spelling.
        detail["isMerged"] = [str(merged)]
    return {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Pull Request State Change"],
        "resources": [arn],
        "detail": detail,
    }


def _matching(name: str) -> str | dict[str, str]:
    return {"prefix": name[:-1]} if name.endswith("*") else name
