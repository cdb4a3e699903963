"""What the stand-in answers and replaces is what `pulumi_aws` has: a misspelled name here would hide a fault there."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline import answers
from offline.layout import Layout
from offline.provider.differences import Difference, differences
from offline.provider.naming import LONGEST_NAME, name_property
from offline.provider.replacement import REPLACES, forces_replacement
from offline.provider.schema import ResourceSchema, Schemas

SCHEMAS = Schemas(cache=Layout.of_this_clone().cache)


def schema_of(token: str) -> ResourceSchema:
    found = SCHEMAS.of(token=token)
    assert found is not None, f"pulumi_aws has no {token}; nearest is {SCHEMAS.nearest(token=token)}"
    return found


@pytest.mark.parametrize("token", sorted(answers.known_types()))
def test_every_answered_output_exists(token: str) -> None:
    _, outputs = answers.answer(token, "name", {}, "111122223333", "eu-west-1")

    assert set(outputs) - {"region"} <= schema_of(token).outputs


@pytest.mark.parametrize("token", sorted(REPLACES))
def test_every_property_that_replaces_exists(token: str) -> None:
    assert REPLACES[token] <= set(schema_of(token).inputs)


@pytest.mark.parametrize("token", sorted(LONGEST_NAME))
def test_every_type_with_a_longest_name_has_a_name(token: str) -> None:
    assert name_property(token=token) in schema_of(token).inputs


def test_the_same_question_has_the_same_answer_and_another_name_another() -> None:
    first, again = (answers.answer("aws:ec2/vpc:Vpc", "net", {}, "1", "r") for _ in range(2))
    other = answers.answer("aws:ec2/vpc:Vpc", "other", {}, "1", "r")

    assert first == again
    assert first[0] != other[0]


def test_an_arn_names_account_region_and_physical_name() -> None:
    _, outputs = answers.answer("aws:sns/topic:Topic", "logical", {"name": "news"}, "444455556666", "eu-west-1")

    assert outputs["arn"] == "arn:aws:sns:eu-west-1:444455556666:news"


def test_a_property_is_looked_for_at_every_depth_of_lists_and_objects() -> None:
    schema = schema_of("aws:codedeploy/deploymentGroup:DeploymentGroup")
    inputs = {"loadBalancerInfo": {"targetGroupPairInfos": [{"targetGroups": [{"nam": "x"}]}]}}

    assert [each.path for each in schema.faults(inputs=inputs)] == [
        "loadBalancerInfo.targetGroupPairInfos",
    ]


def test_a_resource_whose_inputs_share_a_name_with_a_nested_type_is_read_right() -> None:
    assert "versioningConfiguration" in schema_of("aws:s3/bucketVersioning:BucketVersioning").inputs


def test_differences_name_the_place_and_the_kind() -> None:
    old = {"stages": [{"name": "a"}], "tags": {"x": "1"}, "gone": True}
    new = {"stages": [{"name": "b"}, {"name": "c"}], "tags": {"x": "1"}}

    assert list(differences(old=old, new=new)) == [
        Difference(path="gone", kind="delete"),
        Difference(path="stages[0].name", kind="update"),
        Difference(path="stages[1]", kind="add"),
    ]


def test_a_setting_of_a_bucket_moves_only_by_replacement_and_a_tag_in_place() -> None:
    assert forces_replacement(token="aws:s3/bucketVersioning:BucketVersioning", path="bucket")
    assert forces_replacement(token="aws:lb/targetGroup:TargetGroup", path="port")
    assert not forces_replacement(token="aws:lb/targetGroup:TargetGroup", path="tags.port")


def test_a_policy_document_may_be_given_as_a_mapping_whoever_its_principal_is(tmp_path: Path) -> None:
    schema = Schemas(cache=tmp_path).of(token="aws:iam/role:Role")
    assert schema is not None
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    assert list(schema.faults(inputs={"assumeRolePolicy": document})) == []
    assert list(schema.faults(inputs={"assumeRolePolicyy": document})) != []
