"""The Jenkins server of a stack: one machine that can be thrown away, and a home that can't."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import autoscaling, codepipeline, ec2, iam, secretsmanager

from components.fleet_groups import SESSION_MANAGER
from components.iam import ServiceRole, ServiceRoleArgs
from components.jenkins.boot import user_data
from components.jenkins.edges import JenkinsEdges, JenkinsEdgesArgs
from components.jenkins.home import JenkinsHome, JenkinsHomeArgs
from components.jenkins.plan import PROPERTY, JenkinsPlan
from components.jenkins.watch import JenkinsWatch, JenkinsWatchArgs
from components.machine import Machine, launch_template
from components.network import NetworkPlacement
from components.stages import Category

BOOT_SECONDS = 1200
"""How long a new machine may take until the load balancer's view of it counts."""


@dataclass(frozen=True, kw_only=True)
class JenkinsServerArgs:
    """Inputs of a `JenkinsServer`.

    Args:
        plan: the server as data.
        network: where it is put.
        key_arn: encrypts its home and its secret.
        access_log_bucket: where its load balancer writes who asked for what.
        topic_arn: who hears when it is down or its disk is full.
        secret_recovery_days: a deleted secret can be saved for so long, 7 to 30; 0 for not at all.
        protect: whether Pulumi refuses to delete its home.
        runbooks: where the pages are that alarms name.
    """

    plan: JenkinsPlan
    network: NetworkPlacement
    key_arn: pulumi.Input[str]
    access_log_bucket: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    secret_recovery_days: int
    protect: bool
    runbooks: str


class JenkinsServer(pulumi.ComponentResource):
    """A controller in an Auto Scaling group of one, its home on a file system, its action type in CodePipeline.

    Whatever changes in its launch template replaces the machine: the group ends the old one, starts a new one, and the
    new one finds the home with all jobs, builds and histories. Two controllers on one home would destroy it, so the
    group has room for one, doesn't rebalance zones by starting one too many, and above all each controller runs with an
    exclusive lock on the home (`machine/jenkins.service`): a second one waits.
    """

    outputs: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: JenkinsServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:JenkinsServer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        edges = JenkinsEdges(
            f"{name}-edges",
            JenkinsEdgesArgs(plan=args.plan, network=args.network, access_log_bucket=args.access_log_bucket),
            opts=child,
        )
        home = JenkinsHome(
            f"{name}-home",
            JenkinsHomeArgs(
                label=args.plan.name,
                key_arn=args.key_arn,
                subnet_ids=args.network.private_subnet_ids,
                security_group_id=edges.home_id,
                protect=args.protect,
            ),
            opts=child,
        )
        secret = secretsmanager.Secret(
            f"{name}-admin",
            name=args.plan.secret_name,
            description=f"Password of the user admin of {args.plan.name}; the server makes it at its first start",
            kms_key_id=args.key_arn,
            recovery_window_in_days=args.secret_recovery_days,
            opts=child,
        )
        template = self._launch_template(name, args, edges, home, secret)
        group = self._group(name, args, template, edges)
        action_type = self._action_type(name, args.plan)
        JenkinsWatch(
            f"{name}-watch",
            JenkinsWatchArgs(
                server=args.plan.name,
                load_balancer_suffix=edges.load_balancer_suffix,
                target_group_suffix=edges.target_group_suffix,
                topic_arn=args.topic_arn,
                runbooks=args.runbooks,
            ),
            opts=child,
        )
        self.outputs = {
            "url": pulumi.Output.from_input(args.plan.url),
            "loadBalancer": edges.load_balancer_name,
            "group": group.name,
            "adminSecret": secret.name,
            "actionType": action_type.id,
        }
        self.register_outputs(self.outputs)

    def _launch_template(
        self,
        name: str,
        args: JenkinsServerArgs,
        edges: JenkinsEdges,
        home: JenkinsHome,
        secret: secretsmanager.Secret,
    ) -> ec2.LaunchTemplate:
        plan = args.plan
        role = ServiceRole(
            f"{name}-machine-role",
            ServiceRoleArgs(
                role_name=plan.name,
                service="ec2.amazonaws.com",
                account=plan.place.account,
                statements=plan.permissions(
                    key_arn=args.key_arn,
                    home_arn=home.file_system_arn,
                    access_point_arn=home.access_point_arn,
                    secret_arn=secret.arn,
                ),
                managed_policies=[f"arn:{plan.place.partition}:iam::aws:policy/{SESSION_MANAGER}"],
                description=f"Jenkins of {plan.place.environment}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        profile = iam.InstanceProfile(
            f"{name}-machine-profile", name=plan.name, role=role.name, opts=pulumi.ResourceOptions(parent=role)
        )
        boot = pulumi.Output.all(home.file_system_id, home.access_point_id).apply(
            lambda ids: user_data(plan, file_system=ids[0], access_point=ids[1])
        )
        machine = Machine(
            name=plan.name,
            ami_parameter=plan.ami_parameter,
            instance_type=plan.instance_type,
            volume_gib=plan.volume_gib,
            profile_arn=profile.arn,
            security_group_ids=[edges.machine_id],
            boot=boot,
            tags={"Name": plan.name, "Environment": plan.place.environment},
        )
        return launch_template(f"{name}-template", machine, parent=self)

    def _group(
        self,
        name: str,
        args: JenkinsServerArgs,
        template: ec2.LaunchTemplate,
        edges: JenkinsEdges,
    ) -> autoscaling.Group:
        """One machine, and the old one ends before the new one starts.

        The template's version is its number, not a word such as `$Default`: only so does a new version change the
        group, and with it the machine
        (https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html).
        """
        return autoscaling.Group(
            f"{name}-group",
            name=args.plan.name,
            launch_template={"id": template.id, "version": template.latest_version.apply(str)},
            vpc_zone_identifiers=list(args.network.private_subnet_ids),
            min_size=1,
            desired_capacity=1,
            max_size=1,
            target_group_arns=[edges.target_group_arn],
            health_check_type="ELB",
            health_check_grace_period=BOOT_SECONDS,
            wait_for_capacity_timeout="0",
            suspended_processes=["AZRebalance"],
            instance_maintenance_policy={"min_healthy_percentage": 0, "max_healthy_percentage": 100},
            instance_refresh={
                "strategy": "Rolling",
                "preferences": {
                    "min_healthy_percentage": 0,
                    "max_healthy_percentage": 100,
                    "instance_warmup": str(BOOT_SECONDS),
                },
            },
            tags=[{"key": "Name", "value": args.plan.name, "propagate_at_launch": True}],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _action_type(self, name: str, plan: JenkinsPlan) -> codepipeline.CustomActionType:
        """How CodePipeline knows the server: by a provider of its own, whose jobs Jenkins asks for by their name.

        AWS never takes the version of a deleted action type again
        (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_DeleteCustomActionType.html).
        """
        job = f"{plan.url}job/{{Config:{PROPERTY}}}/"
        return codepipeline.CustomActionType(
            f"{name}-action-type",
            category=str(Category.BUILD),
            provider_name=plan.name,
            version=plan.version,
            input_artifact_details={"minimum_count": 1, "maximum_count": 1},
            output_artifact_details={"minimum_count": 1, "maximum_count": 1},
            configuration_properties=[
                {
                    "name": PROPERTY,
                    "description": "The job that builds the application",
                    "type": "String",
                    "key": True,
                    "required": True,
                    "queryable": True,
                    "secret": False,
                }
            ],
            settings={"entity_url_template": job, "execution_url_template": f"{job}{{ExternalExecutionId}}/"},
            opts=pulumi.ResourceOptions(parent=self),
        )
