"""Where a tested version is published to: each target says what its commands are, what they read, and may do."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.build_machine import Origin, Variable
from components.iam import Statement
from components.packages import PackageRepository
from components.place import Place
from runtimes import PackageFormat

TWINE = "6.2.0"
"""The version that is installed: CodeBuild's images have the client of every other format."""

RUNTIMES: Mapping[PackageFormat, Mapping[str, str]] = {
    PackageFormat.MAVEN: {"java": "corretto21"},
    PackageFormat.NPM: {"nodejs": "22"},
    PackageFormat.PYPI: {"python": "3.13"},
    PackageFormat.NUGET: {"dotnet": "8.0"},
    PackageFormat.RUBYGEMS: {"ruby": "3.4"},
    PackageFormat.GENERIC: {},
}
"""What a format's client runs on (https://docs.aws.amazon.com/codebuild/latest/userguide/available-runtimes.html)."""


@dataclass(frozen=True, kw_only=True)
class Target(ABC):
    """One place that a version goes to.

    Args:
        name: 1 to 40 of `a-z 0-9 -`, unique among the targets of an application.
        application: whose version it is.
        place: the stack that publishes.
        vpc: whether it is only reached from the stack's private subnets.
    """

    name: str
    application: str
    place: Place
    vpc: bool = False

    @property
    @abstractmethod
    def steps(self) -> tuple[str, ...]:
        """The parts of its script in `steps/`, in order."""

    @property
    @abstractmethod
    def settings(self) -> Mapping[str, str]:
        """The variables that they read; nothing secret."""

    @abstractmethod
    def permissions(self) -> list[Statement]:
        """What they may do, and nothing more."""

    @property
    @abstractmethod
    def destination(self) -> str:
        """Where it goes, in words."""

    @property
    def secrets(self) -> Sequence[Variable]:
        """The variables that CodeBuild reads from Secrets Manager for them."""
        return ()

    @property
    def runtimes(self) -> Mapping[str, str]:
        """The runtimes that they need."""
        return {}

    @property
    def install(self) -> Sequence[str]:
        """Commands that bring a client which the image hasn't."""
        return ()

    @property
    def exports(self) -> Sequence[str]:
        """The variables that later actions may read."""
        return ()

    @property
    def docker(self) -> bool:
        """Whether it builds a container image, for which a machine must be privileged."""
        return False

    @property
    def encrypts(self) -> bool:
        """Whether its commands encrypt with the stack's key."""
        return False


@dataclass(frozen=True, kw_only=True)
class BucketTarget(Target):
    """Files by version in the stack's bucket of published versions."""

    files: Sequence[str]

    @property
    def steps(self) -> tuple[str, ...]:
        return ("open", "version", "files", "s3")

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "APPLICATION": self.application,
            "BUCKET": self.place.published_bucket,
            "FILES": "\n".join(self.files),
            "OWNER": self.place.account,
        }

    @property
    def encrypts(self) -> bool:
        return True

    @property
    def destination(self) -> str:
        return "bucket of published versions"

    def permissions(self) -> list[Statement]:
        """Nothing can be put where something is: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html"""
        objects = f"{self.place.bucket_arn(self.place.published_bucket)}/{self.application}/*"
        return [
            Statement(
                actions=("s3:PutObject",),
                resources=(objects,),
                conditions={"Null": {"s3:if-none-match": "false"}},
            ),
            Statement(actions=("s3:GetObject",), resources=(objects,)),
        ]


@dataclass(frozen=True, kw_only=True)
class PackageTarget(Target, ABC):
    """Packages of one format, by the format's own client.

    Args:
        format: the ecosystem.
        files: globs in the bundle, each of which has to match.
    """

    format: PackageFormat
    files: Sequence[str]

    @property
    def runtimes(self) -> Mapping[str, str]:
        return RUNTIMES[self.format]

    @property
    def install(self) -> Sequence[str]:
        return (
            (f"python -m pip install --quiet --disable-pip-version-check twine=={TWINE}",)
            if self.format is PackageFormat.PYPI
            else ()
        )

    @property
    def settings(self) -> Mapping[str, str]:
        generic = {"APPLICATION": self.application} if self.format is PackageFormat.GENERIC else {}
        return {"FILES": "\n".join(self.files), **generic}


@dataclass(frozen=True, kw_only=True)
class CodeArtifactTarget(PackageTarget):
    """A repository of CodeArtifact, with a token that the commands ask for themselves."""

    repository: PackageRepository

    @property
    def steps(self) -> tuple[str, ...]:
        if self.format is PackageFormat.GENERIC:
            return ("open", "version", "files", "assets")
        return ("open", "files", "codeartifact", "ask", self.format.value)

    @property
    def settings(self) -> Mapping[str, str]:
        format_of_aws = {} if self.format is PackageFormat.GENERIC else {"FORMAT": self.format.of_aws}
        return {**super().settings, **self.repository.settings, **format_of_aws}

    @property
    def destination(self) -> str:
        return f"{self.repository.domain}/{self.repository.repository} of CodeArtifact"

    def permissions(self) -> list[Statement]:
        return self.repository.publishing(self.format)


@dataclass(frozen=True, kw_only=True)
class RegistryTarget(PackageTarget):
    """A hosted repository of Nexus or Artifactory: both take the same clients.

    Args:
        kind: which of them, for people.
        url: of the repository, with https; of NuGet its service index.
        credentials: the name of a secret that holds JSON with `username` and `password`.
    """

    kind: str
    url: str
    credentials: str

    @property
    def steps(self) -> tuple[str, ...]:
        version = ("version",) if self.format is PackageFormat.GENERIC else ()
        return ("open", *version, "files", "registry", "ask", self.format.value)

    @property
    def settings(self) -> Mapping[str, str]:
        return {**super().settings, "REGISTRY_URL": self.url}

    @property
    def secrets(self) -> Sequence[Variable]:
        return tuple(
            Variable(name=f"REGISTRY_{key.upper()}", value=f"{self.credentials}:{key}", origin=Origin.SECRETS_MANAGER)
            for key in ("username", "password")
        )

    @property
    def destination(self) -> str:
        return self.kind

    def permissions(self) -> list[Statement]:
        """Nothing but the secret, which the machine's variables ask for."""
        return []


@dataclass(frozen=True, kw_only=True)
class ImageTarget(Target):
    """A container image, built from the bundle and pushed under its version.

    Args:
        dockerfile: path in the bundle.
        context: folder in the bundle, `.` for all of it.
    """

    dockerfile: str
    context: str

    @property
    def repository(self) -> str:
        """The repository's name."""
        return self.place.image_repository(self.application, self.name)

    @property
    def steps(self) -> tuple[str, ...]:
        return ("open", "version", "ecr")

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "CONTEXT": self.context,
            "DOCKERFILE": self.dockerfile,
            "IMAGE_REPOSITORY": f"{self.place.image_registry()}/{self.repository}",
        }

    @property
    def exports(self) -> Sequence[str]:
        return ("IMAGE_DIGEST", "IMAGE_URI")

    @property
    def docker(self) -> bool:
        return True

    @property
    def destination(self) -> str:
        return f"{self.repository} of ECR"

    def permissions(self) -> list[Statement]:
        """https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"""
        return [
            # The token is the account's, not one repository's.
            Statement(actions=("ecr:GetAuthorizationToken",), resources=("*",)),
            Statement(
                actions=(
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:DescribeImages",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ),
                resources=(self.place.arn("ecr", f"repository/{self.repository}"),),
            ),
        ]
