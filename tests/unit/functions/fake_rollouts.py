"""What the delivery of a service sees of AWS where ECS moves the traffic itself, in memory."""

import json
from typing import Any

from tests.unit.functions.fake_ecs import SERVICE, TOLD, FakeEcs
from tests.unit.functions.fake_wire import CallError

TELLING = {key: value for key, value in json.loads(TOLD).items() if key not in ("application", "deploymentGroup")}
DEADLINE = 90
RUNNING = ("PENDING", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")


def told(**changes: object) -> str:
    """What the pipeline tells the function."""
    return json.dumps({**TELLING, "deadlineMinutes": DEADLINE, **changes})


class FakeRollouts(FakeEcs):
    """One service whose deployments are ECS's own. UpdateService to another task definition starts one and puts an end
    to one that runs; tests say what becomes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.rollouts: list[dict[str, Any]] = []
        self.aimed = 1
        self.page_size = 100
        self.listed = True

    # What ECS and people do.

    def begun(self, revision: int, *, status: str = "PENDING", **told_: Any) -> str:
        """A deployment of a revision of the task definition; its ARN."""
        arn = f"arn:aws:ecs:eu-west-1:111122223333:service-deployment/{SERVICE}/{SERVICE}/r{len(self.rollouts) + 1}"
        target = {"arn": self.revision(revision), "requestedProductionTrafficWeight": 0.0}
        self.rollouts.append(
            {
                "serviceDeploymentArn": arn,
                "status": status,
                "createdAt": self.now,
                "targetServiceRevision": target,
                **told_,
            }
        )
        self.aimed = revision
        return arn

    def at(self, stage: str, *, weight: float = 0.0) -> None:
        """The last one has come that far."""
        last = self.rollouts[-1]
        last |= {"status": "IN_PROGRESS", "lifecycleStage": stage}
        last["targetServiceRevision"]["requestedProductionTrafficWeight"] = weight

    def arrived(self) -> None:
        """The last one has come to a good end."""
        self.rollouts[-1]["status"] = "SUCCESSFUL"
        self.serving = int(self.rollouts[-1]["targetServiceRevision"]["arn"].rpartition("-")[2])

    def gone_back(self, *, status: str = "ROLLBACK_SUCCESSFUL", **told_: Any) -> None:
        """The last one has come to a bad end, and the old tasks serve."""
        self.rollouts[-1] |= {"status": status, **told_}
        self.aimed = self.serving

    # What ECS answers.

    def _ecs_UpdateService(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["cluster"], params["service"], len(params)) == (SERVICE, SERVICE, 3), "no other setting"
        revision = int(params["taskDefinition"].rpartition(":")[2])
        if revision != self.aimed:
            for one in self.rollouts:
                if one["status"] in RUNNING:
                    one["status"] = "STOPPED"
            self.begun(revision)
        return {"service": {"serviceName": SERVICE}}

    def _ecs_DescribeServices(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        answer = super()._ecs_DescribeServices(params)
        for service in answer["services"]:
            del service["taskSets"]
            service["taskDefinition"] = self.arn(self.aimed)
            revisions = dict.fromkeys((self.serving, self.aimed))
            service["currentServiceRevisions"] = [{"arn": self.revision(one)} for one in revisions]
        return answer

    def _ecs_ListServiceDeployments(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["cluster"], params["service"]) == (SERVICE, SERVICE)
        if not self.exists:
            raise CallError("ServiceNotFoundException")
        after = params.get("createdAt", {}).get("after")
        wanted = [
            one
            for one in (self.rollouts if self.listed else ())
            if (not after or one["createdAt"] > after) and one["status"] in params.get("status", [one["status"]])
        ]
        begin = int(params.get("nextToken", 0))
        page = wanted[begin : begin + self.page_size]
        more = {"nextToken": str(begin + len(page))} if begin + len(page) < len(wanted) else {}
        keys = ("serviceDeploymentArn", "status", "createdAt")
        return {"serviceDeployments": [{key: one[key] for key in keys} for one in page], **more}

    def _ecs_DescribeServiceDeployments(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert len(params["serviceDeploymentArns"]) <= 20
        found = [one for one in self.rollouts if one["serviceDeploymentArn"] in params["serviceDeploymentArns"]]
        return {"serviceDeployments": found, "failures": []}

    def _ecs_DescribeServiceRevisions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert len(params["serviceRevisionArns"]) <= 20
        revisions = [
            {"serviceRevisionArn": one, "taskDefinition": self.arn(int(one.rpartition("-")[2]))}
            for one in params["serviceRevisionArns"]
        ]
        return {"serviceRevisions": revisions, "failures": []}

    def _ecs_StopServiceDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["stopType"] == "ROLLBACK"
        (one,) = (each for each in self.rollouts if each["serviceDeploymentArn"] == params["serviceDeploymentArn"])
        if one["status"] not in RUNNING:
            raise CallError("ConflictException")
        one["status"] = "ROLLBACK_REQUESTED"
        return {"serviceDeploymentArn": params["serviceDeploymentArn"]}

    def revision(self, revision: int) -> str:
        """Of the service; the task definition's number is at its end."""
        return f"arn:aws:ecs:eu-west-1:111122223333:service-revision/{SERVICE}/{SERVICE}/of-{revision}"
