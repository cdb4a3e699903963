"""Where the tested versions of an application are published to: one class per target.

To add a target: write a subclass of `Publish` with its own `to` literal, and add it to the union `AnyPublish`.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from runtimes import PackageFormat
from settings.base import Derived, Model
from settings.fields import (
    Listed,
    PathPattern,
    RelativePath,
    at_least,
    at_most,
    distinct,
    matching,
    refused,
)

SecretName = Annotated[
    str,
    matching(
        r"[A-Za-z0-9/_+=.@\-]{1,512}", "the name of a secret in Secrets Manager; not its ARN, and not what it holds"
    ),
]
RegistryUrl = Annotated[
    str,
    matching(
        r"(?=.{1,1000}$)https://[A-Za-z0-9.\-]+(:\d{1,5})?(/[A-Za-z0-9._~%\-]+)*/?",
        "an address with https://, without a user, a password or a query, at most 1000 characters",
    ),
]
TargetName = Annotated[str, matching(r"(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*", "1 to 40 of a-z 0-9 and single -")]

_CREDENTIALS = "credentials names a secret in Secrets Manager that has username and password"
_VERSION = "the version is the tag, and the repository is the stack's"


def _one_or_more(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return [_PATTERN.validate_python(given)]
    except ValidationError as error:
        # The file has no first item that could be blamed.
        raise refused(error.errors()[0]["msg"]) from error


_PATTERN: TypeAdapter[str] = TypeAdapter(PathPattern)


Files = Annotated[
    Listed[PathPattern],
    BeforeValidator(_one_or_more),
    at_least(1, "pattern"),
    at_most(20, "patterns"),
    distinct("patterns"),
]


class Publish(Model):
    """One place that every tested version goes to."""

    name: Annotated[TargetName | None, Derived("`to`, with `format`; of ecr `image`")] = Field(
        default=None, description="The action's name, 1 to 40 of a-z 0-9 -, unique in the list."
    )

    @property
    def target(self) -> str:
        """Its name, said or derived."""
        return self.name or self._derived_name()

    @abstractmethod
    def _derived_name(self) -> str: ...


class PublishS3(Publish):
    """Files by version in a bucket of the stack."""

    WAYS: ClassVar[Mapping[str, str]] = {"bucket": "the stack makes the bucket, and the output publishing names it"}

    to: Literal["s3"] = Field(description="Where it is published to.")
    files: Files = Field(description="Globs of files in the bundle, each of which has to match.")

    def _derived_name(self) -> str:
        return self.to


class PublishPackages(Publish):
    """Packages of one ecosystem."""

    format: Annotated[PackageFormat, Field(strict=False)] = Field(
        description="maven, npm, pypi, nuget or rubygems, each with its own client; generic is any file."
    )
    files: Files = Field(description="Globs of files in the bundle, each of which has to match.")


class PublishCodeArtifact(PublishPackages):
    """The application's repository in CodeArtifact."""

    to: Literal["codeartifact"] = Field(description="Where it is published to.")

    def _derived_name(self) -> str:
        return f"{self.to}-{self.format}"


class PublishRegistry(PublishPackages):
    """A hosted repository on a server of somebody's own."""

    WAYS: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("password", "secret", "secrets", "token", "user", "username"), _CREDENTIALS
    )

    url: RegistryUrl = Field(
        description="The hosted repository, https://… without a password; of nuget its service index, …/index.json."
    )
    credentials: SecretName = Field(
        description="The name of a secret in Secrets Manager that holds JSON with username and password; there is no "
        "publishing without."
    )
    vpc: bool = Field(default=False, description="Whether it is only reached from the stack's private subnets.")

    @model_validator(mode="after")
    def _index_of_nuget(self) -> "PublishRegistry":
        if (self.format is PackageFormat.NUGET) != self.url.endswith("/index.json"):
            raise refused("an address that ends in /index.json with format nuget, and with no other", key="url")
        return self


class PublishNexus(PublishRegistry):
    """Sonatype Nexus Repository."""

    to: Literal["nexus"] = Field(description="Where it is published to.")

    def _derived_name(self) -> str:
        return f"{self.to}-{self.format}"


class PublishArtifactory(PublishRegistry):
    """JFrog Artifactory."""

    to: Literal["artifactory"] = Field(description="Where it is published to.")

    def _derived_name(self) -> str:
        return f"{self.to}-{self.format}"


class PublishEcr(Publish):
    """A container image in a repository of the stack; what builds it is privileged."""

    WAYS: ClassVar[Mapping[str, str]] = dict.fromkeys(("repository", "tag", "tags"), _VERSION)

    to: Literal["ecr"] = Field(description="Where it is published to.")
    dockerfile: RelativePath = Field(default="Dockerfile", description="Path of the Dockerfile in the bundle.")
    context: RelativePath = Field(default=".", description="Folder of the bundle that the image is built from.")

    def _derived_name(self) -> str:
        return "image"


AnyPublish = Annotated[
    PublishS3 | PublishCodeArtifact | PublishNexus | PublishArtifactory | PublishEcr, Field(discriminator="to")
]
