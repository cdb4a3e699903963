"""Where an application's code comes from: one class per provider.

To add a provider: write a subclass of `Source` with its own `provider` literal, and add it to the union `AnySource`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field, PrivateAttr

from settings.base import Context, Site
from settings.detection import ChangeDetection, Schedule, Source
from settings.fields import BucketName, ImageRepositoryName, ImageTag, KeyArn, ObjectKey, StackName
from settings.git import BitbucketSource, CodeCommitSource, ConnectionSource, GitHubSource, GitLabSource, GitSource

__all__ = [
    "BUILDING",
    "PROVIDERS",
    "AnySource",
    "BitbucketSource",
    "ChangeDetection",
    "CodeCommitSource",
    "ConnectionSource",
    "EcrSource",
    "GitHubSource",
    "GitLabSource",
    "GitSource",
    "PromotionSource",
    "S3Source",
    "Schedule",
    "Source",
    "is_built",
]


class S3Source(Source):
    """An object of a bucket."""

    provider: Literal["s3"] = Field(description="Where the code is.")
    bucket: BucketName = Field(
        description="The bucket, in the stack's region; with versioning, and for events with EventBridge switched on."
    )
    key: ObjectKey = Field(description="The object, a ZIP archive.")
    owned: bool = Field(default=False, description="Whether this stack makes the bucket.")
    key_arn: KeyArn | None = Field(
        default=None, description="The KMS key of a bucket that the stack doesn't own, if it isn't AWS's."
    )
    built: bool = Field(
        default=False, description="Whether the object is what is deployed; else it holds source code, and is built."
    )


class EcrSource(Source):
    """An image of a repository in ECR; the bundle is what lies in its working directory."""

    undetected: ClassVar[Mapping[ChangeDetection, str]] = {
        ChangeDetection.POLLING: "CodePipeline's action for ECR has no polling: EventBridge tells of each push"
    }
    provider: Literal["ecr"] = Field(description="Where the code is.")
    repository: ImageRepositoryName = Field(description="The repository, in the account and region of the stack.")
    tag: ImageTag = Field(default="latest", description="The tag whose pushes count.")


class PromotionSource(Source):
    """The artifact that another stack built and tested: built once, promoted."""

    builds: ClassVar[bool] = False

    provider: Literal["promotion"] = Field(description="Where the code is.")
    from_stack: StackName = Field(
        alias="from",
        description="The stack whose application of the same name promotes to this one (promote.to).",
    )
    _origin: Site = PrivateAttr()

    @property
    def origin(self) -> Site:
        """Where the artifact comes from."""
        return self._origin

    def model_post_init(self, context: Any) -> None:
        """Look the other stack up; a stack that isn't there is refused by `settings.rules` with its place."""
        if isinstance(context, Context) and self.from_stack in context.sites:
            self._origin = context.sites[self.from_stack]


AnySource = Annotated[
    CodeCommitSource | GitHubSource | GitLabSource | BitbucketSource | S3Source | EcrSource | PromotionSource,
    Field(discriminator="provider"),
]

PROVIDERS: Mapping[str, type[Source]] = {
    source.provider_name(): source for source in get_args(get_args(AnySource)[0]) if issubclass(source, Source)
}
BUILDING = tuple(name for name, source in PROVIDERS.items() if source.builds)
"""The providers whose code this stack's pipeline builds."""


def is_built(source: Any) -> bool:
    """Whether a source, as plain values of the file, hands over what was built already."""
    if not isinstance(source, Mapping) or not isinstance(provider := source.get("provider"), str):
        return False
    return provider in PROVIDERS and (provider not in BUILDING or source.get("built") is True)
