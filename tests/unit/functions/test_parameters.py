"""The `UserParameters` that the program builds once for all three functions."""

import json

import pytest

from fleets.parameters import Capacity, Parameters
from pipeline_job.failures import RefusedError
from tests.unit.functions.fake_aws import BLUE, GREEN, TARGET_GROUP
from tests.unit.functions.pipeline_action import EXECUTION, user_parameters


def test_the_parameters_are_read_from_json() -> None:
    assert Parameters.parse(user_parameters()) == Parameters(
        execution=EXECUTION,
        pipeline="storefront-prod",
        application="storefront",
        deployment_group="storefront",
        fleets=(BLUE, GREEN),
        size=Capacity(min=2, desired=3, max=6),
        target_group_arn=TARGET_GROUP,
        alarms=("storefront-5xx",),
        watch_minutes=0,
        bake_minutes=30,
    )


def test_each_fleet_is_the_others_other() -> None:
    parameters = Parameters.parse(user_parameters())
    assert parameters.other_fleet(BLUE) == GREEN
    assert parameters.other_fleet(GREEN) == BLUE


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"surprise": 1}, "surprise"),
        ({"fleets": ["one"]}, "two different"),
        ({"fleets": ["one", "one"]}, "two different"),
        ({"fleets": "one"}, "`fleets` must be a list"),
        ({"execution": ""}, "`execution`"),
        ({"size": {"min": 3, "desired": 2, "max": 6}}, "min <= desired <= max"),
        ({"size": {"min": 0, "desired": 0, "max": 6}}, "1 <= min"),
        ({"size": {"min": 1}}, "exactly the keys"),
        ({"size": {"min": True, "desired": 2, "max": 6}}, "`min` must be a whole number"),
        ({"bakeMinutes": 1381}, "an action lives 24 hours"),
        ({"bakeMinutes": -1}, "`bakeMinutes`"),
        ({"bakeMinutes": "30"}, "`bakeMinutes`"),
        ({"alarms": [1]}, "`alarms`"),
        ({"skipBakeFor": "hotfix/*"}, "`skipBakeFor` must be a list"),
        ({"skipBakeFor": ["hotfix*"]}, r"`skipBakeFor` must list branches or prefixes .* not \['hotfix\*'\]"),
        ({"skipBakeFor": ["refs/heads/hotfix/*"]}, "`skipBakeFor` must list branches"),
        ({"branch": ""}, "`branch` must be a text"),
    ],
)
def test_a_wrong_parameter_is_refused_by_its_name(change: dict[str, object], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        Parameters.parse(user_parameters(**change))


@pytest.mark.parametrize("key", sorted(json.loads(user_parameters())))
def test_a_missing_parameter_is_refused_by_its_name(key: str) -> None:
    values = json.loads(user_parameters())
    del values[key]
    with pytest.raises(RefusedError, match=key):
        Parameters.parse(json.dumps(values))


def test_what_is_fixed_may_come_from_the_environment_of_the_function() -> None:
    values = json.loads(user_parameters())
    asked = {"execution": values.pop("execution")}
    assert Parameters.parse(json.dumps(asked), fixed=json.dumps(values)) == Parameters.parse(user_parameters())


def test_a_release_bakes_unless_its_branch_is_named_by_the_hotfix_lane() -> None:
    assert not Parameters.parse(user_parameters(branch="hotfix/x")).skips_bake
    assert not Parameters.parse(user_parameters(skipBakeFor=["hotfix/*"])).skips_bake
    assert not Parameters.parse(user_parameters(skipBakeFor=["hotfix/*"], branch="release/1.2")).skips_bake
    assert Parameters.parse(user_parameters(skipBakeFor=["hotfix/*"], branch="hotfix/x")).skips_bake


def test_a_delivery_without_bake_has_none_to_skip() -> None:
    assert not Parameters.parse(user_parameters(skipBakeFor=["hotfix/*"], branch="hotfix/x", bakeMinutes=0)).skips_bake


def test_a_parameter_that_is_said_twice_is_refused_by_its_name() -> None:
    with pytest.raises(RefusedError, match=r"both have the keys \['alarms'\]"):
        Parameters.parse(user_parameters(), fixed='{"alarms": []}')


def test_a_fixed_part_that_is_no_json_is_refused() -> None:
    with pytest.raises(RefusedError, match="PARAMETERS is not JSON"):
        Parameters.parse(user_parameters(), fixed="no json")


@pytest.mark.parametrize("change", [{"bakeMinutes": 1380}, {"size": {"min": 1, "desired": 1, "max": 1}}])
def test_the_largest_bake_and_the_smallest_fleet_are_taken(change: dict[str, object]) -> None:
    assert Parameters.parse(user_parameters(**change))


@pytest.mark.parametrize("text", ["", "no json", "[]"])
def test_a_text_that_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="UserParameters"):
        Parameters.parse(text)
