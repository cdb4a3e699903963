"""Who may do what in a deployment to ECS: statements only.

Resource levels are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html,
…/list_awselasticloadbalancingv2.html and …/list_amazonelasticcontainerregistry.html; `"*"` stands only where an action
has none.
"""

from collections.abc import Iterator, Sequence

from components.deployment.permissions import (
    create_deployments,
    follow_deployments,
    know_way_back,
    see_releases,
    watch_alarms,
)
from components.deployment.services.placement import ServicePlacement
from components.deployment.shift import TrafficShift, config_name
from components.iam import Statement, pass_role
from components.log_group import write_logs
from components.place import Place

TASKS, ECS = "ecs-tasks.amazonaws.com", "ecs.amazonaws.com"


def start_tasks(service: ServicePlacement) -> tuple[Statement, ...]:
    """What ECS does before a container runs: fetch its image and its secrets, and write its log
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html)."""
    place = service.place
    names = sorted({reference.partition(":")[0] for reference in service.secrets.values()})
    # AWS ends the ARN of a secret with six characters of its own.
    secrets = tuple(place.arn("secretsmanager", f"secret:{name}-??????") for name in names)
    return (
        # The token is the account's, not one repository's.
        Statement(actions=("ecr:GetAuthorizationToken",), resources=("*",)),
        Statement(
            actions=("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
            resources=(service.repository.arn(place.partition),),
        ),
        write_logs(place, service.log_group),
        *([Statement(actions=("secretsmanager:GetSecretValue",), resources=secrets)] if secrets else ()),
    )


def deploy(service: ServicePlacement, shift: TrafficShift | None) -> tuple[Statement, ...]:
    """Making a revision of the task definition, having CodeDeploy shift the traffic there, and saying why it didn't."""
    place, name = service.place, service.name
    return (
        *_make_revisions(service),
        *create_deployments(place, name, config_name(name, shift)),
        *see_releases(place, name),
        *follow_deployments(),
        *know_way_back(place, name),
    )


def update(service: ServicePlacement) -> tuple[Statement, ...]:
    """Making a revision of the task definition, having ECS bring the traffic there or back, and saying why not."""
    place, name = service.place, service.name
    of = place.arn("ecs", f"service/{name}/{name}")
    return (
        *_make_revisions(service),
        Statement(actions=("ecs:ListServiceDeployments", "ecs:UpdateService"), resources=(of,)),
        # AWS checks these on the service as well
        # (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment-permissions.html).
        Statement(
            actions=("ecs:DescribeServiceDeployments", "ecs:StopServiceDeployment"),
            resources=(of, place.arn("ecs", f"service-deployment/{name}/{name}/*")),
        ),
        Statement(
            actions=("ecs:DescribeServiceRevisions",),
            resources=(of, place.arn("ecs", f"service-revision/{name}/{name}/*")),
        ),
        *know_way_back(place, name),
    )


def _make_revisions(service: ServicePlacement) -> tuple[Statement, ...]:
    """Making a revision of the task definition, with the image that it takes, and seeing how its tasks fare."""
    place, name = service.place, service.name
    return (
        Statement(actions=("ecr:DescribeImages",), resources=(service.repository.arn(place.partition),)),
        Statement(actions=("ecs:DescribeTaskDefinition",), resources=("*",)),
        Statement(actions=("ecs:RegisterTaskDefinition",), resources=(place.arn("ecs", f"task-definition/{name}:*"),)),
        Statement(actions=("ecs:DescribeServices",), resources=(place.arn("ecs", f"service/{name}/{name}"),)),
        # AWS checks the tasks of a cluster on its container instances, on Fargate too.
        Statement(actions=("ecs:ListTasks",), resources=(place.arn("ecs", f"container-instance/{name}/*"),)),
        Statement(actions=("ecs:DescribeTasks",), resources=(place.arn("ecs", f"task/{name}/*"),)),
        *_hand_over_roles(service),
    )


def move_traffic(service: ServicePlacement) -> tuple[Statement, ...]:
    """The role by which ECS moves the traffic itself: `AmazonECSInfrastructureRolePolicyForLoadBalancers` on one load
    balancer
    (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html)."""
    place = service.place
    return (
        Statement(
            actions=(
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
            ),
            resources=("*",),
        ),
        Statement(
            actions=("elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"),
            resources=tuple(place.arn("elasticloadbalancing", f"targetgroup/{one}/*") for one in service.colours),
        ),
        *_move_listeners(service),
    )


def ask_hooks(place: Place, functions: Sequence[str]) -> tuple[Statement, ...]:
    """The role by which ECS asks whether a deployment may go on
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-permissions.html)."""
    asked = tuple(place.arn("lambda", f"function:{one}") for one in functions)
    return (Statement(actions=("lambda:InvokeFunction",), resources=asked),)


def shift_traffic(service: ServicePlacement) -> tuple[Statement, ...]:
    """The service role of CodeDeploy: `AWSCodeDeployRoleForECS` on one service, its listeners and its hooks
    (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForECS.html)."""
    place, name = service.place, service.name
    asked = tuple(place.arn("lambda", f"function:{hook}") for hook in service.hooks)
    return (
        Statement(
            actions=("ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"),
            resources=(place.arn("ecs", f"service/{name}/{name}"),),
        ),
        Statement(
            actions=("ecs:CreateTaskSet", "ecs:DeleteTaskSet"),
            resources=(place.arn("ecs", f"task-set/{name}/{name}/*"),),
        ),
        Statement(
            actions=(
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTargetGroups",
            ),
            resources=("*",),
        ),
        *_move_listeners(service),
        *_hand_over_roles(service),
        *([Statement(actions=("lambda:InvokeFunction",), resources=asked)] if asked else ()),
        *watch_alarms(),
    )


def _move_listeners(service: ServicePlacement) -> tuple[Statement, ...]:
    place, name = service.place, service.name
    return (
        Statement(
            actions=("elasticloadbalancing:ModifyListener",),
            resources=(place.arn("elasticloadbalancing", f"listener/app/{name}/*/*"),),
        ),
        Statement(
            actions=("elasticloadbalancing:ModifyRule",),
            resources=(place.arn("elasticloadbalancing", f"listener-rule/app/{name}/*/*/*"),),
        ),
    )


def _hand_over_roles(service: ServicePlacement) -> Iterator[Statement]:
    return (pass_role(arn, to=TASKS) for arn in service.role_arns)
