"""From the settings of packages and publishing to their plans, for every target."""

from collections.abc import Sequence

from components.packages import PackageRepository, package_repository, resolving
from components.place import Place
from components.publishing import (
    BucketTarget,
    CodeArtifactTarget,
    ImageTarget,
    Publication,
    RegistryTarget,
    StoresPlan,
    Target,
    publication,
)
from components.sources import SourcePlan
from runtimes import FORMATS, PackageFormat, Runtime
from settings.models import Application, Settings
from settings.packages import ExistingPackages, NewPackages, StoreFormat
from settings.publishing import (
    AnyPublish,
    PublishCodeArtifact,
    PublishEcr,
    PublishNexus,
    PublishRegistry,
    PublishS3,
)


def packages_of(application: str, settings: Settings, place: Place) -> PackageRepository | None:
    """The repository that an application's builds resolve from, if the stack has packages."""
    match settings.code_artifact:
        case NewPackages(formats=formats):
            return package_repository(application, place, _formats(formats))
        case ExistingPackages() as existing:
            return PackageRepository(
                place=place,
                domain=existing.domain,
                owner=existing.domain_owner,
                repository=existing.repository,
                formats=tuple(FORMATS.values()),
            )
        case None:
            return None


def package_setup(runtime: Runtime, packages: PackageRepository | None) -> Sequence[str]:
    """The commands of a ready buildspec after which a runtime's packages come from the stack's repository, or none
    where they don't."""
    package_format = FORMATS.get(runtime)
    return resolving(package_format) if packages and package_format and package_format in packages.formats else ()


def publications(
    name: str, application: Application, settings: Settings, place: Place, source: SourcePlan
) -> list[Publication]:
    """Where the tested versions of an application are published to."""
    packages = packages_of(name, settings, place)
    return [publication(_target(name, place, one, packages), source) for one in application.publish]


def stores_plan(settings: Settings, place: Place) -> StoresPlan | None:
    """What the stack itself makes to publish to and to resolve from, or None where it makes nothing."""
    targets = [(name, one) for name, application in settings.applications.items() for one in application.publish]
    packages = settings.code_artifact
    formats = _formats(packages.formats) if isinstance(packages, NewPackages) else []
    plan = StoresPlan(
        bucket=any(isinstance(one, PublishS3) for _, one in targets),
        formats=formats,
        repositories=[package_repository(name, place, formats) for name in settings.applications] if formats else [],
        images=[place.image_repository(name, one.target) for name, one in targets if isinstance(one, PublishEcr)],
    )
    return plan if plan.bucket or plan.repositories or plan.images else None


def _formats(stores: Sequence[StoreFormat]) -> list[PackageFormat]:
    return [PackageFormat(one.value) for one in stores]


def _target(application: str, place: Place, publish: AnyPublish, packages: PackageRepository | None) -> Target:
    match publish:
        case PublishS3():
            return BucketTarget(name=publish.target, application=application, place=place, files=publish.files)
        case PublishCodeArtifact():
            if packages is None:
                raise AssertionError("settings.publishing_rules refuses it without a repository")
            return CodeArtifactTarget(
                name=publish.target,
                application=application,
                place=place,
                format=publish.format,
                files=publish.files,
                repository=packages,
            )
        case PublishRegistry():
            return RegistryTarget(
                name=publish.target,
                application=application,
                place=place,
                vpc=publish.vpc,
                format=publish.format,
                files=publish.files,
                kind="Nexus" if isinstance(publish, PublishNexus) else "Artifactory",
                url=publish.url,
                credentials=publish.credentials,
            )
        case PublishEcr():
            return ImageTarget(
                name=publish.target,
                application=application,
                place=place,
                dockerfile=publish.dockerfile,
                context=publish.context,
            )
