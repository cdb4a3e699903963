"""AWS's API models and moto take pipelines of every action, of waves over regions and accounts, and of each mode."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.account import Account, accounts
from tests.contract.aws_model import problems
from tests.contract.iam_decision import Call, allowed
from tests.contract.wire import created, requests, subject_of
from tests.stages import ACTIONS, APPLICATIONS, PARTNER
from tests.unit.every_stage import every_stage
from tests.unit.roles import roles_of

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


HOME, THEIRS = "111122223333", "777788889999"
STRANGER = PARTNER.replace("storefront-delivery", "somebody-else")
EVERYTHING = [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]


def documents() -> dict[str, list[dict[str, Any]]]:
    """What the stack says that the role of the other account has to be."""
    said = every_stage().outputs["applications"]["waves"]["actionRoles"][PARTNER]
    return {kind: json.loads(text)["Statement"] for kind, text in said.items()}


def exchanges(principal: str, region: str) -> set[bool]:
    """Whether a role with the policy that the stack says reads, writes, opens and seals artifacts of a region."""
    plan, own = every_stage(), documents()["policy"]
    bucket = f"delivery-dev-artifacts-{HOME}-{region}"
    door = plan.one("aws:s3/bucketPolicy:BucketPolicy", bucket=bucket).json("policy")["Statement"]
    key = plan.named("artifacts-key" if region == "eu-west-1" else f"artifacts-{region}-key")
    context = {"aws:ResourceAccount": HOME}
    objects = [
        Call(action=action, resource=f"arn:aws:s3:::{bucket}/waves-dev/Bundle/x", principal=principal, context=context)
        for action in ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
    ]
    seals = [
        Call(action=action, resource=key.arn, principal=principal) for action in ("kms:Decrypt", "kms:GenerateDataKey")
    ]
    return {
        *(allowed(call, own=own, resource=door, owner=HOME) for call in objects),
        *(allowed(call, own=own, resource=key.json("policy")["Statement"], owner=HOME, in_key=True) for call in seals),
    }


def test_the_role_of_the_other_account_exchanges_artifacts_where_it_acts_and_nobody_else_there_does() -> None:
    for region in ("eu-west-1", "us-east-1"):
        assert exchanges(PARTNER, region) == {True}
        assert exchanges(STRANGER, region) == {False}
        assert exchanges(PARTNER.replace(THEIRS, "999999999999"), region) == {False}
    assert exchanges(PARTNER, "eu-central-1") == {False}


def test_only_the_pipeline_whose_actions_it_does_becomes_that_role() -> None:
    def becomes(role: str, own: list[dict[str, Any]]) -> bool:
        call = Call(action="sts:AssumeRole", resource=PARTNER, principal=f"arn:aws:iam::{HOME}:role/{role}")
        return allowed(call, own=own, resource=documents()["trust"], owner=THEIRS)

    pipeline = roles_of(every_stage())["waves-dev-pipeline"]
    assert becomes("waves-dev-pipeline", list(pipeline.statements))
    assert not becomes("every-action-dev-pipeline", EVERYTHING)
    assert not becomes("administrator", EVERYTHING)
