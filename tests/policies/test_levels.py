"""How strictly each tier is held to each rule: the table that was agreed, beside what the rules say of themselves."""

import json

import pytest

from rulebook.kit.rule import Level
from rulebook.packs import PACKS, Pack
from rulebook.tiers import Tier
from tests.policies.cases.case import Kind
from tests.policies.cases.every import CASES
from tests.policies.harness import PROJECT, Engine

# Development, staging, production: (O)ff, (A)dvisory, (M)andatory.
AGREED = {
    "flow-prod-manual-approval": "OAM",
    "flow-approval-notifies": "OAM",
    "flow-approver-separation": "AAM",
    "flow-prod-blue-green": "OAM",
    "flow-workers-beside-blue-green": "OAM",
    "flow-blue-green-complete": "AAM",
    "flow-blue-green-state-safe": "AAM",
    "flow-auto-rollback": "AMM",
    "flow-deploy-alarms": "OAM",
    "flow-no-all-at-once": "OAM",
    "flow-ecs-own-shift-careful": "OAM",
    "flow-update-outdated-instances": "AAM",
    "flow-tests-before-deploy": "AMM",
    "flow-promotion-order": "OAM",
    "flow-deploys-built-artifact": "AAM",
    "flow-branch-matches-environment": "AMM",
    "flow-event-triggered": "AAA",
    "flow-execution-mode": "OAM",
    "flow-stage-rollback": "OAA",
    "flow-limited-fanout": "OAA",
    "flow-failure-notified": "AAM",
    "flow-single-path-to-prod": "OAM",
    "flow-protected-in-prod": "OOA",
    "flow-readable": "AAM",
    "supply-no-plaintext-build-secrets": "MMM",
    "supply-no-credentials-in-source-url": "MMM",
    "supply-connection-not-token": "MMM",
    "supply-allowed-source-owners": "AMM",
    "supply-no-privileged-build": "AMM",
    "supply-approved-build-image": "AMM",
    "supply-webhook-restricted": "AMM",
    "supply-buildspec-protected": "OAA",
    "supply-private-builds": "MMM",
    "supply-repo-approval-rule": "AAM",
    "supply-ecr-hardened": "AMM",
    "supply-package-upstreams": "AAM",
    "supply-artifact-versioned": "AMM",
    "supply-build-isolation": "OAA",
    "supply-lambda-signed": "OOA",
    "iam-no-admin": "MMM",
    "iam-no-wildcard-action": "AMM",
    "iam-no-wildcard-resource": "AAM",
    "iam-passrole-scoped": "MMM",
    "iam-service-trust-scoped": "AMM",
    "iam-one-role-per-duty": "AMM",
    "iam-no-static-keys": "AMM",
    "iam-environment-isolation": "OAM",
    "env-provider-pinned": "AMM",
    "enc-artifact-store-cmk": "AMM",
    "enc-build-cmk": "AMM",
    "enc-build-logs-and-reports": "MMM",
    "enc-bucket-kms": "AMM",
    "enc-bucket-tls-only": "AMM",
    "enc-bucket-no-public": "MMM",
    "enc-sns": "AMM",
    "enc-kms": "AMM",
    "enc-code-services-cmk": "OAA",
    "net-no-open-admin-ports": "MMM",
    "net-imdsv2": "AMM",
    "net-ebs-encrypted": "AMM",
    "net-no-public-instance": "AMM",
    "net-no-secrets-in-user-data": "MMM",
    "net-asg-deployable": "AAM",
    "net-target-group-health": "AMM",
    "net-alb-https": "OAM",
    "net-ssm-managed": "AAM",
    "ops-environment-known": "MMM",
    "ops-required-tags": "AAM",
    "ops-version-tags": "OAA",
    "ops-build-logs": "AMM",
    "ops-log-retention": "AAM",
    "ops-alarm-acts": "AAM",
    "ops-approval-topic-subscribed": "OAM",
    "ops-artifact-lifecycle": "AAA",
    "ops-artifact-rollback-window": "AAM",
    "ops-build-bounded": "AAA",
    "ops-exemptions-in-force": "AAA",
}
# Asked in every tier at production's level, as `judges_targets` says: a development stack may deploy to production too.
JUDGED_BY_TARGET = {"flow-prod-manual-approval"}
LEVELS = {"O": Level.OFF, "A": Level.ADVISORY, "M": Level.MANDATORY}
RULES = {rule.id: rule for pack in PACKS for rule in pack.rules}
EACH_PACK = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: str(pack.folder))


def registered(pack: Pack, tier: Tier) -> dict[str, Level]:
    """The level that the engine must be told for each rule of a pack in a stack of a tier.

    Where a rule is off, only a resource of a stricter tier than its stack reaches it: production's level is told.
    """
    place = list(Tier).index(tier)

    def letter(rule: str) -> str:
        return AGREED[rule][2 if AGREED[rule][place] == "O" or rule in JUDGED_BY_TARGET else place]

    return {rule.id: LEVELS[letter(rule.id)] for rule in pack.rules}


def test_there_is_a_row_for_each_rule_and_a_rule_for_each_row() -> None:
    assert set(RULES) == set(AGREED)


@pytest.mark.parametrize("rule", AGREED)
def test_a_rule_has_the_levels_that_were_agreed(rule: str) -> None:
    assert [RULES[rule].levels.at(tier) for tier in Tier] == [LEVELS[letter] for letter in AGREED[rule]]


def test_only_rules_about_what_is_reached_ignore_the_tier_of_their_stack() -> None:
    assert {rule.id for rule in RULES.values() if rule.judges_targets} == JUDGED_BY_TARGET


@EACH_PACK
@pytest.mark.parametrize(
    ("stack", "tier"),
    [
        ("dev", Tier.DEVELOPMENT),
        ("staging", Tier.STAGING),
        ("prod", Tier.PRODUCTION),
        ("blue", Tier.PRODUCTION),
    ],
)
def test_levels_follow_the_tier_without_any_configuration_file(pack: Pack, stack: str, tier: Tier) -> None:
    assert Engine(rules=pack.rules, stack=stack).levels() == registered(pack, tier)


@EACH_PACK
@pytest.mark.parametrize("tier", Tier)
def test_levels_follow_the_configured_tier_of_a_stack_of_any_name(pack: Pack, tier: Tier) -> None:
    configuration = {f"{PROJECT}:environment": json.dumps({"tier": tier})}
    assert Engine(rules=pack.rules, stack="blue", configuration=configuration).levels() == registered(pack, tier)


@EACH_PACK
@pytest.mark.parametrize("tier", Tier)
def test_levels_follow_the_stack_tag(pack: Pack, tier: Tier) -> None:
    assert Engine(rules=pack.rules, stack="blue", tags={"env": tier}).levels() == registered(pack, tier)


OFF = [
    pytest.param(rule, stack, id=f"{rule}-{stack}")
    for rule, letters in AGREED.items()
    for stack, letter in zip(("dev", "staging"), letters, strict=False)
    if letter == "O" and rule not in JUDGED_BY_TARGET
]


@pytest.mark.parametrize(("rule", "stack"), OFF)
def test_what_production_refuses_is_not_mentioned_where_the_rule_is_off(rule: str, stack: str) -> None:
    refused = [case for case in CASES if (case.rule.id, case.kind, case.stack) == (rule, Kind.VIOLATING, "prod")]
    assert refused
    for case in refused:
        engine = Engine(rules=[case.rule], stack=stack, parameters={rule: case.parameters})
        assert engine.ask(*case.given) == [], case.what
