"""AWS's API models and moto take pipelines of every action, of waves over regions and accounts, and of each mode."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.account import Account, accounts
from tests.contract.aws_model import problems
from tests.contract.wire import created, requests, subject_of
from tests.stages import ACTIONS, APPLICATIONS, PARTNER
from tests.unit.every_stage import every_stage

MODES = {"every-action": "QUEUED", "waves": "SUPERSEDED", "parallel": "PARALLEL"}


def test_aws_takes_every_request() -> None:
    plan = every_stage()
    made = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in made for problem in problems(request)] == []
    pipelines = {
        request.fitted["pipeline"]["name"]: request.fitted["pipeline"]
        for request in made
        if request.operation == "CreatePipeline"
    }
    assert {name.removesuffix("-dev"): one["executionMode"] for name, one in pipelines.items()} == MODES
    assert {name for name, one in pipelines.items() if "artifactStores" in one} == {"waves-dev", "parallel-dev"}


@pytest.fixture(scope="module")
def made() -> Iterator[Account]:
    """The stack, in an account of several regions."""
    with accounts("dev", plans={"dev": every_stage()}) as stacks:
        yield stacks["dev"]


def told(made: Account, application: str) -> dict[str, dict[str, Any]]:
    """The actions of a pipeline by name, as CodePipeline would tell of them."""
    stages = made.client("codepipeline").get_pipeline(name=f"{application}-dev")["pipeline"]["stages"]
    return {action["name"]: action for stage in stages for action in stage["actions"]}


@pytest.mark.parametrize("name", ACTIONS)
def test_each_action_is_taken(made: Account, name: str) -> None:
    assert told(made, "every-action")[name]["actionTypeId"]["version"] == "1"


def test_what_an_action_computes_is_taken_with_its_files_and_variables(made: Account) -> None:
    action = told(made, "every-action")["commands"]
    assert action["commands"] == ACTIONS["commands"]["commands"]
    assert action["outputVariables"] == ["COUNT"]
    assert action["outputArtifacts"] == [{"name": "Counts", "files": ["count", "counts/**"]}]


def test_actions_elsewhere_keep_their_region_and_role(made: Account) -> None:
    action = told(made, "waves")["site-partner"]
    assert (action["region"], action["roleArn"]) == ("us-east-1", PARTNER)


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1"])
def test_each_region_has_its_bucket_and_a_key_under_the_stacks_alias(made: Account, region: str) -> None:
    bucket = f"delivery-dev-artifacts-111122223333-{region}"
    assert bucket in [one["Name"] for one in made.client("s3").list_buckets()["Buckets"]]
    aliases = made.client("kms", region).list_aliases()["Aliases"]
    (key,) = [one["TargetKeyId"] for one in aliases if one["AliasName"] == "alias/delivery-dev"]
    encryption = made.client("s3", region).get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    (rule,) = encryption["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"].endswith(key)


def test_every_pipeline_is_there(made: Account) -> None:
    found = {one["name"] for one in made.client("codepipeline").list_pipelines()["pipelines"]}
    assert {f"{name}-dev" for name in APPLICATIONS} <= found
