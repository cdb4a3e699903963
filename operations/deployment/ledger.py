"""What the ledger is told of a deployment by hand."""

from collections.abc import Callable, Mapping

from botocore.exceptions import BotoCoreError, ClientError

from operations.command import UnusableError
from operations.deployment.found import Found
from operations.deployment.target import Target
from operations.stack import Stack
from pipeline_job.failures import RefusedError, failure_message
from release_ledger import (
    Artifact,
    FunctionArtifact,
    Infrastructure,
    Kind,
    Release,
    StoredArtifact,
    append,
    releases,
)
from release_ledger.infrastructure import UNKNOWN, Running, observe_infrastructure

MOST_READ = 20
"""Records in which the release that runs is looked for."""


def ledger_bucket(stack: Stack) -> str:
    """The bucket of the stack's ledger, empty where an older program made the stack."""
    told = stack.outputs.get("ledger")
    return str(told.get("bucket", "")) if isinstance(told, Mapping) else ""


def ledger_of(stack: Stack) -> str:
    """The bucket of the stack's ledger, for who can't do without.

    Raises:
        UnusableError: the stack keeps none.
    """
    if bucket := ledger_bucket(stack):
        return bucket
    raise UnusableError(f"stack {stack.stack} keeps no ledger; run `pulumi up --stack {stack.stack}`")


def artifact_of(found: Found, target: Target) -> Artifact | None:
    """What was deployed, as the ledger has it."""
    if found.version:
        return FunctionArtifact(function=str(target.parameters["function"]), version=found.version)
    if found.bundle is None:
        return None
    bundle = found.bundle
    return StoredArtifact(bucket=bundle.bucket, key=bundle.key, version=bundle.version, sha256=found.sha256)


def kind_of(found: Found, target: Target) -> Kind:
    """What a deployment by hand is: that of what runs already is a redeployment. Where that can't be read, it isn't."""
    runs = newest_of(target, lambda one: one.succeeded)
    again = runs is not None and is_same(runs.artifact, artifact_of(found, target))
    return Kind.REDEPLOYMENT if again else Kind.BY_HAND


def newest_of(target: Target, wanted: Callable[[Release], bool]) -> Release | None:
    """The newest release of this kind, whatever lies beside it; None where there is none lately, or that can't be
    read."""
    bucket, passed_by = ledger_bucket(target.stack), list[str]()
    if not bucket:
        return None
    s3 = target.stack.client("s3")
    try:
        newest = releases(s3, bucket, target.application, limit=MOST_READ, unreadable=passed_by.append)
        return next((one for one in newest if wanted(one)), None)
    except (ClientError, BotoCoreError, RefusedError):
        return None


def is_same(one: Artifact | None, other: Artifact | None) -> bool:
    """Whether two artifacts are the same bytes, as far as anybody knows."""
    if isinstance(one, StoredArtifact) and isinstance(other, StoredArtifact) and one.sha256 and other.sha256:
        return one.sha256 == other.sha256
    return one is not None and one == other


def made_by(stack: Stack) -> Running:
    """Which version of the program has made the stack, and from which settings.

    What can't be read is unknown: a release is recorded without it.
    """
    told = stack.outputs.get("ledger")
    parameter = str(told.get("versionParameter", "")) if isinstance(told, Mapping) else ""
    try:
        if parameter:
            return observe_infrastructure(stack.client("ssm"), parameter, stack=stack.stack)
    except (ClientError, BotoCoreError):
        pass
    return Running(infrastructure=Infrastructure(commit=UNKNOWN, stack=stack.stack))


def write_down(release: Release, stack: Stack, *, tell: Callable[[str], None]) -> Release | None:
    """Write it down; None where that wasn't possible, which is said, for what was deployed is deployed."""
    bucket = ledger_bucket(stack)
    if not bucket:
        tell(f"Stack {stack.stack} keeps no ledger, so nothing is written down.")
        return None
    try:
        append(stack.client("s3"), bucket, release)
    except (ClientError, BotoCoreError) as error:
        tell(f"The ledger {bucket} didn't take the record ({failure_message(error)}). It is:\n{release.to_json()}")
        return None
    return release
