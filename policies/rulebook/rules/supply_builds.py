"""What a build runs in, and who sees it."""

import re
from collections.abc import Iterator

from rulebook.kit.facts import BUILD_PROJECT, name_of
from rulebook.kit.remedy import Remedy, constant
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    guarded,
)
from rulebook.kit.values import Node, all_of, some
from rulebook.rules.frameworks import owasp, security_hub, slsa
from rulebook.rules.iam_accounts import pinned_accounts
from rulebook.rules.names import NAMES, is_named

_MANAGED = "aws/codebuild/"
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_PRIVATE_ECR = re.compile(
    r"^(\d{12})\.(dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|dkr-ecr(-fips)?\.[a-z0-9-]+\.on\.aws)/"
)


def no_privileged_build(resource: Resource) -> Iterator[Outcome]:
    """Only the projects that must build containers may become root of the machine they run on."""
    flag = resource.properties["environment"]["privilegedMode"]
    if all_of(
        lambda: flag.flag(default=False),
        lambda: not _is_called(resource, resource.parameters["dockerProjects"]),
    ):
        yield Violation(message=f"{resource} runs its builds in privileged mode.", finding=flag.path)


def _is_called(project: Resource, patterns: list[str]) -> bool:
    """Whether its name in the program or in AWS is among these."""
    if not patterns:
        return False
    names = (Node(name_of(project.urn)), project.properties["name"])
    return some(names, lambda name: is_named(name.text(), patterns))


def approved_build_image(resource: Resource) -> Iterator[Outcome]:
    """A build runs in an image of CodeBuild or of one's own registry, and always in the same one."""
    environment = resource.properties["environment"]
    node = environment["image"]
    image = node.text()

    def judge() -> Iterator[Outcome]:
        if not _is_approved(image, resource):
            yield Violation(message=f"{resource} builds in an image that is not approved.", finding=node.path)
        elif not image.startswith(_MANAGED) and not _is_pinned(image, resource.parameters["requireDigest"]):
            yield Violation(message=f"{resource} builds in an image that can change under its name.", finding=node.path)

    def fits() -> Iterator[Outcome]:
        puller = environment["imagePullCredentialsType"]
        wanted = "CODEBUILD" if image.startswith(_MANAGED) else "SERVICE_ROLE"
        if image and puller.text("CODEBUILD") != wanted:
            yield Violation(message=f"{resource} must pull its image as {wanted}.", finding=puller.path)

    yield from guarded(judge)
    yield from guarded(fits)


def _is_approved(image: str, resource: Resource) -> bool:
    if is_named(image, resource.parameters["approvedImages"]):
        return True
    registry = _PRIVATE_ECR.match(image)
    if registry is None:
        return False
    accounts = pinned_accounts(resource.provider)
    return not accounts or registry.group(1) in accounts


def _is_pinned(image: str, require_digest: bool) -> bool:
    if _DIGEST.search(image):
        return True
    tag = image.rpartition("/")[2].partition(":")[2]
    return not require_digest and tag not in {"", "latest"}


def private_builds(resource: Resource) -> Iterator[Outcome]:
    """Nobody outside sees the logs and artifacts of a build."""
    visibility = resource.properties["projectVisibility"]
    if visibility.text("PRIVATE") != "PRIVATE":
        yield Violation(message=f"{resource} shows its builds to everyone.", finding=visibility.path)


RULES = (
    ResourceRule(
        id="supply-no-privileged-build",
        title="A build runs in privileged mode only where it builds containers.",
        why="A privileged build is root of the machine below its container; a dependency it fetches is, too.",
        fix="set `privilegedMode` to false, or name the project in `dockerProjects`.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-5",
        parameters=(
            Parameter(
                name="dockerProjects",
                schema=NAMES,
                default=[],
                description="Projects that build containers, by their name in the program or in AWS, `*` for any text.",
            ),
        ),
        frameworks=(owasp(7), slsa("Build L3: isolated"), security_hub("CodeBuild.5")),
        check=no_privileged_build,
        remedies=(Remedy("environment.privilegedMode", constant(False)),),
    ),
    ResourceRule(
        id="supply-approved-build-image",
        title="A build runs in an approved image that can't change under its name.",
        why="Whoever can replace the image runs in every build, with its role, before the first line of the "
        "specification. Which account's registry is one's own is read from the provider's `allowedAccountIds`; where "
        "that is not set, every private registry counts.",
        fix="use an image of CodeBuild, or one of the account's own registry by its digest and as SERVICE_ROLE.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html",
        parameters=(
            Parameter(
                name="approvedImages",
                schema=NAMES,
                default=["aws/codebuild/*"],
                description="Images that may be used beside those in the account's own ECR, `*` for any text.",
            ),
            Parameter(
                name="requireDigest",
                schema={"type": "boolean"},
                default=True,
                description="Whether an image that isn't CodeBuild's needs a digest; else a tag, but not `latest`.",
            ),
        ),
        frameworks=(owasp(3), owasp(9), slsa("Build L3: isolated")),
        check=approved_build_image,
    ),
    ResourceRule(
        id="supply-private-builds",
        title="Builds are not public.",
        why="Logs and artifacts of a public project are open to everyone: what they hold, and what they give away of "
        "the account.",
        fix="remove `projectVisibility`, or set it to PRIVATE.",
        severity=Severity.HIGH,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/codebuild/latest/userguide/public-builds.html",
        frameworks=(owasp(6), owasp(7)),
        check=private_builds,
        remedies=(Remedy("projectVisibility", constant("PRIVATE")),),
    ),
)
