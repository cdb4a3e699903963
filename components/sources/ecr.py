"""ECR: an image that somebody else pushes under a tag."""

import json
from pathlib import Path
from textwrap import indent

from components.iam import Statement
from components.place import Place
from components.sources.detection import Detection, triggers
from components.sources.plan import NAMESPACE, SOURCE, SourcePlan
from components.stages import Action, Category
from components.triggers import EventTrigger

DIGEST_VARIABLE = "IMAGE_DIGEST"
"""The pipeline variable with the digest of the image."""

CURRENT = "current"
"""Its value when the pipeline isn't started by a push: the image that has the tag then."""

_HERE = Path(__file__).parent


def unpacking() -> str:
    """The buildspec that unpacks an image, with the program that does it."""
    program = indent((_HERE / "unpack_image.py").read_text(encoding="utf-8"), " " * 8, lambda line: line != "\n")
    buildspec = (_HERE / "unpack_image.yml").read_text(encoding="utf-8")
    return buildspec.replace("        # unpack_image.py\n", program)


def ecr_source(*, repository: str, tag: str, detection: Detection, place: Place) -> SourcePlan:
    """A push of an image
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECR.html).

    The action hands over `imageDetail.json`, which names the image and holds nothing else; so the build unpacks the
    image's working directory, and that is the bundle.

    Args:
        repository: its name, in the account and region of `place`; CodePipeline reads no other.
        tag: whose pushes count. With immutable tags, exclude this one from immutability.
        detection: what starts the pipeline.
        place: where repository and pipeline live.
    """
    arn = place.arn("ecr", f"repository/{repository}")
    action = Action(
        name=NAMESPACE,
        category=Category.SOURCE,
        provider="ECR",
        configuration={"RepositoryName": repository, "ImageTag": tag},
        outputs=(SOURCE,),
        namespace=NAMESPACE,
        permissions=(Statement(actions=("ecr:DescribeImages",), resources=(arn,)),),
    )
    return SourcePlan(
        action=action,
        triggers=triggers(
            detection, on_events=(_new_image(repository, tag),), what=f"the image tagged {repository}:{tag}"
        ),
        variables={DIGEST_VARIABLE: CURRENT},
        revision=f"image #{{{NAMESPACE}.ImageURI}}",
        buildspec=unpacking(),
        build_permissions=(Statement(actions=("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"), resources=(arn,)),),
    )


def _new_image(repository: str, tag: str) -> EventTrigger:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html"""
    return EventTrigger(
        name="image",
        description=f"push of {repository}:{tag}",
        pattern={
            "source": ["aws.ecr"],
            "detail-type": ["ECR Image Action"],
            "detail": {
                "action-type": ["PUSH"],
                "result": ["SUCCESS"],
                "repository-name": [repository],
                "image-tag": [tag],
            },
        },
        input_paths={"digest": "$.detail.image-digest"},
        input_template=json.dumps(
            {
                "sourceRevisions": [
                    {"actionName": NAMESPACE, "revisionType": "IMAGE_DIGEST", "revisionValue": "<digest>"},
                ],
                "variables": [{"name": DIGEST_VARIABLE, "value": "<digest>"}],
            }
        ),
    )
