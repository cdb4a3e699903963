"""How an application is built and tested in CodeBuild."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag, model_validator

from runtimes import Architecture, Compute, Runtime, UnknownRuntimeError, toolchain
from settings.base import Derived, Model
from settings.fields import (
    BuildImage,
    ParameterPath,
    RelativePath,
    SecretReference,
    VariableName,
    VariableText,
    refused,
    within,
)
from settings.jenkins import JenkinsBuild

LAMBDA = "BUILD_LAMBDA"
"""How compute types begin that are a Lambda function."""

_VARIABLES = "environment says variables as they are, parameterStore and secrets those that are kept there"
_PRIVILEGED = "docker: true says that it builds container images, and nothing else makes a machine privileged"
_RUNTIME = "runtime and version choose the image, and runtime-versions in the ready buildspec"

OF_THE_READY_BUILDSPEC = ("COVERAGE_THRESHOLD", "SOURCE_REVISION")
"""The variables by which the program speaks to the buildspec of a runtime."""

DEFAULT_MINUTES = 20
LAMBDA_MINUTES = 15
"""How long a build on Lambda may take
(https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.limitations)."""


class ComputeType(StrEnum):
    """The size of a build machine, or of a Lambda function that is one.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
    """

    SMALL = "BUILD_GENERAL1_SMALL"
    MEDIUM = "BUILD_GENERAL1_MEDIUM"
    LARGE = "BUILD_GENERAL1_LARGE"
    XLARGE = "BUILD_GENERAL1_XLARGE"
    XXLARGE = "BUILD_GENERAL1_2XLARGE"
    LAMBDA_1GB = "BUILD_LAMBDA_1GB"
    LAMBDA_2GB = "BUILD_LAMBDA_2GB"
    LAMBDA_4GB = "BUILD_LAMBDA_4GB"
    LAMBDA_8GB = "BUILD_LAMBDA_8GB"
    LAMBDA_10GB = "BUILD_LAMBDA_10GB"

    @property
    def on_lambda(self) -> bool:
        """Whether it is a Lambda function: quick to start, and without Docker, network of its own, and cache."""
        return self.value.startswith(LAMBDA)

    @property
    def compute(self) -> Compute:
        """What kind of image runs on it."""
        return Compute.LAMBDA if self.on_lambda else Compute.CONTAINER


class Cache(StrEnum):
    """What a build may find of the one before it.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-caching.html
    """

    NONE = "none"
    S3 = "s3"
    LOCAL = "local"


class Machine(Model):
    """Where commands run."""

    WAYS: ClassVar[Mapping[str, str]] = {
        "environmentvariables": _VARIABLES,
        "envvars": _VARIABLES,
        "lambda": "computeType: BUILD_LAMBDA_… runs on Lambda",
        "privileged": _PRIVILEGED,
        "privilegedmode": _PRIVILEGED,
        "size": "computeType is the size",
        "variables": _VARIABLES,
    }

    timeout_minutes: Annotated[
        Annotated[int, within(5, 2160, "minutes")] | None, Derived("20; on Lambda 15, which AWS fixes")
    ] = Field(default=None, description="After how many minutes it is stopped, 5 to 2160.")

    compute_type: Annotated[ComputeType, Field(strict=False)] = Field(
        default=ComputeType.SMALL, description="Size of the build machine; BUILD_LAMBDA_… runs on Lambda."
    )
    vpc: bool = Field(default=False, description="Whether it runs in the stack's private subnets.")
    docker: bool = Field(
        default=False, description="Whether it builds container images: only then the machine is privileged."
    )
    cache: Annotated[Cache, Field(strict=False)] = Field(
        default=Cache.NONE,
        description="What is kept for the next build: none, s3 (the buildspec's cache.paths), or local (as long "
        "as AWS keeps the machine: sources, and layers with docker).",
    )
    concurrency: Annotated[int, within(1, 100, "builds")] = Field(
        default=2, description="How many may run at once, 1 to 100."
    )
    logs_in_s3: bool = Field(
        default=False, alias="logsInS3", description="Whether the log is kept in a bucket, besides CloudWatch."
    )
    environment: Mapping[VariableName, VariableText] = Field(
        default_factory=dict, description="Variables as they are; never a secret."
    )
    parameter_store: Mapping[VariableName, ParameterPath] = Field(
        default_factory=dict, description="Variables with their paths in Parameter Store."
    )
    secrets: Mapping[VariableName, SecretReference] = Field(
        default_factory=dict,
        description="Variables with the names of their secrets in Secrets Manager; name:key of one that holds JSON.",
    )

    @model_validator(mode="before")
    @classmethod
    def _in_time(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or str(given.get("computeType", "")).startswith(LAMBDA):
            return given
        return {"timeoutMinutes": DEFAULT_MINUTES, **given}

    @model_validator(mode="after")
    def _runs_somewhere(self) -> "Machine":
        if self.compute_type.on_lambda:
            if self.vpc:
                raise refused(f"false with {self.compute_type}: a build on Lambda joins no network", key="vpc")
            if self.docker:
                raise refused(f"false with {self.compute_type}: a build on Lambda has no Docker", key="docker")
            if self.cache is not Cache.NONE:
                raise refused(f"none with {self.compute_type}: a build on Lambda has no cache", key="cache")
            if self.timeout_minutes is not None:
                allowed = f"nothing with {self.compute_type}: AWS fixes {LAMBDA_MINUTES} minutes"
                raise refused(allowed, key="timeoutMinutes")
        if self.cache is Cache.LOCAL and self.vpc:
            raise refused("none or s3 with vpc: AWS keeps no local cache there", key="cache")
        said: list[str] = []
        for key, variables in self.variables().items():
            if repeated := sorted({one for one in variables if one in said}):
                what = "parameters" if key == "parameters" else "variables"
                raise refused(f"{what} that aren't said elsewhere too: {', '.join(repeated)}", key=key)
            said += variables
        return self

    def variables(self) -> dict[str, Mapping[str, str]]:
        """The variables of its commands, by the key that says them."""
        return {"environment": self.environment, "parameterStore": self.parameter_store, "secrets": self.secrets}

    def leave_free(self, *names: str, setter: str) -> None:
        """Refuse variables with these names, because of who sets them."""
        for key, variables in self.variables().items():
            if taken := sorted({one for one in variables if one in names}):
                raise refused(f"variables without {', '.join(taken)}, which the {setter} sets", key=key)


class Batch(Model):
    """Several builds at once, as the buildspec's `batch` says."""

    most_builds: Annotated[int, within(1, 100, "builds")] = Field(
        default=10, description="How many builds one batch may have, 1 to 100."
    )
    timeout_minutes: Annotated[int, within(5, 2160, "minutes")] = Field(
        default=60, description="After how many minutes a batch is stopped, 5 to 2160."
    )


class Build(Machine):
    """The build and unit tests of an application, in CodeBuild."""

    WAYS: ClassVar[Mapping[str, str]] = {
        **Machine.WAYS,
        "badge": "source.checks.badge gives one to the check of pull requests; CodeBuild has none for a pipeline",
        "commands": "a build runs a buildspec; suites may say commands instead",
        "coverage": "coverageThreshold with a runtime, else the buildspec's own reports",
        "reports": "a buildspec says its reports itself",
        "runtimes": _RUNTIME,
        "runtimeversions": _RUNTIME,
        "threshold": "coverageThreshold is the threshold",
    }

    runtime: Annotated[Runtime | None, Field(strict=False)] = Field(
        default=None,
        description="java, dotnet, python, ruby, go or node: chooses the image, and a buildspec for a repository that "
        "has none.",
    )
    version: str | None = Field(
        default=None, description='Version of the runtime, quoted: "21" of java, "3.12" of python, "1.25" of go.'
    )
    architecture: Annotated[
        Architecture, Field(strict=False), Derived("`x86_64`; with an image of CodeBuild, what it is made for")
    ] = Field(default=Architecture.X86_64, description="Processor of the build machine: x86_64 or arm64.")
    image: Annotated[BuildImage | None, Derived("by `runtime`; Amazon Linux 2023 with all of them")] = Field(
        default=None,
        description="Image of the build machine: one of CodeBuild's with its tag, or one in ECR with its digest "
        "(@sha256:…).",
    )
    buildspec: Annotated[RelativePath | None, Derived("`buildspec.yml`; of an image: one that unpacks it")] = Field(
        default=None, description="Path of the buildspec in the repository; an image has none."
    )
    coverage_threshold: Annotated[int, within(1, 100, "percent")] | None = Field(
        default=None, description="Line coverage in percent, under which the runtime's own buildspec fails."
    )
    batch: Batch | None = Field(default=None, description="Whether the buildspec describes a batch.")
    parameters: Mapping[VariableName, VariableText] = Field(
        default_factory=dict,
        description="Values that whoever starts the pipeline by hand may choose, with those of every other start; the "
        "build sees them as variables.",
    )

    @model_validator(mode="before")
    @classmethod
    def _processor_of_the_image(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and processor_of(str(given.get("image", ""))) is Architecture.ARM64:
            return {"architecture": Architecture.ARM64, **given}
        return given

    @model_validator(mode="after")
    def _one_image(self) -> "Build":
        if self.runtime and self.image:
            raise refused("no image with a runtime, which chooses one that has it", key="image")
        if (self.runtime is None) != (self.version is None):
            said, other = ("version", "runtime") if self.version else ("runtime", "version")
            raise refused("runtime and version only together", key=said, partners=(other,))
        if self.image and processor_of(self.image) not in (None, self.architecture):
            raise refused(f"{processor_of(self.image)}, which the image is made for", key="architecture")
        if self.coverage_threshold and (self.runtime is None or self.buildspec):
            raise refused(
                "a threshold only with runtime and without buildspec: a buildspec of yours is its own judge",
                key="coverageThreshold",
                partners=("runtime", "version"),
            )
        if problem := self.misfit(self.compute_type):
            key, allowed = problem
            raise refused(allowed, key=key, partners=() if key == "image" else ("image", "runtime", "version"))
        return self

    @model_validator(mode="after")
    def _variables_are_free(self) -> "Build":
        self.leave_free(*OF_THE_READY_BUILDSPEC, setter="program")
        return self

    def variables(self) -> dict[str, Mapping[str, str]]:
        return {**super().variables(), "parameters": self.parameters}

    def misfit(self, compute_type: ComputeType) -> tuple[str, str] | None:
        """Why a machine of this size has no image: the key of `build` to blame, and what is allowed; None if it has."""
        if self.runtime and self.version:
            try:
                toolchain(self.runtime, self.version, architecture=self.architecture, compute=compute_type.compute)
            except UnknownRuntimeError as error:
                return "version", f"a version that an image has: {error}"
        elif self.image is None and compute_type.on_lambda:
            return "computeType", "another size, or a runtime or an image for Lambda"
        elif self.image and not self.custom and compute_type.on_lambda != self.for_lambda_alone:
            return "image", "an image for Lambda with BUILD_LAMBDA_…, and another with every other machine"
        return None

    @property
    def custom(self) -> bool:
        """Whether the image is one of ECR."""
        return bool(self.image and ".dkr.ecr." in self.image)

    @property
    def for_lambda_alone(self) -> bool:
        """Whether the image is one of CodeBuild's that only Lambda runs."""
        return bool(self.image and not self.custom and "-lambda-" in self.image)


def processor_of(image: str) -> Architecture | None:
    """The processor that an image of CodeBuild is made for; None of any other image, which doesn't say it."""
    if not image.startswith("aws/codebuild/"):
        return None
    return Architecture.ARM64 if "aarch64" in image else Architecture.X86_64


IN_CODEBUILD = "a build in CodeBuild (no server)"
IN_JENKINS = "a build in Jenkins (server: jenkins)"


def _builder(given: Any) -> str:
    if isinstance(given, JenkinsBuild):
        return IN_JENKINS
    return IN_JENKINS if isinstance(given, Mapping) and "server" in given else IN_CODEBUILD


AnyBuild = Annotated[
    Annotated[Build, Tag(IN_CODEBUILD)] | Annotated[JenkinsBuild, Tag(IN_JENKINS)], Discriminator(_builder)
]
