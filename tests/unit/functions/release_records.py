"""Releases for tests: one of which every field says something, and small ones that differ in what a test is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from release_ledger import (
    Approval,
    Infrastructure,
    Kind,
    Outcome,
    Release,
    Source,
    StoredArtifact,
    release_id,
)
from release_ledger.record import written

FINISHED = datetime(2026, 11, 25, 21, 8, 16, tzinfo=UTC)

FULL = Release(
    release="storefront-20261125T210816Z",
    application="storefront",
    stack="prod",
    outcome=Outcome.SUCCEEDED,
    kind=Kind.HOTFIX,
    begun="2026-11-25T20:51:02Z",
    finished="2026-11-25T21:08:16Z",
    artifact=StoredArtifact(bucket="releases", key="storefront/release.zip", version="v1", sha256="ab" * 32),
    infrastructure=Infrastructure(commit="4f2c" * 10, tag="v1.4.0", dirty=True, stack="prod", number=17),
    source=Source(
        commit="9a1b" * 10,
        tag="v2.3.1",
        branch="hotfix/2.3.1",
        committed="2026-11-24T08:00:00Z",
        authors=("Zoë Doe <zoe@example.com>",),
    ),
    configuration="cd" * 32,
    approvals=(
        Approval(
            name="qa-head",
            by="arn:aws:sts::123456789012:assumed-role/qa/jane",
            at="2026-11-25T20:50:00Z",
            summary="Seen on staging",
        ),
    ),
    pipeline="storefront-prod",
    execution="0f3a8c1e-0000-4000-8000-000000000001",
    deployments=("d-ABCDEF123",),
    reason="The basket lost items",
    by="arn:aws:sts::123456789012:assumed-role/duty/kim",
    rollback_of="",
)


def release(minutes: int = 0, *, execution: str = "", application: str = "storefront", **other: Any) -> Release:
    """A release that ended so many minutes after `FINISHED`, with an execution of its own."""
    finished = FINISHED + timedelta(minutes=minutes)
    small = Release(
        release=release_id(application, finished),
        application=application,
        stack="prod",
        outcome=Outcome.SUCCEEDED,
        kind=Kind.DEPLOYMENT,
        begun=written(finished - timedelta(minutes=10)),
        finished=written(finished),
        artifact=StoredArtifact(bucket="releases", key=f"{application}/release.zip", version=f"v{minutes}"),
        infrastructure=Infrastructure(commit="unknown", stack="prod"),
        pipeline=f"{application}-prod",
        execution=execution or f"e{minutes}",
    )
    return replace(small, **other)
