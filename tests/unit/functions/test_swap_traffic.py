"""What a deployment that broke down, or an instance that came late, leaves in the traffic, and who puts it right."""

import pytest

from retire_fleet.handler import visit as retire
from shift_traffic.handler import visit
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws, FakeFleet
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, started, variables
from tests.unit.functions.swap_world import EVENTS, SwapWorld
from verify_release.handler import visit as verify


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def world() -> SwapWorld:
    return SwapWorld()


def broken(aws: FakeAws, *, remaining: int) -> PipelineAction:
    """A deployment that failed while it took the old instances out: the new ones carry the traffic."""
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.targets = {item[0]: "healthy" for item in aws.fleets[GREEN].instances}
    aws.targets.update({f"i-b{number}": "healthy" for number in range(1, remaining + 1)})
    aws.fail(deployment, code="HEALTH_CONSTRAINTS", message="An original instance could not be deregistered.")
    return action


def test_old_instances_that_a_broken_deployment_took_out_are_put_back_before_the_new_ones_go(aws: FakeAws) -> None:
    action = broken(aws, remaining=1)
    said = action.call()["executionDetails"]["summary"]
    assert "3 instances of storefront-green take traffic, and only 1 of storefront-blue are healthy" in said
    assert aws.asked("RegisterTargets")[0]["Targets"] == [{"Id": "i-b2"}, {"Id": "i-b3"}]
    assert aws.fleets[GREEN].desired == 3, "they carry the traffic until the old ones are healthy"
    aws.targets.update(dict.fromkeys(("i-b2", "i-b3"), "healthy"))
    assert "storefront-green answers its last requests" in action.call()["executionDetails"]["summary"]
    assert sorted(aws.targets) == ["i-b1", "i-b2", "i-b3"]
    assert "storefront-green is stopped" in message(action.call())
    assert aws.changes()[-2:] == ["DeregisterTargets", "UpdateAutoScalingGroup"]


def test_a_failed_fleet_is_stopped_when_it_has_answered_its_last_requests(aws: FakeAws) -> None:
    action = broken(aws, remaining=3)
    action.call()
    aws.targets[aws.fleets[GREEN].instances[0][0]] = "draining"
    aws.pass_time(minutes=4)
    action.call()
    assert (action.waits(), aws.fleets[GREEN].desired) == (True, 3)
    del aws.targets[aws.fleets[GREEN].instances[0][0]]
    assert "storefront-green is stopped" in message(action.call())


@pytest.mark.parametrize("let_in", [0, 3])
@pytest.mark.parametrize("remaining", [0, 2])
def test_every_old_instance_is_put_back_however_many_remain_and_whoever_carries_the_rest(
    aws: FakeAws, remaining: int, let_in: int
) -> None:
    action = broken(aws, remaining=remaining)
    for item in aws.fleets[GREEN].instances[let_in:]:
        del aws.targets[item[0]]
    action.call()
    assert {"i-b1", "i-b2", "i-b3"} <= set(aws.targets)
    action.call()
    assert action.waits(), "they aren't healthy yet"
    assert aws.fleets[GREEN].desired == 3
    while action.waits():
        aws.targets = dict.fromkeys(aws.targets, "healthy")
        action.call()
    assert "storefront-blue serves as before" in message(aws.answers[-1])
    assert sorted(aws.targets) == ["i-b1", "i-b2", "i-b3"]


def test_an_old_instance_that_stays_unhealthy_is_waited_for_five_minutes_after_the_rollback(aws: FakeAws) -> None:
    action = broken(aws, remaining=3)
    aws.targets = {"i-b1": "healthy", "i-b2": "healthy", "i-b3": "unhealthy"}
    rollback = aws.add_deployment("InProgress", fleet=BLUE, creator="codeDeployRollback")
    aws.deployments["d-000000001"]["rollbackInfo"] = {"rollbackDeploymentId": rollback}
    aws.pass_time(minutes=20)
    action.call()
    aws.deployments[rollback].update(status="Failed", completeTime=aws.now)
    aws.pass_time(minutes=5)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    assert "storefront-green is stopped" in message(action.call())


def test_what_was_put_back_and_has_no_use_for_the_load_balancer_is_not_put_back_again(aws: FakeAws) -> None:
    action = broken(aws, remaining=2)
    aws.targets = {"i-b1": "healthy", "i-b2": "healthy", "i-b3": "unused"}
    action.call()
    assert "RegisterTargets" not in aws.changes()


def test_a_serving_fleet_that_somebody_made_too_small_is_filled_when_its_traffic_is_to_come_back(aws: FakeAws) -> None:
    action = broken(aws, remaining=1)
    aws.fleets[BLUE].desired, aws.fleets[BLUE].instances = 1, aws.fleets[BLUE].instances[:1]
    action.call()
    assert action.waits()
    assert aws.fleets[BLUE].desired == 2


def test_a_failed_fleet_whose_traffic_nobody_else_can_carry_is_not_stopped(aws: FakeAws) -> None:
    action = broken(aws, remaining=1)
    action.call()
    aws.targets.update(dict.fromkeys(("i-b2", "i-b3"), "unhealthy"))
    aws.pass_time(minutes=5)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    told = message(action.call())
    assert "left as it is, because 3 of its instances take traffic and only 1 of storefront-blue are healthy" in told
    assert aws.fleets[GREEN].desired == 3


def test_a_retry_deploys_to_no_instance_that_takes_traffic(aws: FakeAws) -> None:
    action = broken(aws, remaining=0)
    action.call()
    aws.pass_time(minutes=6)
    message(action.call())
    retried = PipelineAction(aws, visit)
    retried.call()
    assert len(aws.deployments) == 1
    aws.targets.update(dict.fromkeys(("i-b1", "i-b2", "i-b3"), "healthy"))
    retried.call()
    assert sorted(aws.targets) == ["i-b1", "i-b2", "i-b3"]
    assert len(aws.deployments) == 1, "it is seen out of the traffic first"
    retried.call()
    assert len(aws.deployments) == 2


def test_a_fleet_whose_traffic_nobody_takes_over_is_left_when_the_time_is_up(aws: FakeAws) -> None:
    aws.fleets[GREEN] = FakeFleet.serving("i-g1", "i-g2", attached=False)
    aws.targets = {"i-g1": "healthy", "i-g2": "healthy"}
    action = PipelineAction(aws, visit)
    action.call()
    aws.targets = {"i-g1": "healthy", "i-g2": "healthy", "i-b1": "unhealthy"}
    aws.pass_time(minutes=31)
    assert "storefront-green is left as it is" in message(action.call())
    assert aws.fleets[GREEN].desired == 2


def late(aws: FakeAws) -> PipelineAction:
    """A deployment that succeeded; an instance of its fleet started after it had begun."""
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.succeed(deployment)
    aws.fleets[GREEN].instances.append(["i-late", "InService", "Healthy"])
    return action


def test_an_instance_that_the_deployment_did_not_reach_takes_no_traffic(aws: FakeAws) -> None:
    action = late(aws)
    assert "i-late of storefront-green started too late" in action.call()["executionDetails"]["summary"]
    assert not aws.fleets[GREEN].attached
    assert not aws.fleets[BLUE].attached, "what the old fleet starts now would not be reached either"
    aws.reached.append("i-late")
    assert variables(action.call())["servingFleet"] == GREEN
    assert aws.fleets[GREEN].attached


def test_an_instance_that_nothing_reaches_within_five_minutes_is_replaced(aws: FakeAws) -> None:
    action = late(aws)
    aws.pass_time(minutes=5)
    action.call()
    assert "i-late" in [item[0] for item in aws.fleets[GREEN].instances]
    aws.pass_time(seconds=1)
    action.call()
    replaced = {"InstanceId": "i-late", "ShouldDecrementDesiredCapacity": False}
    assert aws.asked("TerminateInstanceInAutoScalingGroup") == [replaced]
    assert variables(action.call())["servingFleet"] == GREEN


@pytest.mark.parametrize("ends", ["Succeeded", "Failed"])
def test_no_instance_is_replaced_while_one_gets_its_deployment(aws: FakeAws, ends: str) -> None:
    action = late(aws)
    aws.pass_time(minutes=6)
    own = aws.add_deployment("InProgress", fleet=GREEN, creator="autoscaling")
    action.call()
    assert action.waits()
    assert "TerminateInstanceInAutoScalingGroup" not in aws.changes()
    aws.deployments[own].update(status=ends, completeTime=aws.now)
    aws.reached += ["i-late"] if ends == "Succeeded" else []
    action.call()
    assert ("TerminateInstanceInAutoScalingGroup" in aws.changes()) is (ends == "Failed")
    assert aws.fleets[GREEN].attached is (ends == "Succeeded")


@pytest.mark.parametrize("status", ["InProgress", "Failed", "Stopped"])
def test_an_instance_that_has_its_release_waits_for_no_other_one(aws: FakeAws, status: str) -> None:
    action = late(aws)
    aws.add_deployment(status, fleet=GREEN, creator="autoscaling")
    aws.reached.append("i-late")
    variables(action.call())
    assert aws.fleets[GREEN].attached


def test_a_deployment_that_has_not_begun_has_reached_nothing(aws: FakeAws) -> None:
    action = late(aws)
    aws.refuse("ListDeploymentTargets", "DeploymentNotStartedException")
    action.call()
    assert action.waits()


def test_an_instance_that_nothing_ever_reaches_keeps_a_release_for_thirty_minutes(aws: FakeAws) -> None:
    action = late(aws)
    aws.fleets[GREEN].instances[-1][1] = "Pending:Wait"
    aws.pass_time(minutes=30)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    told = message(action.call())
    assert "i-late of storefront-green started too late for it and may take no traffic yet, for too long now" in told
    assert not aws.fleets[GREEN].attached


def test_an_old_instance_that_is_needed_keeps_a_release_for_fifteen_minutes(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    aws.succeed(started(aws, action))
    aws.targets = {**dict.fromkeys(aws.targets, "unhealthy"), "i-b1": "healthy"}
    aws.pass_time(minutes=15)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    assert "i-b1 of storefront-blue still carry what storefront-green has lost" in message(action.call())
    assert aws.fleets[BLUE].attached, "it is all that the users have"
    retried = PipelineAction(aws, visit)
    retried.call()
    assert retried.waits(), "who retries gets the same time again"


def test_no_deployment_of_the_past_is_asked_for_the_instances_of_a_fleet_that_serves(aws: FakeAws) -> None:
    action = late(aws)
    aws.reached.append("i-late")
    for _ in range(30):
        aws.add_deployment("Succeeded", fleet=GREEN, creator="autoscaling")
    variables(action.call())
    assert len(aws.asked("ListDeploymentTargets")) == 1, "the first one explains them all"
    aws.targets["i-late"] = "healthy"
    back = PipelineAction(aws, visit, execution="22222222-2222-2222-2222-222222222222")
    variables(back.call())
    assert len(aws.asked("ListDeploymentTargets")) == 1


def test_an_instance_that_still_starts_is_waited_for_and_not_replaced(aws: FakeAws) -> None:
    action = late(aws)
    aws.fleets[GREEN].instances[-1][1] = "Pending:Wait"
    aws.pass_time(minutes=9)
    action.call()
    assert action.waits()
    assert "TerminateInstanceInAutoScalingGroup" not in aws.changes()


def test_the_new_fleet_becomes_as_large_as_the_old_one_grew_during_the_deployment(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    aws.succeed(started(aws, action))
    aws.fleets[BLUE].desired = 5
    variables(action.call())
    assert (aws.fleets[GREEN].min, aws.fleets[GREEN].desired, aws.fleets[GREEN].max) == (2, 5, 6)


def test_a_maximum_declared_smaller_during_the_deployment_stops_nothing_that_has_its_traffic(aws: FakeAws) -> None:
    aws.fleets[BLUE].desired = 6
    before = PipelineAction(aws, visit, size={"min": 4, "desired": 6, "max": 8})
    deployment = started(aws, before)
    aws.succeed(deployment)
    after = PipelineAction(aws, visit, size={"min": 2, "desired": 3, "max": 4})
    variables(after.call())
    assert (aws.fleets[GREEN].min, aws.fleets[GREEN].desired, aws.fleets[GREEN].max) == (2, 6, 6)


@pytest.mark.parametrize("creator", ["autoscaling", "CodeDeployAutoUpdate"])
def test_an_instance_that_starts_meanwhile_is_no_other_release(aws: FakeAws, creator: str) -> None:
    aws.add_deployment("InProgress", fleet=BLUE, creator=creator)
    action = PipelineAction(aws, visit)
    action.call()
    assert action.waits(), "a release isn't refused because an instance starts"
    aws.deployments["d-000000001"].update(status="Succeeded", completeTime=aws.now)
    aws.pass_time(minutes=3)
    action.call()
    release = list(aws.deployments)[-1]
    aws.succeed(release)
    aws.add_deployment("Succeeded", fleet=GREEN, creator=creator)
    assert variables(action.call())["deploymentId"] == release
    assert aws.fleets[GREEN].attached
    assert variables(PipelineAction(aws, verify).call())["servingFleet"] == GREEN


@pytest.mark.parametrize("status", ["InProgress", "Failed"])
def test_the_hand_over_does_not_wait_for_what_an_instance_gets_meanwhile(aws: FakeAws, status: str) -> None:
    aws.add_deployment("Failed", description="execution=earlier attempt=1")
    aws.pass_time(minutes=1)
    action = PipelineAction(aws, visit)
    aws.succeed(started(aws, action))
    aws.add_deployment(status, fleet=GREEN, creator="autoscaling")
    variables(action.call())
    assert (aws.fleets[BLUE].attached, aws.fleets[GREEN].attached) == (False, True)


def test_what_an_instance_gets_after_a_stopped_deployment_is_no_release_that_came_after(aws: FakeAws) -> None:
    aws.add_deployment("Succeeded", fleet=BLUE, description="execution=earlier attempt=1")
    aws.deployments["d-000000001"]["revision"] = {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k"}}
    aws.pass_time(minutes=1)
    action = broken(aws, remaining=3)
    aws.pass_time(seconds=10)
    aws.add_deployment("Succeeded", fleet=BLUE, creator="autoscaling")
    while action.call().get("continuationToken"):
        aws.targets = dict.fromkeys(aws.targets, "healthy")
    assert "storefront-blue serves as before" in message(aws.answers[-1])
    assert aws.fleets[GREEN].desired == 0


def test_an_instance_that_starts_late_in_the_bake_does_not_begin_it_anew(aws: FakeAws) -> None:
    aws.fleets[GREEN] = FakeFleet.serving("i-g1", "i-g2", "i-g3")
    aws.succeed(aws.add_deployment("InProgress", description=f"execution={EXECUTION} attempt=1"))
    aws.pass_time(minutes=29)
    aws.add_deployment("Succeeded", fleet=GREEN, creator="autoscaling")
    aws.pass_time(minutes=1)
    assert variables(PipelineAction(aws, retire).call())["retiredFleet"] == BLUE


@pytest.mark.parametrize("rolls_back", [True, False])
@pytest.mark.parametrize("event", EVENTS)
def test_a_failure_in_any_event_leaves_the_old_fleet_serving_alone(
    world: SwapWorld, event: str, rolls_back: bool
) -> None:
    action = PipelineAction(world, visit)
    deployment = started(world, action)
    world.begin(deployment)
    world.break_down(deployment, event, rolls_back=rolls_back)
    least = min(len(world.traffic()), 3)
    while action.call().get("continuationToken"):
        world.pass_time(minutes=1)
        assert len(world.traffic()) >= least
    told = message(world.answers[-1])
    assert event in told
    assert f"{GREEN} is stopped; {BLUE} serves as before" in told
    assert len(world.traffic_of(BLUE)) >= 2
    assert world.traffic() == world.traffic_of(BLUE)
    assert {world.runs[identity] for identity in world.traffic()} == {"v0"}
    assert world.violations == []


def test_an_alarm_that_stops_a_deployment_leaves_the_old_fleet_serving(world: SwapWorld) -> None:
    action = PipelineAction(world, visit)
    world.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    started(world, action)
    world.pass_time(minutes=2)
    assert "ended as Stopped" in message(action.call())
    assert world.traffic() == {"i-b1", "i-b2", "i-b3"}


def test_instances_that_do_not_launch_leave_the_old_fleet_serving(world: SwapWorld) -> None:
    world.no_launch.add(GREEN)
    action = PipelineAction(world, visit)
    action.call()
    world.pass_time(minutes=31)
    assert "0 of 3 instances of storefront-green are in service" in message(action.call())
    assert world.traffic() == {"i-b1", "i-b2", "i-b3"}
    assert world.plan() == {}
