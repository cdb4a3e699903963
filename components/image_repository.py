"""A repository of ECR for the images of one application."""

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import ecr


@dataclass(frozen=True, kw_only=True)
class ImageRepositoryArgs:
    """Inputs of an `ImageRepository`.

    Args:
        repository_name: 2 to 256 of a-z 0-9 . _ - /.
        key_arn: encrypts its layers; it can't be changed later.
        untagged_days: how long an image that no tag names is kept: the layers of a push that didn't end.
        protect: whether Pulumi refuses to delete it.
        force_destroy: whether deleting it deletes its images; else AWS refuses while it holds any.
    """

    repository_name: str
    key_arn: pulumi.Input[str]
    untagged_days: int = 14
    protect: bool = False
    force_destroy: bool = False


class ImageRepository(pulumi.ComponentResource):
    """Images under tags that never move, scanned when they come, for the roles of this account alone: without a policy
    of its own, a repository is nobody else's
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html)."""

    url: pulumi.Output[str]

    def __init__(self, name: str, args: ImageRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ImageRepository", name, None, opts)
        repository = ecr.Repository(
            name,
            name=args.repository_name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": args.key_arn}],
            force_delete=args.force_destroy,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=json.dumps({"rules": [_expire_untagged(args.untagged_days)]}),
            opts=pulumi.ResourceOptions(parent=repository),
        )
        self.url = repository.repository_url
        self.register_outputs({"url": self.url})


def _expire_untagged(days: int) -> dict[str, object]:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html"""
    return {
        "rulePriority": 1,
        "description": "Images without a tag",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": days,
        },
        "action": {"type": "expire"},
    }
