"""CodeDeploy as it shifts the traffic of a function or a service, in memory."""

from typing import Any

from tests.unit.functions.fake_aws import FakeAws
from tests.unit.functions.fake_wire import CallError


class FakeShift(FakeAws):
    """The deployments of one group, told what to do by a specification instead of a revision in S3."""

    def _codedeploy_CreateDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if any(item["status"] in ("Created", "InProgress") for item in self.deployments.values()):
            raise CallError("DeploymentLimitExceededException")
        assert len(params["description"]) <= 100
        identity = self.add_deployment("Created", description=params["description"])
        del self.deployments[identity]["targetInstances"]
        self.deployments[identity]["revision"] = params["revision"]
        if override := params.get("overrideAlarmConfiguration"):
            self.deployments[identity]["overrideAlarmConfiguration"] = override
        return {"deploymentId": identity}
