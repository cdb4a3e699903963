"""The decisions of `shift_traffic` on plain values: what is seen, what is done."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from deployments.commands import Deploy
from deployments.sight import Deployment, Reach, description, own_deployment
from fleets.commands import Attach, Detach, Resize
from fleets.parameters import ZERO, Capacity, Parameters
from fleets.sight import Fleet, Group, Instance, Target
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory
from shift_traffic.decide import decide
from shift_traffic.sight import Sight
from tests.unit.functions.fake_aws import BLUE, GREEN, START, TARGET_GROUP
from tests.unit.functions.pipeline_action import EXECUTION, user_parameters

PARAMETERS = Parameters.parse(user_parameters())
MEMORY = Memory(attempt="now", since=int(START.timestamp()))
REVISION = S3Object(bucket="artifacts", key="app.zip")
SIZE = Capacity(min=2, desired=3, max=6)
THREE = tuple(Instance(id=f"i-{number}") for number in range(3))
FLEETS = {
    BLUE: Fleet(name=BLUE, capacity=SIZE, instances=THREE, target_groups=frozenset({TARGET_GROUP})),
    GREEN: Fleet(name=GREEN, capacity=ZERO),
}
SERVING = tuple(Target(id=instance.id, state="healthy") for instance in THREE)
UP = {**FLEETS, GREEN: Fleet(name=GREEN, capacity=SIZE, instances=tuple(Instance(id=f"i-g{n}") for n in range(3)))}


def of_execution(identity: str, status: str, *, attempt: str = "before", execution: str = EXECUTION) -> Deployment:
    said = description(execution=execution, attempt=attempt)
    return Deployment(id=identity, status=status, description=said, targets=(GREEN,), completed=START)


def see(**changes: Any) -> Sight:
    return replace(Sight(group=Group(fleets=(BLUE,)), fleets=UP, targets=SERVING), **changes)


def test_the_description_of_a_deployment_stays_short() -> None:
    assert len(description(execution="x" * 36, attempt="y" * 36)) == 91


@pytest.mark.parametrize(
    ("deployments", "expected"),
    [
        ((), None),
        ((of_execution("d-1", "InProgress"),), "d-1"),
        ((of_execution("d-1", "Succeeded"),), "d-1"),
        ((of_execution("d-1", "Failed"),), None),
        ((of_execution("d-1", "Stopped", attempt="now"),), "d-1"),
        ((of_execution("d-1", "Failed"), of_execution("d-2", "InProgress")), "d-2"),
        ((of_execution("d-1", "Succeeded", execution=EXECUTION + "0"),), None),
        ((Deployment(id="d-1", status="InProgress", description="by hand"),), None),
    ],
)
def test_the_deployment_to_go_on_with(deployments: tuple[Deployment, ...], expected: str | None) -> None:
    found = own_deployment(deployments, execution=PARAMETERS.execution, memory=MEMORY)
    assert (found.id if found else None) == expected


def test_a_deployment_that_came_before_and_ended_is_no_hindrance() -> None:
    sight = see(group=Group(fleets=(BLUE,), last_attempt="d-0"))
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    assert [type(command) for command in decision.commands] == [Deploy]


def test_a_complete_fleet_out_of_the_traffic_gets_the_deployment_at_the_first_visit() -> None:
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=see(), now=START)
    assert [type(command) for command in decision.commands] == [Deploy]
    assert decision.otherwise == (Resize(fleet=GREEN, capacity=ZERO),)


def test_a_fleet_still_leaving_the_traffic_gets_no_deployment() -> None:
    green = replace(UP[GREEN], target_groups=frozenset({TARGET_GROUP}))
    sight = see(fleets={**UP, GREEN: green})
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    assert decision.commands == (Detach(fleet=GREEN, target_group_arn=TARGET_GROUP),)
    assert isinstance(decision.answer, Continue)


@pytest.mark.parametrize(("serving", "wanted"), [(1, 3), (3, 3), (5, 5), (9, 6)])
def test_the_idle_fleet_is_sized_between_what_is_desired_and_what_is_allowed(serving: int, wanted: int) -> None:
    blue = replace(FLEETS[BLUE], capacity=replace(SIZE, desired=serving))
    sight = see(fleets={**FLEETS, BLUE: blue})
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    filled = [one for one in decision.commands if isinstance(one, Resize) and one.fleet == GREEN]
    assert filled == [Resize(fleet=GREEN, capacity=Capacity(min=2, desired=wanted, max=6))]


@pytest.mark.parametrize(("serving", "wanted"), [(6, 6), (9, 6)])
def test_a_serving_fleet_that_grows_meanwhile_is_replaced_by_one_as_large(serving: int, wanted: int) -> None:
    blue = replace(FLEETS[BLUE], capacity=replace(SIZE, desired=serving))
    decision = decide(
        parameters=PARAMETERS,
        revision=REVISION,
        memory=replace(MEMORY, desired=3),
        sight=see(fleets={**UP, BLUE: blue}),
        now=START,
    )
    assert decision.commands == (Resize(fleet=GREEN, capacity=replace(SIZE, desired=wanted)),)


def test_a_serving_fleet_that_shrinks_meanwhile_doesnt_shrink_the_one_that_comes_up() -> None:
    blue = replace(FLEETS[BLUE], capacity=replace(SIZE, desired=2))
    sight = see(fleets={BLUE: blue, GREEN: FLEETS[GREEN]})
    memory = replace(MEMORY, desired=5)
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=memory, sight=sight, now=START)
    assert decision.commands == (Resize(fleet=GREEN, capacity=replace(SIZE, desired=5)),)


def test_an_action_without_artifact_is_refused_before_anything_is_changed() -> None:
    with pytest.raises(RefusedError, match="no input artifact"):
        decide(parameters=PARAMETERS, revision=None, memory=MEMORY, sight=see(), now=START)


@pytest.mark.parametrize("targets", [(), (BLUE, GREEN), ("elsewhere",)])
def test_an_ended_deployment_for_other_targets_is_refused(targets: tuple[str, ...]) -> None:
    ended = replace(of_execution("d-1", "Succeeded"), targets=targets)
    with pytest.raises(RefusedError, match="not for one of the declared fleets"):
        decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=see(deployment=ended), now=START)


@pytest.mark.parametrize("status", ["Created", "Queued", "InProgress", "Baking", "Ready"])
def test_every_state_that_is_no_end_is_waited_for_and_remembered(status: str) -> None:
    sight = see(deployment=of_execution("d-1", status))
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    assert isinstance(decision.answer, Continue)
    assert decision.answer.memory.deployment == "d-1"
    assert decision.commands == ()


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_a_bad_end_stops_the_failed_fleet_and_takes_it_out_of_the_traffic(status: str) -> None:
    green = replace(UP[GREEN], target_groups=frozenset({TARGET_GROUP}))
    sight = see(deployment=of_execution("d-1", status), fleets={**UP, GREEN: green})
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    assert decision.commands == (Detach(fleet=GREEN, target_group_arn=TARGET_GROUP),)
    assert isinstance(decision.answer, Continue)
    sight = replace(sight, fleets=UP)
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    assert decision.commands == (Resize(fleet=GREEN, capacity=ZERO),)
    assert isinstance(decision.answer, Fail)


@pytest.mark.parametrize(("last", "running"), [("d-2", ()), ("d-1", ("d-2",)), ("d-2", ("d-2",))])
def test_a_late_repeat_never_stops_the_fleet_that_a_later_deployment_uses(last: str, running: tuple[str, ...]) -> None:
    group = Group(fleets=(BLUE,), last_attempt=last)
    sight = see(group=group, running=running, deployment=of_execution("d-1", "Failed", attempt="now"))
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    assert decision.commands == ()
    assert isinstance(decision.answer, Fail)
    assert "deployment d-2 came after" in decision.answer.message


@pytest.mark.parametrize(("last", "running"), [("d-2", ()), ("d-1", ("d-2",)), ("d-2", ("d-2",))])
def test_a_late_repeat_of_a_success_leaves_the_traffic_to_a_later_deployment(
    last: str, running: tuple[str, ...]
) -> None:
    group = Group(fleets=(GREEN,), last_attempt=last)
    sight = see(group=group, running=running, deployment=of_execution("d-1", "Succeeded"))
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    assert decision.commands == ()
    assert isinstance(decision.answer, Succeed)


REACHED = Reach(instances=frozenset(instance.id for instance in UP[GREEN].instances))


def test_a_success_attaches_the_new_fleet_before_it_detaches_the_old_one() -> None:
    sight = see(
        group=Group(fleets=(GREEN,), last_attempt="d-1"),
        deployment=of_execution("d-1", "Succeeded"),
        targets=(),
        reach=REACHED,
    )
    decision = decide(parameters=PARAMETERS, revision=REVISION, memory=MEMORY, sight=sight, now=START)
    assert decision.commands == (
        Attach(fleet=GREEN, target_group_arn=TARGET_GROUP),
        Detach(fleet=BLUE, target_group_arn=TARGET_GROUP),
    )


@pytest.mark.parametrize(("new_ones", "stays"), [(1, True), (2, False)])
def test_what_the_old_fleet_has_started_since_serves_until_enough_of_the_new_one_are_healthy(
    new_ones: int, stays: bool
) -> None:
    fit = (UP[BLUE].instances[0], *UP[GREEN].instances[:new_ones])
    decision = decide(
        parameters=PARAMETERS,
        revision=REVISION,
        memory=MEMORY,
        sight=see(
            group=Group(fleets=(GREEN,), last_attempt="d-1"),
            deployment=of_execution("d-1", "Succeeded"),
            reach=REACHED,
            targets=tuple(Target(id=one.id, state="healthy") for one in fit),
        ),
        now=START,
    )
    assert (Detach(fleet=BLUE, target_group_arn=TARGET_GROUP) in decision.commands) is not stays
    assert isinstance(decision.answer, Continue) is stays


@pytest.mark.parametrize(("seconds", "waits"), [(1800, True), (1801, False)])
def test_the_idle_fleet_has_thirty_minutes_and_not_a_second_more(seconds: int, waits: bool) -> None:
    decision = decide(
        parameters=PARAMETERS,
        revision=REVISION,
        memory=MEMORY,
        sight=see(fleets=FLEETS),
        now=START + timedelta(seconds=seconds),
    )
    assert isinstance(decision.answer, Continue) is waits
