"""Staging with every kind of condition and of suite, freezes, windows, overrides and scaling, under both policy packs.

They share one stack on the real engine, whose build has the image of a runtime: created, left alone, frozen, destroyed.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from tests.engine.harness import Document, EngineFactory, Outcome
from tests.engine.lifecycle import named
from tests.unit.every_condition import every_condition
from tests.unit.every_fleet import SCALED
from tests.unit.every_suite import every_suite

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SUITES = ("unit", "component", "contract", "browsers", "load", "smoke", "e2e")


def in_full(document: Document) -> None:
    """Conditions wherever there can be one, every kind of suite, and a build by its runtime."""
    every_suite(document["config"])
    every_condition(document["config"])
    storefront = document["config"]["delivery:applications"]["storefront"]
    storefront["build"] = {"runtime": "java", "version": "21"}
    storefront["deploy"]["fleet"] = {
        **storefront["deploy"].get("fleet", {}),
        **SCALED,
        "spot": {"instanceTypes": ["t3a.small", "m7a.medium"]},
    }
    storefront["deploy"]["config"] = {"minimumHealthy": {"percent": 66}}


def frozen_again(document: Document) -> None:
    """One more freeze."""
    document["config"]["delivery:freezes"].append({"from": "2027-12-20", "until": "2028-01-03", "reason": "again"})


@dataclass(frozen=True)
class Life:
    """What each call came to, in this order."""

    preview: Outcome
    created: Outcome
    again: Outcome
    frozen: Outcome
    destroyed: Outcome


@pytest.fixture(scope="module")
def life(module_engine: EngineFactory) -> Life:
    """Its life."""
    staging = module_engine(stack="staging", edit=in_full, packs=True)
    preview, created, again = staging.preview(), staging.up(), staging.up()
    staging.configure(frozen_again)
    return Life(preview, created, again, staging.up(), staging.destroy())


@pytest.fixture(scope="module")
def pipeline(life: Life) -> Any:
    """The inputs of its pipeline."""
    assert life.created.rc == 0, life.created.text
    return named(life.created.state, name="storefront-pipeline", type_token=PIPELINE)["inputs"]


def test_the_stack_is_previewed_and_made_under_both_packs(life: Life) -> None:
    assert life.preview.rc == 0, life.preview.text
    assert life.created.rc == 0, life.created.text
    assert life.created.mandatory == []


def test_every_rule_and_every_result_gets_into_the_state(pipeline: Any) -> None:
    asked = [
        rule["ruleTypeId"]["provider"]
        for stage in pipeline["stages"]
        for when in ("beforeEntry", "onSuccess")
        for rule in stage.get(when, {}).get("condition", {}).get("rules", ())
    ]
    assert set(asked) == {"CloudWatchAlarm", "Commands", "DeploymentWindow", "LambdaInvoke", "VariableCheck"}
    failing = {stage["onFailure"]["result"] for stage in pipeline["stages"] if "onFailure" in stage}
    assert failing == {"RETRY", "ROLLBACK"}


def test_each_way_to_pass_by_is_a_policy_of_its_own_and_each_use_is_told(life: Life) -> None:
    def of(token: str) -> list[Document]:
        return [each["inputs"] for each in life.created.resources if each["type"] == token]

    policies = {each["name"] for each in of("aws:iam/policy:Policy")}
    ways = ("condition", "transition", "rollback", "retry", "stop")
    assert {f"storefront-staging-override-{way}" for way in ways} <= policies
    told = {each["rule"]: each["arn"] for each in of("aws:cloudwatch/eventTarget:EventTarget")}
    for use in ("used", "refused"):
        assert told[f"storefront-staging-override-{use}"].endswith(":delivery-staging-events")
    outputs = next(each["outputs"] for each in life.created.resources if each["type"] == "pulumi:pulumi:Stack")
    assert outputs["applications"]["storefront"]["overridePolicies"].keys() == set(ways)
    (denied,) = {one["Effect"] for one in json.loads(outputs["override_guardrail"])["Statement"]}
    assert denied == "Deny"


def test_every_suite_is_made_and_gets_the_address_that_aws_invents(life: Life, pipeline: Any) -> None:
    assert {f"storefront-{suite}" for suite in SUITES} <= set(life.created.steps)
    address = named(life.created.state, name="storefront-fleet-lb", type_token=BALANCER)["outputs"]["dnsName"]
    variables = {one["name"]: one["defaultValue"] for one in pipeline["variables"]}
    assert variables["TARGET_URL"] == f"http://{address}"


def test_both_fleets_have_policies_and_schedules(life: Life) -> None:
    kinds = Counter(each["type"].split("/")[0] for each in life.created.resources if "storefront-fleet" in each["urn"])
    assert (kinds["aws:autoscaling"], life.created.rc) == (2 * (1 + 2 + 2), 0)


def test_the_packs_take_a_pipeline_that_prepares_its_source(life: Life) -> None:
    assert any("storefront-prepare" in one["urn"] for one in life.created.resources)
    about = ("prepare", "Prepare", "pipeline")
    flow = [one for one in life.created.violations if one.policy.startswith("flow-")]
    assert [one for one in flow if any(word in one.urn for word in about)] == []


def test_a_second_up_changes_nothing(life: Life) -> None:
    assert (life.again.rc, life.again.changed) == (0, {}), life.again.text


def test_a_new_freeze_changes_the_function_and_the_digest_of_the_settings_alone(life: Life) -> None:
    assert life.frozen.rc == 0, life.frozen.text
    assert life.frozen.touched == ["ledger-version", "storefront-check-calendar"]


def test_destroy_leaves_nothing(life: Life) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.resources == []
