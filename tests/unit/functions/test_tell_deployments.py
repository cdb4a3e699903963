"""`tell_people`: what is told of a deployment, of the main group and of workers."""

from typing import Any

import pytest

from tell_people.decide import Parameters
from tell_people.handler import visit
from tests.unit.functions.fake_delivery import (
    AT_NIGHT,
    AT_NOON,
    DEPLOYMENT,
    EVERYONE,
    PIPELINE,
    TEAM,
    FakeDelivery,
    happening,
    parameters,
)

OF_WORKERS = {"deploymentGroupName": f"{PIPELINE}-reports"}
BACK = {"creator": "codeDeployRollback"}
WHY = {"errorInformation": {"code": "HEALTH_CONSTRAINTS", "message": "Too few\nhealthy instances"}}


def tell(aws: FakeDelivery, state: str, *, night: bool = False) -> str:
    """A deployment has come to an end."""
    told = Parameters.parse(parameters(TEAM if night else EVERYONE))
    event = happening("deployment", execution=DEPLOYMENT, state=state)
    return visit(event, parameters=told, clients=aws.clients, clock=lambda: AT_NIGHT if night else AT_NOON)


@pytest.mark.parametrize(
    ("state", "deployment", "begun", "expected"),
    [
        ("SUCCESS", {"creator": "user"}, [], None),
        ("SUCCESS", {"creator": "codeDeployRollback"}, [], "[prod] storefront in prod was rolled back by CodeDeploy"),
        ("FAILURE", {"creator": "codeDeployRollback"}, [], "[prod] storefront in prod: the rollback failed"),
        ("FAILURE", {"creator": "user", "description": "execution=1 attempt=2"}, [], None),
        ("FAILURE", {"creator": "user"}, [DEPLOYMENT], None),
        (
            "FAILURE",
            {"creator": "user"},
            ["d-OTHER"],
            "[prod] storefront in prod: a deployment failed that no pipeline began",
        ),
    ],
)
def test_of_a_deployment_people_hear_what_the_pipeline_does_not_tell(
    state: str, deployment: dict[str, str], begun: list[str], expected: str | None
) -> None:
    aws = FakeDelivery()
    aws.deployment, aws.begun_outside = deployment, begun
    tell(aws, state)
    assert [said for said, _ in aws.mails("events")] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("state", "deployment", "headline", "happened", "reason", "advice"),
    [
        (
            "SUCCESS",
            {**BACK, "rollbackInfo": {"rollbackMessage": "Deployment d-2 failed"}},
            "only the workers in reports were rolled back by CodeDeploy",
            "Only the workers in reports went back: the revision that ran before was deployed to them again.",
            " Deployment d-2 failed.",
            "stage back, two versions work side by side until you retry it or roll it back.",
        ),
        (
            "FAILURE",
            {**BACK, **WHY},
            "the rollback of the workers in reports failed",
            "CodeDeploy could not bring the revision back that ran before on the workers in reports.",
            " Too few healthy instances.",
            "Look at their instances now: nobody can say which version they run.",
        ),
        (
            "STOP",
            {"creator": "user"},
            "a deployment to the workers in reports failed that no pipeline began",
            "Somebody has deployed to the workers in reports by hand, and it failed.",
            "",
            "Ask who it was. What ran before runs on there where CodeDeploy could roll back.",
        ),
    ],
)
def test_what_happens_among_workers_is_told_of_them_and_not_of_the_application(
    state: str, deployment: dict[str, Any], headline: str, happened: str, reason: str, advice: str
) -> None:
    aws = FakeDelivery()
    aws.deployment = {**OF_WORKERS, **deployment}
    tell(aws, state)
    ((subject, text),) = aws.mails("events")
    assert subject == f"[prod] storefront in prod: {headline}"
    assert text.splitlines()[0] == f"{happened} The main group is not touched.{reason}"
    assert text.endswith(advice)


@pytest.mark.parametrize(
    ("state", "description", "begun"),
    [("SUCCESS", "", []), ("FAILURE", "execution=1 attempt=2", []), ("FAILURE", "", ["d-MAIN", DEPLOYMENT])],
)
def test_what_the_pipeline_tells_of_workers_is_not_told_twice(state: str, description: str, begun: list[str]) -> None:
    aws = FakeDelivery()
    aws.deployment = {**OF_WORKERS, "creator": "user", "description": description}
    aws.begun_outside = begun
    tell(aws, state)
    assert aws.mails("events") == []


def test_workers_that_went_back_in_production_are_told_at_night() -> None:
    aws = FakeDelivery()
    aws.deployment = {**OF_WORKERS, **BACK}
    tell(aws, "SUCCESS", night=True)
    assert len(aws.mails("team-mail")) == 1


def test_the_main_group_is_known_by_its_whole_name() -> None:
    aws = FakeDelivery()
    aws.deployment = {**BACK, "deploymentGroupName": f"{PIPELINE}-eu-reports"}
    tell(aws, "SUCCESS")
    aws.deployment = {**BACK, "deploymentGroupName": PIPELINE}
    tell(aws, "SUCCESS")
    workers, main = [said for said, _ in aws.mails("events")]
    assert workers == "[prod] storefront in prod: only the workers in eu-reports were rolled back by CodeDeploy"
    assert main == "[prod] storefront in prod was rolled back by CodeDeploy"
