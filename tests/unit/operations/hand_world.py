"""What a deployment by hand sees of AWS: two fleets and CodeDeploy in memory, S3 by moto, a pipeline, logs, a topic."""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeVar

import boto3
from moto import mock_aws

from operations.deployment.command import Deploy
from operations.line import run
from operations.stack import Stack
from release_ledger import Release, append
from release_manifest import Manifest, Proof, manifest_key
from tests.unit.functions.fake_aws import BLUE, GREEN, START, TARGET_GROUP, FakeAws
from tests.unit.functions.fake_wire import CallError

ACCOUNT, REGION = "444455556666", "eu-west-1"
JANE = f"arn:aws:sts::{ACCOUNT}:assumed-role/OnDuty/jane"
ARTIFACTS, RELEASES, LEDGER = "artifacts", "releases", "ledger"
KEY = "storefront/release.zip"
COMMIT = "3f2a9c1d" * 5
CHECKS, RECORD = "/aws/lambda/storefront-prod-check-approvers", "/aws/events/delivery-prod-approvals"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:delivery-prod-events"

SWAP: Mapping[str, Any] = {
    "pipeline": "storefront-prod",
    "application": "storefront",
    "deploymentGroup": "storefront",
    "fleets": [BLUE, GREEN],
    "size": {"min": 2, "desired": 3, "max": 6},
    "targetGroupArn": TARGET_GROUP,
    "alarms": ["storefront-5xx"],
    "watchMinutes": 5,
    "bakeMinutes": 10,
}
GATES = {"gates": ["qa-head"], "record": RECORD, "checks": CHECKS}


def told(platform: str = "server", strategy: str = "blue-green", **more: Any) -> dict[str, Any]:
    """The output of a stack about one application."""
    stages = ["Deploy", "Retire"] if strategy == "blue-green" else ["Deploy"]
    return {
        "platform": platform,
        "strategy": strategy,
        "parameters": dict(SWAP),
        "pipeline": "storefront-prod",
        "stages": [{"name": name, "deploys": name == "Deploy"} for name in stages],
        "artifact": "Source",
        "artifactBucket": ARTIFACTS,
        "topic": TOPIC,
        "approvals": GATES,
        **more,
    }


WorldT = TypeVar("WorldT", bound="HandWorld")


class HandWorld(FakeAws):
    """AWS around one application, and every call to it. Time passes when the command waits."""

    def __init__(self) -> None:
        super().__init__()
        self.executions: list[dict[str, Any]] = []
        self.runs: dict[str, list[dict[str, Any]]] = {}
        self.variables: dict[str, dict[str, str]] = {}
        self.stages: dict[str, dict[str, Any]] = {"Deploy": {}, "Retire": {}}
        self.logs: dict[str, list[str]] = {}
        self.door = True
        self.closed_because = "somebody has a reason"
        self.doors: list[bool] = []
        self.mails: list[tuple[str, str]] = []
        self.waits = 0
        self.fails = ""
        self.on_wait: Callable[[], None] = self.end_well
        self.told = told(releases={"bucket": RELEASES, "key": KEY})
        self.outputs: dict[str, Any] = {"ledger": {"bucket": LEDGER, "versionParameter": "/delivery/prod/version"}}
        self.made_by = {"commit": "unknown", "tag": "", "dirty": False, "configuration": ""}
        self.tier = "production"
        self.lifecycle: dict[str, list[tuple[str, str]]] = {}

    @cached_property
    def s3(self) -> Any:
        """S3, where moto keeps what is put there."""
        return boto3.client("s3", REGION)

    # What a test does to the world.

    def stack(self, name: str = "prod") -> Stack:
        """The stack, as the command comes to it."""
        return Stack(
            stack=name,
            account=ACCOUNT,
            region=REGION,
            tier=self.tier,
            outputs={**self.outputs, "applications": {"storefront": {"operations": self.told}}},
            make=lambda service, _: self.s3 if service == "s3" else self._client(service),
        )

    def append(self, record: Release) -> None:
        """A release is in the ledger."""
        assert append(self.s3, LEDGER, record)

    def deploy(self, *words: str, yes: bool = True) -> int:
        """`operations deploy` with these words."""
        command = Deploy(open=self.stack, clock=lambda: self.now, pause=self.wait)
        return run((command,), ["deploy", "--stack", "prod", *words, *(["--yes"] if yes else [])])

    def wait(self, seconds: float) -> None:
        """The command waits: time passes, and AWS goes on."""
        self.waits += 1
        assert self.waits < 300, "it waits for ever"
        self.pass_time(seconds=max(seconds, 60))
        self.on_wait()

    def end_well(self) -> None:
        """Every deployment that runs succeeds, but for one to a group that is about to fail."""
        for identity, info in self.deployments.items():
            if info["status"] not in ("Created", "InProgress"):
                continue
            if "targetInstances" not in info:
                failed = info["deploymentGroupName"] == self.fails
                info.update(status="Failed" if failed else "Succeeded", completeTime=self.now)
                self.fails = "" if failed else self.fails
            else:
                fleet = info["targetInstances"]["autoScalingGroups"][0]
                ids = [item[0] for item in self.fleets[fleet].instances]
                self.lifecycle[identity] = [(one, event) for one in ids for event in ("AfterInstall", "AllowTraffic")]
                self.succeed(identity)

    def put(self, content: bytes, *, bucket: str = RELEASES, key: str = KEY) -> str:
        """An artifact lies in S3; its version."""
        answer = self.s3.put_object(Bucket=bucket, Key=key, Body=content, ChecksumAlgorithm="SHA256")
        return str(answer["VersionId"])

    def promote(self, content: bytes, *, commit: str = COMMIT, tag: str = "", branch: str = "release/1.4") -> str:
        """Another environment promoted it; its version."""
        digest = hashlib.sha256(content).hexdigest()
        manifest = Manifest(
            application="storefront",
            digest=digest,
            commit=commit,
            branch=branch,
            tag=tag,
            committed_at="2026-11-20T08:00:00+00:00",
            tests=(Proof(name="e2e", status="Succeeded"),),
        )
        key = manifest_key("storefront", digest)
        self.s3.put_object(Bucket=RELEASES, Key=key, Body=manifest.to_json().encode())
        return self.put(content)

    def execution(self, identity: str, revision: str, *, artifact: str = "", status: str = "Succeeded") -> None:
        """The pipeline took a revision in, and made an artifact of it."""
        summary = {"pipelineExecutionId": identity, "status": status, "startTime": self.now}
        self.executions.insert(0, {**summary, "sourceRevisions": [{"actionName": "Source", "revisionId": revision}]})
        place = {"bucket": ARTIFACTS, "key": artifact}
        outputs = [{"name": self.told["artifact"], "s3location": place}] if artifact else []
        self.runs[identity] = [
            {
                "pipelineExecutionId": identity,
                "actionExecutionId": f"run-{identity}",
                "stageName": "Source",
                "actionName": "Source",
                "startTime": self.now,
                "status": "Succeeded",
                "output": {"outputArtifacts": outputs},
            }
        ]

    def approve(self, execution: str, *, result: str = "let on", gate: str = "qa-head", comment: str = "seen") -> None:
        """The check of the approvers wrote down how it saw an execution."""
        record = {
            "record": "approval",
            "execution": execution,
            "result": result,
            "approvals": [{"gate": gate, "status": "Succeeded", "by": JANE, "comment": comment}],
        }
        self.logs.setdefault(CHECKS, []).append(f"[INFO]\t2026-11-23T12:00:00Z\tid\t{json.dumps(record)}\n")

    def changes(self) -> list[str]:
        """The operations called that change something; looking into logs isn't one."""
        return [name for name in super().changes() if name != "FilterLogEvents"]

    @property
    def ledger(self) -> list[dict[str, Any]]:
        """What the ledger has, the oldest first."""
        keys = sorted(one["Key"] for one in self.s3.list_objects_v2(Bucket=LEDGER).get("Contents", ()))
        return [json.loads(self.s3.get_object(Bucket=LEDGER, Key=key)["Body"].read()) for key in keys]

    @property
    def deployed(self) -> list[dict[str, Any]]:
        """Where the bundle of each deployment lay, in order."""
        return [one["revision"]["s3Location"] for one in self.asked("CreateDeployment")]

    # AWS.

    def _sts_GetCallerIdentity(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"Account": ACCOUNT, "Arn": JANE, "UserId": "jane"}

    def _ssm_GetParameter(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["Name"] == "/delivery/prod/version"
        return {"Parameter": {"Name": params["Name"], "Value": json.dumps(self.made_by), "Version": 12}}

    def _sns_Publish(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["TopicArn"] == TOPIC
        self.mails.append((params["Subject"], params["Message"]))
        return {"MessageId": "m"}

    def _logs_FilterLogEvents(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params["logGroupName"] not in self.logs:
            raise CallError("ResourceNotFoundException")
        terms = [term for term in params["filterPattern"].split('"') if term.strip()]
        lines = [line for line in self.logs[params["logGroupName"]] if all(term in line for term in terms)]
        # One event a page, as CloudWatch may.
        begin = int(params.get("nextToken", "0"))
        more = {"nextToken": str(begin + 1)} if begin + 1 < len(lines) else {}
        events = [{"message": line, "timestamp": int(START.timestamp() * 1000)} for line in lines[begin : begin + 1]]
        return {"events": events, **more}

    def _codepipeline_GetPipelineState(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        closed = {"enabled": False, "disabledReason": self.closed_because}
        stages = [
            {
                "stageName": name,
                "inboundTransitionState": closed if name == "Deploy" and not self.door else {"enabled": True},
                **state,
            }
            for name, state in self.stages.items()
        ]
        return {"pipelineName": "storefront-prod", "stageStates": stages}

    def _codepipeline_DisableStageTransition(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["stageName"], params["transitionType"]) == ("Deploy", "Inbound")
        self.door, self.closed_because = False, params["reason"]
        self.doors.append(False)
        return {}

    def _codepipeline_EnableStageTransition(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["stageName"], params["transitionType"]) == ("Deploy", "Inbound")
        self.door = True
        self.doors.append(True)
        return {}

    def _codepipeline_ListPipelineExecutions(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"pipelineExecutionSummaries": self.executions}

    def _codepipeline_ListActionExecutions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"actionExecutionDetails": self.runs[params["filter"]["pipelineExecutionId"]]}

    def _codepipeline_GetPipelineExecution(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        identity = params["pipelineExecutionId"]
        assert identity in self.runs, "CodePipeline knows no deployment by hand"
        variables = [{"name": k, "resolvedValue": v} for k, v in self.variables.get(identity, {}).items()]
        return {"pipelineExecution": {"pipelineExecutionId": identity, "variables": variables}}

    def _codedeploy_StopDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["autoRollbackEnabled"] is True
        self.deployments[params["deploymentId"]].update(status="Stopped", completeTime=self.now)
        return {"status": "Pending"}

    def _codedeploy_ListDeploymentTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if "targetFilters" in params:
            return super()._codedeploy_ListDeploymentTargets(params)
        return {"targetIds": list(dict.fromkeys(one for one, _ in self.lifecycle.get(params["deploymentId"], ())))}

    def _codedeploy_BatchGetDeploymentTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if len(params["targetIds"]) > 25:
            raise CallError("BatchLimitExceededException")
        events = self.lifecycle.get(params["deploymentId"])
        if not events:
            return super()._codedeploy_BatchGetDeploymentTargets(params)
        targets = [
            {
                "targetId": one,
                "lifecycleEvents": [
                    {"lifecycleEventName": event, "status": "Succeeded", "endTime": self.now}
                    for target, event in events
                    if target == one
                ],
            }
            for one in params["targetIds"]
        ]
        return {
            "deploymentTargets": [{"deploymentTargetType": "InstanceTarget", "instanceTarget": one} for one in targets]
        }


@contextmanager
def hand_world(kind: type[WorldT]) -> Iterator[WorldT]:
    """A world with empty buckets, in which something serves."""
    with mock_aws():
        s3 = boto3.client("s3", REGION)
        for bucket in (ARTIFACTS, RELEASES, LEDGER):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        world = kind()
        old = {"bucket": ARTIFACTS, "key": "storefront-prod/Source/old", "bundleType": "zip"}
        world.add_deployment("Succeeded", fleet=BLUE, revision={"revisionType": "S3", "s3Location": old})
        world.now += timedelta(hours=1)
        yield world


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def checksum(content: bytes) -> str:
    """The same as S3 says it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def lines(text: str) -> list[str]:
    """The lines of a text without empty ones."""
    return [line for line in io.StringIO(text).read().splitlines() if line.strip()]
