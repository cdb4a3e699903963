"""A stack with every kind of condition, freezes, windows and overrides, on the real engine, under both policy packs."""

from __future__ import annotations

import datetime
import json

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.engine.lifecycle import named
from tests.unit.every_condition import every_condition

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
FUNCTION = "aws:lambda/function:Function"


def change(document: Document) -> None:
    """Every kind of condition."""
    every_condition(document["config"])


@pytest.fixture(scope="module")
def staging(module_engine: EngineFactory) -> Engine:
    """Staging, with conditions wherever there can be one."""
    return module_engine(stack="staging", edit=change, packs=True)


@pytest.fixture(scope="module")
def created(staging: Engine) -> Outcome:
    """The first `up`, after a preview."""
    preview = staging.preview()
    assert preview.rc == 0, preview.text
    return staging.up()


def test_the_stack_is_made_under_both_packs(created: Outcome) -> None:
    assert created.rc == 0, created.text
    assert created.mandatory == []


def test_every_rule_and_every_result_gets_into_the_state(created: Outcome, staging: Engine) -> None:
    assert created.rc == 0
    stages = {
        one["name"]: one
        for one in named(staging.export(), name="storefront-pipeline", type_token=PIPELINE)["inputs"]["stages"]
    }
    asked = [
        rule["ruleTypeId"]["provider"]
        for stage in stages.values()
        for when in ("beforeEntry", "onSuccess")
        for rule in stage.get(when, {}).get("condition", {}).get("rules", ())
    ]
    assert set(asked) == {"CloudWatchAlarm", "Commands", "DeploymentWindow", "LambdaInvoke", "VariableCheck"}
    assert {stage["onFailure"]["result"] for stage in stages.values() if "onFailure" in stage} == {"RETRY", "ROLLBACK"}


def test_each_way_to_pass_by_is_a_policy_of_its_own_and_each_use_is_told(created: Outcome) -> None:
    def of(token: str) -> list[Document]:
        return [each["inputs"] for each in created.resources if each["type"] == token]

    policies = {each["name"] for each in of("aws:iam/policy:Policy")}
    ways = ("condition", "transition", "rollback", "retry", "stop")
    assert {f"storefront-staging-override-{way}" for way in ways} <= policies
    told = {each["rule"]: each["arn"] for each in of("aws:cloudwatch/eventTarget:EventTarget")}
    for use in ("used", "refused"):
        assert told[f"storefront-staging-override-{use}"].endswith(":delivery-staging-events")
    outputs = next(each["outputs"] for each in created.resources if each["type"] == "pulumi:pulumi:Stack")
    assert outputs["applications"]["storefront"]["overridePolicies"].keys() == set(ways)
    (denied,) = {one["Effect"] for one in json.loads(outputs["override_guardrail"])["Statement"]}
    assert denied == "Deny"


def test_a_second_up_changes_nothing_and_a_new_freeze_the_function_alone(created: Outcome, staging: Engine) -> None:
    assert created.rc == 0
    again = staging.up()
    assert again.rc == 0, again.text
    assert again.changed == {}

    def another(document: Document) -> None:
        document["config"]["delivery:freezes"].append({"from": "2027-12-20", "until": "2028-01-03", "reason": "again"})

    staging.configure(another)
    frozen = staging.up()
    assert frozen.rc == 0, frozen.text
    assert frozen.touched == ["storefront-check-calendar"]


def test_destroy_leaves_nothing(created: Outcome, staging: Engine) -> None:
    assert created.rc == 0
    gone = staging.destroy()
    assert gone.rc == 0, gone.text
    assert gone.resources == []


def test_a_day_that_isnt_quoted_is_the_day_that_was_meant(engine: EngineFactory) -> None:
    def unquoted(document: Document) -> None:
        freeze = {"from": datetime.date(2026, 12, 20), "until": datetime.date(2027, 1, 4), "reason": "Christmas"}
        document["config"]["delivery:freezes"] = [freeze]

    prod = engine(stack="prod", edit=unquoted)
    made = prod.up()
    assert made.rc == 0, made.text
    function = named(prod.export(), name="storefront-check-calendar", type_token=FUNCTION)["inputs"]
    (freeze,) = json.loads(function["environment"]["variables"]["PARAMETERS"])["freezes"]
    assert (freeze["begins"], freeze["ends"]) == ("2026-12-20T00:00:00+00:00", "2027-01-05T00:00:00+00:00")


def test_what_is_wrong_with_conditions_is_said_all_at_once(engine: EngineFactory) -> None:
    def wrong(document: Document) -> None:
        document["config"]["delivery:freezes"] = [{"from": "2026-12-20", "until": "2026-12-19", "reason": "x"}]
        document["config"]["delivery:applications"]["storefront"]["conditions"] = {
            "Deploy": {"beforeEntry": {"rules": [{"rule": "window", "hours": "22-4", "closed": "wait"}]}}
        }

    preview = engine(stack="prod", edit=wrong).preview()
    assert preview.rc != 0
    for said in ("freezes[0].until", "conditions.Deploy.beforeEntry.rules[0].hours", "2 problems; nothing was planned"):
        assert said in preview.text
