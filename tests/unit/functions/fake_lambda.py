"""What the delivery of a Lambda function sees of AWS, in memory."""

import base64
import hashlib
import io
import json
from typing import Any

from botocore.response import StreamingBody

from pipeline_job.clients import Clients
from tests.unit.functions.fake_shift import FakeShift
from tests.unit.functions.fake_wire import CallError
from tests.unit.functions.pipeline_action import EXECUTION

FUNCTION, HOOK = "storefront-prod", "CodeDeployHook_storefront-prod-before"
BUNDLE = b"the tested bundle"


TOLD = json.dumps(
    {
        "execution": EXECUTION,
        "pipeline": FUNCTION,
        "application": FUNCTION,
        "deploymentGroup": FUNCTION,
        "function": FUNCTION,
        "alias": "live",
        "beforeAllowTraffic": HOOK,
    }
)
"""What the pipeline tells the function."""


def digest(content: bytes) -> str:
    """As Lambda says it of code."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class FakeLambda(FakeShift):
    """One function with its hook, its versions and its alias, beside CodeDeploy."""

    def __init__(self) -> None:
        super().__init__()
        self.clients = Clients(make=self._client, artifacts=lambda _: self._client("s3"))
        self.bundle = BUNDLE
        self.code = {FUNCTION: digest(b"old"), HOOK: digest(b"old")}
        self.updates = {FUNCTION: "Successful", HOOK: "Successful"}
        self.changed = {FUNCTION: "", HOOK: ""}
        self.memory = 256
        self.versions = {"7": digest(b"old")}
        self.memories = {"7": 256}
        self.states: dict[str, tuple[str, str]] = {}
        self.patched = ""
        self.alias = "7"
        self.weights: dict[str, float] = {}
        self.revision = 1

    def take_in(self) -> None:
        """Lambda has finished with the code it was given."""
        self.updates = dict.fromkeys(self.updates, "Successful")

    def shifted(self, deployment: str) -> None:
        """CodeDeploy ends a deployment well."""
        self.deployments[deployment].update(status="Succeeded", completeTime=self.now)
        self.alias, self.weights = max(self.versions, key=int), {}

    def _s3_GetObject(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["Bucket"], params["Key"]) == ("artifacts", "storefront/App/abc.zip")
        return {"Body": StreamingBody(io.BytesIO(self.bundle), len(self.bundle))}

    def _lambda_GetFunctionConfiguration(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name, version = params["FunctionName"], params.get("Qualifier", "$LATEST")
        if name not in self.code:
            raise CallError("ResourceNotFoundException", status=404)
        found: dict[str, Any] = {
            "FunctionName": name,
            "FunctionArn": f"arn:aws:lambda:eu-west-1:111122223333:function:{name}",
            "Version": version,
            "RevisionId": f"{name}-{version}",
            "Environment": {"Variables": {"GREETING": "Hello"}},
        }
        if version == "$LATEST":
            latest = {
                "CodeSha256": self.code[name],
                "MemorySize": self.memory,
                "LastUpdateStatus": self.updates[name],
                "LastModified": self.changed[name],
            }
            patch = {"RuntimeVersionConfig": {"RuntimeVersionArn": self.patched}} if self.patched else {}
            return {**found, **latest, **patch}
        found["FunctionArn"] += f":{version}"
        state, reason = self.states.get(version, ("Active", ""))
        ready = {"State": state, **({"StateReason": reason} if reason else {})}
        return {**found, "CodeSha256": self.versions[version], "MemorySize": self.memories[version], **ready}

    def _lambda_UpdateFunctionCode(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["S3Bucket"], params["S3Key"]) == ("artifacts", "storefront/App/abc.zip")
        assert params["Publish"] is False
        name = params["FunctionName"]
        if self.updates[name] == "InProgress":
            raise CallError("ResourceConflictException", status=409)
        self.code[name], self.updates[name] = digest(self.bundle), "InProgress"
        self.changed[name] = self.now.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        return {"FunctionName": name}

    def _lambda_PublishVersion(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["FunctionName"] == FUNCTION
        if params["CodeSha256"] != self.code[FUNCTION]:
            raise CallError("InvalidParameterValueException", "CodeSHA256 is different")
        last = max(self.versions, key=int) if self.versions else "0"
        # Lambda makes no second version of what was published last
        # (https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html).
        now = (self.code[FUNCTION], self.memory)
        if not self.versions or (self.versions[last], self.memories[last]) != now:
            last = str(int(last) + 1)
            self.versions[last], self.memories[last] = now
        return {"FunctionName": FUNCTION, "Version": last}

    def _lambda_GetAlias(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params == {"FunctionName": FUNCTION, "Name": "live"}
        weights = {"RoutingConfig": {"AdditionalVersionWeights": self.weights}} if self.weights else {}
        return {"Name": "live", "FunctionVersion": self.alias, "RevisionId": str(self.revision), **weights}

    def _lambda_UpdateAlias(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params["RevisionId"] != str(self.revision):
            raise CallError("PreconditionFailedException", status=412)
        self.alias = params["FunctionVersion"]
        self.revision += 1
        return {"Name": "live", "FunctionVersion": self.alias}

    def _codedeploy_BatchGetDeploymentTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [item for item in self.failed_targets if item["targetId"] in params["targetIds"]]
        return {"deploymentTargets": [{"deploymentTargetType": "LambdaTarget", "lambdaTarget": item} for item in found]}
