"""CodePipeline takes every pipeline that any plan has: by its API model, and by moto with the role that it names."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from tests.contract.account import accounts
from tests.contract.aws_model import problems
from tests.contract.wire import requests, subject_of
from tests.unit.every_build import every_build
from tests.unit.every_condition import every_condition
from tests.unit.every_source import EVERY_PLAN, plan_named
from tests.unit.every_suite import every_suite
from tests.unit.jenkins.stacks import built_by_jenkins
from tests.unit.planning import Planned, planned
from tests.unit.publishing.planned import everything

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
ROLES = ("aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy")

PLANS: Mapping[str, Callable[[], Planned]] = {
    **{name: partial(plan_named, name) for name in EVERY_PLAN},
    "every build": every_build,
    "every condition": lambda: planned("staging", every_condition),
    "every suite": lambda: planned("staging", every_suite),
    "jenkins": lambda: built_by_jenkins("dev"),
    "publishing": lambda: planned("dev", everything),
}


def told(stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stages with their conditions, and the names of their actions: moto adds to an action what it doesn't say."""
    return [{**stage, "actions": [action["name"] for action in stage["actions"]]} for stage in stages]


@pytest.mark.parametrize("name", PLANS)
def test_every_pipeline_of_a_plan_is_taken_with_all_of_its_stages(name: str) -> None:
    plan = PLANS[name]()
    asked = [one for pipeline in plan.of(PIPELINE) for one in requests(subject_of(plan, pipeline))]
    assert asked
    assert [problem for request in asked for problem in problems(request)] == []
    with accounts(plan.stack, plans={plan.stack: plan}, only=(*ROLES, PIPELINE)) as made:
        client = made[plan.stack].client("codepipeline")
        for request in asked:
            pipeline = request.fitted["pipeline"]
            found = client.get_pipeline(name=pipeline["name"])["pipeline"]
            assert told(found["stages"]) == told(pipeline["stages"])
            assert found["executionMode"] == pipeline["executionMode"]
