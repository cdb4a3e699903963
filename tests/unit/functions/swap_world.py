"""CodeDeploy and Auto Scaling as a little simulation: the world of `FakeAws`, in which things happen by themselves.

It knows what runs on each instance, registers and deregisters targets as AWS does, and holds every change that a
function asks for against what may never happen to the users.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from components.fleet_groups import MOVED_BY_DEPLOYMENTS
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws
from tests.unit.functions.fake_wire import FakeWire
from tests.unit.functions.swap_hooks import CREATORS, PLACEHOLDER, Hooks

INSTALLING = ("ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService")
ALLOWING = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
BLOCKING = ("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic")
EVENTS = (*INSTALLING, *ALLOWING, *BLOCKING)
"""The life cycle of a blue/green deployment; the last three are those of the original instances
(https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html)."""

READY = ["InService", "Healthy"]

LEAST = 2
"""The smallest size of the serving fleet, as `user_parameters` says it."""

LARGEST = 6

BY_HAND = "by hand"
"""The description of a deployment that somebody makes in CodeDeploy's console: nothing is held for it."""

MOVED = {"AutoScalingGroupName", *(key[0].upper() + key[1:] for key in MOVED_BY_DEPLOYMENTS)}
"""What Pulumi leaves alone, as the API spells it."""

DECLARED = {"HealthCheckType": "EC2"}

SCALED_BY = ("AlarmNotification", "ScheduledActions")
"""The processes by which policies and schedules move a fleet; both are suspended on the idle one as it is declared."""


class _SharedWire(FakeWire):
    """One set of clients for all worlds: to make them takes longer than what is simulated."""

    world: "SwapWorld"

    def _answer(self, service: str, model: Any, params: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        self.calls.clear()
        return self.world.answer(service, model, params)


_wire = _SharedWire()


class SwapWorld(FakeAws):
    """A delivery by two fleets that has been used before: blue serves the artifact `v0`.

    Args:
        counts_automatic: whether the deployment group's last deployment may be one that Auto Scaling has started. AWS
            doesn't say.
        moves_binding: whether CodeDeploy binds the group to the new fleet by itself. AWS doesn't say.
    """

    def __init__(self, *, counts_automatic: bool = True, moves_binding: bool = True) -> None:
        super().__init__()
        _wire.world, self.clients = self, _wire.clients
        self.counts_automatic, self.moves_binding = counts_automatic, moves_binding
        self.runs = {item[0]: "v0" for item in self.fleets[BLUE].instances}
        self.no_launch: set[str] = set()
        self.reached_by: dict[str, set[str]] = {}
        self.hooks = Hooks(self)
        self.largest = LARGEST
        self.between: Callable[[str], None] | None = None
        self.visiting = False
        self.retiring = ""
        self.violations: list[AssertionError] = []
        self.properties = {name: dict(DECLARED) for name in (BLUE, GREEN)}
        self.fleets[GREEN].suspended = set(SCALED_BY)
        first = self.add_deployment("Succeeded", fleet=BLUE, description="execution=first attempt=first")
        self._reach(first, BLUE, "v0")

    # What the tests ask.

    def traffic(self) -> set[str]:
        """The instances that take traffic."""
        alive = {item[0] for fleet in self.fleets.values() for item in fleet.instances if item[1] == "InService"}
        return {identity for identity, state in self.targets.items() if state == "healthy"} & alive

    def traffic_of(self, fleet: str) -> set[str]:
        """Those of one fleet."""
        return self.traffic() & {item[0] for item in self.fleets[fleet].instances}

    def running_deployments(self) -> list[str]:
        """Deployments that have not come to an end, without those that CodeDeploy starts by itself."""
        running = [key for key, item in self.deployments.items() if item["status"] in ("Created", "InProgress")]
        return [key for key in running if key not in self.hooks.of]

    def artifact_of(self, deployment: str) -> str:
        """The artifact that it deploys."""
        return str(self.deployments[deployment]["revision"]["s3Location"]["key"])

    def left_out(self) -> list[str]:
        """Instances that serve, are ready, and that the load balancer doesn't know."""
        ready = [item[0] for name in self.bound for item in self.fleets[name].instances if item[1:] == READY]
        return [identity for identity in ready if identity not in self.targets]

    def plan(self) -> dict[str, dict[str, str]]:
        """What `pulumi up` would change: what is not as declared, and not left to deployments."""
        found = {name: {k: v for k, v in has.items() if DECLARED.get(k) != v} for name, has in self.properties.items()}
        return {name: changed for name, changed in found.items() if changed}

    def apply(self, *, largest: int = LARGEST) -> None:
        """`pulumi up`: everything as declared, but for what is left to deployments, which are told a new maximum."""
        self.largest = largest
        for has in self.properties.values():
            has.clear()
            has.update(DECLARED)

    # What happens by itself.

    def pass_time(self, **amount: float) -> None:
        """Move the clock, and let Auto Scaling and the load balancer do what they do meanwhile."""
        self.now += timedelta(**amount)
        for name, fleet in self.fleets.items():
            for item in fleet.instances:
                if item[2] == "Unhealthy":
                    self._terminate(item)
            fleet.instances = [item for item in fleet.instances if item[1] != "Terminating"]
            for item in fleet.instances:
                if item[1] == "Pending":
                    self._enter_service(name, item)
            self.fit(name)
        self.targets = {key: "healthy" if state == "initial" else state for key, state in self.targets.items()}

    def policy(self, name: str, by: int) -> None:
        """An alarm of a target tracking policy rings, as both fleets' may: it moves the one whose process lets it."""
        fleet = self.fleets[name]
        wanted = max(fleet.min, min(fleet.max, fleet.desired + by))
        if "AlarmNotification" in fleet.suspended or wanted == fleet.desired:
            return
        assert self._serves(name), f"a policy moves {name}, which doesn't serve, from {fleet.desired} to {wanted}"
        assert wanted > fleet.desired or self.has_settled(name), f"a policy shrinks {name} by what it measured idle"
        fleet.desired = wanted
        self.fit(name)

    def schedule(self, name: str, least: int, desired: int | None = None) -> None:
        """A scheduled action is due, of which both fleets have the same. AWS refuses what is above the maximum."""
        fleet = self.fleets[name]
        if "ScheduledActions" in fleet.suspended or max(least, desired or 0) > fleet.max:
            return
        assert self._serves(name), f"a schedule moves {name}, which doesn't serve"
        fleet.min, fleet.desired = least, max(fleet.desired, least) if desired is None else desired
        self.fit(name)

    def _serves(self, name: str) -> bool:
        """Whether it does, or did when a function last looked."""
        return name in self.bound or self.fleets[name].attached or self.releases()[-1]["description"] == BY_HAND

    def has_settled(self, name: str) -> bool:
        """Whether a fleet has had its traffic for so long that its alarms know of it."""
        done = self.releases()
        last = done[-1]
        moved = last["targetInstances"]["autoScalingGroups"] == [name]
        unknown = len(done) == 1 or last["description"] == BY_HAND
        return unknown or not moved or self.now - last["completeTime"] >= timedelta(minutes=1)

    def releases(self) -> list[dict[str, Any]]:
        """Deployments that ended well and that somebody wanted."""
        return [one for one in self.deployments.values() if one["status"] == "Succeeded" and "creator" not in one]

    def fit(self, name: str) -> None:
        """Auto Scaling launches what is missing and terminates what is too many, the newest first."""
        fleet = self.fleets[name]
        alive = [item for item in fleet.instances if item[1] != "Terminating"]
        for item in alive[fleet.desired :]:
            self._terminate(item)
        if name not in self.no_launch:
            for _ in range(fleet.desired - len(alive)):
                self.launched += 1
                fleet.instances.append([f"i-new{self.launched}", "Pending", "Healthy"])

    def _terminate(self, item: list[str]) -> None:
        item[1] = "Terminating"
        self.targets.pop(item[0], None)

    def _enter_service(self, name: str, item: list[str]) -> None:
        self.runs[item[0]] = PLACEHOLDER
        if name in self.bound:
            self.hooks.launch(name, item)
        else:
            self.admit(name, item)

    def admit(self, name: str, item: list[str]) -> None:
        """An instance goes into service, and into the traffic where its fleet is attached."""
        item[1] = "InService"
        if self.fleets[name].attached:
            self.targets[item[0]] = "initial"

    def _reach(self, deployment: str, fleet: str, artifact: str) -> None:
        ready = {item[0] for item in self.fleets[fleet].instances if item[1] == "InService"}
        self.reached_by[deployment] = ready
        self.runs.update(dict.fromkeys(ready, artifact))
        self.deployments[deployment]["revision"] = {
            "revisionType": "S3",
            "s3Location": {"bucket": "artifacts", "key": artifact, "bundleType": "zip"},
        }

    # What CodeDeploy does with a deployment.

    def begin(self, deployment: str) -> None:
        """It installs on the instances that the fleet has now; who comes later is not reached."""
        info = self.deployments[deployment]
        info["status"] = "InProgress"
        self._reach(deployment, self._replacement(deployment), self.artifact_of(deployment))

    def finish(self, deployment: str) -> None:
        """It lets the traffic in to the new instances, then takes the old ones out."""
        if len(self._alive(deployment)) < LEAST:
            self.fail(deployment, code="HEALTH_CONSTRAINTS", message="too few instances")
            return
        replacement = self._replacement(deployment)
        old = self._other(replacement)
        self.targets.update(dict.fromkeys(self._alive(deployment), "healthy"))
        for item in self.fleets[old].instances:
            self.targets.pop(item[0], None)
        self.deployments[deployment].update(status="Succeeded", completeTime=self.now)
        if self.moves_binding:
            self.bound = [replacement]

    def break_down(self, deployment: str, event: str, *, rolls_back: bool, status: str = "Failed") -> None:
        """It ends badly in one event of its life cycle; CodeDeploy's own roll-back may put the traffic back."""
        replacement = self._replacement(deployment)
        old = self._other(replacement)
        alive = sorted(self._alive(deployment))
        originals = [item[0] for item in self.fleets[old].instances if item[0] in self.targets]
        if event in ALLOWING:
            self.targets.update(dict.fromkeys(alive[:1], "healthy"))
        if event in BLOCKING:
            self.targets.update(dict.fromkeys(alive, "healthy"))
            for identity in originals[: 1 if event == BLOCKING[0] else len(originals) // 2 + 1]:
                self.targets.pop(identity)
        self.fail(deployment, code="HEALTH_CONSTRAINTS", message=event)
        self.deployments[deployment]["status"] = status
        if rolls_back:
            rollback = self.add_deployment("Succeeded", fleet=old, creator="codeDeployRollback", description="rollback")
            self.deployments[rollback]["revision"] = self.deployments[deployment]["revision"]
            self.deployments[deployment]["rollbackInfo"] = {"rollbackDeploymentId": rollback}
            self.deployments[rollback]["status"] = "Stopped"
            for identity in alive:
                self.targets.pop(identity, None)
            self.targets.update({identity: "healthy" for identity in originals if self._lives(identity)})

    def _replacement(self, deployment: str) -> str:
        return str(self.deployments[deployment]["targetInstances"]["autoScalingGroups"][0])

    @staticmethod
    def _other(fleet: str) -> str:
        return GREEN if fleet == BLUE else BLUE

    def _alive(self, deployment: str) -> set[str]:
        return {identity for identity in self.reached_by.get(deployment, ()) if self._lives(identity)}

    def _lives(self, identity: str) -> bool:
        items = [item for fleet in self.fleets.values() for item in fleet.instances]
        return any(item[0] == identity and item[1] == "InService" for item in items)

    # AWS, with the eyes of the users on it.

    def answer(self, service: str, model: Any, params: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """What AWS answers to one call."""
        if self.between is not None and self.visiting:
            meanwhile, self.between = self.between, None
            meanwhile(model.name)
        before, serving = self.traffic(), [self.traffic_of(name) for name in self.bound]
        try:
            answer = self._answer(service, model, params)
            lost = before - self.traffic()
            assert not any(lost & fleet for fleet in serving), f"{model.name} takes {lost} of the serving fleet"
            assert len(self.traffic()) >= min(len(before), LEAST), f"{model.name} leaves {self.traffic()} of {before}"
        except AssertionError as error:
            # A function makes a failed action of everything that is raised under it.
            self.violations.append(error)
            raise
        return answer

    def _autoscaling_UpdateAutoScalingGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["AutoScalingGroupName"]
        fleet = self.fleets[name]
        assert params["MinSize"] <= params["DesiredCapacity"] <= params["MaxSize"], "AWS refuses such a size"
        if self.retiring:
            last = self.releases()[-1]["description"]
            assert f"execution={self.retiring}" in last.split(), f"{name} is the way back of what serves, {last}"
            assert not self.running_deployments(), f"a deployment runs, and {name} is emptied"
        fleet.min, fleet.desired, fleet.max = params["MinSize"], params["DesiredCapacity"], params["MaxSize"]
        self.properties[name].update({key: str(value) for key, value in params.items() if key not in MOVED})
        self.fit(name)
        return {}

    def _autoscaling_SuspendProcesses(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._not_left_alone(params["AutoScalingGroupName"], "SuspendedProcesses")
        return super()._autoscaling_SuspendProcesses(params)

    def _autoscaling_ResumeProcesses(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["AutoScalingGroupName"]
        assert name in self.bound, f"policies and schedules may move {name}, which doesn't serve"
        self._not_left_alone(name, "SuspendedProcesses")
        return super()._autoscaling_ResumeProcesses(params)

    def _not_left_alone(self, name: str, key: str) -> None:
        if key not in MOVED:
            self.properties[name][key] = "moved"

    def _autoscaling_AttachTrafficSources(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["AutoScalingGroupName"]
        for item in self.fleets[name].instances:
            if item[1] == "InService" and item[0] not in self.targets:
                assert self.runs[item[0]] != PLACEHOLDER, f"{item[0]} of {name} takes traffic and runs nothing"
                self.targets[item[0]] = "initial"
        return super()._autoscaling_AttachTrafficSources(params)

    def _autoscaling_DetachTrafficSources(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for item in self.fleets[params["AutoScalingGroupName"]].instances:
            self.targets.pop(item[0], None)
        return super()._autoscaling_DetachTrafficSources(params)

    def _autoscaling_TerminateInstanceInAutoScalingGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["ShouldDecrementDesiredCapacity"] is False
        for name, fleet in self.fleets.items():
            for item in fleet.instances:
                if item[0] == params["InstanceId"]:
                    installing = [self.hooks.of[key][1] for key in self.hooks.running()]
                    assert item not in installing, f"{item[0]} is replaced while it gets its release"
                    self._terminate(item)
                    self.fit(name)
        return {}

    def _codedeploy_GetDeploymentGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        hidden = {} if self.counts_automatic else self.deployments
        releases = {key: one for key, one in hidden.items() if one.get("creator") not in CREATORS}
        whole, self.deployments = self.deployments, releases or self.deployments
        try:
            return super()._codedeploy_GetDeploymentGroup(params)
        finally:
            self.deployments = whole

    def _codedeploy_CreateDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        fleet = params["targetInstances"]["autoScalingGroups"][0]
        assert fleet not in self.bound, "the deployment would go to the fleet that serves"
        assert not self.fleets[fleet].attached, "what is not deployed yet takes traffic"
        assert not self.traffic_of(fleet), "the deployment would go to instances that take traffic"
        if all(one["description"] != BY_HAND for one in self.deployments.values()):
            assert self.fleets[self._other(fleet)].attached, "what the serving fleet starts now takes no traffic"
        ready = [item for item in self.fleets[fleet].instances if item[1] == "InService"]
        wanted = min(self.fleets[self._other(fleet)].desired, self.largest)
        assert len(ready) >= wanted, f"{len(ready)} instances are to replace {wanted}"
        return super()._codedeploy_CreateDeployment(params)

    def _codedeploy_ListDeploymentTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params.get("targetFilters") == {"TargetStatus": ["Succeeded"]}:
            return {"targetIds": sorted(self.reached_by.get(params["deploymentId"], ()))}
        return {"targetIds": []}

    def attach_by_hand(self, fleet: str) -> None:
        """A person puts a fleet behind the load balancer."""
        self.fleets[fleet].attached = True
        ready = [item[0] for item in self.fleets[fleet].instances if item[1] == "InService"]
        self.targets.update({identity: "initial" for identity in ready if identity not in self.targets})
