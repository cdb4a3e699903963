"""Each rule of a road refuses the road that breaks it, and nothing else."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pulumi
import pytest

from components.stage_rules import RoadError, check, problems
from components.stages import Action, Artifact, Category, ExecutionMode, Road, Stage
from tests.unit.broken_actions import ABROAD, BROKEN_ACTIONS, CHECKED, COMMANDS, FOREIGN
from tests.unit.broken_roads import (
    APPROVAL,
    BROKEN_ROADS,
    BUILD,
    CODE,
    DEPLOY,
    FIRST,
    LONG_ROAD,
    PACKAGE,
    ROAD,
    SHIP,
    approvals,
    codebuild,
    stages,
    with_action,
    with_build,
)

BROKEN = {**BROKEN_ROADS, **BROKEN_ACTIONS}


def test_the_tables_have_at_least_forty_malformed_pipelines_and_none_twice() -> None:
    assert len(BROKEN) == len(BROKEN_ROADS) + len(BROKEN_ACTIONS) >= 80


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_road_has_exactly_one_problem_and_it_names_the_place(case: str) -> None:
    road, words = BROKEN[case]
    found = problems(road)
    assert len(found) == 1, found
    assert found[0].startswith(f"pipeline {road.name!r}")
    assert [word for word in words if word not in found[0]] == []
    assert "\n" not in found[0]


def parallel_tests() -> Road:
    return replace(ROAD, stages=(*ROAD.stages, Stage(name="Test", actions=(codebuild(), codebuild(name="load")))))


GOOD: dict[str, Callable[[], Road]] = {
    "source, build, approval and deployment": lambda: ROAD,
    "parallel tests of the same inputs": parallel_tests,
    "50 stages": lambda: replace(ROAD, stages=(FIRST, *stages(49))),
    "500 actions": lambda: replace(
        LONG_ROAD, stages=(*LONG_ROAD.stages[:-1], Stage(name="Last", actions=approvals(46)))
    ),
    "names of 100 characters": lambda: with_build(name="a.@-_" * 20),
    "an input produced in the same stage, earlier": lambda: replace(
        ROAD, stages=(FIRST, Stage(name="Deploy", actions=(SHIP, PACKAGE)))
    ),
    "a custom action": lambda: with_action(
        Action(name="Ci", category=Category.BUILD, owner="Custom", provider="Jenkins", inputs=(CODE,))
    ),
    "the pipeline's own namespace": lambda: with_build(configuration={"Id": "#{codepipeline.PipelineExecutionId}"}),
    "text that only looks like a reference": lambda: with_build(configuration={"Script": "${#list} #{} #{x}"}),
    "values of 1000 characters": lambda: with_build(configuration={"k" * 50: "v" * 1000}),
    "commands with all they may have": lambda: with_action(COMMANDS),
    "an action abroad, where there is a store": lambda: replace(with_action(ABROAD), stores=("us-east-1",)),
    "an action of another account that reads what was made at home": lambda: with_action(FOREIGN),
    "two actions of one other account": lambda: replace(
        ROAD,
        account="111122223333",
        stages=(
            *ROAD.stages,
            Stage(name="Extra", actions=(CHECKED, replace(FOREIGN, inputs=(Artifact("checked"),), run_order=2))),
        ),
    ),
    "a parallel pipeline that tries again": lambda: replace(
        ROAD, stages=(FIRST, BUILD, replace(DEPLOY, on_failure=None)), mode=ExecutionMode.PARALLEL
    ),
    "a state machine": lambda: with_action(Action(name="Run", category=Category.INVOKE, provider="StepFunctions")),
    "the shortest and the longest approval": lambda: with_action(replace(APPROVAL, timeout_minutes=86400)),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_good_road_has_no_problem(case: str) -> None:
    road = GOOD[case]()
    assert problems(road) == []
    check(road)


def test_values_known_only_after_aws_answers_are_not_judged() -> None:
    async def road_with_outputs() -> list[str]:
        unknown = pulumi.Output.from_input("#{Nowhere.X}" + "v" * 2000)
        configuration = {"ProjectName": unknown, "PrimarySource": unknown}
        return problems(with_action(codebuild(configuration=configuration)))

    assert asyncio.run(road_with_outputs()) == []


def test_every_problem_is_told_at_once_one_a_line() -> None:
    road = replace(
        with_action(replace(SHIP, name="no good", inputs=(Artifact("lost"), Artifact("gone")), run_order=0)),
        variables={},
    )
    with pytest.raises(RoadError) as caught:
        check(road)
    lines = str(caught.value).splitlines()
    assert lines == problems(road)
    for words in (
        "no action name",
        "artifact 'lost'",
        "artifact 'gone'",
        "2 input artifacts",
        "#{variables.BRANCH}",
        "run_order",
    ):
        assert sum(words in line and "'storefront'" in line for line in lines) == 1, words
    assert len(lines) == 6


def test_a_refused_road_is_an_error_pulumi_shows_without_a_traceback() -> None:
    with pytest.raises(pulumi.RunError):
        check(replace(ROAD, stages=()))
