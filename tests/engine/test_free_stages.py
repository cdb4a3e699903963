"""A stack whose pipelines have every action, waves over regions and an account, and each execution mode."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.engine.lifecycle import Lifecycle, live
from tests.stages import ACTIONS, APPLICATIONS, PARTNER, PARTNERS_BUILD, stack_config

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
BUCKET = "aws:s3/bucket:Bucket"
KEY = "aws:kms/key:Key"
ABROAD = ("eu-central-1", "us-east-1")


def every_stage(document: Document) -> None:
    """Puts the stack of `tests.stages` in the place of the file's."""
    document["config"] = stack_config()


@pytest.fixture(scope="module")
def life(module_engine: EngineFactory) -> Lifecycle:
    """Preview, `up` twice, refresh and destroy, the preview and both `up` under the policy packs."""
    engine: Engine = module_engine(stack="dev", edit=every_stage, packs=True)
    return live(engine)


def of(made: Outcome, token: str) -> list[Document]:
    """The resources of one type in the state."""
    return [each for each in made.resources if each["type"] == token]


def pipeline(made: Outcome, application: str) -> Any:
    """The inputs of an application's pipeline."""
    (found,) = [each["inputs"] for each in of(made, PIPELINE) if each["inputs"]["name"] == f"{application}-dev"]
    return found


def test_what_is_previewed_is_created_and_breaks_no_mandatory_rule(life: Lifecycle) -> None:
    assert life.preview.rc == 0, life.preview.text
    assert life.created.rc == 0, life.created.text
    assert life.created.changed == life.preview.changed == {"create": len(life.created.resources)}
    assert life.created.mandatory == []


def test_a_second_up_changes_nothing_and_a_refresh_finds_nothing(life: Lifecycle) -> None:
    assert (life.again.changed, life.again.touched) == ({}, [])
    assert life.refreshed.rc == 0, life.refreshed.text
    assert life.refreshed.changed == {}


def test_destroy_leaves_nothing_in_any_region(life: Lifecycle) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.resources == []


def test_every_action_of_the_stack_file_is_in_the_pipeline(life: Lifecycle) -> None:
    stages = pipeline(life.created, "every-action")["stages"]
    made = {action["name"] for stage in stages for action in stage["actions"]}
    assert ACTIONS.keys() <= made


@pytest.mark.parametrize(
    ("application", "mode"), [("every-action", "QUEUED"), ("waves", "SUPERSEDED"), ("parallel", "PARALLEL")]
)
def test_each_pipeline_has_its_execution_mode(life: Lifecycle, application: str, mode: str) -> None:
    assert application in APPLICATIONS
    assert pipeline(life.created, application)["executionMode"] == mode


@pytest.mark.parametrize("region", ABROAD)
def test_a_store_abroad_is_made_by_a_provider_of_its_region_and_used_by_the_pipelines(
    life: Lifecycle, region: str
) -> None:
    bucket = f"delivery-dev-artifacts-111122223333-{region}"
    (made,) = [each for each in of(life.created, BUCKET) if each["inputs"]["bucket"] == bucket]
    assert f"::aws-{region}::" in made["provider"]
    (provider,) = [each for each in of(life.created, "pulumi:providers:aws") if each["urn"].endswith(f"::aws-{region}")]
    assert provider["inputs"]["region"] == region
    assert json.loads(provider["inputs"]["allowedAccountIds"]) == ["111122223333"]
    (key,) = [
        each["outputs"]["arn"] for each in of(life.created, KEY) if each["urn"].endswith(f"artifacts-{region}-key")
    ]
    assert key.startswith(f"arn:aws:kms:{region}:111122223333:")
    stores = {store["region"]: store for store in pipeline(life.created, "waves")["artifactStores"]}
    assert stores[region] == {
        "type": "S3",
        "location": bucket,
        "region": region,
        "encryptionKey": {"type": "KMS", "id": key},
    }


def test_a_pipeline_of_one_region_says_no_region_of_its_store(life: Lifecycle) -> None:
    (store,) = pipeline(life.created, "every-action")["artifactStores"]
    assert "region" not in store


def test_the_stack_says_what_the_role_of_the_other_account_has_to_be(life: Lifecycle) -> None:
    outputs = next(each["outputs"] for each in life.created.resources if each["type"] == "pulumi:pulumi:Stack")
    roles = outputs["applications"]["waves"]["actionRoles"]
    assert roles.keys() == {PARTNER}
    trust = json.loads(roles[PARTNER]["trust"])["Statement"]
    assert [one["Condition"]["ArnEquals"] for one in trust] == [
        {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/waves-dev-pipeline"}
    ]
    policies = {
        each["inputs"]["bucket"]: each["inputs"]["policy"]
        for each in of(life.created, "aws:s3/bucketPolicy:BucketPolicy")
    }
    let_in = {bucket for bucket, policy in policies.items() if PARTNER in policy}
    assert let_in == {f"delivery-dev-artifacts-111122223333-{region}" for region in ("eu-west-1", "us-east-1")}
    assert {bucket for bucket, policy in policies.items() if PARTNERS_BUILD in policy} == {
        "delivery-dev-artifacts-111122223333-us-east-1"
    }
