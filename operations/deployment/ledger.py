"""What the ledger is told of a deployment by hand."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.deployment.found import Found
from operations.deployment.target import Target
from operations.stack import Stack
from pipeline_job.failures import failure_message
from release_ledger import Artifact, FunctionArtifact, Infrastructure, Release, StoredArtifact, append

UNKNOWN = "unknown"


def ledger_bucket(stack: Stack) -> str:
    """The bucket of the stack's ledger, empty where an older program made the stack."""
    told = stack.outputs.get("ledger")
    return str(told.get("bucket", "")) if isinstance(told, Mapping) else ""


def artifact_of(found: Found, target: Target) -> Artifact | None:
    """What was deployed, as the ledger has it."""
    if found.version:
        return FunctionArtifact(function=str(target.parameters["function"]), version=found.version)
    if found.bundle is None:
        return None
    bundle = found.bundle
    return StoredArtifact(bucket=bundle.bucket, key=bundle.key, version=bundle.version, sha256=found.sha256)


def infrastructure_of(stack: Stack) -> Infrastructure:
    """Which version of the program had made the stack."""
    told: Any = stack.outputs.get("infrastructure")
    told = told if isinstance(told, Mapping) else {}
    return Infrastructure(
        commit=str(told.get("commit") or UNKNOWN),
        tag=str(told.get("tag") or ""),
        dirty=bool(told.get("dirty")),
        stack=stack.stack,
        number=int(told.get("number") or 0),
    )


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
