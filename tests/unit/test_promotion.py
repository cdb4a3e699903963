"""The giving end of a promotion by itself: what follows from its source and from where it goes to."""

from typing import Any

import pytest

from components.place import Place
from components.promotion import Promotion
from components.release_bucket import PromotedApplication, release_statements
from components.sources import Events, References
from components.stages import Artifact
from tests.unit.planned_sources import plan

HERE = Place(environment="staging", account="111122223333", region="eu-west-1")
THERE = Place(environment="prod", account="444455556666", region="us-east-1")


def promotion(provider: str = "codecommit", **source: Any) -> Promotion:
    changes = plan(provider, Events(), place=HERE, **source)
    return Promotion(application="storefront", place=HERE, destination=THERE, source=changes)


def documents(given: Promotion) -> list[dict[str, Any]]:
    """The statements of its function's role."""
    return [one.as_document() for one in given.function("").permissions()]


def test_into_another_region_it_uses_that_regions_bucket_and_key() -> None:
    given = promotion()
    bucket = "delivery-prod-releases-444455556666-us-east-1"
    assert (given.parameters["bucket"], given.parameters["region"]) == (bucket, "us-east-1")
    (key,) = [one for one in documents(given) if "kms:GenerateDataKey" in one["Action"]]
    assert key["Resource"] == ["arn:aws:kms:us-east-1:444455556666:key/*"]
    assert key["Condition"]["StringEquals"] == {
        "kms:ViaService": "s3.us-east-1.amazonaws.com",
        "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}",
    }


def test_the_receiver_opens_its_bucket_to_the_role_that_the_function_has() -> None:
    name = promotion().function("").function
    promoted = PromotedApplication(application="storefront", origin=HERE)
    assert promoted.writer == f"arn:aws:iam::111122223333:role/{name}"
    (first, *_) = release_statements([promoted], THERE)
    assert first.conditions == {"ArnEquals": {"aws:PrincipalArn": promoted.writer}}


@pytest.mark.parametrize(
    ("provider", "repositories"),
    [("codecommit", ["arn:aws:codecommit:eu-west-1:111122223333:storefront"]), ("github", []), ("s3", [])],
)
def test_history_is_read_where_there_is_one_to_read(provider: str, repositories: list[str]) -> None:
    found = [one["Resource"] for one in documents(promotion(provider)) if "codecommit:BatchGetCommits" in one["Action"]]
    assert found == ([repositories] if repositories else [])


def test_it_knows_by_which_rule_a_tag_starts_the_pipeline() -> None:
    tagged = promotion(references=References(branches=["main"], tags=["v*"]))
    assert tagged.parameters["tagRules"] == ["arn:aws:events:eu-west-1:111122223333:rule/storefront-staging-tags"]
    assert promotion().parameters["tagRules"] == []


def test_a_branch_is_handed_over_where_the_source_has_one() -> None:
    told = {provider: promotion(provider).stage(Artifact("Bundle")) for provider in ("codecommit", "s3")}
    configured = {
        name: str(action.configuration["UserParameters"]) for name, stage in told.items() for action in stage.actions
    }
    assert "#{variables.GIT_BRANCH}" in configured["codecommit"]
    assert "branch" not in configured["s3"]
