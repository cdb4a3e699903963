"""`operations deploy` and `rollback` of an application with groups beside the main one."""

import pytest

from tests.unit.functions.fake_aws import BLUE, GREEN
from tests.unit.operations.hand_world import SWAP, HandWorld
from tests.unit.operations.interruption import interrupt

LIFE = ("--revision", "v1.4.0")
WORKERS = ("reports", "mails")


@pytest.fixture
def with_workers(approved: HandWorld) -> HandWorld:
    """The same with two groups of workers, and with what served before."""
    first = approved.put(b"zero", bucket="artifacts", key="storefront-prod/Source/zero")
    approved.add_deployment(
        "Succeeded", fleet=BLUE, deploymentGroupName="storefront", revision=revision("storefront-prod/Source/zero")
    )
    assert first
    approved.told["workers"] = {
        one: {
            "pipeline": "storefront-prod",
            "application": "storefront",
            "deploymentGroup": f"storefront-{one}",
            "alarms": {f"storefront-{each}": [f"storefront-{each}-status"] for each in WORKERS},
            "watchMinutes": SWAP["watchMinutes"],
        }
        for one in WORKERS
    }
    for one in WORKERS:
        approved.alarms[f"storefront-{one}-status"] = ("OK", "")
    return approved


def revision(key: str) -> dict[str, object]:
    return {"revisionType": "S3", "s3Location": {"bucket": "artifacts", "key": key, "bundleType": "zip"}}


def deployed_to(world: HandWorld) -> list[tuple[str, str]]:
    """Group and bundle of every deployment that was asked for, in order."""
    asked = world.asked("CreateDeployment")
    return [(one["deploymentGroupName"], one["revision"]["s3Location"]["key"].rsplit("/", 1)[-1][:4]) for one in asked]


def test_workers_get_what_the_main_group_serves_and_the_old_fleet_goes_last(with_workers: HandWorld) -> None:
    assert with_workers.deploy(*LIFE) == 0
    groups = [group for group, _ in deployed_to(with_workers)]
    assert groups == ["storefront", "storefront-reports", "storefront-mails"]
    assert len({bundle for _, bundle in deployed_to(with_workers)}) == 1
    assert with_workers.fleets[BLUE].desired == 0
    (record,) = with_workers.ledger
    assert (record["outcome"], len(record["deployments"])) == ("succeeded", 3)


def test_when_workers_fail_all_of_it_goes_back(with_workers: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    with_workers.fails = "storefront-mails"
    assert with_workers.deploy(*LIFE) == 1
    said = capsys.readouterr().err
    assert "ended as Failed" in said
    assert "What served before serves again." in said
    back = [group for group, bundle in deployed_to(with_workers) if bundle == "zero"]
    assert back == ["storefront", "storefront-reports", "storefront-mails"]
    assert with_workers.bound == [BLUE]
    assert [one["outcome"] for one in with_workers.ledger] == ["rolled-back"]


def test_stopped_while_workers_get_it_all_of_it_goes_back(with_workers: HandWorld) -> None:
    interrupt(with_workers, lambda: bool(running(with_workers, "storefront-reports")))
    assert with_workers.deploy(*LIFE, "--on-interrupt", "stop") == 1
    (stopped,) = with_workers.asked("StopDeployment")
    assert with_workers.deployments[stopped["deploymentId"]]["deploymentGroupName"] == "storefront-reports"
    assert with_workers.bound == [BLUE]
    assert with_workers.fleets[GREEN].attached is False


def running(world: HandWorld, group: str) -> list[str]:
    return [
        key
        for key, one in world.deployments.items()
        if one.get("deploymentGroupName") == group and one["status"] in ("Created", "InProgress")
    ]


def test_what_the_main_group_serves_already_goes_to_workers_alone(with_workers: HandWorld) -> None:
    assert with_workers.deploy(*LIFE) == 0
    before = len(deployed_to(with_workers))
    assert with_workers.deploy(*LIFE) == 0
    assert [group for group, _ in deployed_to(with_workers)[before:]] == ["storefront-reports", "storefront-mails"]
    assert with_workers.fleets[GREEN].attached
