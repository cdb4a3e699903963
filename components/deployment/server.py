"""Deployments to EC2: in place, or blue/green between two declared fleets."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import codedeploy

from components.conditions import ROLL_BACK
from components.deployment import permissions
from components.fleet_plan import FleetPlan
from components.function import DeliveryFunction, DeliveryFunctionArgs, PipelineFunction
from components.hotfix import HotfixBake
from components.iam import ServiceRole, ServiceRoleArgs
from components.place import Place
from components.stages import Action, Artifact, Category, Stage

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
        alarms: names of the alarms that stop a deployment; at most 10.
        bake_minutes: blue/green: how long the old fleet stays ready after the traffic was shifted, 0 to 1380; the
            retiring action waits for it, and CodePipeline ends an invocation after 24 hours.
        hotfix: blue/green: the branches whose executions don't wait for it.
    """

    fleet: FleetPlan
    deployment_config: str
    alarms: Sequence[str]
    bake_minutes: int = 0
    hotfix: HotfixBake | None = None

    @property
    def name(self) -> str:
        """The CodeDeploy application, and its one deployment group."""
        return self.fleet.name

    @property
    def place(self) -> Place:
        """Where it deploys."""
        return self.fleet.place

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
            # Without a roll-back of the stage: CodeDeploy puts the last good revision back itself, and the two would
            # meet in one deployment group, which takes one deployment at a time.
            return (Stage(name="Deploy", actions=(self._codedeploy_action(artifact, target),)), *proof)
        shift, verify, retire = self.functions
        return (
            Stage(
                name="Deploy",
                actions=(shift.action(name=SHIFT, inputs=(artifact,), target=target),),
                on_failure=ROLL_BACK,
            ),
            Stage(name="Verify", actions=(verify.action(name=VERIFY),)),
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

    def _codedeploy_action(self, artifact: Artifact, target: str) -> Action:
        return Action(
            name="CodeDeploy",
            category=Category.DEPLOY,
            provider="CodeDeploy",
            configuration={"ApplicationName": self.name, "DeploymentGroupName": self.name},
            inputs=(artifact,),
            target=target,
            permissions=permissions.create_deployments(self.place, self.name, self.deployment_config),
        )

    @property
    def functions(self) -> tuple[PipelineFunction, ...]:
        """The functions of a blue/green deployment, in the order in which the pipeline invokes them."""
        if not self.fleet.blue_green:
            return ()
        observe = permissions.observe_fleets(self.fleet)
        running = permissions.list_deployments(self.fleet)
        resize = permissions.resize_fleets(self.fleet)
        alarms = permissions.watch_alarms(self.place)
        create = permissions.create_deployments(self.place, self.name, self.deployment_config)
        follow = permissions.follow_deployments(self.fleet)
        bind = permissions.bind_fleets(self.fleet)
        duties = {
            "shift_traffic": (*observe, *running, *create, *follow, *bind, *resize),
            "verify_release": (*observe, *alarms),
            "retire_fleet": (*observe, *running, *alarms, *resize),
        }
        return tuple(
            PipelineFunction(
                package=package, application=self.fleet.application, place=self.place, statements=statements
            )
            for package, statements in duties.items()
        )

    def parameters(self, target_group_arn: pulumi.Input[str]) -> dict[str, object]:
        """What the functions work on."""
        capacity = self.fleet.capacity
        return {
            "application": self.name,
            "deploymentGroup": self.name,
            "fleets": list(self.fleet.group_names),
            "size": {"min": capacity.minimum, "desired": capacity.desired, "max": capacity.maximum},
            "targetGroupArn": target_group_arn,
            "alarms": list(self.alarms),
            "bakeMinutes": self.bake_minutes,
            **({"skipBakeFor": list(self.hotfix.branches)} if self.hotfix else {}),
        }


@dataclass(frozen=True, kw_only=True)
class ServerDeploymentArgs:
    """Inputs of a `ServerDeployment`.

    Args:
        plan: the deployment as data.
        group_names: the Auto Scaling groups, in the order of the plan.
        target_group_name: of the load balancer that takes instances out of traffic and back. CodeDeploy wants the
            name, not the ARN.
        target_group_arn: the same group's ARN, for the functions.
        alarm_names: the alarms, when they exist.
        topic_arn: who hears of failed and rolled-back deployments; a topic of this account.
        key_arn: encrypts the functions' logs.
        log_retention_days: how long those are kept.
        protect: whether Pulumi refuses to delete the deployment group, which knows the fleet that serves.
    """

    plan: ServerDeploymentPlan
    group_names: Sequence[pulumi.Input[str]]
    target_group_name: pulumi.Input[str]
    target_group_arn: pulumi.Input[str]
    alarm_names: Sequence[pulumi.Input[str]]
    topic_arn: str
    key_arn: pulumi.Input[str]
    log_retention_days: int
    protect: bool = False


class ServerDeployment(pulumi.ComponentResource):
    """A CodeDeploy application with one group, and for blue/green the functions that swap the fleets.

    A failed deployment, or one during which an alarm rings, is rolled back by CodeDeploy itself. Blue/green the group
    is bound to whichever fleet serves; CodeDeploy moves that binding, so Pulumi leaves it alone.
    """

    application: pulumi.Output[str]
    deployment_group: pulumi.Output[str]

    def __init__(self, name: str, args: ServerDeploymentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ServerDeployment", name, None, opts)
        plan = args.plan
        application = codedeploy.Application(
            f"{name}-application",
            name=plan.name,
            compute_platform="Server",
            opts=pulumi.ResourceOptions(parent=self),
        )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=f"{plan.name}-codedeploy",
                service="codedeploy.amazonaws.com",
                account=plan.place.account,
                statements=permissions.deploy_to_fleets(plan.fleet, args.topic_arn, args.key_arn),
                description=f"CodeDeploy of {plan.fleet.application} in {plan.place.environment}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        group = codedeploy.DeploymentGroup(
            f"{name}-group",
            app_name=application.name,
            deployment_group_name=plan.name,
            service_role_arn=role.arn,
            autoscaling_groups=[args.group_names[0]],
            deployment_config_name=plan.deployment_config,
            deployment_style={
                "deployment_type": "BLUE_GREEN" if plan.fleet.blue_green else "IN_PLACE",
                "deployment_option": "WITH_TRAFFIC_CONTROL",
            },
            blue_green_deployment_config=_between_declared_fleets() if plan.fleet.blue_green else None,
            load_balancer_info={"target_group_infos": [{"name": args.target_group_name}]},
            auto_rollback_configuration={
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
            },
            alarm_configuration={
                "enabled": True,
                "alarms": list(args.alarm_names),
                "ignore_poll_alarm_failure": False,
            },
            trigger_configurations=[
                {
                    "trigger_name": "trouble",
                    "trigger_events": ["DeploymentFailure", "DeploymentRollback", "DeploymentStop"],
                    "trigger_target_arn": args.topic_arn,
                }
            ],
            outdated_instances_strategy="UPDATE",
            opts=pulumi.ResourceOptions(
                # Not the application: who waits for this component waits for its children, not for theirs.
                parent=self,
                protect=args.protect,
                ignore_changes=["autoscalingGroups"] if plan.fleet.blue_green else None,
            ),
        )
        for function in plan.functions:
            DeliveryFunction(
                f"{name}-{function.package.replace('_', '-')}",
                DeliveryFunctionArgs(
                    function=function,
                    parameters=plan.parameters(args.target_group_arn),
                    key_arn=args.key_arn,
                    log_retention_days=args.log_retention_days,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.application = application.name
        self.deployment_group = group.deployment_group_name
        self.register_outputs({"application": self.application, "deploymentGroup": self.deployment_group})


def _between_declared_fleets() -> codedeploy.DeploymentGroupBlueGreenDeploymentConfigArgsDict:
    """CodeDeploy finds the new fleet in the deployment itself, and leaves the old one to the retiring function.

    TERMINATE would delete the declared Auto Scaling group
    (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueInstanceTerminationOption.html).
    """
    return {
        "deployment_ready_option": {"action_on_timeout": "CONTINUE_DEPLOYMENT"},
        "green_fleet_provisioning_option": {"action": "DISCOVER_EXISTING"},
        "terminate_blue_instances_on_deployment_success": {"action": "KEEP_ALIVE"},
    }
