"""`operations deploy` between two fleets: what it does, says and writes down, and what it leaves when it fails."""

import json

import pytest

from operations.deployment.progress import Progress
from tests.unit.functions.fake_aws import BLUE, GREEN
from tests.unit.operations.hand_world import ARTIFACTS, JANE, HandWorld, digest, lines, told


def test_an_approved_release_goes_through_the_steps_of_the_pipeline(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert approved.deploy("--revision", "v1.4.0") == 0
    assert approved.bound == [GREEN]
    assert approved.fleets[GREEN].attached
    assert (approved.fleets[BLUE].desired, approved.fleets[BLUE].attached) == (0, False)
    (bundle,) = approved.deployed
    assert bundle == {
        "bucket": ARTIFACTS,
        "key": f"storefront-prod/ByHand/{digest(b'one')}.zip",
        "bundleType": "zip",
    }, "machines may read the pipeline's bucket, and no other"
    said = capsys.readouterr()
    assert said.out.endswith("storefront on prod: succeeded, release storefront-20261123T130700Z\n")
    assert "i-new1               AllowTraffic            Succeeded" in said.err
    events = [line for line in lines(said.err) if "AllowTraffic" in line]
    assert len(events) == len(set(events)) == 3, "each event of each instance is told once"
    assert max(len(line) for line in lines(said.err + said.out) if "s3://" not in line) <= 120


def test_the_ledger_has_what_was_deployed_by_whom_and_who_approved(approved: HandWorld) -> None:
    approved.made_by = {"commit": "abc", "tag": "infra-7", "dirty": False, "configuration": "cd" * 32}
    assert approved.deploy("--revision", "v1.4.0") == 0
    (record,) = approved.ledger
    assert (record["kind"], record["outcome"], record["by"]) == ("by-hand", "succeeded", JANE)
    assert record["artifact"]["bucket"] == "releases", "where it isn't deleted, not where it was copied to"
    assert record["artifact"]["sha256"] == digest(b"one")
    assert record["source"]["tag"] == "v1.4.0"
    assert record["infrastructure"] == {
        "commit": "abc",
        "tag": "infra-7",
        "dirty": False,
        "stack": "prod",
        "number": 12,
    }
    assert record["configuration"] == "cd" * 32
    assert [(one["name"], one["by"]) for one in record["approvals"]] == [("qa-head", JANE)]
    assert record["deployments"] == ["d-000000002"]


def test_executions_wait_at_the_door_while_it_is_deployed_and_no_longer(approved: HandWorld) -> None:
    seen: list[bool] = []
    goes_on = approved.on_wait

    def look() -> None:
        seen.append(approved.door)
        goes_on()

    approved.on_wait = look
    assert approved.deploy("--revision", "v1.4.0") == 0
    assert seen[0] is False
    assert seen[-1] is True, "the old fleet may bake while the next release comes"
    assert approved.doors == [False, True]


def test_a_door_that_somebody_else_has_closed_stays_closed(approved: HandWorld) -> None:
    approved.door = False
    assert approved.deploy("--revision", "v1.4.0") == 0
    assert approved.doors == []


def test_the_door_is_opened_again_in_spite_of_throttling(approved: HandWorld) -> None:
    approved.refuse("EnableStageTransition", "ThrottlingException", times=3)
    assert approved.deploy("--revision", "v1.4.0") == 0
    assert approved.door


def test_a_door_that_can_not_be_opened_again_is_told_with_the_command(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    approved.refuse("EnableStageTransition", "AccessDeniedException")
    assert approved.deploy("--revision", "v1.4.0") == 0
    assert not approved.door
    assert "enable-stage-transition --pipeline-name storefront-prod --stage-name Deploy" in capsys.readouterr().err


def test_throttled_visits_are_repeated_and_nothing_is_deployed_twice(approved: HandWorld) -> None:
    approved.refuse("CreateDeployment", "ThrottlingException", times=2)
    approved.refuse("DescribeAutoScalingGroups", "Throttling", times=2)
    approved.refuse("BatchGetDeploymentTargets", "ThrottlingException", times=1)
    assert approved.deploy("--revision", "v1.4.0") == 0
    assert len(approved.deployments) == 2


def test_a_deployment_that_fails_leaves_the_serving_fleet_and_says_why(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        for identity, info in approved.deployments.items():
            if info["status"] == "Created":
                approved.fail(identity, code="HEALTH_CONSTRAINTS", message="Too few are healthy")

    approved.on_wait = fail
    assert approved.deploy("--revision", "v1.4.0") == 1
    assert approved.bound == [BLUE]
    assert approved.fleets[GREEN].desired == 0
    said = capsys.readouterr()
    assert "HEALTH_CONSTRAINTS: Too few are healthy" in said.err
    assert "storefront on prod: failed" in said.out
    (record,) = approved.ledger
    assert record["outcome"] == "failed"
    assert "Too few are healthy" in record["reason"]
    assert approved.door


def test_an_alarm_after_the_shift_brings_back_what_served_before(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    goes_on = approved.on_wait

    def ring() -> None:
        goes_on()
        if approved.bound == [GREEN]:
            approved.alarms["storefront-5xx"] = ("ALARM", "5 of 5 answers were errors")

    approved.on_wait = ring
    assert approved.deploy("--revision", "v1.4.0") == 1
    assert approved.bound == [BLUE]
    assert [one["key"] for one in approved.deployed][-1] == "storefront-prod/Source/old"
    assert approved.asked("CreateDeployment")[-1]["overrideAlarmConfiguration"] == {"enabled": False}
    assert "What served before serves again." in capsys.readouterr().err
    (record,) = approved.ledger
    assert (record["outcome"], len(record["deployments"])) == ("rolled-back", 2)


def test_an_alarm_during_the_bake_leaves_both_fleets_and_is_no_success(approved: HandWorld) -> None:
    goes_on = approved.on_wait

    def ring() -> None:
        goes_on()
        if approved.ledger:
            approved.alarms["storefront-5xx"] = ("ALARM", "late")

    approved.on_wait = ring
    assert approved.deploy("--revision", "v1.4.0") == 1
    assert approved.fleets[BLUE].desired == 3
    assert [one["outcome"] for one in approved.ledger] == ["succeeded"], "it was deployed, as the pipeline would say"


def test_what_serves_already_is_not_deployed_again(approved: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    assert approved.deploy("--revision", "v1.4.0") == 0
    capsys.readouterr()
    assert approved.deploy("--revision", "v1.4.0") == 0
    assert "serves already; there is nothing to deploy" in capsys.readouterr().err
    assert len(approved.deployed) == len(approved.ledger) == 1


def test_of_a_large_fleet_every_instance_is_told(approved: HandWorld) -> None:
    identity = approved.add_deployment("InProgress")
    approved.lifecycle[identity] = [(f"i-{number:03}", "AllowTraffic") for number in range(60)]
    assert len(Progress(clients=approved.clients).news(identity)) == 60


def test_a_machine_gets_one_document_with_every_event(approved: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    assert approved.deploy("--revision", "v1.4.0", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["outcome"], document["deployments"]) == ("succeeded", ["d-000000002"])
    assert document["release"] == approved.ledger[0]["release"]
    assert {one["target"] for one in document["events"]} == {"i-new1", "i-new2", "i-new3"}


def test_without_a_ledger_it_is_said_and_deployed_all_the_same(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    approved.outputs = {}
    assert approved.deploy("--revision", "v1.4.0") == 0
    assert "keeps no ledger" in capsys.readouterr().err


def test_a_record_that_the_ledger_refuses_is_printed_instead(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    approved.outputs["ledger"] = {"bucket": "gone"}
    assert approved.deploy("--revision", "v1.4.0") == 0
    said = capsys.readouterr().err
    assert "The ledger gone didn't take the record" in said
    assert '"outcome": "succeeded"' in said


def test_nobody_to_ask_is_unusable_and_begins_nothing(approved: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    assert approved.deploy("--revision", "v1.4.0", "--json", yes=False) == 2
    assert "say --yes" in capsys.readouterr().err
    assert approved.changes() == []


def test_credentials_that_may_not_look_begin_nothing(approved: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    approved.refuse("ListPipelineExecutions", "AccessDeniedException", message="You may not.")
    assert approved.deploy("--revision", "v1.4.0") == 2
    said = capsys.readouterr().err
    assert "You may not." in said
    assert said.endswith("nothing was begun\n")


def test_a_stack_of_an_older_program_says_what_is_missing(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    approved.told = {key: value for key, value in told().items() if key != "artifactBucket"}
    assert approved.deploy("--revision", "v1.4.0") == 2
    assert "doesn't tell 'artifactBucket' of storefront; run `pulumi up --stack prod`" in capsys.readouterr().err
