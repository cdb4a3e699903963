"""Events of images and objects against the planned rules: what they start, with the very revision they are about."""

import pytest

from tests.contract.event_rules import Event, starts
from tests.unit.every_source import every_source

DIGEST = f"sha256:{'0f' * 32}"
VERSION = "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"


def image(**changes: str) -> Event:
    """What ECR says of an image (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html)."""
    detail = {
        "action-type": "PUSH",
        "image-digest": DIGEST,
        "image-tag": "release",
        "repository-name": "storefront",
        "result": "SUCCESS",
        **changes,
    }
    return {"source": "aws.ecr", "detail-type": "ECR Image Action", "resources": [], "detail": detail}


def stored(*, bucket: str = "acme-releases", key: str = "storefront/bundle.zip", reason: str = "PutObject") -> Event:
    """What S3 says of a new object (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html)."""
    detail = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, "size": 51234, "etag": "b1946ac92492d2347c6235b4d2611184", "version-id": VERSION},
        "reason": reason,
    }
    resources = [f"arn:aws:s3:::{bucket}"]
    return {"source": "aws.s3", "detail-type": "Object Created", "resources": resources, "detail": detail}


@pytest.mark.parametrize(
    ("happened", "application", "kind", "revision"),
    [
        (image(), "ecr-events", "IMAGE_DIGEST", DIGEST),
        (stored(), "s3-events", "S3_OBJECT_VERSION_ID", VERSION),
        # An upload in parts, and a copy, end in the same event with another reason.
        (stored(reason="CompleteMultipartUpload"), "s3-events", "S3_OBJECT_VERSION_ID", VERSION),
        (stored(reason="CopyObject"), "s3-events", "S3_OBJECT_VERSION_ID", VERSION),
    ],
)
def test_an_image_or_an_object_starts_its_pipeline_with_that_revision(
    happened: Event, application: str, kind: str, revision: str
) -> None:
    (start,) = starts(every_source(), happened)
    assert start["name"] == f"{application}-dev"
    assert start["sourceRevisions"] == [{"actionName": "Source", "revisionType": kind, "revisionValue": revision}]
    assert [one["value"] for one in start["variables"]] == [revision]


@pytest.mark.parametrize(
    "happened",
    [
        image(**{"image-tag": "latest"}),
        image(**{"repository-name": "storefront-base"}),
        image(**{"action-type": "DELETE"}),
        image(result="FAILURE"),
        stored(key="storefront/bundle.zip.sig"),
        stored(bucket="acme-releases-2"),
    ],
)
def test_another_image_or_object_starts_nothing(happened: Event) -> None:
    assert starts(every_source(), happened) == []
