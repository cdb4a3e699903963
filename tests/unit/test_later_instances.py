"""What an instance needs that an Auto Scaling group starts after the last deployment, so that it gets that revision.

CodeDeploy puts a launch hook into every group that a deployment group is bound to, and deploys the last good revision
before the instance is in service (https://docs.aws.amazon.com/codedeploy/latest/userguide/integrations-aws-auto-scaling.html).
"""

import pytest

from tests.unit.planning import STACKS, Planned, planned
from tests.unit.planning_mocks import Resource

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
FLEET = "aws:autoscaling/group:Group"


def groups(plan: Planned) -> list[Resource]:
    return [one for one in plan.of(GROUP) if one.inputs.get("autoscalingGroups")]


@pytest.mark.parametrize("stack", STACKS)
def test_every_fleet_that_serves_is_bound_to_exactly_one_deployment_group(stack: str) -> None:
    plan = planned(stack)
    bound = [name for group in groups(plan) for name in group.inputs["autoscalingGroups"]]
    assert bound
    assert len(bound) == len(set(bound)), "an instance of a fleet with two groups would get two deployments"
    assert set(bound) <= plan.physical_names(FLEET)


@pytest.mark.parametrize("stack", STACKS)
def test_an_instance_that_missed_a_deployment_is_brought_up_to_it(stack: str) -> None:
    for group in groups(planned(stack)):
        assert group.inputs["outdatedInstancesStrategy"] == "UPDATE"


@pytest.mark.parametrize("stack", STACKS)
def test_the_program_leaves_the_hook_of_a_fleet_to_codedeploy(stack: str) -> None:
    plan = planned(stack)
    assert plan.of("aws:autoscaling/lifecycleHook:LifecycleHook") == []
    for fleet in plan.of(FLEET):
        assert "initialLifecycleHooks" not in fleet.inputs, "Pulumi would take the hook of CodeDeploy away"


@pytest.mark.parametrize("stack", STACKS)
def test_codedeploy_may_put_its_hook_into_each_fleet_and_answer_it(stack: str) -> None:
    plan = planned(stack)
    for group in groups(plan):
        (role,) = [one for one in plan.of("aws:iam/role:Role") if one.arn == group.inputs["serviceRoleArn"]]
        allowed = {
            action
            for policy in plan.of("aws:iam/rolePolicy:RolePolicy", role=role.inputs["name"])
            for statement in policy.json("policy")["Statement"]
            for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        }
        assert {
            "autoscaling:PutLifecycleHook",
            "autoscaling:DeleteLifecycleHook",
            "autoscaling:CompleteLifecycleAction",
            "autoscaling:RecordLifecycleActionHeartbeat",
        } <= allowed
