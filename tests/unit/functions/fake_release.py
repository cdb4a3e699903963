"""What the two ends of a promotion see of AWS, in memory: an execution, a repository's history, a release bucket.

The bucket takes conditional writes as S3 does
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). The artifact store is beside it: it is
read with the credentials of the job, so its reads are no calls of the function's role.
"""

import base64
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline_job.clients import Clients
from pipeline_job.run import Visit, answer_job
from release_manifest import Manifest, manifest_key
from tests.unit.functions.fake_forge import commit
from tests.unit.functions.fake_wire import CallError, FakeWire
from tests.unit.functions.pipeline_action import EXECUTION, job_event

START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BUCKET, ACCOUNT, RELEASE = "delivery-prod-releases", "444455556666", "storefront/release.zip"
PIPELINE = "arn:aws:codepipeline:eu-west-1:111122223333:storefront-staging"
TAG_RULE = "arn:aws:events:eu-west-1:111122223333:rule/storefront-staging-tags"
ARTIFACT = b"a tested artifact"
DIGEST = hashlib.sha256(ARTIFACT).hexdigest()
GIVEN = {
    "application": "storefront",
    "pipeline": "storefront-staging",
    "pipelineArn": PIPELINE,
    "action": "PromoteRelease",
    "bucket": BUCKET,
    "region": "eu-central-1",
    "account": ACCOUNT,
    "tagRules": [TAG_RULE],
}
"""What is fixed for `promote_release`."""
TAKEN = {"application": "storefront", "bucket": BUCKET, "pipeline": PIPELINE}
"""What is fixed for `admit_release`."""

IAM_ACTIONS = {"s3:HeadObject": "s3:GetObject", "s3:ListObjectsV2": "s3:ListBucket"}


def run_of(
    name: str, category: str = "Test", status: str = "Succeeded", *, minutes: int = 0, **more: Any
) -> dict[str, Any]:
    """One action execution, as ListActionExecutions shows it."""
    kind = {"category": category, "owner": "AWS", "provider": more.pop("provider", "CodeBuild"), "version": "1"}
    url, variables = more.pop("url", ""), more.pop("variables", {})
    return {
        "pipelineExecutionId": EXECUTION,
        "stageName": more.pop("stage", category),
        "actionName": name,
        "startTime": START + timedelta(minutes=minutes),
        "status": status,
        "input": {"actionTypeId": kind},
        "output": {"outputVariables": variables, "executionResult": {"externalExecutionUrl": url} if url else {}},
        **more,
    }


class FakeRelease(FakeWire):
    """One execution of staging, and the bucket that prod reads."""

    def __init__(self) -> None:
        super().__init__()
        self.clients = Clients(make=self._client, artifacts=lambda _: self, s3_in=self._in_region)
        self.now = START
        self.regions: list[str] = []
        self.artifact = ARTIFACT
        self.size: int | None = None
        self.objects: dict[str, dict[str, Any]] = {}
        self.history: dict[str, dict[str, Any]] = {}
        self.trigger = {"triggerType": "CloudWatchEvent", "triggerDetail": "arn:aws:events:eu-west-1:1:rule/branches"}
        self.rolled_back_to = ""
        self.answers: list[dict[str, Any]] = []
        self.page = 100
        # What happens between the last look at the bucket and the writing of the artifact, and to bytes on their way.
        self.meanwhile: Callable[[], object] | None = None
        self.on_the_way: Callable[[bytes], bytes] = bytes
        self.add_commit("new", author="Jane")
        source = {"CommitId": commit("new"), "RepositoryName": "storefront", "BranchName": "main"}
        self.runs = [
            run_of("Source", "Source", provider="CodeCommit", variables=source),
            run_of("Build", "Build", url="https://console.aws.amazon.com/build/1"),
            run_of("e2e", url="https://console.aws.amazon.com/build/2"),
            run_of("PromoteRelease", "Invoke", "InProgress", stage="Promote", provider="Lambda"),
        ]

    # What a test does to the world.

    def add_commit(self, name: str, *parents: str, author: str, committer: str = "", time: int = 100) -> None:
        """A commit of the repository."""
        people = {
            side: {"name": who, "email": f"{who.lower()}@example.com", "date": f"{time} +0100"}
            for side, who in (("author", author), ("committer", committer or author))
        }
        ids = [commit(parent) for parent in parents]
        self.history[commit(name)] = {"commitId": commit(name), "parents": ids, **people}

    def put(self, key: str, body: bytes, **metadata: str) -> str:
        """An object that is there already; its ETag."""
        etag = f'"{len(self.calls)}-{hashlib.sha256(body).hexdigest()[:8]}-{len(self.objects)}"'
        versions = self.objects.get(key, {}).get("versions", 0) + 1
        self.objects[key] = {"body": body, "etag": etag, "metadata": metadata, "versions": versions}
        return etag

    def manifest(self, digest: str = DIGEST) -> Manifest:
        """The manifest that was written of these bytes."""
        return Manifest.from_json(self.objects[manifest_key("storefront", digest)]["body"].decode())

    @property
    def promotions(self) -> int:
        """How often the artifact was put into the bucket."""
        return int(self.objects.get(RELEASE, {}).get("versions", 0))

    @property
    def actions(self) -> set[str]:
        """Every call made, as IAM action."""
        return {IAM_ACTIONS.get(action, action) for action in super().actions}

    def call(self, visit: Visit, *, token: str | None = None, **told: str) -> dict[str, Any]:
        """One visit of CodePipeline; what it was answered."""
        event = job_event(token=token, parameters=json.dumps({"execution": EXECUTION, **told}))
        answer_job(event, visit=visit, clients=self.clients, clock=lambda: self.now)
        return self.answers[-1]

    def get_object(self, **asked: str) -> dict[str, Any]:
        """The artifact store, with the credentials of the job."""
        assert asked == {"Bucket": "artifacts", "Key": "storefront/App/abc.zip"}
        size = len(self.artifact) if self.size is None else self.size
        return {"ContentLength": size, "Body": io.BytesIO(self.artifact)}

    def _in_region(self, region: str) -> Any:
        self.regions.append(region)
        return self._client("s3")

    # AWS.

    def _codepipeline_GetPipelineExecution(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params == {"pipelineName": "storefront-staging", "pipelineExecutionId": EXECUTION}
        back = {"rollbackMetadata": {"rollbackTargetPipelineExecutionId": self.rolled_back_to}}
        return {"pipelineExecution": {"trigger": self.trigger, **(back if self.rolled_back_to else {})}}

    def _codepipeline_ListActionExecutions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        wanted = params["filter"]["pipelineExecutionId"]
        # AWS shows the newest first.
        found = [run for run in self.runs if run["pipelineExecutionId"] == wanted][::-1]
        begin = int(params.get("nextToken", "0"))
        more = {"nextToken": str(begin + self.page)} if len(found) > begin + self.page else {}
        return {"actionExecutionDetails": found[begin : begin + self.page], **more}

    def _codecommit_BatchGetCommits(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["repositoryName"] == "storefront"
        assert params["commitIds"], "AWS refuses an empty list"
        return {"commits": [self.history[one] for one in params["commitIds"] if one in self.history], "errors": []}

    def _s3_ListObjectsV2(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["Bucket"], params["ExpectedBucketOwner"]) == (BUCKET, ACCOUNT)
        return {"Contents": [{"Key": key} for key in sorted(self.objects) if key.startswith(params["Prefix"])][:1]}

    def _s3_HeadObject(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = self.objects[params["Key"]]
        return {"ETag": found["etag"], "VersionId": f"v{found['versions']}", "Metadata": found["metadata"]}

    def _s3_GetObject(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params["Key"] not in self.objects:
            raise CallError("NoSuchKey", status=404)
        return {"Body": io.BytesIO(self.objects[params["Key"]]["body"])}

    def _s3_PutObject(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["Bucket"], params["ExpectedBucketOwner"]) == (BUCKET, ACCOUNT)
        key, body = params["Key"], params["Body"]
        if key == RELEASE and self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        content = self.on_the_way(body if isinstance(body, bytes) else body.read())
        if (expected := params.get("ChecksumSHA256")) and base64.b64decode(expected) != hashlib.sha256(
            content
        ).digest():
            raise CallError("BadDigest")
        there = self.objects.get(key)
        if params.get("IfNoneMatch") == "*" and there:
            raise CallError("PreconditionFailed", status=412)
        if wanted := params.get("IfMatch"):
            if there is None:
                raise CallError("NoSuchKey", status=404)
            if there["etag"] != wanted:
                raise CallError("PreconditionFailed", status=412)
        self.put(key, content, **params.get("Metadata", {}))
        return {"VersionId": f"v{self.objects[key]['versions']}"}

    def _codepipeline_PutJobSuccessResult(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.answers.append(params)
        return {}

    def _codepipeline_PutJobFailureResult(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.answers.append(params)
        return {}
