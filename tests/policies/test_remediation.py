"""What a rule at level `remediate` mends, and everything that it leaves as it is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from rulebook.configuration import configuration_problems
from rulebook.kit.remedy import LEAVE, Asked, Remedy, at_most, constant, entries, joined, listed
from rulebook.kit.rule import ResourceRule, Rule, Violation
from rulebook.kit.run import Run
from rulebook.kit.server import Analyzer
from rulebook.packs import PACKS
from rulebook.tiers import Tier
from tests.engine.harness import EngineFactory
from tests.policies.cases.case import Kind, exemption
from tests.policies.cases.every import CASES
from tests.policies.cases.groups import GROUP, ROLLBACK
from tests.policies.harness import PROJECT, TODAY, UNKNOWN, Engine

SIGNATURE = "4dabf18193072939515e22adb298388d"
MENDED = replace(
    ROLLBACK,
    remedies=(
        Remedy("autoRollbackConfiguration.enabled", constant(True)),
        Remedy("autoRollbackConfiguration.events", joined(lambda asked: asked.parameters["requiredEvents"])),
    ),
)
BROKEN = {"appName": "shop", "deploymentGroupName": "fleet"}


def secret(value: Any) -> dict[str, Any]:
    """A secret as it travels."""
    return {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": value}


def archive(path: str) -> dict[str, Any]:
    """An archive as it travels."""
    return {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "path": path}


def answered(
    properties: Mapping[str, Any],
    *,
    rule: Rule = MENDED,
    token: str = GROUP,
    stack: str = "prod",
    level: str = "REMEDIATE",
    reviewed: Mapping[str, Sequence[Any]] | None = None,
    **parameters: Any,
) -> Any:
    """What a pack of one rule answers when the engine asks it to mend a resource called `thing`."""
    run = Run(today=lambda: TODAY, reviewed=reviewed or {})
    analyzer: Any = Analyzer(name="pack", version="1.0.0", description="one rule", rules=[rule], run=run)
    analyzer.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack=stack, project=PROJECT), None)
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    request.policyConfig[rule.id].enforcementLevel = analyzer_pb2.EnforcementLevel.Value(level)
    request.policyConfig[rule.id].properties.update(parameters)
    analyzer.Configure(request, None)
    struct = struct_pb2.Struct()
    struct.update(dict(properties))
    urn = f"urn:pulumi:{stack}::{PROJECT}::{token}::thing"
    return analyzer.Remediate(
        analyzer_pb2.AnalyzeRequest(type=token, name="thing", urn=urn, properties=struct), None
    ).remediations


def mended(properties: Mapping[str, Any], **how: Any) -> dict[str, Any] | None:
    """The properties that the engine goes on with, or `None` where the pack has nothing to mend."""
    found = answered(properties, **how)
    assert len(found) <= 1
    assert not [one.diagnostic for one in found if one.diagnostic]
    return json_format.MessageToDict(found[0].properties) if found else None


def rule_with(*remedies: Remedy) -> ResourceRule:
    """A rule that every deployment group breaks."""

    def broken(_: Any) -> list[Violation]:
        return [Violation(message="It is broken.", finding="")]

    return replace(ROLLBACK, check=broken, remedies=remedies)


def test_a_broken_rule_is_mended_and_everything_else_is_given_back_as_it_was() -> None:
    others = {
        **BROKEN,
        "serviceRoleArn": UNKNOWN,
        "tags": {"password": secret("hush"), "later": UNKNOWN, "deep": [secret({"a": [1.0, UNKNOWN]}), None]},
        "code": archive("./code"),
        "__defaults": [],
    }
    assert mended(others) == {
        **others,
        "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    }


def test_what_is_there_already_is_kept() -> None:
    given = {**BROKEN, "autoRollbackConfiguration": {"enabled": False, "events": ["DEPLOYMENT_STOP_ON_REQUEST"]}}
    result = mended(given)
    assert result is not None
    assert result["autoRollbackConfiguration"] == {
        "enabled": True,
        "events": ["DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_FAILURE"],
    }


def test_a_mended_secret_stays_secret() -> None:
    given = {**BROKEN, "autoRollbackConfiguration": secret({"enabled": secret(False), "events": secret([])})}
    assert mended(given) == {
        **BROKEN,
        "autoRollbackConfiguration": secret({"enabled": secret(True), "events": secret(["DEPLOYMENT_FAILURE"])}),
    }


def test_an_unknown_value_is_never_overwritten() -> None:
    assert mended({**BROKEN, "autoRollbackConfiguration": UNKNOWN}) is None
    given = {**BROKEN, "autoRollbackConfiguration": {"enabled": False, "events": UNKNOWN}}
    result = mended(given)
    assert result is not None
    assert result["autoRollbackConfiguration"] == {"enabled": True, "events": UNKNOWN}


@pytest.mark.parametrize("level", ["ADVISORY", "MANDATORY", "DISABLED"])
def test_nothing_is_mended_until_the_configuration_asks_for_it(level: str) -> None:
    assert answered(BROKEN, level=level) == []


def test_a_resource_that_keeps_the_rule_is_not_touched() -> None:
    kept = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    assert answered({**BROKEN, "autoRollbackConfiguration": kept}) == []
    assert answered(BROKEN, token="aws:s3/bucket:Bucket") == []


def test_a_rule_that_is_off_in_a_tier_mends_nothing_there() -> None:
    off = replace(MENDED, levels=replace(MENDED.levels, development=MENDED.levels.production.OFF))
    assert answered(BROKEN, rule=off, stack="dev") == []
    assert answered(BROKEN, rule=off, stack="prod") != []


def test_only_what_was_found_is_mended() -> None:
    only_events = {**BROKEN, "autoRollbackConfiguration": {"enabled": True, "events": []}}
    rule = replace(MENDED, remedies=(*MENDED.remedies, Remedy("outdatedInstancesStrategy", constant("UPDATE"))))
    result = mended(only_events, rule=rule)
    assert result == {
        **BROKEN,
        "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    }


def test_what_is_exempt_is_not_mended() -> None:
    assert answered(BROKEN, exemptions=[exemption()]) == []
    assert answered(BROKEN, reviewed={ROLLBACK.id: [exemption()]}) == []
    assert mended(BROKEN, exemptions=[exemption(expires="2026-11-22")]) is not None


def test_an_exempt_finding_is_left_and_the_other_mended() -> None:
    given = {**BROKEN, "autoRollbackConfiguration": {"enabled": False, "events": []}}
    result = mended(given, exemptions=[exemption(finding="autoRollbackConfiguration.enabled")])
    assert result is not None
    assert result["autoRollbackConfiguration"] == {"enabled": False, "events": ["DEPLOYMENT_FAILURE"]}


def test_a_remedy_reaches_every_element_of_a_list_and_makes_none() -> None:
    rule = rule_with(Remedy("mappings[].disk.encrypted", constant("true"), makes=False))
    given = {"mappings": [{"disk": {"encrypted": "false"}}, {"name": "none"}, {"disk": {}}, UNKNOWN]}
    assert mended(given, rule=rule) == {
        "mappings": [{"disk": {"encrypted": "true"}}, {"name": "none"}, {"disk": {"encrypted": "true"}}, UNKNOWN]
    }
    assert mended({}, rule=rule) is None
    # Older providers have one object where newer ones have a list.
    assert mended({"mappings": {"disk": {}}}, rule=rule) == {"mappings": {"disk": {"encrypted": "true"}}}


@pytest.mark.parametrize("value", ["text", 1.0, [], archive("x"), secret("text"), True])
def test_a_value_of_another_shape_is_left_to_the_rule(value: Any) -> None:
    assert mended({"a": value}, rule=rule_with(Remedy("a.b", constant(True)))) is None


def test_a_remedy_that_breaks_is_told_without_a_value() -> None:
    def broken(asked: Asked) -> Any:
        raise KeyError(asked.current)

    (answer,) = answered({"a": "hush-hush"}, rule=rule_with(Remedy("a", broken)))
    assert answer.diagnostic == "The rule flow-auto-rollback can't mend this resource (KeyError)."
    assert not answer.properties.fields


WANTED: list[tuple[Any, Any, Any]] = [
    (constant(True), 1.0, True),
    (constant("A", keeps=("B",)), "B", LEAVE),
    (at_most("days", absent=31), None, 30),
    (at_most("days", absent=30), None, LEAVE),
    (at_most("days", absent=0), "31", 30),
    (at_most("days", absent=0), 30.0, LEAVE),
    (at_most("days", absent=0), "many", LEAVE),
    (listed("modes"), None, LEAVE),
    (listed("modes"), "QUEUED", LEAVE),
    (listed("modes"), "PARALLEL", "SUPERSEDED"),
    (listed("none"), "PARALLEL", LEAVE),
    (joined(lambda _: ["x"]), "text", LEAVE),
    (entries(lambda asked: {"Environment": asked.tier.value}), {"a": "b"}, {"a": "b", "Environment": "staging"}),
    (entries(lambda _: {"a": "b"}), "text", LEAVE),
]


@pytest.mark.parametrize(("wanted", "current", "value"), WANTED)
def test_a_wanted_value_follows_the_parameters_and_keeps_what_is_as_good(wanted: Any, current: Any, value: Any) -> None:
    parameters = {"days": 30, "modes": ["SUPERSEDED", "QUEUED"], "none": []}
    found = wanted(Asked(current=current, parameters=parameters, tier=Tier.STAGING))
    assert (found, type(found)) == (value, type(value))


def test_nothing_about_approval_blue_green_or_permissions_is_ever_mended() -> None:
    mending = [rule.id for pack in PACKS for rule in pack.rules if isinstance(rule, ResourceRule) and rule.remedies]
    assert mending
    assert not [one for one in mending if one.startswith("iam-") or "approv" in one or "blue-green" in one]


REMEDIABLE = [rule for pack in PACKS for rule in pack.rules if isinstance(rule, ResourceRule) and rule.remedies]


def test_a_tag_that_may_have_one_value_only_is_set_and_the_others_are_left_to_people() -> None:
    rule = next(rule for rule in REMEDIABLE if rule.id == "ops-required-tags")
    required = {"Project": ["checkout"], "Owner": [], "Team": ["a", "b"]}
    assert mended({"tags": {"Name": UNKNOWN}}, rule=rule, token=rule_token(rule), requiredTags=required) == {
        "tags": {"Name": UNKNOWN, "Project": "checkout"}
    }
    assert mended({}, rule=rule, token=rule_token(rule)) is None


def rule_token(rule: Rule) -> str:
    """A type that a rule looks at."""
    return min(rule.kinds[0].tokens)


# The cases of tags have none with one value only.
@pytest.mark.parametrize(
    "rule", [rule for rule in REMEDIABLE if rule.id != "ops-required-tags"], ids=lambda rule: str(rule.id)
)
def test_a_remedy_cures_a_violating_case_of_its_rule(rule: ResourceRule) -> None:
    """At least one resource of the rule's own cases breaks it before and keeps it after."""
    cured = 0
    for case in CASES:
        if case.rule.id != rule.id or case.kind is not Kind.VIOLATING:
            continue
        for given in case.given:
            how: Any = {"rule": rule, "stack": case.stack, **case.parameters}
            after = mended(given.properties, token=given.type, **how)
            if after is not None:
                engine = Engine(rules=[rule], stack=case.stack, parameters={rule.id: case.parameters})
                before = len(engine.ask(given))
                left = len(engine.ask(replace(given, properties=after)))
                assert left < before, case
                cured += left == 0
    assert cured


PROGRAM = """
import pulumi
from pulumi_aws import codedeploy, iam

role = iam.Role("role", assume_role_policy="{}")
codedeploy.DeploymentGroup(
    "fleet",
    app_name="shop",
    deployment_group_name="fleet",
    service_role_arn=role.arn,
    tags={"Owner": pulumi.Output.secret("Qx7Secret")},
    deployment_style={"deployment_type": "BLUE_GREEN", "deployment_option": "WITH_TRAFFIC_CONTROL"},
)
"""


def test_the_engine_deploys_what_was_mended_with_its_secret_and_what_was_unknown(
    engine: EngineFactory, tmp_path: Path
) -> None:
    configuration = {"all": "disabled", "flow-auto-rollback": "remediate"}
    delivery = next(pack for pack in PACKS if pack.folder == "delivery")
    assert configuration_problems(configuration, delivery) == []
    file = tmp_path / "remediate.json"
    file.write_text(json.dumps(configuration))
    stack = engine(source=PROGRAM, stack="prod", packs=[Path("policies/delivery").absolute()])
    arguments = ("--policy-pack-config", str(file))

    preview = stack.preview(*arguments)
    assert preview.rc == 0, preview.text
    assert "Qx7Secret" not in preview.text
    done = stack.up(*arguments)
    assert done.rc == 0, done.text
    (group,) = [one for one in done.resources if one["type"] == GROUP]
    assert group["inputs"]["autoRollbackConfiguration"] == {
        "enabled": True,
        "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    # An encrypted secret, not its text; and the ARN that the preview didn't know.
    assert "ciphertext" in group["inputs"]["tags"]["Owner"]
    assert "Qx7Secret" not in json.dumps([group["inputs"], group["outputs"]["tags"]])
    assert group["inputs"]["serviceRoleArn"].startswith("arn:")
    assert stack.preview(*arguments).changed == {}


def test_without_the_configuration_the_engine_refuses_what_it_could_mend(engine: EngineFactory) -> None:
    stack = engine(source=PROGRAM, stack="prod", packs=[Path("policies/delivery").absolute()])
    outcome = stack.preview()
    assert outcome.rc != 0
    assert "flow-auto-rollback" in {policy for policy, _ in outcome.mandatory}
