"""Who may do what in a deployment to EC2: statements only.

Resource levels are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html,
…/list_amazonec2autoscaling.html and …/list_awselasticloadbalancingv2.html; `"*"` stands only where an action has none.
"""

from collections.abc import Sequence

import pulumi

from components.artifact_store import use_key
from components.fleet_plan import FleetPlan
from components.iam import Statement, pass_role
from components.place import Place

_SEE_BALANCERS = (
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)


def create_deployments(
    place: Place, name: str, *deployment_configs: str, groups: Sequence[str] = ()
) -> tuple[Statement, ...]:
    """Deploying one application to its main group, or to those that are named, as CodePipeline's own action or our
    function does (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeDeploy.html)."""
    return (
        Statement(
            actions=("codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"),
            resources=(place.arn("codedeploy", f"application:{name}"),),
        ),
        Statement(
            actions=("codedeploy:CreateDeployment", "codedeploy:GetDeployment"),
            resources=_groups(place, name, groups),
        ),
        Statement(
            actions=("codedeploy:GetDeploymentConfig",),
            resources=tuple(place.arn("codedeploy", f"deploymentconfig:{one}") for one in deployment_configs),
        ),
    )


def observe_fleets(plan: FleetPlan) -> tuple[Statement, ...]:
    """Seeing which fleet serves and how it fares: the deployment group, the Auto Scaling groups, the targets."""
    return (
        Statement(
            actions=("codedeploy:GetDeploymentGroup",),
            resources=(_deployment_group(plan),),
        ),
        Statement(
            actions=("autoscaling:DescribeAutoScalingGroups", "elasticloadbalancing:DescribeTargetHealth"),
            resources=("*",),
        ),
    )


def _groups(place: Place, name: str, groups: Sequence[str]) -> tuple[str, ...]:
    return tuple(place.arn("codedeploy", f"deploymentgroup:{name}/{one}") for one in groups or (name,))


def see_releases(place: Place, name: str, *, groups: Sequence[str] = ()) -> tuple[Statement, ...]:
    """Seeing which release a group has and whether one runs, apart from deployments to instances that start later."""
    return (
        Statement(
            actions=("codedeploy:BatchGetDeployments", "codedeploy:GetDeployment", "codedeploy:ListDeployments"),
            resources=_groups(place, name, groups),
        ),
    )


def follow_deployments() -> tuple[Statement, ...]:
    """Telling which targets a deployment has reached, and why it failed."""
    return (
        Statement(
            actions=("codedeploy:BatchGetDeploymentTargets", "codedeploy:ListDeploymentTargets"), resources=("*",)
        ),
    )


def know_way_back(place: Place, pipeline: str) -> tuple[Statement, ...]:
    """Seeing whether an execution is still waited for, and whether it rolls a stage back."""
    return (
        Statement(actions=("codepipeline:GetPipelineExecution",), resources=(place.arn("codepipeline", pipeline),)),
    )


def bind_fleets(plan: FleetPlan) -> tuple[Statement, ...]:
    """Putting a declared fleet behind the load balancer, and the deployment group's name on it; after a deployment that
    broke down, putting instances back one by one, and replacing one that it did not reach."""
    return (
        Statement(
            actions=("autoscaling:AttachTrafficSources", "autoscaling:TerminateInstanceInAutoScalingGroup"),
            resources=plan.group_arns,
        ),
        _move_targets(plan),
        Statement(actions=("codedeploy:UpdateDeploymentGroup",), resources=(_deployment_group(plan),)),
    )


def _move_targets(plan: FleetPlan) -> Statement:
    """Taking instances out of the traffic, and letting them in."""
    return Statement(
        actions=("elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"),
        resources=(plan.target_group_arn_pattern,),
    )


def resize_fleets(plan: FleetPlan) -> tuple[Statement, ...]:
    """Filling and emptying the declared fleets, keeping one as it is, and taking one from behind the load balancer."""
    return (
        Statement(
            actions=(
                "autoscaling:DetachTrafficSources",
                "autoscaling:SuspendProcesses",
                "autoscaling:UpdateAutoScalingGroup",
            ),
            resources=plan.group_arns,
        ),
        *start_instances(plan),
    )


def resume_scaling(plan: FleetPlan) -> tuple[Statement, ...]:
    """Letting policies and schedules move the fleet that serves."""
    return (Statement(actions=("autoscaling:ResumeProcesses",), resources=plan.group_arns),)


def _deployment_group(plan: FleetPlan) -> str:
    return plan.place.arn("codedeploy", f"deploymentgroup:{plan.name}/{plan.name}")


def watch_alarms() -> tuple[Statement, ...]:
    """Seeing whether alarms ring, composite ones among them, which AWS shows to no permission narrower than `"*"`
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html)."""
    return (Statement(actions=("cloudwatch:DescribeAlarms",), resources=("*",)),)


def start_instances(plan: FleetPlan) -> tuple[Statement, ...]:
    """Starting what the launch template says. Auto Scaling asks for it, by a dry run, whenever somebody changes a group
    that has one
    (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html)."""
    place = plan.place

    def ec2(resource: str) -> str:
        return place.arn("ec2", f"{resource}/*")

    return (
        Statement(
            actions=("ec2:RunInstances",),
            resources=(
                f"arn:{place.partition}:ec2:{place.region}::image/*",
                *(
                    ec2(resource)
                    for resource in (
                        "instance",
                        "launch-template",
                        "network-interface",
                        "security-group",
                        "subnet",
                        "volume",
                    )
                ),
            ),
        ),
        Statement(
            actions=("ec2:CreateTags",),
            resources=(ec2("instance"), ec2("volume")),
            conditions={"StringEquals": {"ec2:CreateAction": "RunInstances"}},
        ),
        Statement(
            actions=("ssm:GetParameters",),
            resources=tuple(
                f"arn:{place.partition}:ssm:{place.region}:{owner}:parameter{plan.ami_parameter}"
                for owner in ("", place.account)
            ),
        ),
        pass_role(plan.instance_role_arn, to="ec2.amazonaws.com"),
    )


def deploy_to_fleets(plan: FleetPlan, key_arn: pulumi.Input[str]) -> list[Statement]:
    """The service role of CodeDeploy: `AWSCodeDeployRole` without making and deleting fleets, and on our fleets only.

    The launch template needs more than the managed policy has
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html).
    """
    return [
        Statement(
            actions=(
                *(() if plan.worker else ("autoscaling:AttachLoadBalancerTargetGroups",)),
                "autoscaling:CompleteLifecycleAction",
                "autoscaling:DeleteLifecycleHook",
                "autoscaling:PutLifecycleHook",
                "autoscaling:RecordLifecycleActionHeartbeat",
                "autoscaling:ResumeProcesses",
                "autoscaling:SuspendProcesses",
                "autoscaling:UpdateAutoScalingGroup",
            ),
            resources=plan.group_arns,
        ),
        *(() if plan.worker else (_move_targets(plan),)),
        Statement(
            actions=(
                "autoscaling:DescribeAutoScalingGroups",
                "autoscaling:DescribeAutoScalingInstances",
                "autoscaling:DescribeLifecycleHooks",
                "autoscaling:DescribePolicies",
                "autoscaling:DescribeScalingActivities",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstances",
                *(() if plan.worker else _SEE_BALANCERS),
                "tag:GetResources",
            ),
            resources=("*",),
        ),
        *watch_alarms(),
        use_key(key_arn),
        *start_instances(plan),
    ]
