"""What each source answers: its action, what starts it, what it may do, and what the stack makes for it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from components.iam import Statement
from components.later import Later
from components.sources import (
    CodeCommitRepositoryPlan,
    Detection,
    Events,
    Manual,
    Polling,
)
from components.triggers import (
    EventTrigger,
    GitTrigger,
    ManualTrigger,
    PollingTrigger,
    ScheduleTrigger,
)
from tests.sources import PROVIDERS
from tests.unit.planned_sources import CLOCK, KEY, plan


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("detection", "trigger"),
    [(Manual(), ManualTrigger), (CLOCK, ScheduleTrigger), (Events(), (EventTrigger, GitTrigger))],
)
def test_a_source_is_started_by_one_thing_that_its_picture_can_name(
    provider: str, detection: Detection, trigger: type
) -> None:
    (found,) = plan(provider, detection).triggers
    assert isinstance(found, trigger)
    assert found.kind in {"event", "schedule", "manual"}
    assert found.description


@pytest.mark.parametrize("provider", ["codecommit", "s3", "promotion"])
def test_a_source_polls_when_it_is_told_to_and_never_beside_something_else(provider: str) -> None:
    polled = plan(provider, Polling())
    assert [type(one) for one in polled.triggers] == [PollingTrigger]
    assert polled.action.configuration["PollForSourceChanges"] == "true"
    for detection in (Events(), Manual(), CLOCK):
        assert plan(provider, detection).action.configuration["PollForSourceChanges"] == "false"


@pytest.mark.parametrize(
    ("provider", "configuration"),
    [
        (
            "codecommit",
            {
                "RepositoryName": "storefront",
                "BranchName": "develop",
                "PollForSourceChanges": "false",
                "OutputArtifactFormat": "CODE_ZIP",
            },
        ),
        (
            "github",
            {
                "ConnectionArn": Later("connection"),
                "FullRepositoryId": "acme/storefront",
                "BranchName": "main",
                "OutputArtifactFormat": "CODE_ZIP",
                "DetectChanges": "false",
            },
        ),
        (
            "s3",
            {
                "S3Bucket": "acme-releases",
                "S3ObjectKey": "storefront/bundle.zip",
                "PollForSourceChanges": "false",
                "AllowOverrideForS3ObjectKey": "false",
            },
        ),
        ("ecr", {"RepositoryName": "storefront", "ImageTag": "release"}),
    ],
)
def test_an_action_says_what_it_fetches(provider: str, configuration: dict[str, Any]) -> None:
    assert plan(provider, Events()).action.configuration == configuration


NEEDED = {
    "codecommit": {
        "codecommit:CancelUploadArchive",
        "codecommit:GetBranch",
        "codecommit:GetCommit",
        "codecommit:GetUploadArchiveStatus",
        "codecommit:UploadArchive",
    },
    "github": {"codeconnections:UseConnection", "codestar-connections:UseConnection", "s3:PutObjectAcl"},
    "s3": {
        "s3:GetBucketAcl",
        "s3:GetBucketLocation",
        "s3:GetBucketVersioning",
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionTagging",
        "s3:ListBucket",
    },
    "ecr": {"ecr:DescribeImages"},
}
"""What AWS asks of a pipeline's role for each action
(https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html). Only a connection's service hands
the artifact to the bucket's owner."""
NEEDED |= {"gitlab": NEEDED["github"], "bitbucket": NEEDED["github"], "promotion": NEEDED["s3"]}


def actions(statements: tuple[Statement, ...]) -> Iterator[str]:
    for statement in statements:
        yield from statement.actions


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_source_may_do_what_its_action_does_and_no_more_on_nothing_else(provider: str) -> None:
    action = plan(provider, Events()).action
    assert set(actions(action.permissions)) == NEEDED[provider]
    assert sorted(actions(action.permissions)) == sorted(set(actions(action.permissions)))
    for resource in (one for statement in action.permissions for one in statement.resources):
        assert isinstance(resource, Later | str)
        # The objects of one bucket, and nothing wider.
        assert isinstance(resource, Later) or "*" not in resource.removesuffix("/*")
    assert set(actions(plan(provider, Manual()).action.permissions)) == NEEDED[provider]


def test_a_bucket_with_a_key_of_its_own_is_read_with_that_key() -> None:
    (decrypt,) = plan("s3", Events(), key_arn=KEY).action.permissions[len(plan("s3", Events()).action.permissions) :]
    assert (decrypt.actions, decrypt.resources) == (("kms:Decrypt",), (KEY,))


REVISIONS = {
    "codecommit": ("COMMIT_ID", "$.detail.commitId"),
    "s3": ("S3_OBJECT_VERSION_ID", "$.detail.object.version-id"),
    "promotion": ("S3_OBJECT_VERSION_ID", "$.detail.object.version-id"),
    "ecr": ("IMAGE_DIGEST", "$.detail.image-digest"),
}


@pytest.mark.parametrize("provider", REVISIONS)
def test_an_event_hands_the_pipeline_the_very_revision_it_is_about(provider: str) -> None:
    found = plan(provider, Events())
    (trigger,) = found.triggers
    assert isinstance(trigger, EventTrigger)
    handed = json.loads(trigger.input_template)
    (revision,) = handed["sourceRevisions"]
    kind, path = REVISIONS[provider]
    assert revision["actionName"] == found.action.name
    assert revision["revisionType"] == kind
    assert trigger.input_paths[revision["revisionValue"].strip("<>")] == path
    assert {one["name"] for one in handed["variables"]} == set(found.variables)


def test_of_a_repository_the_stack_makes_only_what_it_owns() -> None:
    owned = CodeCommitRepositoryPlan(repository="storefront", application="storefront", guard=None)
    assert plan("codecommit", Events(), owned=owned).owned == owned
    assert plan("codecommit", Events()).owned is None
    assert plan("s3", Events()).owned is None
    assert plan("s3", Events(), owned=True).owned is not None
    assert plan("ecr", Events()).owned is None


def test_an_image_is_unpacked_by_a_build_that_may_read_that_repository_and_no_other() -> None:
    found = plan("ecr", Events())
    assert found.buildspec is not None
    assert yaml.safe_load(found.buildspec)["artifacts"]["base-directory"] == "bundle"
    (fetch,) = found.build_permissions
    assert fetch == Statement(
        actions=("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
        resources=("arn:aws:ecr:eu-west-1:444455556666:repository/storefront",),
    )
    for provider in set(PROVIDERS) - {"ecr"}:
        other = plan(provider, Events())
        assert (other.buildspec, other.build_permissions) == (None, ())


@pytest.mark.parametrize(
    ("provider", "more", "built"), [("promotion", {}, True), ("s3", {"is_built": True}, True), ("s3", {}, False)]
)
def test_a_source_knows_whether_it_was_built_before(provider: str, more: dict[str, Any], built: bool) -> None:
    assert plan(provider, Events(), **more).is_built is built
