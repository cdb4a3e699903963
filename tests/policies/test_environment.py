"""The environment is found in any stack, and where it can't be, the rules are strict."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from rulebook.tiers import Named, Tier, tier_named, tier_of_account, tiers_named
from tests.policies.cases.groups import BLUE_GREEN, GROUP
from tests.policies.harness import PROJECT, UNKNOWN, Engine, Given

DEVELOPMENT, STAGING, PRODUCTION = Tier


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        *[
            (name, PRODUCTION)
            for name in ("prod", "Production", "prd", "live", "eu-prod", "prod2", "prod-3", "shop_live")
        ],
        *[(name, PRODUCTION) for name in ("ShopProd", "acme/shop/prod", "prod.eu-west-1")],
        *[
            (name, STAGING)
            for name in ("staging", "stg", "nonprod", "non-prod", "PreProd", "pre-prod-eu", "shop-test", "qa")
        ],
        *[(name, DEVELOPMENT) for name in ("dev", "dev-anna", "develop", "preview", "sandbox2")],
        *[
            (name, None)
            for name in ("reproduce", "products", "delivery", "develop3r", "blue", "", "live-chat", "livestream")
        ],
        *[(name, None) for name in ("preview-maker", "feature-flags", "integration-hub", "stage-manager", "approd")],
        ("prod-test", None),
        ("dev-prod-mirror", None),
    ],
)
def test_a_name_means_a_tier_by_whole_words_only(name: str, tier: Tier | None) -> None:
    assert tier_named(name) is tier


def test_a_name_of_two_tiers_names_both() -> None:
    assert tiers_named("dev-prod-mirror") == {DEVELOPMENT, PRODUCTION}


def test_an_account_means_a_tier_only_where_no_other_tier_shares_it() -> None:
    table = (
        Named(tier=DEVELOPMENT, names=frozenset(), accounts=frozenset({"111122223333"})),
        Named(tier=STAGING, names=frozenset(), accounts=frozenset({"111122223333", "222233334444"})),
    )
    assert tier_of_account("222233334444", table=table) is STAGING
    assert tier_of_account("111122223333", table=table) is None


def judged(**engine: Any) -> str:
    """What `flow-prod-blue-green`, which only production must follow, says of a group in place; empty if nothing."""
    resource = {key: engine.pop(key) for key in ("properties", "provider", "parent") if key in engine}
    before = engine.pop("before", ())
    given = Given(type=GROUP, **{"properties": {}, **resource})
    answers = Engine(rules=[BLUE_GREEN], **engine).ask(*before, given)
    return "\n".join(answer.message for answer in answers)


def configured(value: Any) -> Mapping[str, str]:
    """A stack's configuration as the engine hands it over: objects as JSON text."""
    return {f"{PROJECT}:environment": value if isinstance(value, str) else json.dumps(value)}


SILENT: list[tuple[str, dict[str, Any]]] = [
    ("the stack is called dev", {"stack": "dev"}),
    ("the stack's tag says so", {"stack": "blue", "tags": {"Environment": "dev"}}),
    ("the configuration is a word", {"stack": "blue", "configuration": configured("development")}),
    (
        "the configuration is our object",
        {"stack": "blue", "configuration": configured({"tier": "development", "account": "1"})},
    ),
    ("the resource's tag says so", {"stack": "blue", "properties": {"tags": {"Environment": "dev"}}}),
    (
        "the provider's default tags say so",
        {"stack": "blue", "provider": {"defaultTags": json.dumps({"tags": {"environment": "dev"}})}},
    ),
    ("the administrator says so", {"stack": "blue", "parameters": {BLUE_GREEN.id: {"environment": "development"}}}),
    (
        "stack and configuration mean the same by other words",
        {"stack": "dev", "configuration": configured({"tier": "development"})},
    ),
    ("a tag that isn't known says nothing", {"stack": "dev", "properties": {"tags": {"Environment": UNKNOWN}}}),
    (
        "a tag with a word of nobody's table says nothing",
        {"stack": "dev", "properties": {"tags": {"Environment": "blue"}}},
    ),
    (
        "a component above it says so",
        {
            "stack": "blue",
            "before": (Given(type="acme:index:Delivery", properties={"environment": "dev"}, name="road"),),
            "parent": f"urn:pulumi:blue::{PROJECT}::acme:index:Delivery::road",
        },
    ),
    (
        "a tag of the stack that is made in the same update says so",
        {
            "stack": "blue",
            "before": (Given(type="pulumiservice:index:StackTag", properties={"name": "environment", "value": "dev"}),),
        },
    ),
]


@pytest.mark.parametrize(("what", "engine"), SILENT, ids=[what for what, _ in SILENT])
def test_development_is_found_when(what: str, engine: dict[str, Any]) -> None:
    assert judged(**engine) == "", what


STRICT: list[tuple[str, dict[str, Any], str]] = [
    ("the stack is called prod", {"stack": "prod"}, ""),
    (
        "a stack of any name is configured so",
        {"stack": "blue", "configuration": configured({"tier": "production"})},
        "",
    ),
    ("nothing says anything", {"stack": "blue"}, "Nothing says which environment this is"),
    ("a name only contains a word", {"stack": "reproduce"}, "Nothing says which environment this is"),
    (
        "a development stack is configured as production",
        {"stack": "dev", "configuration": configured({"tier": "production"})},
        "the stack's name says development, the stack's configuration says production",
    ),
    (
        "a resource's tag contradicts its stack",
        {"stack": "dev", "properties": {"tags": {"Environment": "prod"}}},
        "its tag `Environment` says production",
    ),
    (
        "two sources disagree and neither says production",
        {"stack": "dev", "properties": {"tags": {"Environment": "staging"}}},
        "the stack's name says development, its tag `Environment` says staging",
    ),
    (
        "the administrator contradicts the stack",
        {"stack": "prod", "parameters": {BLUE_GREEN.id: {"environment": "development"}}},
        "the policy parameter `environment` says development",
    ),
    (
        "the configuration is of another project",
        {"stack": "blue", "configuration": {"other:environment": "dev"}},
        "Nothing",
    ),
]


@pytest.mark.parametrize(("what", "engine", "remark"), STRICT, ids=[what for what, _, _ in STRICT])
def test_production_is_assumed_when(what: str, engine: dict[str, Any], remark: str) -> None:
    message = judged(**engine)
    assert "deploys to production in place" in message, what
    assert remark in message
    assert bool(remark) == ("the rules of production apply" in message)
