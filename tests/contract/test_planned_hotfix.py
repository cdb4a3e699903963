"""A stack with a hotfix lane, against AWS's own API model and a bare Lambda."""

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.contract.aws_model import Request, problems
from tests.contract.function_archive import WITH_BOTO3, imported_bare, zipped
from tests.contract.wire import created, requests, subject_of
from tests.unit.lanes import CODECOMMIT, lane
from tests.unit.planning import Planned, planned


@cache
def laned() -> Planned:
    """Staging with a lane that skips all it may."""
    return planned("staging", lane("e2e", "bake", source=CODECOMMIT))


def pipeline_request() -> Request:
    """The call that makes the pipeline."""
    plan = laned()
    pipeline = plan.one("aws:codepipeline/pipeline:Pipeline")
    (request,) = requests(subject_of(plan, pipeline))
    return request


def test_aws_takes_everything_that_a_stack_with_a_lane_plans() -> None:
    plan = laned()
    asked = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in asked for problem in problems(request)] == []


def test_the_conditions_reach_codepipeline_as_its_model_has_them() -> None:
    stages = {stage["name"]: stage for stage in pipeline_request().fitted["pipeline"]["stages"]}
    for name in ("Hotfix", "TestUnlessHotfix"):
        (condition,) = stages[name]["beforeEntry"]["conditions"]
        (rule,) = condition["rules"]
        assert condition["result"] == "SKIP"
        assert set(rule) == {"name", "ruleTypeId", "configuration"}
        assert set(rule["configuration"]) == {"Variable", "Value", "Operator"}
    assert [name for name, stage in stages.items() if "beforeEntry" in stage] == ["Hotfix", "TestUnlessHotfix"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": "unless hotfix"}, "name"),
        ({"ruleTypeId": {"category": "Check", "provider": "VariableCheck"}}, "category"),
        ({"configuration": {"Value": "x" * 10_001}}, "10000"),
    ],
)
def test_a_condition_that_aws_refuses_would_be_seen(change: dict[str, Any], complaint: str) -> None:
    request = pipeline_request()
    fitted = request.fitted
    (stage,) = (one for one in fitted["pipeline"]["stages"] if one["name"] == "Hotfix")
    (rule,) = stage["beforeEntry"]["conditions"][0]["rules"]
    rule.update(change)
    (problem,) = problems(
        Request(service=request.service, operation=request.operation, parameters=fitted, resource="changed")
    )
    assert complaint in problem


def test_the_announcing_archive_starts_in_a_bare_python(tmp_path: Path) -> None:
    function = laned().one("aws:lambda/function:Function", name="storefront-staging-announce-hotfix")
    with zipfile.ZipFile(io.BytesIO(zipped(function.inputs["code"]))) as archive:
        archive.extractall(tmp_path)
    assert imported_bare(tmp_path, handler=function.inputs["handler"]) <= WITH_BOTO3
