"""The stand-in for AWS, on the real engine: what it refuses, what it replaces, what it keeps."""

from __future__ import annotations

import pytest

from tests.engine.harness import Document, Engine, EngineFactory

PROGRAM = """
import json
import pulumi
import pulumi_aws
from pulumi_aws import iam, lambda_, sns, ssm

config = pulumi.Config()
aws = pulumi.ResourceOptions(
    provider=pulumi_aws.Provider("aws", region="eu-west-1", allowed_account_ids=["444455556666"])
)
topic = sns.Topic("news", name="news", tags={"text": config.get("text") or "one"}, opts=aws)
nothing = json.dumps({"Version": "2012-10-17", "Statement": []})
role = iam.Role("role", path=config.get("path") or "/", assume_role_policy=nothing, opts=aws)
iam.RolePolicy("permissions", role=role.id, policy=nothing, opts=aws)
lambda_.Function(
    "function",
    role="arn:aws:iam::444455556666:role/fixed",
    handler="handler.main",
    runtime="python3.12",
    code=pulumi.AssetArchive({"handler.py": pulumi.StringAsset(config.get("code") or "main = print")}),
    opts=aws,
)
moving = pulumi.ResourceOptions.merge(aws, pulumi.ResourceOptions(ignore_changes=["value"]))
ssm.Parameter("fleet", type="String", value="blue", opts=moving)
secret = ssm.Parameter("secret", type="String", value=pulumi.Output.secret("hush-hush"), opts=aws)
pulumi.export("topic", topic.arn)
pulumi.export("tags", topic.tags_all)
pulumi.export("secret", secret.value)
"""


@pytest.fixture(scope="module")
def created(module_engine: EngineFactory) -> Document:
    """The state after the first `up` of `PROGRAM`."""
    outcome = (toy := module_engine(source=PROGRAM)).up()
    assert outcome.rc == 0, outcome.text
    return toy.export()


@pytest.fixture
def toy(engine: EngineFactory, created: Document) -> Engine:
    """`PROGRAM`, already up."""
    opened = engine(source=PROGRAM)
    opened.import_state(created)
    return opened


def raw(*, token: str, properties: Document) -> str:
    """A program with one resource that the SDK's classes would not let through."""
    return f"import pulumi\npulumi.CustomResource({token!r}, 'raw', {properties!r})\n"


def test_a_resource_type_the_sdk_does_not_have_is_refused(engine: EngineFactory) -> None:
    outcome = engine(source=raw(token="aws:sns/topik:Topik", properties={})).preview()

    assert outcome.rc != 0
    assert "has no resource type aws:sns/topik:Topik; did you mean aws:sns/topic:Topic?" in outcome.text
    assert "stand-in" in outcome.text


def test_a_nested_property_the_sdk_does_not_have_is_refused_with_its_place(engine: EngineFactory) -> None:
    stages = [{"name": "Source", "actions": [{"name": "Fetch", "kategory": "Source"}]}]
    source = raw(token="aws:codepipeline/pipeline:Pipeline", properties={"stages": stages})

    outcome = engine(source=source).preview()

    assert outcome.rc != 0
    assert "stages[0].actions[0].kategory" in outcome.text
    assert "did you mean 'category'?" in outcome.text


def test_a_name_longer_than_aws_allows_is_refused(engine: EngineFactory) -> None:
    source = raw(token="aws:lb/targetGroup:TargetGroup", properties={"name": "n" * 33})

    assert "has 33 characters; AWS allows 32" in engine(source=source).preview().text


def test_a_look_up_that_needs_aws_is_refused(engine: EngineFactory) -> None:
    outcome = engine(source="import pulumi_aws\npulumi_aws.get_caller_identity()\n").preview()

    assert outcome.rc != 0
    assert "needs AWS" in outcome.text


def test_values_made_at_creation_are_unknown_at_preview_and_echoed_ones_known(engine: EngineFactory) -> None:
    text = engine(source=PROGRAM).preview().text

    assert "topic : [unknown]" in " ".join(text.split())
    assert 'text: "one"' in text


def test_outputs_carry_account_and_region_of_the_provider_and_secrets_stay_secret(
    toy: Engine, created: Document
) -> None:
    outputs = toy.outputs()

    assert outputs["topic"] == "arn:aws:sns:eu-west-1:444455556666:news"
    assert outputs["tags"] == {"text": "one"}
    assert outputs["secret"] == "[secret]"
    assert "hush-hush" not in str(created)


def test_a_second_up_of_everything_with_an_archive_changes_nothing(toy: Engine) -> None:
    second, refreshed, third = toy.up(), toy.refresh(), toy.preview()

    assert [each.rc for each in (second, refreshed, third)] == [0, 0, 0], second.text
    assert [each.changed for each in (second, refreshed, third)] == [{}, {}, {}]


def test_new_code_updates_the_function_and_nothing_else(toy: Engine) -> None:
    toy.configure(lambda document: document["config"].update({"toy:code": "main = repr"}))
    outcome = toy.up()

    assert outcome.rc == 0, outcome.text
    assert outcome.changed == {"update": 1}
    assert outcome.steps["function"] == "update"


def test_what_aws_cannot_change_in_place_is_replaced_with_all_that_hangs_on_it(toy: Engine) -> None:
    toy.configure(lambda document: document["config"].update({"toy:path": "/delivery/", "toy:text": "two"}))
    outcome = toy.preview()

    assert outcome.changed == {"replace": 2, "update": 1}, outcome.text
    assert outcome.steps["news"] == "update"
    assert {outcome.steps["role"], outcome.steps["permissions"]} <= {"replace", "create-replacement"}


def test_refresh_finds_what_somebody_changed_and_up_puts_it_right(toy: Engine) -> None:
    toy.move(name="news", tags={"text": "by hand"})

    assert toy.refresh().changed == {"update": 1}
    assert toy.up().steps["news"] == "update"
    assert toy.preview().changed == {}


def test_what_the_program_ignores_may_move_without_a_change_in_the_preview(toy: Engine) -> None:
    toy.move(name="fleet", value="green")

    assert toy.refresh().changed == {"update": 1}
    assert toy.preview().changed == {}


def test_destroy_leaves_no_resource(toy: Engine) -> None:
    outcome = toy.destroy()

    assert outcome.rc == 0, outcome.text
    assert outcome.resources == []
