"""Whose key builds and the services around them encrypt with."""

from collections.abc import Iterator

from rulebook.kit.facts import (
    BUILD_PROJECT,
    CODE_REPOSITORY,
    IMAGE_REPOSITORY,
    LOG_GROUP,
    PACKAGE_DOMAIN,
    REPORT_GROUP,
)
from rulebook.kit.remedy import Remedy, constant
from rulebook.kit.rule import Level, Levels, Outcome, Resource, ResourceRule, Severity, Violation, each
from rulebook.kit.values import Node, all_of
from rulebook.rules.frameworks import owasp, security_hub

_KEYS = {CODE_REPOSITORY: "kmsKeyId", PACKAGE_DOMAIN: "encryptionKey", LOG_GROUP: "kmsKeyId"}


def is_own_key(key: Node) -> bool:
    """Whether a customer key is named. What isn't known yet is another resource's output, and so a key."""
    return key.present and not (key.known and (not key.text() or "alias/aws/" in key.text()))


def build_key(resource: Resource) -> Iterator[Outcome]:
    """A build encrypts what it makes, and with a customer key."""
    properties = resource.properties

    def judge(artifacts: Node) -> Iterator[Outcome]:
        switch = artifacts["encryptionDisabled"]
        if switch.flag(default=False):
            yield Violation(message=f"{resource} has encryption switched off at `{switch.path}`.", finding=switch.path)

    if not is_own_key(properties["encryptionKey"]):
        yield Violation(message=f"{resource} has no customer key at `encryptionKey`.", finding="encryptionKey")
    yield from each((properties["artifacts"],), lambda one: each(one.items(), judge))
    yield from each((properties["secondaryArtifacts"],), lambda several: each(several.items(), judge))


def logs_and_reports(resource: Resource) -> Iterator[Outcome]:
    """Logs and reports that go to a bucket are encrypted there."""
    if resource.kind is REPORT_GROUP:
        export = resource.properties["exportConfig"]
        used, switch = export["type"], export["s3Destination"]["encryptionDisabled"]
        wanted = "S3"
    else:
        logs = resource.properties["logsConfig"]["s3Logs"]
        used, switch = logs["status"], logs["encryptionDisabled"]
        wanted = "ENABLED"
    # Neither goes to a bucket unless that is asked for.
    if all_of(lambda: switch.flag(default=False), lambda: used.text("NO") == wanted):
        yield Violation(message=f"{resource} has encryption switched off at `{switch.path}`.", finding=switch.path)


def code_services(resource: Resource) -> Iterator[Outcome]:
    """Source, packages, images and logs are encrypted with a customer key."""
    if resource.kind is not IMAGE_REPOSITORY:
        path = _KEYS[resource.kind]
        if not is_own_key(resource.properties[path]):
            yield Violation(message=f"{resource} has no customer key at `{path}`.", finding=path)
        return
    path = "encryptionConfigurations"
    given = resource.properties[path].items()
    if not given:
        yield Violation(message=f"{resource} has no customer key at `{path}`.", finding=path)

    def judge(one: Node) -> Iterator[Outcome]:
        # https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EncryptionConfiguration.html: AES256 if absent.
        if not (is_own_key(one["kmsKey"]) and one["encryptionType"].text("AES256") in {"KMS", "KMS_DSSE"}):
            yield Violation(message=f"{resource} has no customer key at `{one.path}`.", finding=one.path)

    yield from each(given, judge)


RULES = (
    ResourceRule(
        id="enc-build-cmk",
        title="A build project encrypts what it makes with a customer key.",
        why="What a build makes will run in production; with AWS's own key nobody can limit who reads it.",
        fix="set encryptionKey to the ARN of a key of your own, and remove encryptionDisabled.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/codebuild/latest/userguide/security-encryption.html",
        frameworks=(owasp(9),),
        check=build_key,
    ),
    ResourceRule(
        id="enc-build-logs-and-reports",
        title="Build logs and reports are encrypted in their bucket.",
        why="Logs and test reports tell how the software works inside, and whoever may read the bucket may read them.",
        fix="remove encryptionDisabled, whose default is off.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_PROJECT, REPORT_GROUP),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-3",
        frameworks=(owasp(7), security_hub("CodeBuild.3"), security_hub("CodeBuild.7")),
        check=logs_and_reports,
        remedies=(
            Remedy("logsConfig.s3Logs.encryptionDisabled", constant(False), makes=False),
            Remedy("exportConfig.s3Destination.encryptionDisabled", constant(False), makes=False),
        ),
    ),
    ResourceRule(
        id="enc-code-services-cmk",
        title="Source, packages, images and logs are encrypted with a customer key.",
        why="They are encrypted in any case; only a customer key can be shared, limited and taken away.",
        fix="name a key of your own: kmsKeyId, encryptionKey, or an encryptionConfiguration of type KMS with kmsKey.",
        severity=Severity.LOW,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.ADVISORY),
        kinds=(CODE_REPOSITORY, PACKAGE_DOMAIN, IMAGE_REPOSITORY, LOG_GROUP),
        reference="https://docs.aws.amazon.com/codecommit/latest/userguide/encryption.html",
        frameworks=(owasp(7),),
        check=code_services,
    ),
)
