"""The table of actions is AWS's, count by count."""

import pytest

from components.stage_limits import ACTIONS, artifacts_of
from components.stages import Action, Category

NONE, ONE, UP_TO_ONE, UP_TO_FIVE = (range(1), range(1, 2), range(2), range(6))
TABLE = {
    ("Source", "AWS", "S3"): (NONE, ONE),
    ("Source", "AWS", "CodeCommit"): (NONE, ONE),
    ("Source", "AWS", "ECR"): (NONE, ONE),
    ("Source", "AWS", "CodeStarSourceConnection"): (NONE, ONE),
    ("Build", "AWS", "CodeBuild"): (range(1, 6), UP_TO_FIVE),
    ("Test", "AWS", "CodeBuild"): (range(1, 6), UP_TO_FIVE),
    ("Compute", "AWS", "Commands"): (range(1, 11), UP_TO_ONE),
    ("Build", "AWS", "ECRBuildAndPublish"): (ONE, NONE),
    ("Approval", "AWS", "Manual"): (NONE, NONE),
    ("Deploy", "AWS", "CodeDeploy"): (ONE, NONE),
    ("Deploy", "AWS", "S3"): (ONE, NONE),
    ("Deploy", "AWS", "ECS"): (ONE, NONE),
    ("Deploy", "AWS", "EC2"): (ONE, NONE),
    ("Deploy", "AWS", "CodeDeployToECS"): (range(1, 6), NONE),
    ("Deploy", "AWS", "CloudFormation"): (range(11), UP_TO_ONE),
    ("Deploy", "AWS", "CloudFormationStackSet"): (range(1, 11), NONE),
    ("Deploy", "AWS", "CloudFormationStackInstances"): (range(11), NONE),
    ("Deploy", "AWS", "ElasticBeanstalk"): (ONE, NONE),
    ("Deploy", "AWS", "ServiceCatalog"): (ONE, NONE),
    ("Deploy", "AWS", "AppConfig"): (ONE, NONE),
    ("Deploy", "AWS", "EKS"): (ONE, NONE),
    ("Deploy", "AWS", "Lambda"): (ONE, NONE),
    ("Test", "AWS", "DeviceFarm"): (ONE, NONE),
    ("Invoke", "AWS", "Lambda"): (UP_TO_FIVE, UP_TO_FIVE),
    ("Invoke", "AWS", "StepFunctions"): (UP_TO_ONE, UP_TO_ONE),
    ("Invoke", "AWS", "InspectorScan"): (ONE, UP_TO_ONE),
    ("Invoke", "AWS", "CodePipeline"): (NONE, NONE),
    ("Build", "Custom", "Jenkins"): (UP_TO_FIVE, UP_TO_FIVE),
    ("Test", "Custom", "Jenkins"): (UP_TO_FIVE, UP_TO_FIVE),
}


@pytest.mark.parametrize("kind", TABLE, ids="/".join)
def test_an_action_takes_and_gives_as_many_artifacts_as_aws_says(kind: tuple[str, str, str]) -> None:
    category, owner, provider = kind
    counts = artifacts_of(Action(name="any", category=Category(category), owner=owner, provider=provider))
    assert counts is not None
    inputs, outputs = TABLE[kind]
    assert [number for number in range(-1, 13) if counts.inputs.hold(number)] == list(inputs)
    assert [number for number in range(-1, 13) if counts.outputs.hold(number)] == list(outputs)


def test_every_known_action_is_one_of_these() -> None:
    assert set(ACTIONS) == {kind for kind in TABLE if kind[1] == "AWS"}
