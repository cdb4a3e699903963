"""From the settings of builds and suites to their jobs: the part of `plans` that knows every kind of machine."""

from components.build_job import Job
from components.build_machine import CacheKind, Machine, Origin, Variable
from components.build_plan import BUILDSPEC, COVERAGE, UNIT, BatchLimits
from components.guard import MOST_CHECKS
from components.packages import PackageRepository
from components.place import Place
from components.sources import SourcePlan
from components.suite_buildspec import Commands, Covered, Results
from components.suites import TARGET_URL, SuitePlan
from settings.builds import AnyBuild, Architecture, Batch, Build, Cache
from settings.builds import Machine as MachineSettings
from settings.suites import After, Suite

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
        batch=_limits(build.batch),
        produces=True,
        statements=(*source.build_permissions, *(packages.reading() if packages else ())),
    )


def suite_plan(
    name: str,
    application: str,
    place: Place,
    suite: Suite,
    build: Build,
    packages: PackageRepository | None = None,
) -> SuitePlan:
    """A test suite, on the image of the build.

    Args:
        name: the suite.
        application: what it tests.
        place: where it runs.
        suite: its settings.
        build: those of the application's build.
        packages: where it resolves its dependencies from.
    """
    deployed = suite.after is After.DEPLOY
    commands = _commands(name, suite)
    return SuitePlan(
        job=Job(
            role=name,
            application=application,
            place=place,
            machine=_machine(suite, image_of(build), build.architecture, packages),
            buildspec=suite.buildspec or commands.buildspec(),
            reports=(name,) if suite.buildspec else commands.reports,
            parameters={TARGET_URL: f"#{{variables.{TARGET_URL}}}"} if deployed else {},
            batch=_limits(suite.batch),
            statements=packages.reading() if packages else (),
        ),
        order=suite.order,
        after_deployment=deployed,
    )


def machine_of(build: AnyBuild | None) -> Build:
    """What suites and checks run on: the machine of the build, or the usual one where CodeBuild doesn't build."""
    return build if isinstance(build, Build) else Build()


def check_machine(build: Build, timeout_minutes: int) -> Machine:
    """The machine of a build, for code that nobody has reviewed: without its secrets, its cache and its network.

    Args:
        build: the settings of the application's build.
        timeout_minutes: after how long a check is stopped; on Lambda AWS fixes that.
    """
    return Machine(
        image=image_of(build),
        compute_type=build.compute_type.value,
        timeout_minutes=None if build.compute_type.on_lambda else timeout_minutes,
        arm=_on_arm(build.architecture, image_of(build)),
        concurrency=MOST_CHECKS,
        docker=build.docker,
        variables=_plain(build),
    )


def _commands(name: str, suite: Suite) -> Commands:
    report, coverage = suite.report, suite.coverage
    return Commands(
        suite=name,
        commands=suite.commands,
        results=Results(kind=report.format.value, files=report.files) if report else None,
        coverage=Covered(kind=coverage.format.value, file=coverage.file, threshold=coverage.threshold)
        if coverage
        else None,
    )


def _limits(batch: Batch | None) -> BatchLimits | None:
    return BatchLimits(most_builds=batch.most_builds, timeout_minutes=batch.timeout_minutes) if batch else None


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
        arm=_on_arm(architecture, image),
        concurrency=settings.concurrency,
        docker=settings.docker,
        vpc=settings.vpc,
        cache=_CACHES[settings.cache],
        logs_in_s3=settings.logs_in_s3,
        variables=[
            *(packages.variables if packages else ()),
            *_plain(settings),
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


def _on_arm(architecture: Architecture, image: str) -> bool:
    return architecture is Architecture.ARM64 or "aarch64" in image


def _plain(settings: MachineSettings) -> list[Variable]:
    return [Variable(name=name, value=value) for name, value in settings.environment.items()]
