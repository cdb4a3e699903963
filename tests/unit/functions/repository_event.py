"""The events of a repository and its builds, in the shapes AWS documents, and the parameters of who gets them.

https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html
https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
"""

from typing import Any

from tests.unit.functions.fake_forge import ACCOUNT, PIPELINE, PROJECT, REGION, REPOSITORY, TOPIC, commit

CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/Developer/mary"
TIME = "2026-11-23T12:00:00Z"


FIXED: dict[str, dict[str, Any]] = {
    "check_pull_request": {"repository": REPOSITORY, "project": PROJECT},
    "merge_back": {"repository": REPOSITORY, "main": "main", "develop": "develop", "topic": TOPIC},
    "start_changed": {
        "repository": REPOSITORY,
        "pipeline": PIPELINE,
        "action": "Source",
        "variable": "GIT_BRANCH",
        "includes": [],
        "excludes": [],
    },
    "tag_release": {
        "repository": REPOSITORY,
        "main": "main",
        "release": "release/*",
        "hotfix": "hotfix/*",
        "topic": TOPIC,
        "tagPrefix": "v",
    },
}
"""The parameters of each function, as the program gives them."""


def _event(kind: str, *, source: str, resource: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "01234567-0123-0123-0123-012345678901",
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": TIME,
        "region": REGION,
        "resources": [resource],
        "detail": detail,
    }


def _repository_event(kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    resource = f"arn:aws:codecommit:{REGION}:{ACCOUNT}:{REPOSITORY}"
    return _event(kind, source="aws.codecommit", resource=resource, detail=detail)


def reference_event(name: str, *, new: str = "", old: str = "", kind: str = "branch", **changes: Any) -> dict[str, Any]:
    """A branch or tag was created (no `old`), updated, or deleted (no `new`)."""
    happened = "Deleted" if not new else "Updated" if old else "Created"
    folder = "heads" if kind == "branch" else "tags"
    detail = {
        "event": f"reference{happened}",
        "repositoryName": REPOSITORY,
        "repositoryId": "12345678-1234-5678-abcd-12345678abcd",
        "referenceType": kind,
        "referenceName": name,
        "referenceFullName": f"refs/{folder}/{name}",
        **({"commitId": new} if new else {}),
        **({"oldCommitId": old} if old else {}),
        **changes,
    }
    return _repository_event("CodeCommit Repository State Change", detail)


def pull_request_event(
    name: str, identity: str = "1", *, source: str = "feature/x", destination: str = "develop", **changes: Any
) -> dict[str, Any]:
    """Something happened to a pull request: Created, SourceBranchUpdated, StatusChanged or MergeStatusUpdated."""
    merged = name == "MergeStatusUpdated"
    detail = {
        "author": CALLER,
        "callerUserArn": CALLER,
        "creationDate": "Mon Nov 23 11:00:00 UTC 2026",
        "description": "An example description.",
        "destinationCommit": commit("destination"),
        "destinationReference": f"refs/heads/{destination}",
        "event": f"pullRequest{name}",
        "isMerged": str(merged),
        "lastModifiedDate": "Mon Nov 23 12:00:00 UTC 2026",
        "notificationBody": "A pull request event occurred in the following AWS CodeCommit repository: storefront.",
        "pullRequestId": identity,
        "pullRequestStatus": "Closed" if merged or name == "StatusChanged" else "Open",
        "repositoryNames": [REPOSITORY],
        "revisionId": "r1",
        "sourceCommit": commit("source"),
        "sourceReference": f"refs/heads/{source}",
        "title": "My example pull request",
        **({"mergeOption": "THREE_WAY_MERGE"} if merged else {}),
        **changes,
    }
    return _repository_event("CodeCommit Pull Request State Change", detail)


def check_variables(identity: str = "1", revision: str = "r1") -> dict[str, str]:
    """What a build of a pull request carries."""
    return {
        "PULL_REQUEST_ID": identity,
        "REVISION_ID": revision,
        "SOURCE_BRANCH": "feature/x",
        "DESTINATION_BRANCH": "develop",
        "SOURCE_COMMIT": commit("source"),
        "DESTINATION_COMMIT": commit("destination"),
    }


def build_event(
    status: str,
    *,
    variables: dict[str, str] | None = None,
    build: str = "00000001",
    phases: list[dict[str, Any]] | None = None,
    more: dict[str, Any] | None = None,
    project: str = PROJECT,
) -> dict[str, Any]:
    """A build changed its state; `more` overrides its additional information."""
    arn = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{project}:{build}"
    group, stream = f"/aws/codebuild/{project}", build
    console = f"https://console.aws.amazon.com/cloudwatch/home?region={REGION}"
    listed = check_variables() if variables is None else variables
    detail = {
        "build-status": status,
        "project-name": project,
        "build-id": arn,
        "additional-information": {
            "artifact": {"location": ""},
            "environment": {
                "image": "aws/codebuild/standard:7.0",
                "privileged-mode": False,
                "compute-type": "BUILD_GENERAL1_SMALL",
                "type": "LINUX_CONTAINER",
                "environment-variables": [
                    {"name": name, "type": "PLAINTEXT", "value": value} for name, value in listed.items()
                ],
            },
            "timeout-in-minutes": 60.0,
            "build-complete": status != "IN_PROGRESS",
            "build-number": 55.0,
            "initiator": "storefront-check-pull-request/storefront-check-pull-request",
            "build-start-time": "Nov 23, 2026 12:00:00 PM",
            "source-version": commit("source"),
            "logs": {
                "group-name": group,
                "stream-name": stream,
                "deep-link": f"{console}#logEvent:group={group};stream={stream}",
            },
            "phases": [
                {"phase-context": [], "phase-type": "SUBMITTED", "phase-status": "SUCCEEDED"},
                *(phases or []),
                {"phase-type": "COMPLETED"},
            ],
            **(more or {}),
        },
        "current-phase": "COMPLETED",
        "current-phase-context": "[]",
        "version": "1",
    }
    return _event("CodeBuild Build State Change", source="aws.codebuild", resource=arn, detail=detail)
