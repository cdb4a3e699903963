"""A release that an alarm refuses after the traffic has moved, from its shift to the release after it.

Each execution of the pipeline has an artifact of its own; a rolled-back stage is a new execution with an old artifact.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from fleets.parameters import Parameters
from pipeline_job.run import Visit, answer_job
from retire_fleet.handler import visit as retire
from shift_traffic.handler import visit as shift
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws
from tests.unit.functions.pipeline_action import job_event, message, user_parameters, variables
from verify_release.handler import visit as verify

FIRST, SECOND, BACK, THIRD = (f"{number}1111111-2222-3333-4444-555555555555" for number in range(1, 5))


@dataclass
class Execution:
    """One execution of the pipeline, and the artifact that its actions are handed."""

    aws: FakeAws
    identity: str
    artifact: str
    scaled_by: tuple[str, ...] = ()
    tokens: dict[Visit, str | None] = field(default_factory=dict)

    def call(self, visit: Visit) -> dict[str, Any]:
        """One visit of an action."""
        parameters = user_parameters(
            execution=self.identity, watchMinutes=10, bakeMinutes=0, scaledBy=list(self.scaled_by)
        )
        assert Parameters.parse(parameters).execution == self.identity
        event = job_event(token=self.tokens.get(visit), parameters=parameters)
        data = event["CodePipeline.job"]["data"]
        data["inputArtifacts"][0]["location"]["s3Location"]["objectKey"] = self.artifact
        answer_job(json.loads(json.dumps(event)), visit=visit, clients=self.aws.clients, clock=lambda: self.aws.now)
        answer = self.aws.answers[-1]
        self.tokens[visit] = answer.get("continuationToken")
        return answer

    def begin(self) -> str:
        """Up to the deployment, which CodeDeploy has not begun with; its id."""
        self.call(shift)
        self.aws.pass_time(minutes=3)
        self.call(shift)
        return list(self.aws.deployments)[-1]

    def shift(self) -> str:
        """Deploys, and CodeDeploy moves the traffic; the deployment's id."""
        before = len(self.aws.deployments)
        while len(self.aws.deployments) == before:
            self.call(shift)
            self.aws.pass_time(minutes=3)
        identity = list(self.aws.deployments)[-1]
        assert self.aws.deployments[identity]["status"] == "Created", "an alarm stopped it"
        self.aws.succeed(identity)
        variables(self.call(shift))
        return identity


@pytest.fixture
def aws() -> FakeAws:
    """The first release serves from green, the old fleet is retired; the second has moved the traffic to blue."""
    aws = FakeAws()
    first = Execution(aws, FIRST, "first.zip")
    first.shift()
    first.call(verify)
    aws.pass_time(minutes=10)
    variables(first.call(verify))
    variables(first.call(retire))
    aws.pass_time(minutes=5)
    assert (aws.bound, aws.fleets[BLUE].desired) == ([GREEN], 0)
    Execution(aws, SECOND, "second.zip").shift()
    assert aws.bound == [BLUE]
    return aws


def refused(aws: FakeAws) -> Execution:
    """The second release, refused by an alarm during its watch."""
    second = Execution(aws, SECOND, "second.zip")
    second.call(verify)
    aws.pass_time(minutes=4)
    aws.alarms["storefront-5xx"] = ("ALARM", "40 errors in a minute")
    assert "refused by an alarm" in message(second.call(verify))
    return second


def back(aws: FakeAws) -> str:
    """CodePipeline rolls the stage back, while the alarm still rings; the deployment's id."""
    aws.rollbacks.add(BACK)
    way = Execution(aws, BACK, "first.zip")
    deployment = way.shift()
    variables(way.call(verify))
    return deployment


def test_the_old_fleet_serves_again_with_the_old_artifact_and_without_a_new_machine(aws: FakeAws) -> None:
    refused(aws)
    launched = aws.launched
    deployment = back(aws)
    assert aws.bound == [GREEN]
    assert aws.deployments[deployment]["revision"]["s3Location"]["key"] == "first.zip"
    assert aws.fleets[GREEN].attached
    assert not aws.fleets[BLUE].attached
    assert aws.launched == launched


def test_an_alarm_that_rings_stops_a_release_and_not_the_way_back(aws: FakeAws) -> None:
    refused(aws)
    back(aws)
    created = aws.asked("CreateDeployment")
    assert [one.get("overrideAlarmConfiguration") for one in created] == [None, None, {"enabled": False}]


def test_the_refused_fleet_runs_on_until_the_next_release_takes_it(aws: FakeAws) -> None:
    refused(aws)
    back(aws)
    assert aws.fleets[BLUE].desired == 3
    aws.alarms["storefront-5xx"] = ("OK", "")
    launched = aws.launched
    third = Execution(aws, THIRD, "third.zip")
    third.shift()
    assert (aws.bound, aws.launched) == ([BLUE], launched)
    third.call(verify)
    aws.pass_time(minutes=10)
    variables(third.call(verify))
    variables(third.call(retire))
    assert (aws.fleets[GREEN].desired, aws.fleets[BLUE].desired) == (0, 3)


def test_a_retry_of_what_was_rolled_back_doesnt_count_the_old_version_as_the_new_one(aws: FakeAws) -> None:
    second = refused(aws)
    deployment = back(aws)
    aws.alarms["storefront-5xx"] = ("OK", "")
    second.tokens = {}
    assert f"isn't this release but deployment {deployment}" in message(second.call(verify))
    second.tokens = {}
    aws.pass_time(minutes=6)
    assert "something else has moved it since" in message(second.call(shift))
    assert aws.bound == [GREEN]


def test_a_shift_that_failed_before_the_traffic_moved_needs_no_deployment_on_the_way_back(aws: FakeAws) -> None:
    failing = Execution(aws, THIRD, "third.zip")
    aws.fail(failing.begin(), code="HEALTH_CONSTRAINTS", message="too many failed")
    aws.pass_time(minutes=2)
    assert "serves as before" in message(failing.call(shift))
    count = len(aws.deployments)
    aws.rollbacks.add(BACK)
    way = Execution(aws, BACK, "second.zip")
    assert variables(way.call(shift))["servingFleet"] == BLUE
    assert variables(way.call(verify))["servingFleet"] == BLUE
    assert len(aws.deployments) == count


def test_a_way_back_that_deploys_nothing_ends_what_a_release_left_half_done(aws: FakeAws) -> None:
    """CodeDeploy has moved the traffic, but the execution was stopped before the visit that hands it over."""
    aws.succeed(Execution(aws, THIRD, "third.zip").begin())
    assert (aws.fleets[BLUE].attached, aws.fleets[GREEN].attached) == (True, False)
    aws.rollbacks.add(BACK)
    way = Execution(aws, BACK, "third.zip")
    assert "storefront-green is put behind the load balancer" in way.call(shift)["executionDetails"]["summary"]
    back = variables(way.call(shift))
    assert (back["servingFleet"], back["retiringFleet"]) == (GREEN, BLUE)
    assert (aws.fleets[BLUE].attached, aws.fleets[GREEN].attached) == (False, True)


def abandoned(aws: FakeAws, *, status: str) -> None:
    """The third release had let an instance of green in and taken one of blue out; nobody visits it any more."""
    deployment = Execution(aws, THIRD, "third.zip").begin()
    aws.fail(deployment, code="MANUAL_STOP", message="stopped by hand")
    aws.deployments[deployment]["status"] = status
    aws.targets[aws.fleets[GREEN].instances[0][0]] = "healthy"
    del aws.targets[aws.fleets[BLUE].instances[0][0]]
    aws.ended[THIRD] = "Stopped"


@pytest.mark.parametrize("status", ["Stopped", "Failed"])
def test_a_way_back_that_deploys_nothing_takes_an_abandoned_release_out_of_the_traffic(
    aws: FakeAws, status: str
) -> None:
    abandoned(aws, status=status)
    count = len(aws.deployments)
    aws.rollbacks.add(BACK)
    way = Execution(aws, BACK, "second.zip")
    assert "the traffic leaves storefront-green" in way.call(shift)["executionDetails"]["summary"]
    aws.targets = dict.fromkeys(aws.targets, "healthy")
    assert variables(way.call(shift))["servingFleet"] == BLUE
    assert set(aws.targets) == {item[0] for item in aws.fleets[BLUE].instances}
    assert variables(way.call(verify))["healthyInstances"] == "3"
    assert len(aws.deployments) == count


def test_an_abandoned_release_stays_in_the_traffic_as_long_as_nobody_else_can_carry_it(aws: FakeAws) -> None:
    abandoned(aws, status="Stopped")
    aws.targets = {key: "healthy" for key in aws.targets if key == aws.fleets[GREEN].instances[0][0]}
    aws.rollbacks.add(BACK)
    way = Execution(aws, BACK, "second.zip")
    assert "only 0 of storefront-blue are healthy" in way.call(shift)["executionDetails"]["summary"]
    assert aws.targets[aws.fleets[GREEN].instances[0][0]] == "healthy"
    assert len(aws.targets) == 4, "the serving fleet is put back"
    aws.pass_time(minutes=31)
    assert "storefront-green is left as it is" in message(way.call(shift))


def test_a_release_ends_first_the_hand_over_that_another_one_was_stopped_in(aws: FakeAws) -> None:
    """Green has got the third release and its traffic, but isn't attached; the fourth one finds it so."""
    aws.succeed(Execution(aws, THIRD, "third.zip").begin())
    aws.ended[THIRD] = "Stopped"
    aws.fleets[GREEN].suspended = {"AlarmNotification"}
    aws.pass_time(minutes=9)
    fourth = Execution(aws, BACK, "fourth.zip", scaled_by=("AlarmNotification",))
    fourth.call(shift)
    assert (aws.fleets[BLUE].attached, aws.fleets[GREEN].attached) == (False, True)
    assert aws.fleets[GREEN].suspended == {"AlarmNotification"}, "nothing grows it before it is seen attached"
    fourth.call(shift)
    assert aws.fleets[GREEN].suspended == set()
    fourth.call(shift)
    created = aws.asked("CreateDeployment")[-1]
    assert created["targetInstances"] == {"autoScalingGroups": [BLUE]}


def test_what_went_to_the_fleet_that_the_group_is_not_bound_to_is_deployed_again(aws: FakeAws) -> None:
    """The third release was stopped before the visit that binds the group, which CodeDeploy had left bound to blue."""
    aws.succeed(Execution(aws, THIRD, "third.zip").begin())
    aws.bound = [BLUE]
    count = len(aws.deployments)
    aws.rollbacks.add(BACK)
    way = Execution(aws, BACK, "third.zip")
    for _ in range(4):
        aws.targets = dict.fromkeys(aws.targets, "healthy")
        way.call(shift)
    assert len(aws.deployments) == count + 1
    assert aws.asked("CreateDeployment")[-1]["targetInstances"] == {"autoScalingGroups": [GREEN]}
