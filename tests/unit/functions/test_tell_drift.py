"""`tell_people`: what is told of a look for drift."""

import pytest

from pipeline_job.failures import RefusedError
from repository_events.event import Event, parse_event
from tell_people.decide import Parameters
from tell_people.handler import visit
from tests.unit.functions.fake_delivery import ACCOUNT, AT_NIGHT, AT_NOON, EVERYONE, REGION, TEAM, TIME, FakeDelivery
from tests.unit.functions.fake_delivery import parameters as given

BUILD = "delivery-prod-drift:8745a7a9-c340-456a-9166-edf953571bee"
FOUND = "2 resources: load-balancer (internal), topic (gone)"


def look() -> Event:
    """What the rule hands over."""
    arn = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{BUILD}"
    detail = {"happening": "drift", "pipeline": "delivery-prod-drift", "execution": arn}
    return parse_event(
        {"detail-type": "Delivery Happening", "account": ACCOUNT, "region": REGION, "time": TIME, "detail": detail}
    )


def tell(aws: FakeDelivery, *, audience: dict[str, object] | None = None, night: bool = False) -> str:
    told = Parameters.parse(given(audience or EVERYONE))
    return visit(look(), parameters=told, clients=aws.clients, clock=lambda: AT_NIGHT if night else AT_NOON)


def test_drift_is_told_with_the_difference_and_what_to_do() -> None:
    aws = FakeDelivery()
    aws.looked(BUILD, drift=FOUND)
    tell(aws)
    ((subject, text),) = aws.mails("events")
    assert subject == "[prod] prod: 2 resources drifted"
    assert text.splitlines()[0] == (
        "Somebody has changed in AWS what belongs to the stack prod: load-balancer (internal), topic (gone)."
    )
    assert "Version" not in text
    assert f"/codesuite/codebuild/{ACCOUNT}/projects/delivery-prod-drift/build/{BUILD}?region={REGION}" in text
    assert "`python -m operations drift --stack prod` has the values." in text.replace("'", "`")


def test_a_stack_in_order_is_no_news() -> None:
    aws = FakeDelivery()
    aws.looked(BUILD)
    assert tell(aws).startswith("nothing to tell of drift")
    assert aws.published == []


@pytest.mark.parametrize("ended", ["FAILED", "TIMED_OUT", "STOPPED", "FAULT"])
def test_a_look_that_came_to_no_end_is_told_too(ended: str) -> None:
    aws = FakeDelivery()
    aws.looked(BUILD, ended=ended)
    tell(aws)
    ((subject, text),) = aws.mails("events")
    assert subject == "[prod] prod: nobody knows whether it has drifted"
    assert f"came to no end: {ended.lower()}." in text


def test_where_the_build_cant_be_asked_people_are_told_that_nobody_knows() -> None:
    aws = FakeDelivery()
    aws.refuse("BatchGetBuilds", "AccessDeniedException")
    tell(aws)
    ((subject, text),) = aws.mails("events")
    assert "nobody knows" in subject
    assert "came to no end: how is not known." in text


def test_where_codebuild_no_longer_has_the_build_people_are_told_that_nobody_knows() -> None:
    aws = FakeDelivery()
    tell(aws)
    ((subject, text),) = aws.mails("events")
    assert "nobody knows" in subject
    assert "came to no end: how is not known." in text


def test_drift_can_wait_for_the_end_of_quiet_hours_and_only_who_asks_hears_of_it() -> None:
    aws = FakeDelivery()
    aws.looked(BUILD, drift=FOUND)
    tell(aws, audience=TEAM, night=True)
    assert list(aws.held) == [TEAM["queue"]]
    tell(aws, audience={**EVERYONE, "kinds": ["failed"]})
    assert aws.published == []


def test_a_happening_that_nobody_knows_is_refused() -> None:
    event = look()
    with pytest.raises(RefusedError, match="Nobody knows what to say"):
        visit(
            Event(**{**event.__dict__, "detail": {**event.detail, "happening": "rain"}}),
            parameters=Parameters.parse(given(EVERYONE)),
            clients=FakeDelivery().clients,
        )
