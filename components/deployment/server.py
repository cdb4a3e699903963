"""Deployments to EC2: in place, or blue/green between two declared fleets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi

from components.conditions import ROLL_BACK
from components.deployment import permissions
from components.deployment.codedeploy_action import codedeploy_action
from components.deployment.healthy_hosts import OwnConfig
from components.deployment.plan import ByHand, Deployed, DeploymentSurroundings
from components.deployment.server_group import ServerDeployment, ServerDeploymentArgs
from components.deployment.workers import WorkerPlan, Workers, WorkersArgs, WorkersPlan
from components.fleet import Fleet, FleetArgs
from components.fleet_plan import FleetPlan
from components.function import DeliveryFunction, DeliveryFunctionArgs, PipelineFunction
from components.hotfix import HotfixBake
from components.monitoring import AlarmThresholds, Measure, alarm_names, busy, front_measures, unhealthy
from components.place import Place
from components.stages import Artifact, Stage
from components.suites import FLEET_URL
from components.watching import ApplicationAlarms, ApplicationAlarmsArgs, Canary, measured

SHIFT = "ShiftTraffic"
VERIFY = "VerifyRelease"
RETIRE = "RetireFleet"


@dataclass(frozen=True, kw_only=True)
class ServerDeploymentPlan:
    """A deployment to EC2, as data.

    Args:
        fleet: the machines.
        deployment_config: how many instances may change at the same time, for example `CodeDeployDefault.OneAtATime`
            (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html).
        own_config: a configuration of the stack's own by that name, where it has one.
        thresholds: above which an alarm stops a deployment.
        watch_minutes: blue/green: how long after the shift an alarm rolls the deployment back, 0 to 1380.
        bake_minutes: blue/green: how long the old fleet stays ready after the traffic was shifted, 0 to 1380; the
            retiring action waits for it, and CodePipeline ends an invocation after 24 hours.
        hotfix: blue/green: the branches whose executions don't wait for it.
        canary: what opens its page, if anything does.
        target_url: where suites after the deployment reach the application; None is the load balancer's own address.
        workers: groups that take no traffic and are deployed to after the main one.
    """

    fleet: FleetPlan
    deployment_config: str
    thresholds: AlarmThresholds
    own_config: OwnConfig | None = None
    watch_minutes: int = 0
    bake_minutes: int = 0
    hotfix: HotfixBake | None = None
    canary: Canary | None = None
    target_url: str | None = None
    workers: Sequence[WorkerPlan] = ()

    @property
    def name(self) -> str:
        """The CodeDeploy application, and its main deployment group."""
        return self.fleet.name

    @property
    def place(self) -> Place:
        """Where it deploys."""
        return self.fleet.place

    @property
    def target(self) -> str:
        """The fleet in a line."""
        size = self.fleet.capacity
        usual = f"{size.desired} instance{'' if size.desired == 1 else 's'} of {self.fleet.instance_type}"
        return f"{usual}, up to {size.maximum}" if size.maximum > size.desired else usual

    @property
    def alarms(self) -> tuple[str, ...]:
        """The names of the alarms that speak against what its main group serves."""
        return alarm_names(self.name, self.measures({}))

    @property
    def beside(self) -> WorkersPlan:
        """Its workers, and who deploys to them."""
        return WorkersPlan(application=self.name, groups=self.workers, watch_minutes=self.watch_minutes)

    def measures(self, targets: Mapping[str, pulumi.Input[str]]) -> tuple[Measure, ...]:
        """What its main group is watched by: its load balancer, its targets, and how busy its machines are.

        Args:
            targets: load balancer and target group, as CloudWatch names them; empty before they exist.
        """
        machines = self.fleet.groups.items()
        return (
            *front_measures(self.thresholds, targets, alone=self.fleet.shared is None),
            unhealthy(self.thresholds, targets),
            *measured(self.canary),
            *(
                busy(
                    "busy processors",
                    label=f"cpu-{label}" if len(machines) > 1 else "cpu",
                    namespace="AWS/EC2",
                    metric="CPUUtilization",
                    dimensions={"AutoScalingGroupName": group},
                    percent=self.thresholds.busy_percent,
                    # What EC2 tells without being paid for more.
                    period=300,
                )
                for label, group in machines
            ),
        )

    def stages(self, artifact: Artifact, *, proof: Sequence[Stage] = ()) -> tuple[Stage, ...]:
        """The stages that bring an artifact to the machines.

        In place it is CodeDeploy's own action. Blue/green it is three functions, because that action can't name the
        fleet to deploy to (`docs/decisions/0002-two-declared-fleets.md`).

        Args:
            artifact: what is deployed.
            proof: what tests it where it is. Blue/green that is before the old fleet is stopped, so that there is a
                way back when it fails.
        """
        strategy = "blue/green on two fleets" if self.fleet.blue_green else "in place, with traffic control"
        target = f"{self.name}: {strategy}"
        at_once = f", at once for {', '.join(self.hotfix.branches)}" if self.hotfix else ""
        if not self.fleet.blue_green:
            action = codedeploy_action(
                self.place, self.name, deployment_config=self.deployment_config, artifact=artifact, target=target
            )
            # Without a roll-back of the stage: CodeDeploy puts the last good revision back itself, and the two would
            # meet in one deployment group, which takes one deployment at a time.
            return (Stage(name="Deploy", actions=(action, *self.beside.actions(artifact, run_order=2))), *proof)
        shift, verify, retire = self.functions
        return (
            Stage(
                name="Deploy",
                # Verified in the stage that shifts: a release that is refused fails it, and so is rolled back.
                actions=(
                    shift.action(name=SHIFT, inputs=(artifact,), target=target),
                    replace(verify.action(name=VERIFY), run_order=2),
                    # After that: what the users of the main group would refuse reaches no worker.
                    *self.beside.actions(artifact, run_order=3),
                ),
                on_failure=ROLL_BACK,
            ),
            *proof,
            Stage(
                name="Retire",
                actions=(
                    retire.action(
                        name=RETIRE,
                        target=f"{self.name}: the old fleet{at_once}",
                        parameters={"branch": self.hotfix.branch} if self.hotfix else None,
                    ),
                ),
            ),
        )

    @property
    def functions(self) -> tuple[PipelineFunction, ...]:
        """The functions of a blue/green deployment, in the order in which the pipeline invokes them."""
        if not self.fleet.blue_green:
            return ()
        observe = permissions.observe_fleets(self.fleet)
        releases = permissions.see_releases(self.place, self.name)
        resize = permissions.resize_fleets(self.fleet)
        resume = permissions.resume_scaling(self.fleet)
        alarms = permissions.watch_alarms()
        create = permissions.create_deployments(self.place, self.name, self.deployment_config)
        follow = permissions.follow_deployments()
        bind = permissions.bind_fleets(self.fleet)
        way_back = permissions.know_way_back(self.place, self.name)
        duties = {
            "shift_traffic": (*observe, *releases, *create, *follow, *bind, *resize, *resume, *way_back),
            "verify_release": (*observe, *releases, *alarms, *resume, *way_back),
            "retire_fleet": (*observe, *releases, *alarms, *resize, *resume, *way_back),
        }
        return tuple(
            PipelineFunction(
                package=package,
                application=self.fleet.application,
                place=self.place,
                statements=statements,
                libraries=("deployments", "fleets"),
            )
            for package, statements in duties.items()
        )

    def parameters(self, target_group_arn: pulumi.Input[str]) -> dict[str, object]:
        """What the functions work on."""
        capacity = self.fleet.capacity
        return {
            # The pipeline, the application of CodeDeploy and its one group have one name.
            "pipeline": self.name,
            "application": self.name,
            "deploymentGroup": self.name,
            "fleets": list(self.fleet.group_names),
            "size": {"min": capacity.minimum, "desired": capacity.desired, "max": capacity.maximum},
            "targetGroupArn": target_group_arn,
            "alarms": list(self.alarms),
            "watchMinutes": self.watch_minutes,
            "bakeMinutes": self.bake_minutes,
            **({"scaledBy": scaled} if (scaled := self.fleet.scaling.processes) else {}),
            **({"skipBakeFor": list(self.hotfix.branches)} if self.hotfix else {}),
        }

    def make(self, name: str, *, surroundings: DeploymentSurroundings, opts: pulumi.ResourceOptions) -> Deployed:
        """Fleet, alarms, and the CodeDeploy application that deploys to it; and the same for its workers."""
        fleet = Fleet(
            f"{name}-fleet",
            FleetArgs(
                plan=self.fleet,
                network=surroundings.network,
                key_arn=surroundings.key_arn,
                access_log_bucket=surroundings.access_log_bucket,
            ),
            opts=opts,
        )
        own = self.measures({"LoadBalancer": fleet.load_balancer_suffix, "TargetGroup": fleet.target_group_suffix})
        alarms = ApplicationAlarms(
            f"{name}-alarms",
            ApplicationAlarmsArgs(
                application=self.fleet.application,
                place=self.place,
                measures=(*own, *self.beside.measures),
                topic_arn=surroundings.topic_arn,
                runbooks=surroundings.runbooks,
            ),
            opts=opts,
        )
        parameters = self.parameters(fleet.target_group_arn)
        deployment = ServerDeployment(
            f"{name}-deployment",
            ServerDeploymentArgs(
                name=self.name,
                fleet=self.fleet,
                deployment_config=self.deployment_config,
                own_config=self.own_config,
                functions=self.functions,
                parameters=parameters,
                group_names=fleet.group_names,
                target_group_name=fleet.target_group_name,
                alarm_names=alarms.stopping_of(own),
                key_arn=surroundings.key_arn,
                log_retention_days=surroundings.log_retention_days,
                protect=surroundings.protect,
            ),
            # On both fleets: the group is bound to the one that serves, whichever that will be.
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[fleet])),
        )
        workers = [
            Workers(
                f"{name}-workers-{one.worker}",
                WorkersArgs(
                    plan=one,
                    application=deployment.application,
                    network=surroundings.network,
                    key_arn=surroundings.key_arn,
                    alarm_names=alarms.stopping_of(one.measures),
                    protect=surroundings.protect,
                ),
                opts=opts,
            )
            for one in self.workers
        ]
        strategy = "blue-green" if self.fleet.blue_green else "in-place"
        return Deployed(
            parts=(deployment, fleet, *workers, *self._deployer_of_workers(name, surroundings, opts)),
            alarms=alarms,
            by_hand=ByHand(
                platform="server",
                strategy=strategy,
                parameters=parameters,
                workers={one.worker: {**self.beside.parameters, "deploymentGroup": one.name} for one in self.workers},
            ),
            values={FLEET_URL.name: fleet.url},
            outputs={
                "url": fleet.url,
                **({"workers": {one.worker: one.name for one in self.workers}} if self.workers else {}),
            },
        )

    def _deployer_of_workers(
        self, name: str, surroundings: DeploymentSurroundings, opts: pulumi.ResourceOptions
    ) -> Iterator[DeliveryFunction]:
        if self.workers:
            yield DeliveryFunction(
                f"{name}-deploy-in-place",
                DeliveryFunctionArgs(
                    function=self.beside.function,
                    parameters=self.beside.parameters,
                    key_arn=surroundings.key_arn,
                    log_retention_days=surroundings.log_retention_days,
                ),
                opts=opts,
            )
