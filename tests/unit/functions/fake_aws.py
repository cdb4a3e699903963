"""What a delivery by two fleets sees of AWS, in memory. Time stands still until a test moves it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.functions.fake_wire import CallError, FakeWire

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/storefront/0123456789abcdef"
BLUE, GREEN = "storefront-blue", "storefront-green"


@dataclass
class FakeFleet:
    """An Auto Scaling group; instances are `[id, life cycle, health]`."""

    min: int = 0
    desired: int = 0
    max: int = 0
    instances: list[list[str]] = field(default_factory=list)
    attached: bool = False
    suspended: set[str] = field(default_factory=set)

    @classmethod
    def serving(cls, *ids: str, attached: bool = True) -> "FakeFleet":
        """A fleet in service with these instances."""
        return cls(2, len(ids), 6, [[i, "InService", "Healthy"] for i in ids], attached)


class FakeAws(FakeWire):
    """The world of one delivery, and every call made to it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.pipeline = "storefront-prod"
        self.fleets = {BLUE: FakeFleet.serving("i-b1", "i-b2", "i-b3"), GREEN: FakeFleet()}
        self.bound = [BLUE]
        self.deployments: dict[str, dict[str, Any]] = {}
        self.failed_targets: list[dict[str, Any]] = []
        self.reached: list[str] = []
        self.alarms = {"storefront-5xx": ("OK", "")}
        self.targets = {"i-b1": "healthy", "i-b2": "healthy", "i-b3": "healthy"}
        self.said: dict[str, dict[str, str]] = {}
        self.gone: set[str] = set()
        self.rollbacks: set[str] = set()
        self.ended: dict[str, str] = {}
        self.answers: list[dict[str, Any]] = []
        self.page = 100
        self.launched = 0

    # What a test does to the world.

    def pass_time(self, **amount: float) -> None:
        """Move the clock; instances that were coming are in service then, leaving ones gone."""
        self.now += timedelta(**amount)
        for fleet in self.fleets.values():
            fleet.instances = [item for item in fleet.instances if item[1] != "Terminating"]
            for item in fleet.instances:
                item[1] = "InService" if item[1] == "Pending" else item[1]

    def add_deployment(self, status: str, *, fleet: str = GREEN, description: str = "", **info: Any) -> str:
        """A deployment that is there already."""
        identity = f"d-{len(self.deployments) + 1:09d}"
        self.deployments[identity] = {
            "deploymentId": identity,
            "status": status,
            "createTime": self.now,
            "description": description,
            "targetInstances": {"autoScalingGroups": [fleet]},
            **({} if status in ("Created", "InProgress") else {"completeTime": self.now}),
            **info,
        }
        return identity

    def succeed(self, identity: str) -> None:
        """CodeDeploy ends a deployment well: the traffic is moved and the group bound to the replacement."""
        info = self.deployments[identity]
        info.update(status="Succeeded", completeTime=self.now)
        self.bound = list(info["targetInstances"]["autoScalingGroups"])
        self.reached = [item[0] for item in self.fleets[self.bound[0]].instances]
        self.targets = dict.fromkeys(self.reached, "healthy")

    def fail(self, identity: str, *, code: str, message: str, **info: Any) -> None:
        """CodeDeploy ends a deployment badly."""
        error = {"code": code, "message": message}
        self.deployments[identity].update(status="Failed", completeTime=self.now, errorInformation=error, **info)

    def changes(self) -> list[str]:
        """The operations called that change something, in order, without the answers to CodePipeline."""
        reads = ("Describe", "Get", "List", "BatchGet", "Put")
        names = [action.split(":")[1] for action, _ in self.calls]
        return [name for name in names if not name.startswith(reads)]

    # AWS.

    def _autoscaling_TerminateInstanceInAutoScalingGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params["InstanceId"] not in self._in_service():
            raise CallError("ValidationError", "Instance Id not found")
        for fleet in self.fleets.values():
            fleet.instances = [item for item in fleet.instances if item[0] != params["InstanceId"]]
        return {}

    def _autoscaling_DescribeAutoScalingGroups(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        groups = []
        for name in params["AutoScalingGroupNames"]:
            if name not in self.fleets:
                continue
            fleet = self.fleets[name]
            groups.append(
                {
                    "AutoScalingGroupName": name,
                    "MinSize": fleet.min,
                    "MaxSize": fleet.max,
                    "DesiredCapacity": fleet.desired,
                    "DefaultCooldown": 300,
                    "AvailabilityZones": ["eu-west-1a"],
                    "HealthCheckType": "EC2",
                    "CreatedTime": START,
                    "TargetGroupARNs": [TARGET_GROUP] if fleet.attached else [],
                    "TrafficSources": [{"Identifier": TARGET_GROUP, "Type": "elbv2"}] if fleet.attached else [],
                    "SuspendedProcesses": [
                        {"ProcessName": name, "SuspensionReason": "User suspended"} for name in sorted(fleet.suspended)
                    ],
                    "Instances": [
                        {
                            "InstanceId": identity,
                            "AvailabilityZone": "eu-west-1a",
                            "LifecycleState": lifecycle,
                            "HealthStatus": health,
                            "ProtectedFromScaleIn": False,
                        }
                        for identity, lifecycle, health in fleet.instances
                    ],
                }
            )
        return {"AutoScalingGroups": groups}

    def _autoscaling_UpdateAutoScalingGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        fleet = self.fleets[params["AutoScalingGroupName"]]
        if not params["MinSize"] <= params["DesiredCapacity"] <= params["MaxSize"]:
            raise CallError("ValidationError")
        fleet.min, fleet.desired, fleet.max = params["MinSize"], params["DesiredCapacity"], params["MaxSize"]
        while len(fleet.instances) < fleet.desired:
            self.launched += 1
            fleet.instances.append([f"i-new{self.launched}", "Pending", "Healthy"])
        for item in fleet.instances[fleet.desired :]:
            item[1] = "Terminating"
        return {}

    def _autoscaling_AttachTrafficSources(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["TrafficSources"] == [{"Identifier": TARGET_GROUP, "Type": "elbv2"}]
        self.fleets[params["AutoScalingGroupName"]].attached = True
        return {}

    def _autoscaling_DetachTrafficSources(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["TrafficSources"] == [{"Identifier": TARGET_GROUP, "Type": "elbv2"}]
        self.fleets[params["AutoScalingGroupName"]].attached = False
        return {}

    def _autoscaling_SuspendProcesses(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.fleets[params["AutoScalingGroupName"]].suspended |= set(params["ScalingProcesses"])
        return {}

    def _autoscaling_ResumeProcesses(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.fleets[params["AutoScalingGroupName"]].suspended -= set(params["ScalingProcesses"])
        return {}

    def _cloudwatch_DescribeAlarms(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [
            {"AlarmName": name, "StateValue": self.alarms[name][0], "StateReason": self.alarms[name][1]}
            for name in params["AlarmNames"]
            if name in self.alarms
        ]
        return {"MetricAlarms": found, "CompositeAlarms": []}

    def _elbv2_DescribeTargetHealth(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["TargetGroupArn"] == TARGET_GROUP
        return {
            "TargetHealthDescriptions": [
                {"Target": {"Id": name, "Port": 8080}, "TargetHealth": {"State": state, **self.said.get(name, {})}}
                for name, state in self.targets.items()
            ]
        }

    def _elbv2_RegisterTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        wanted = {target["Id"] for target in params["Targets"]}
        if missing := sorted(wanted - self._in_service()):
            # None of the others is registered either.
            raise CallError("InvalidTarget", f"The following targets are not in a running state: {missing}")
        self.targets.update(dict.fromkeys(wanted, "initial"))
        return {}

    def _in_service(self) -> set[str]:
        """What runs; an instance may be gone before Auto Scaling knows."""
        items = [item for fleet in self.fleets.values() for item in fleet.instances]
        return {identity for identity, lifecycle, _ in items if not lifecycle.startswith("Terminat")} - self.gone

    def _elbv2_DeregisterTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for target in params["Targets"]:
            self.targets.pop(target["Id"], None)
        return {}

    def _codedeploy_GetDeploymentGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params == {"applicationName": "storefront", "deploymentGroupName": "storefront"}
        info: dict[str, Any] = {"autoScalingGroups": [{"name": name, "hook": "hook"} for name in self.bound]}
        of_it = [item for item in self.deployments.values() if _is_of(item, params)]
        ended = [item for item in of_it if item["status"] == "Succeeded"]
        for key, items in (("lastSuccessful", ended), ("lastAttempted", of_it)):
            if items:
                last = items[-1]
                info[f"{key}Deployment"] = {"deploymentId": last["deploymentId"], "status": last["status"]}
                if "completeTime" in last:
                    info[f"{key}Deployment"]["endTime"] = last["completeTime"]
        return {"deploymentGroupInfo": info}

    def _codedeploy_ListDeployments(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        begin = int(params.get("nextToken", "0"))
        since = params.get("createTimeRange", {}).get("start", START - timedelta(days=365))
        wanted = params.get("includeOnlyStatuses", [item["status"] for item in self.deployments.values()])
        ids = [
            key
            for key, item in self.deployments.items()
            if item["createTime"] >= since and item["status"] in wanted and _is_of(item, params)
        ]
        more = {"nextToken": str(begin + self.page)} if len(ids) > begin + self.page else {}
        return {"deployments": ids[begin : begin + self.page], **more}

    def _codedeploy_BatchGetDeployments(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert len(params["deploymentIds"]) <= 25, "AWS refuses more than 25"
        return {"deploymentsInfo": [self.deployments[key] for key in params["deploymentIds"]]}

    def _codedeploy_GetDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"deploymentInfo": self.deployments[params["deploymentId"]]}

    def _codedeploy_CreateDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        of_it = [item for item in self.deployments.values() if _is_of(item, params)]
        if any(item["status"] in ("Created", "InProgress") for item in of_it):
            raise CallError("DeploymentLimitExceededException")
        assert len(params["description"]) <= 100
        told = {key: params[key] for key in ("deploymentGroupName", "description", "revision")}
        identity = self.add_deployment("Created", **told)
        if "targetInstances" in params:
            self.deployments[identity]["targetInstances"] = params["targetInstances"]
        else:
            del self.deployments[identity]["targetInstances"]
        watched = params.get("overrideAlarmConfiguration", {}).get("enabled", True)
        if watched and any(state == "ALARM" for state, _ in self.alarms.values()):
            self.deployments[identity].update(status="Stopped", completeTime=self.now)
        return {"deploymentId": identity}

    def _codedeploy_UpdateDeploymentGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params.keys() == {"applicationName", "currentDeploymentGroupName", "autoScalingGroups"}
        self.bound = list(params["autoScalingGroups"])
        return {"hooksNotCleanedUp": []}

    def _codedeploy_ListDeploymentTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params["targetFilters"] == {"TargetStatus": ["Succeeded"]}:
            return {"targetIds": self.reached}
        assert params["targetFilters"] == {"TargetStatus": ["Failed"]}
        return {"targetIds": [item["targetId"] for item in self.failed_targets]}

    def _codedeploy_BatchGetDeploymentTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [item for item in self.failed_targets if item["targetId"] in params["targetIds"]]
        return {
            "deploymentTargets": [{"deploymentTargetType": "InstanceTarget", "instanceTarget": item} for item in found]
        }

    def _codepipeline_GetPipelineExecution(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["pipelineName"] == self.pipeline
        identity = params["pipelineExecutionId"]
        kind = "ROLLBACK" if identity in self.rollbacks else "STANDARD"
        status = self.ended.get(identity, "InProgress")
        return {"pipelineExecution": {"pipelineExecutionId": identity, "executionType": kind, "status": status}}

    def _codepipeline_PutJobSuccessResult(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.answers.append(params)
        return {}

    def _codepipeline_PutJobFailureResult(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.answers.append(params)
        return {}


def _is_of(deployment: dict[str, Any], params: dict[str, Any]) -> bool:
    """Whether a deployment is of the group that is asked for; one that names no group is of any."""
    group = params.get("deploymentGroupName")
    return bool(deployment.get("deploymentGroupName", group) == group)
