"""Who may do what in a deployment on premises: statements only.

Resource levels are those of https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html,
…/list_awssystemsmanager.html and …/list_amazoncloudwatch.html; `"*"` stands only where an action has none.
"""

import pulumi

from components.artifact_store import read_artifacts, read_key
from components.deployment.permissions import watch_alarms
from components.iam import Statement
from components.place import Place

MACHINE_CORE = "AmazonSSMManagedInstanceCore"
"""What the agent of Systems Manager does in the name of the machines' role."""


def machine(place: Place, key_arn: pulumi.Input[str]) -> list[Statement]:
    """What a machine may do: fetch the revisions it is told to run. It can't register or tag itself."""
    return [*read_artifacts(place), read_key(key_arn)]


def deploy_to_machines() -> tuple[Statement, ...]:
    """The service role of CodeDeploy: of `AWSCodeDeployRole` what has to do with neither EC2 nor its fleets."""
    return watch_alarms()


def watch_machines(place: Place, namespace: str) -> tuple[Statement, ...]:
    """Keeping CodeDeploy's list of machines, and counting those that are silent.

    Machines of Systems Manager are called `mi-…`: nothing that was registered by another name can be touched.
    """
    return (
        Statement(actions=("codedeploy:ListOnPremisesInstances", "ssm:DescribeInstanceInformation"), resources=("*",)),
        Statement(
            actions=(
                "codedeploy:AddTagsToOnPremisesInstances",
                "codedeploy:DeregisterOnPremisesInstance",
                "codedeploy:RegisterOnPremisesInstance",
            ),
            resources=(place.arn("codedeploy", "instance:mi-*"),),
        ),
        Statement(
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),
            conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
        ),
    )
