"""A pipeline whose deployments are recorded: executions in memory, artifacts and the ledger in moto's S3."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import boto3

from pipeline_job.run import Clock
from record_release.decide import Parameters
from record_release.handler import visit
from release_ledger import Release, releases
from release_manifest import Manifest, manifest_key
from repository_events.event import parse_event
from tests.unit.functions.fake_pipeline import ACCOUNT, BUCKET, DEPLOY, PIPELINE, REGION, TOPIC, FakePipeline
from tests.unit.functions.fake_wire import CallError

OTHER = "cd" * 32
LEDGER, ARTIFACTS = "delivery-prod-ledger", "delivery-prod-artifacts"
VERSION = "/delivery/prod/version"
BUNDLE = "storefront-prod/Source/abc.zip"
DIGEST = "ab" * 32

LINE: Mapping[str, Any] = {
    "application": "storefront",
    "stage": DEPLOY,
    "actions": ["ShiftTraffic", "VerifyRelease"],
    "repository": "",
    "releases": BUCKET,
    "variable": "",
    "hotfix": ["hotfix/*"],
}
RUNNING = {"commit": "4f2c" * 10, "tag": "v1.4.0", "dirty": False, "configuration": "cd" * 32}

MANIFEST = Manifest(
    application="storefront",
    digest=DIGEST,
    commit="9a1b" * 10,
    branch="release/2.3",
    tag="v2.3.0",
    committed_at="2026-11-20T08:00:00+00:00",
)


class FakeLedger(FakePipeline):
    """One stack with one pipeline. `mock_aws` has to be on while it lives."""

    def __init__(self) -> None:
        super().__init__()
        self.deployments: dict[str, dict[str, Any]] = {}
        self.running: str | None = json.dumps(RUNNING)
        self.stops: dict[str, str] = {}
        client = self.clients.s3
        for bucket, lock in ((LEDGER, True), (ARTIFACTS, False), (BUCKET, False)):
            where = {"LocationConstraint": REGION}
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration=where, ObjectLockEnabledForBucket=lock)
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        client.put_object(Bucket=ARTIFACTS, Key=BUNDLE, Body=b"the bundle")
        self.promote(MANIFEST)
        self.calls.clear()

    def _client(self, service: str) -> Any:
        if service != "s3":
            return super()._client(service)
        client = boto3.client("s3", region_name=REGION, aws_access_key_id="fake", aws_secret_access_key="fake")

        def answer(model: Any, params: dict[str, Any], **_: Any) -> Any:
            self.calls.append((f"s3:{model.name}", dict(params)))
            return self._answer("s3", model, {}) if self.errors.get(model.name) else None

        client.meta.events.register("before-call.s3.*", answer)
        return client

    # What a test does to the world.

    def promote(self, manifest: Manifest) -> None:
        """A release was promoted."""
        key = manifest_key(manifest.application, manifest.digest)
        self.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=manifest.to_json().encode())

    def begin(self, *, digest: str = DIGEST, approved: bool = True, **how: Any) -> str:
        """An execution that has come as far as the stage that deploys; its id."""
        identity = self.start("version-of-the-object", **how)
        if not how.get("rollback_of"):
            self.run(
                identity, "Admit", "AdmitRelease", "Succeeded", category="Invoke", outputVariables={"DIGEST": digest}
            )
            if approved:
                by = f"arn:aws:sts::{ACCOUNT}:assumed-role/qa/jane"
                self.run(identity, "Approval", "qa-head", "Succeeded", category="Approval", by=by)
                self.runs[-1]["output"] = {"executionResult": {"externalExecutionSummary": "Seen on staging"}}
                self.runs[-1]["lastUpdateTime"] = self.tick()
        return identity

    def act(self, execution: str, action: str, status: str, *, deployment: str = "", reason: str = "") -> None:
        """An action of the stage ran for a minute."""
        self.run(execution, DEPLOY, action, status, category="Invoke")
        if action == "ShiftTraffic":
            place = {"bucket": ARTIFACTS, "key": BUNDLE}
            self.runs[-1]["input"]["inputArtifacts"] = [{"name": "Source", "s3location": place}]
        output: dict[str, Any] = {"executionResult": {}}
        if deployment and status == "Succeeded":
            output["outputVariables"] = {"deploymentId": deployment}
        elif deployment:
            output["executionResult"]["externalExecutionId"] = deployment
        if reason:
            output["executionResult"]["errorDetails"] = {"code": "JobFailed", "message": reason}
        self.runs[-1]["output"] = output
        self.now += timedelta(minutes=1)
        self.runs[-1]["lastUpdateTime"] = self.now

    def deploy(self, execution: str, *, deployment: str = "d-1") -> None:
        """The stage runs to a good end."""
        self.act(execution, "ShiftTraffic", "Succeeded", deployment=deployment)
        self.act(execution, "VerifyRelease", "Succeeded")
        self.end(execution, "Succeeded")

    def end(self, execution: str, status: str) -> None:
        """The execution ends."""
        self.pipeline[execution]["status"] = status

    def see(self, event: Mapping[str, Any], *, line: Mapping[str, Any] = LINE, clock: Clock | None = None) -> str:
        """One event; what was done."""
        told = {
            "environment": "prod",
            "ledger": LEDGER,
            "version": VERSION,
            "topic": TOPIC,
        }
        given = Parameters.parse(json.dumps(told), pipelines=json.dumps({PIPELINE: line}))
        now = clock or (lambda: self.now)
        return visit(parse_event(event), parameters=given, clients=self.clients, clock=now)

    @property
    def recorded(self) -> Sequence[Release]:
        """What the ledger has, the oldest first."""
        return list(releases(self.clients.s3, LEDGER, "storefront", newest_first=False))

    # AWS.

    def _codepipeline_ListPipelineExecutions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        listed = super()._codepipeline_ListPipelineExecutions(params)
        for one in listed["pipelineExecutionSummaries"]:
            identity = one["pipelineExecutionId"]
            times = [run["startTime"] for run in self.runs if run["pipelineExecutionId"] == identity]
            one["lastUpdateTime"] = max(times, default=self.now)
            if identity in self.stops:
                one["stopTrigger"] = {"reason": self.stops[identity]}
        return listed

    def _ssm_GetParameter(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params == {"Name": VERSION}
        if self.running is None:
            raise CallError("ParameterNotFound")
        return {"Parameter": {"Name": VERSION, "Value": self.running, "Version": 7}}

    def _codedeploy_GetDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params["deploymentId"] not in self.deployments:
            raise CallError("DeploymentDoesNotExistException")
        return {"deploymentInfo": {"deploymentId": params["deploymentId"], **self.deployments[params["deploymentId"]]}}


def ended(execution: str, state: str = "SUCCEEDED", *, stage: str = DEPLOY, **detail: Any) -> dict[str, Any]:
    """The event that a stage ended
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html)."""
    told = {"pipeline": PIPELINE, "execution-id": execution, "stage": stage, "state": state, "version": 3, **detail}
    return _event("CodePipeline Stage Execution State Change", told)


def deployment_ended(application: str = PIPELINE, state: str = "SUCCESS") -> dict[str, Any]:
    """The event that a deployment ended
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html)."""
    detail = {"application": application, "deploymentGroup": application, "deploymentId": "d-1", "state": state}
    return _event("CodeDeploy Deployment State-change Notification", detail)


def hourly() -> dict[str, Any]:
    """What a schedule sends."""
    return _event("Scheduled Event", {})


def _event(kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    around = {"version": "0", "id": "01234567-0123-0123-0123-012345678901", "account": ACCOUNT, "region": REGION}
    return {
        **around,
        "detail-type": kind,
        "source": "aws",
        "time": "2026-11-23T12:00:00Z",
        "resources": [],
        "detail": detail,
    }


def only(aws: FakeLedger) -> Release:
    """The one release that was recorded."""
    (found,) = aws.recorded
    return found
