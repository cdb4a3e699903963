"""What the functions of a repository see of AWS, in memory: CodeCommit, CodeBuild, CodePipeline and a topic."""

from typing import Any

from tests.unit.functions.fake_wire import CallError, FakeWire

REPOSITORY, PROJECT, PIPELINE = "storefront", "storefront-check", "storefront-app"
ACCOUNT, REGION = "111122223333", "eu-west-1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:storefront-releases"


def commit(name: str) -> str:
    """A commit id that can be told from others: the hexadecimal of a short name, filled up with zeros."""
    return name.encode().hex().ljust(40, "0")


class FakeForge(FakeWire):
    """One repository, its builds and its pipeline, and every message that was published."""

    def __init__(self) -> None:
        super().__init__()
        self.branches = {"main": commit("main"), "develop": commit("develop")}
        self.tags: dict[str, str] = {}
        self.base = commit("base")
        self.conflicts: list[str] = []
        self.differences: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.pull_requests: dict[str, dict[str, Any]] = {}
        self.approvals: dict[str, str] = {}
        self.comments: dict[str, dict[str, Any]] = {}
        self.builds: dict[str, dict[str, Any]] = {}
        self.executions: dict[str, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.page = 100

    # What a test does to the world.

    def add_pull_request(self, source: str, destination: str, *, revision: str = "r1", status: str = "OPEN") -> str:
        """A pull request that is there already; its id."""
        identity = str(len(self.pull_requests) + 1)
        self.pull_requests[identity] = {
            "pullRequestId": identity,
            "title": f"{source} to {destination}",
            "pullRequestStatus": status,
            "revisionId": revision,
            "pullRequestTargets": [
                {
                    "repositoryName": REPOSITORY,
                    "sourceReference": f"refs/heads/{source}",
                    "destinationReference": f"refs/heads/{destination}",
                    "sourceCommit": commit("source"),
                    "destinationCommit": commit("destination"),
                    "mergeMetadata": {"isMerged": False},
                }
            ],
        }
        return identity

    def merge(self, identity: str, **metadata: Any) -> None:
        """A person merges it."""
        found = self.pull_requests[identity]
        found["pullRequestStatus"] = "CLOSED"
        found["pullRequestTargets"][0]["mergeMetadata"] = {"isMerged": True, "mergedBy": "arn:x", **metadata}

    def push(self, identity: str, revision: str) -> None:
        """A person pushes to its source branch; approvals of the revision before count no more."""
        self.pull_requests[identity]["revisionId"] = revision
        self.approvals.pop(identity, None)

    def end_build(self, build: str, status: str) -> None:
        """CodeBuild ends a build."""
        for known in self.builds.values():
            if known["id"] == build:
                known["buildStatus"] = status

    def _found(self, identity: str) -> dict[str, Any]:
        if identity not in self.pull_requests:
            raise CallError("PullRequestDoesNotExistException")
        return self.pull_requests[identity]

    def _paged(self, items: list[Any], token: str | None) -> tuple[list[Any], str | None]:
        begin = int(token or 0)
        return items[begin : begin + self.page], str(begin + self.page) if len(items) > begin + self.page else None

    # AWS.

    def _codecommit_GetBranch(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["repositoryName"] == REPOSITORY
        if params["branchName"] not in self.branches:
            raise CallError("BranchDoesNotExistException")
        return {"branch": {"branchName": params["branchName"], "commitId": self.branches[params["branchName"]]}}

    def _codecommit_GetMergeConflicts(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["mergeOption"] == "THREE_WAY_MERGE"
        shown, more = self._paged(self.conflicts, params.get("nextToken"))
        return {
            "mergeable": not self.conflicts,
            "sourceCommitId": params["sourceCommitSpecifier"],
            "destinationCommitId": params["destinationCommitSpecifier"],
            "baseCommitId": self.base,
            "conflictMetadataList": [{"filePath": path, "numberOfConflicts": 1} for path in shown],
            **({"nextToken": more} if more else {}),
        }

    def _codecommit_GetMergeOptions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["sourceCommitSpecifier"].removeprefix("refs/tags/")
        if name not in self.tags:
            raise CallError("CommitDoesNotExistException")
        return {
            "mergeOptions": ["FAST_FORWARD_MERGE"],
            "sourceCommitId": self.tags[name],
            "destinationCommitId": params["destinationCommitSpecifier"],
            "baseCommitId": self.base,
        }

    def _codecommit_GetDifferences(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        between = (params["beforeCommitSpecifier"], params["afterCommitSpecifier"])
        if between not in self.differences:
            raise CallError("CommitDoesNotExistException")
        shown, more = self._paged(self.differences[between], params.get("NextToken"))
        sides = ("beforeBlob", "afterBlob")
        return {
            "differences": [
                {side: {"path": path, "blobId": "b"} for side, path in zip(sides, paths, strict=True) if path}
                for paths in shown
            ],
            **({"NextToken": more} if more else {}),
        }

    def _codecommit_ListPullRequests(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["repositoryName"] == REPOSITORY
        wanted = [
            identity
            for identity, one in self.pull_requests.items()
            if one["pullRequestStatus"] == params["pullRequestStatus"]
        ]
        shown, more = self._paged(wanted, params.get("nextToken"))
        return {"pullRequestIds": shown, **({"nextToken": more} if more else {})}

    def _codecommit_GetPullRequest(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"pullRequest": self._found(params["pullRequestId"])}

    def _codecommit_CreatePullRequest(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert len(params["title"]) <= 150
        assert len(params["description"]) <= 10_240
        for one in self.pull_requests.values():
            if one.get("clientRequestToken") == params["clientRequestToken"]:
                if one["description"] != params["description"]:
                    raise CallError("IdempotencyParameterMismatchException")
                return {"pullRequest": one}
        (target,) = params["targets"]
        identity = self.add_pull_request(target["sourceReference"], target["destinationReference"])
        told = {key: params[key] for key in ("title", "description", "clientRequestToken")}
        self.pull_requests[identity].update(told)
        return {"pullRequest": self.pull_requests[identity]}

    def _codecommit_UpdatePullRequestApprovalState(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = self._found(params["pullRequestId"])
        if found["pullRequestStatus"] == "CLOSED":
            raise CallError("PullRequestAlreadyClosedException")
        if found["revisionId"] != params["revisionId"]:
            raise CallError("RevisionNotCurrentException")
        self.approvals[params["pullRequestId"]] = params["approvalState"]
        return {}

    def _codecommit_PostCommentForPullRequest(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert len(params["content"]) <= 10_240
        known = self.comments.setdefault(params["clientRequestToken"], params)
        if known != params:
            raise CallError("IdempotencyParameterMismatchException")
        return {"comment": {"content": params["content"]}}

    def _codebuild_StartBuild(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        number = len(self.builds) + 1
        build = {"id": f"{PROJECT}:{number:08d}", "buildNumber": number, "buildStatus": "IN_PROGRESS"}
        # What an answer shows of a build that is known by its token, AWS doesn't say: here it is the build as it began.
        return {"build": {**self.builds.setdefault(params["idempotencyToken"], build), "buildStatus": "IN_PROGRESS"}}

    def _codebuild_BatchGetBuilds(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"builds": [one for one in self.builds.values() if one["id"] in params["ids"]]}

    def _codepipeline_StartPipelineExecution(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["name"] == PIPELINE
        self.executions.setdefault(params["clientRequestToken"], params)
        number = list(self.executions).index(params["clientRequestToken"])
        return {"pipelineExecutionId": f"00000000-0000-0000-0000-{number:012d}"}

    def _sns_Publish(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["TopicArn"] == TOPIC
        assert len(params["Subject"]) <= 100
        assert params["Subject"].isascii()
        self.messages.append(params)
        return {"MessageId": f"message-{len(self.messages)}"}

    def _codepipeline_PutJobSuccessResult(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.answers.append(params)
        return {}

    def _codepipeline_PutJobFailureResult(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.answers.append(params)
        return {}
