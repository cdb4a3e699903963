"""From the settings of builds and suites to their jobs, on every kind of machine."""

from dataclasses import replace

from components.build_job import Job
from components.build_machine import CacheKind, Machine, Origin, Variable
from components.build_plan import BUILDSPEC, COVERAGE, UNIT, BatchLimits
from components.guard import MOST_CHECKS
from components.packages import PackageRepository
from components.place import Place
from components.preparation import Preparation
from components.sources import SourcePlan
from components.sources.plan import NAMESPACE
from components.suite_buildspec import Commands, Covered, Results
from components.suites import TARGET_URL, SuitePlan
from plans.publishing import package_setup
from runtimes import Architecture, Toolchain, all_runtimes, ready_buildspec, toolchain
from settings.builds import AnyBuild, Batch, Build, Cache, ComputeType
from settings.builds import Machine as MachineSettings
from settings.suites import After, Suite

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
    ready = preparation(application, place, build, source, packages)
    return Job(
        role="build",
        application=application,
        place=place,
        machine=_with_threshold(_machine(build, build, packages), build),
        buildspec=source.buildspec or build.buildspec or BUILDSPEC,
        reports=() if source.buildspec else (UNIT, COVERAGE),
        parameters={
            **{name: f"#{{variables.{name}}}" for name in build.parameters},
            **({"SOURCE_REVISION": source.commit or f"#{{{NAMESPACE}.VersionId}}"} if ready else {}),
        },
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
    """A test suite, on the image of the build, or on that of the same runtime for a machine of the suite's size.

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
            machine=_machine(suite, build, packages),
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
        image=image_of(build, build.compute_type),
        compute_type=build.compute_type.value,
        timeout_minutes=None if build.compute_type.on_lambda else timeout_minutes,
        arm=build.architecture is Architecture.ARM64,
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


def toolchain_of(build: Build, compute_type: ComputeType) -> Toolchain | None:
    """The runtime of a build and the image that has it on a machine of this size, if the build names a runtime."""
    if build.runtime is None or build.version is None:
        return None
    return toolchain(build.runtime, build.version, architecture=build.architecture, compute=compute_type.compute)


def image_of(build: Build, compute_type: ComputeType) -> str:
    """The image that a build, or a suite of its application, runs on.

    A suite in a container, of a build whose image only Lambda runs, has the image with all runtimes.
    """
    if chosen := toolchain_of(build, compute_type):
        return chosen.image.name
    if build.image and (compute_type.on_lambda or not build.for_lambda_alone):
        return build.image
    return all_runtimes(build.architecture).name


def preparation(
    application: str, place: Place, build: Build, source: SourcePlan, packages: PackageRepository | None = None
) -> Preparation | None:
    """The ready buildspec of a runtime, where neither the source nor the settings say how an application is built.

    Args:
        application: its name.
        place: where it is built.
        build: its settings.
        source: what it is built from.
        packages: where it resolves its dependencies from.
    """
    chosen = toolchain_of(build, build.compute_type)
    if chosen is None or build.buildspec or source.buildspec:
        return None
    return Preparation(
        application=application,
        place=place,
        buildspec=ready_buildspec(
            chosen.runtime,
            runtime_versions=chosen.runtime_versions,
            cached=build.cache is not Cache.NONE,
            package_repository_setup=package_setup(chosen.runtime, packages),
        ),
    )


def _machine(settings: MachineSettings, build: Build, packages: PackageRepository | None) -> Machine:
    return Machine(
        image=image_of(build, settings.compute_type),
        compute_type=settings.compute_type.value,
        timeout_minutes=settings.timeout_minutes,
        arm=build.architecture is Architecture.ARM64,
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


def _with_threshold(machine: Machine, build: Build) -> Machine:
    if build.coverage_threshold is None:
        return machine
    threshold = Variable(name="COVERAGE_THRESHOLD", value=str(build.coverage_threshold))
    return replace(machine, variables=[*machine.variables, threshold])


def _plain(settings: MachineSettings) -> list[Variable]:
    return [Variable(name=name, value=value) for name, value in settings.environment.items()]
