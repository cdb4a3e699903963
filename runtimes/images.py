"""CodeBuild's managed images: which has which version of which runtime.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
https://docs.aws.amazon.com/codebuild/latest/userguide/available-runtimes.html
https://docs.aws.amazon.com/codebuild/latest/userguide/lambda-compute-images.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Runtime(StrEnum):
    """What an application is written for."""

    JAVA = "java"
    DOTNET = "dotnet"
    PYTHON = "python"
    RUBY = "ruby"
    GO = "go"
    NODE = "node"

    @property
    def key(self) -> str:
        """Its name under `runtime-versions` in a buildspec."""
        return {Runtime.GO: "golang", Runtime.NODE: "nodejs"}.get(self, self.value)


class Architecture(StrEnum):
    """The processor of a build machine."""

    X86_64 = "x86_64"
    ARM64 = "arm64"


class Compute(StrEnum):
    """What a build runs on: a container of its own, or Lambda, which starts at once and does less."""

    CONTAINER = "container"
    LAMBDA = "lambda"


class UnknownRuntimeError(ValueError):
    """No managed image has the wanted version of a runtime; the message names the versions that exist."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """One managed image.

    Args:
        name: as a CodeBuild project names it.
        architecture: the processors it is made for.
        compute: what can run it.
        versions: the versions of each runtime, oldest first, as users write them.
    """

    name: str
    architecture: Architecture
    compute: Compute = Compute.CONTAINER
    versions: Mapping[Runtime, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Toolchain:
    """A runtime in a version, and the managed image that has it."""

    runtime: Runtime
    version: str
    image: Image

    @property
    def runtime_versions(self) -> Mapping[str, str]:
        """What `runtime-versions` says in a buildspec. A Lambda image has one version and nothing to choose from."""
        if self.image.compute is Compute.LAMBDA:
            return {}
        return {self.runtime.key: f"corretto{self.version}" if self.runtime is Runtime.JAVA else self.version}


_NEWER: Mapping[Runtime, tuple[str, ...]] = {
    Runtime.JAVA: ("8", "11", "17", "21", "25"),
    Runtime.PYTHON: ("3.10", "3.11", "3.12", "3.13", "3.14"),
    Runtime.NODE: ("22", "24"),
    Runtime.GO: ("1.24", "1.25", "1.26"),
    Runtime.DOTNET: ("8.0", "10.0"),
    Runtime.RUBY: ("3.3", "3.4", "4.0"),
}
_OLDER: Mapping[Runtime, tuple[str, ...]] = {
    Runtime.JAVA: ("8", "11", "17", "21", "25"),
    Runtime.PYTHON: ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14"),
    Runtime.NODE: ("18", "20", "22", "24"),
    Runtime.GO: ("1.20", "1.21", "1.22", "1.23", "1.24", "1.25", "1.26"),
    Runtime.DOTNET: ("6.0", "8.0", "10.0"),
    Runtime.RUBY: ("3.1", "3.2", "3.3", "3.4", "4.0"),
}
_LAMBDA_TAGS: Mapping[tuple[Runtime, str], str] = {
    (Runtime.JAVA, "21"): "corretto21",
    (Runtime.DOTNET, "8.0"): "dotnet8",
    (Runtime.PYTHON, "3.12"): "python3.12",
    (Runtime.PYTHON, "3.13"): "python3.13",
    (Runtime.RUBY, "3.4"): "ruby3.4",
    (Runtime.GO, "1.24"): "go1.24",
    (Runtime.NODE, "20"): "nodejs20",
    (Runtime.NODE, "22"): "nodejs22",
    (Runtime.NODE, "24"): "nodejs24",
}
"""The images on Amazon Linux 2023. Those on Amazon Linux 2 still answer, but that system is no longer maintained."""


def _lambda_images() -> Iterator[Image]:
    for architecture, processor in ((Architecture.X86_64, "x86_64"), (Architecture.ARM64, "aarch64")):
        for (runtime, version), tag in _LAMBDA_TAGS.items():
            yield Image(
                name=f"aws/codebuild/amazonlinux-{processor}-lambda-standard:{tag}",
                architecture=architecture,
                compute=Compute.LAMBDA,
                versions={runtime: (version,)},
            )


IMAGES: tuple[Image, ...] = (
    Image(
        name="aws/codebuild/amazonlinux-x86_64-standard:6.0",
        architecture=Architecture.X86_64,
        versions=_NEWER,
    ),
    Image(
        name="aws/codebuild/amazonlinux-x86_64-standard:5.0",
        architecture=Architecture.X86_64,
        versions=_OLDER,
    ),
    Image(name="aws/codebuild/standard:8.0", architecture=Architecture.X86_64, versions=_NEWER),
    Image(name="aws/codebuild/standard:7.0", architecture=Architecture.X86_64, versions=_OLDER),
    Image(
        name="aws/codebuild/amazonlinux-aarch64-standard:4.0",
        architecture=Architecture.ARM64,
        versions=_NEWER,
    ),
    Image(
        name="aws/codebuild/amazonlinux-aarch64-standard:3.0",
        architecture=Architecture.ARM64,
        versions=_OLDER,
    ),
    *_lambda_images(),
)
"""Best first: Amazon Linux before Ubuntu, because the servers run it, and the newer before the older."""


def versions_of(runtime: Runtime, *, architecture: Architecture, compute: Compute) -> tuple[str, ...]:
    """The versions of a runtime that some image has, oldest first."""
    found = {
        version
        for image in IMAGES
        if (image.architecture, image.compute) == (architecture, compute)
        for version in image.versions.get(runtime, ())
    }
    return tuple(sorted(found, key=lambda version: [int(part) for part in version.split(".")]))


def toolchain(
    runtime: Runtime,
    version: str,
    *,
    architecture: Architecture = Architecture.X86_64,
    compute: Compute = Compute.CONTAINER,
) -> Toolchain:
    """The newest image that has a runtime in a version.

    Raises:
        UnknownRuntimeError: no image has it.
    """
    for image in IMAGES:
        fits = (image.architecture, image.compute) == (architecture, compute)
        if fits and version in image.versions.get(runtime, ()):
            return Toolchain(runtime=runtime, version=version, image=image)
    machine = f"{architecture} in Lambda compute" if compute is Compute.LAMBDA else architecture
    known = ", ".join(versions_of(runtime, architecture=architecture, compute=compute))
    raise UnknownRuntimeError(f"no image of CodeBuild has {runtime} {version} on {machine}; there is {runtime} {known}")


def all_runtimes(architecture: Architecture) -> Image:
    """The image for whoever chooses a runtime in a buildspec: Amazon Linux 2023 with the most versions."""
    fits = [one for one in IMAGES if (one.architecture, one.compute) == (architecture, Compute.CONTAINER)]
    return max(
        (one for one in fits if "amazonlinux" in one.name),
        key=lambda one: sum(len(versions) for versions in one.versions.values()),
    )
