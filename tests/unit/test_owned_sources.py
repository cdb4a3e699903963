"""What a stack makes for its sources: there before the pipeline, told of in an output, and safe in production."""

import pytest

from tests.sources import CONNECTED, source
from tests.unit.every_source import every_source
from tests.unit.planning import Config, Planned, planned
from tests.unit.roads import action_of, pipeline_of

BUCKET = "aws:s3/bucket:Bucket"
MADE = {
    "codecommit-events": "aws:codecommit/repository:Repository",
    "s3-events": BUCKET,
    **{f"{provider}-events": "aws:codeconnections/connection:Connection" for provider in CONNECTED},
}


def bucket_of_production() -> Planned:
    """Production, which owns the bucket that its bundle comes from."""

    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["source"] = source("s3", owned=True, built=True)
        config["delivery:applications"]["storefront"]["fourEyes"] = "none"

    return planned("prod", change)


@pytest.mark.parametrize(("application", "kind"), MADE.items())
def test_what_a_source_needs_is_there_before_aws_starts_the_new_pipeline(application: str, kind: str) -> None:
    plan = every_source()
    (made,) = [one for one in plan.of(kind) if f"{application}-" in one.name]
    assert made.urn in plan.before(pipeline_of(plan, application))


def test_what_the_stack_does_not_own_it_does_not_make() -> None:
    plan = every_source()
    assert plan.physical_names("aws:codecommit/repository:Repository", "repositoryName") == {"storefront"}
    assert [one.name for one in plan.of(BUCKET) if one.inputs["bucket"] == "acme-releases"] == [
        "s3-events-source-bucket"
    ]
    assert plan.of("aws:ecr/repository:Repository") == []


def test_a_connection_that_exists_is_used_and_no_other_is_made() -> None:
    arn = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"

    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["source"] = source("github", connection=arn)

    plan = planned("dev", change)
    assert plan.of("aws:codeconnections/connection:Connection") == []
    assert action_of(plan, "Source").configuration["ConnectionArn"] == arn
    assert not {"connection", "connectionArn"} & set(plan.outputs["applications"]["storefront"])


@pytest.mark.parametrize("provider", CONNECTED)
def test_an_application_says_how_its_connection_stands_and_which_it_is(provider: str) -> None:
    plan = every_source()
    made = plan.one("aws:codeconnections/connection:Connection", name=f"{provider}-events-dev")
    said = plan.outputs["applications"][f"{provider}-events"]
    assert said["connectionArn"] == made.arn
    assert said["connection"].startswith(f"{provider}-events-dev is PENDING: finish its handshake at https://")


def test_an_owned_bucket_keeps_versions_and_tells_eventbridge_and_is_the_stacks_own_to_encrypt() -> None:
    plan = bucket_of_production()
    bucket = plan.one(BUCKET, bucket="acme-releases")
    of_bucket = {"bucket": "acme-releases"}
    versions = plan.one("aws:s3/bucketVersioning:BucketVersioning", **of_bucket)
    assert versions.inputs["versioningConfiguration"] == {"status": "Enabled"}
    assert plan.one("aws:s3/bucketNotification:BucketNotification", **of_bucket).inputs["eventbridge"] is True
    encryption = plan.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", **of_bucket
    )
    assert plan.one("aws:kms/key:Key").arn in str(encryption.inputs["rules"])
    assert plan.outputs["applications"]["storefront"]["sourceBucket"] == "acme-releases"
    assert bucket.protect
    assert not bucket.inputs.get("forceDestroy")


def test_what_runs_stays_in_the_bucket_however_old_it_is() -> None:
    (rule,) = (
        bucket_of_production()
        .one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", bucket="acme-releases")
        .inputs["rules"]
    )
    assert "expiration" not in rule
    assert rule["noncurrentVersionExpiration"]["noncurrentDays"] > 30


def test_a_bundle_that_was_built_elsewhere_is_tested_and_deployed_as_it_came() -> None:
    plan = bucket_of_production()
    assert plan.of("aws:codebuild/project:Project", name="storefront-prod-build") == []
    assert action_of(plan, "component").declaration["inputArtifacts"] == ["Source"]
