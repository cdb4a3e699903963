"""What every rule can rely on: broken rules, odd values, secrets, exemptions from a file, unreadable resources."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rulebook.kit.exemptions import Exemption, Rejected, read
from rulebook.kit.facts import DEPLOYMENT_GROUP
from rulebook.kit.rule import Level, Outcome, Resource, Stack, StackRule
from rulebook.kit.values import UNKNOWN as UNKNOWN_VALUE
from rulebook.kit.values import MalformedError, Node, UndecidableError, at_least, every, plain, some
from rulebook.packs import DELIVERY, HARDENING, reviewed_exemptions
from tests.policies.cases.case import exemption
from tests.policies.cases.groups import ROLLBACK, group
from tests.policies.cases.hardening import EXEMPTIONS
from tests.policies.harness import UNKNOWN, Engine, Given

UNKNOWN_NODE = Node(UNKNOWN_VALUE, "there")


def test_an_unknown_value_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(UNKNOWN_VALUE)


def test_what_the_runtime_hands_over_becomes_plain_with_unknown_leaves() -> None:
    assert plain({"a": [UNKNOWN, {"b": 1.0}]}) == {"a": [UNKNOWN_VALUE, {"b": 1.0}]}


def test_one_known_answer_decides_although_others_are_unknown() -> None:
    nodes = [UNKNOWN_NODE, Node("x")]
    assert some(nodes, lambda node: node.text() == "x")
    assert not every(nodes, lambda node: node.text() == "y")
    assert at_least(1, nodes, lambda node: node.text() == "x")
    assert not at_least(3, nodes, lambda node: node.text() == "x")
    with pytest.raises(UndecidableError):
        some(nodes, lambda node: node.text() == "y")
    with pytest.raises(UndecidableError):
        every(nodes, lambda node: node.text() == "x")
    with pytest.raises(UndecidableError):
        at_least(2, nodes, lambda node: node.text() == "x")


def test_values_are_read_in_every_spelling_of_the_wire() -> None:
    assert Node("true").flag(default=False)
    assert Node(3.0).text() == "3"
    assert Node("3").number(1) == 3
    assert [item.path for item in Node({"a": 1}, "store").items()] == ["store"]
    assert Node(None)["a"][0]["b"].text("none") == "none"


@pytest.mark.parametrize(
    "read", [Node([]).text, lambda: Node("x").flag(default=True), lambda: Node("x").number(1), Node(1).items]
)
def test_a_value_of_another_shape_is_told_from_an_absent_one(read: Any) -> None:
    with pytest.raises(MalformedError):
        read()


def test_a_rule_that_breaks_is_a_finding_that_tells_no_value() -> None:
    def broken(_: Resource) -> list[Outcome]:
        raise KeyError("hush-hush")

    (answer,) = Engine(rules=[replace(ROLLBACK, check=broken)]).ask(group())
    assert answer.level is Level.MANDATORY
    assert "The deployment group 'thing' can't be judged: the rule flow-auto-rollback broke (KeyError" in answer.message
    assert "hush-hush" not in answer.message


def test_a_rule_is_told_the_options_of_a_resource_and_a_stack_rule_its_dependencies() -> None:
    seen: list[Resource] = []

    def look(resource: Resource) -> list[Outcome]:
        seen.append(resource)
        return []

    def look_around(stack: Stack) -> list[Outcome]:
        seen.extend(stack.of(DEPLOYMENT_GROUP))
        return []

    around = StackRule(**{**vars(EXEMPTIONS), "id": "ops-probe", "kinds": (DEPLOYMENT_GROUP,), "check": look_around})
    application = Given(type="aws:codedeploy/application:Application", properties={}, name="shop")
    given = replace(
        group(),
        protect=True,
        ignore_changes=("autoscalingGroups",),
        depends={"appName": (application.urn("prod"),)},
        parent=application.urn("prod"),
    )
    assert Engine(rules=[replace(ROLLBACK, check=look), around]).ask(application, given) == []
    assert [(one.protect, one.ignore_changes, one.parent) for one in seen] == [
        (True, ("autoscalingGroups",), application.urn("prod"))
    ] * 2
    assert seen[1].dependencies == {"appName": (application.urn("prod"),)}
    assert str(seen[0]) == "The deployment group 'thing'"


def test_a_resource_of_a_provider_that_rules_cannot_read_is_announced() -> None:
    given = Given(type="aws-native:codedeploy:DeploymentGroup", properties={})
    (answer,) = Engine(rules=[ROLLBACK]).ask(given)
    assert answer.undecided
    assert "aws-native:codedeploy:DeploymentGroup" in answer.message


def test_a_rule_about_the_stack_announces_what_it_cannot_read_and_still_judges_the_rest() -> None:
    tls_only = next(rule for rule in HARDENING.rules if rule.id == "enc-bucket-tls-only")
    answers = Engine(rules=[tls_only]).ask(
        Given(type="aws-native:s3:Bucket", properties={}, name="foreign"),
        Given(type="aws:s3/bucket:Bucket", properties={}, name="own"),
    )
    assert [answer.undecided for answer in answers] == [False, True]
    assert "'own' has no policy" in answers[0].message
    assert "aws-native:s3:Bucket, which this rule can't read) of foreign" in answers[1].message


def test_a_rule_about_the_stack_names_the_resource_that_it_cannot_judge() -> None:
    tls_only = next(rule for rule in HARDENING.rules if rule.id == "enc-bucket-tls-only")
    bucket = Given(type="aws:s3/bucket:Bucket", properties={"bucket": "site"}, name="pages")
    policy = Given(
        type="aws:s3/bucketPolicy:BucketPolicy", properties={"bucket": "site", "policy": "no JSON"}, name="gate"
    )
    (answer,) = Engine(rules=[tls_only]).ask(bucket, policy)
    assert answer.urn == bucket.urn("prod")
    assert "`policy of gate` must be a JSON document" in answer.message
    assert "no JSON" not in answer.message


@pytest.mark.parametrize(
    ("key", "finds"),
    [
        ({"id": "key-1"}, 0),
        ({"id": ""}, 0),
        ({"id": "alias/aws/codecommit"}, 1),
    ],
)
def test_a_reference_to_a_resource_is_read_as_its_id(key: dict[str, str], finds: int) -> None:
    reference = {"4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:x", **key}
    given = Given(type="aws:codecommit/repository:Repository", properties={"kmsKeyId": reference})
    rules = [rule for rule in HARDENING.rules if rule.id in {"enc-code-services-cmk", "supply-repo-approval-rule"}]
    answers = Engine(rules=rules).ask(given)
    assert [answer.rule for answer in answers].count("enc-code-services-cmk") == finds
    assert [answer.rule for answer in answers if answer.rule not in {rule.id for rule in rules}] == []


def test_an_exemption_of_the_reviewed_file_exempts_and_names_its_finding() -> None:
    entry = exemption(finding="autoRollbackConfiguration.events:*")
    given = group(autoRollbackConfiguration={"enabled": False, "events": []})
    without = Engine(rules=DELIVERY.rules).ask(given)
    answers = Engine(rules=DELIVERY.rules, reviewed={ROLLBACK.id: [entry]}).ask(given)
    assert len([answer for answer in without if answer.rule == ROLLBACK.id]) == 2
    (left,) = [answer for answer in answers if answer.rule == ROLLBACK.id]
    assert "doesn't roll back automatically (`autoRollbackConfiguration.enabled`)." in left.message
    # Beside the exempted finding only the report on exemptions differs: no other rule of the pack is touched.
    (reported,) = [answer for answer in answers if answer.rule == EXEMPTIONS.id]
    assert [answer for answer in answers if answer not in (left, reported)] == [
        answer for answer in without if answer.rule != ROLLBACK.id
    ]


def test_configured_levels_win_but_the_report_on_exemptions_never_blocks() -> None:
    parameters = {ROLLBACK.id: {"exemptions": [exemption(urn="*::other")]}}
    for level in (Level.MANDATORY, Level.ADVISORY):
        answers = Engine(rules=[ROLLBACK, EXEMPTIONS], stack="dev", parameters=parameters, level=level).ask(group())
        assert {answer.rule: answer.level for answer in answers} == {ROLLBACK.id: level, EXEMPTIONS.id: Level.ADVISORY}


def test_an_exemption_holds_on_its_last_day_and_not_on_the_next() -> None:
    rules = [ROLLBACK]
    for last_day, findings in (("2026-11-23", 0), ("2026-11-22", 1)):
        parameters = {ROLLBACK.id: {"exemptions": [exemption(expires=last_day)]}}
        assert len(Engine(rules=rules, parameters=parameters).ask(group())) == findings


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"minAlarms": "two"}, "minAlarms: must be an integer"),
        ({"minAlarms": True}, "minAlarms: must be an integer"),
        ({"minAlarms": [1]}, "minAlarms: must be an integer"),
        ({"minAlarms": 0}, "minAlarms: must be at least 1"),
        ({"environment": "prodd"}, "environment: must be one of "),
        ({"unknown": 1}, "unknown: must be a string"),
    ],
)
def test_a_wrong_parameter_is_told_with_the_rule_and_the_resource(wrong: dict[str, Any], said: str) -> None:
    alarms = next(rule for rule in DELIVERY.rules if rule.id == "flow-deploy-alarms")
    (answer,) = Engine(rules=[alarms], parameters={alarms.id: wrong}).ask(group())
    assert f"'thing' can't be judged: the configuration of flow-deploy-alarms is wrong ({said}" in answer.message
    assert "prodd" not in answer.message


@pytest.mark.parametrize("urn", ["*", "**", "urn:pulumi:*", "*::*", "urn:*::*:*"])
def test_an_exemption_of_everything_is_none(urn: str) -> None:
    (rejected,) = read([exemption(urn=urn)], rule=ROLLBACK.id)
    assert isinstance(rejected, Rejected)
    assert rejected.problem == "exemptions[0].urn: must name a stack, a type or a resource; it matches every one"
    for narrow in ("urn:pulumi:dev::*", "*::legacy-*", "*aws:s3/bucket:Bucket*"):
        assert isinstance(read([exemption(urn=narrow)], rule=ROLLBACK.id)[0], Exemption)


def test_two_exemptions_under_one_id_are_told_and_only_the_first_holds() -> None:
    entries = [exemption(urn="*::other"), exemption(urn="*::thing")]
    answers = Engine(rules=[ROLLBACK, EXEMPTIONS], parameters={ROLLBACK.id: {"exemptions": entries}}).ask(group())
    told = [answer.message for answer in answers if answer.rule == EXEMPTIONS.id]
    assert [answer.rule for answer in answers].count(ROLLBACK.id) == 1
    assert any("the id EX-7 is that of another exemption" in message for message in told)


def test_the_reviewed_file_is_read_and_must_name_known_rules(tmp_path: Path) -> None:
    file = tmp_path / "exemptions.json"
    assert reviewed_exemptions(tmp_path) == {}
    file.write_text(json.dumps({ROLLBACK.id: [exemption()]}))
    assert reviewed_exemptions(tmp_path) == {ROLLBACK.id: [exemption()]}
    for text, said in (("{", "is not JSON"), ("[]", "must be"), ('{"flow-nothing": []}', "no such rule: flow-nothing")):
        file.write_text(text)
        with pytest.raises(ValueError, match=said):
            reviewed_exemptions(tmp_path)
