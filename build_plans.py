"""From the settings of builds and suites to their jobs: the part of `plans` that knows every kind of machine."""

from components.build_job import COVERAGE, BatchLimits, Job
from components.build_machine import CacheKind, Machine, Origin, Variable
from components.packages import PackageRepository
from components.place import Place
from components.sources import SourcePlan
from settings.builds import Architecture, Build, Cache, Suite
from settings.builds import Machine as MachineSettings

UNIT = "unit"
"""The report of the build's own tests."""

BUILDSPEC = "buildspec.yml"
"""Where CodeBuild itself looks for one."""

DEFAULT_IMAGE = {
    Architecture.X86_64: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
    Architecture.ARM64: "aws/codebuild/amazonlinux-aarch64-standard:3.0",
}
"""Amazon Linux 2023 with every runtime, for repositories whose buildspec chooses one."""

_CACHES = {Cache.NONE: CacheKind.NONE, Cache.S3: CacheKind.S3, Cache.LOCAL: CacheKind.LOCAL}


def build_job(
    application: str, place: Place, build: Build, source: SourcePlan, packages: PackageRepository | None = None
) -> Job:
    """The build and unit tests of an application.

    Args:
        application: its name.
        place: where it is built.
        build: its settings.
        source: what it is built from.
        packages: where it resolves its dependencies from.
    """
    return Job(
        role="build",
        application=application,
        place=place,
        machine=_machine(build, image_of(build), build.architecture, packages),
        buildspec=source.buildspec or build.buildspec or BUILDSPEC,
        reports=() if source.buildspec else (UNIT, COVERAGE),
        parameters={name: f"#{{variables.{name}}}" for name in build.parameters},
        batch=BatchLimits(most_builds=build.batch.most_builds, timeout_minutes=build.batch.timeout_minutes)
        if build.batch
        else None,
        produces=True,
        statements=(*source.build_permissions, *(packages.reading() if packages else ())),
    )


def suite_job(
    name: str,
    application: str,
    place: Place,
    suite: Suite,
    build: Build,
    packages: PackageRepository | None = None,
) -> Job:
    """A test suite, on the image of the build.

    Args:
        name: the suite.
        application: what it tests.
        place: where it runs.
        suite: its settings.
        build: those of the application's build.
        packages: where it resolves its dependencies from.
    """
    return Job(
        role=name,
        application=application,
        place=place,
        machine=_machine(suite, image_of(build), build.architecture, packages),
        buildspec=suite.buildspec or "",
        reports=(name,),
        statements=packages.reading() if packages else (),
    )


def image_of(build: Build) -> str:
    """The image that a build runs on."""
    return build.image or DEFAULT_IMAGE[build.architecture]


def _machine(
    settings: MachineSettings, image: str, architecture: Architecture, packages: PackageRepository | None
) -> Machine:
    return Machine(
        image=image,
        compute_type=settings.compute_type.value,
        timeout_minutes=settings.timeout_minutes,
        arm=architecture is Architecture.ARM64 or "aarch64" in image,
        concurrency=settings.concurrency,
        docker=settings.docker,
        vpc=settings.vpc,
        cache=_CACHES[settings.cache],
        logs_in_s3=settings.logs_in_s3,
        variables=[
            *(packages.variables if packages else ()),
            *(Variable(name=name, value=value) for name, value in settings.environment.items()),
            *(
                Variable(name=name, value=path, origin=Origin.PARAMETER_STORE)
                for name, path in settings.parameter_store.items()
            ),
            *(
                Variable(name=name, value=secret, origin=Origin.SECRETS_MANAGER)
                for name, secret in settings.secrets.items()
            ),
        ],
    )
