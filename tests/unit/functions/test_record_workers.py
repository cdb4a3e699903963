"""`record_release` where there are workers: the ledger tells of the main group, which is what serves."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from moto import mock_aws

from release_ledger import Outcome
from tests.unit.functions.fake_ledger import LINE, FakeLedger, deployment_ended, ended, only

MAIN, WORKERS, VERIFY = "ShiftTraffic", ("Workers-mails", "Workers-reports"), "VerifyRelease"
LINED = {**LINE, "actions": [MAIN, *WORKERS, VERIFY]}


@pytest.fixture
def aws() -> Iterator[FakeLedger]:
    with mock_aws():
        yield FakeLedger()


def see(aws: FakeLedger, execution: str) -> str:
    """The stage has failed."""
    return aws.see(ended(execution, "FAILED"), line=LINED)


def refused(aws: FakeLedger) -> str:
    """A release that came to the main group and to workers, and was refused after that; it is in the ledger."""
    execution = aws.begin()
    for number, action in enumerate((MAIN, *WORKERS), 1):
        aws.act(execution, action, "Succeeded", deployment=f"d-{number}")
        came(aws, f"d-{number}", "Succeeded")
    aws.act(execution, VERIFY, "Failed")
    see(aws, execution)
    assert only(aws).deployments == ("d-1", "d-2", "d-3")
    return execution


def again(aws: FakeLedger) -> str:
    """The same, retried with all its actions: what is left of the first time are its workers."""
    execution = refused(aws)
    aws.act(execution, MAIN, "Failed", deployment="d-4")
    aws.end(execution, "Failed")
    return execution


def came(aws: FakeLedger, deployment: str, status: str, *, back: str = "") -> None:
    """What has become of a deployment."""
    info: dict[str, Any] = {"status": status, "completeTime": aws.now}
    if back:
        info["rollbackInfo"] = {"rollbackDeploymentId": back}
    aws.deployments[deployment] = info


def outcomes(aws: FakeLedger) -> Sequence[Outcome]:
    return [one.outcome for one in aws.recorded]


@pytest.mark.parametrize("said", ["deploymentId", "externalExecutionId"])
def test_what_is_taken_back_among_workers_is_not_what_serves(aws: FakeLedger, said: str) -> None:
    execution = aws.begin()
    aws.act(execution, MAIN, "Succeeded", deployment="d-2")
    if said == "externalExecutionId":
        # CodeDeploy's own action has no variable.
        aws.runs[-1]["output"] = {"executionResult": {said: "d-2"}}
    aws.act(execution, WORKERS[0], "Failed", deployment="d-3")
    aws.end(execution, "Failed")
    came(aws, "d-2", "Succeeded")
    came(aws, "d-3", "Failed", back="d-4")
    came(aws, "d-4", "Succeeded")
    see(aws, execution)
    assert only(aws).outcome is Outcome.FAILED
    assert only(aws).deployments == ("d-2", "d-3")


def test_what_is_taken_back_of_the_main_group_when_a_stage_is_retried_is_recorded_as_that(aws: FakeLedger) -> None:
    execution = again(aws)
    came(aws, "d-4", "Failed", back="d-5")
    came(aws, "d-5", "InProgress")
    assert "waits for CodeDeploy" in see(aws, execution)
    came(aws, "d-5", "Succeeded")
    aws.see(deployment_ended(), line=LINED)
    assert outcomes(aws) == [Outcome.FAILED, Outcome.ROLLED_BACK]
    assert aws.recorded[1].deployments == ("d-2", "d-3", "d-4")


@pytest.mark.parametrize("deployment", ["d-4", ""])
def test_workers_that_went_back_before_a_stage_is_retried_are_not_the_main_group(
    aws: FakeLedger, deployment: str
) -> None:
    execution = aws.begin()
    aws.act(execution, MAIN, "Succeeded", deployment="d-1")
    came(aws, "d-1", "Succeeded")
    aws.act(execution, WORKERS[0], "Failed", deployment="d-2")
    came(aws, "d-2", "Failed", back="d-3")
    came(aws, "d-3", "Succeeded")
    see(aws, execution)
    # The second time it may not even come to a deployment.
    aws.act(execution, MAIN, "Failed", deployment=deployment)
    came(aws, "d-4", "Failed")
    aws.end(execution, "Failed")
    see(aws, execution)
    assert outcomes(aws) == [Outcome.FAILED, Outcome.FAILED]
