"""From the settings of a stack to its release ledger."""

import hashlib
import json
from collections.abc import Iterable

from components.ledger_plan import LedgerPlan, RecordedPipeline, Version
from components.stages import Road
from plans.approvals import evidence_source
from plans.places import place_of
from settings.flows import BRANCH_NAMES, Flow
from settings.models import GitSource, PromotionSource, Settings, Source
from settings.program_version import program_version


def ledger_plan(settings: Settings, roads: Iterable[Road]) -> LedgerPlan:
    """What is recorded of the stack's deployments.

    Args:
        settings: of the stack.
        roads: its pipelines.
    """
    place = place_of(settings.site)
    by_name = {road.name: road for road in roads}
    return LedgerPlan(
        place=place,
        pipelines=[
            _recorded(name, application.source, by_name[f"{name}-{place.environment}"], settings)
            for name, application in settings.applications.items()
        ],
        version=version(settings),
        rollback_days=settings.ledger.rollback_days,
        locked_days=settings.defaults.audit_retention_days,
    )


def version(settings: Settings) -> Version:
    """The version of the program and the digest of what a stack file says, with all that its tier adds."""
    program = program_version()
    resolved = json.dumps(settings.model_dump(mode="json", by_alias=True), sort_keys=True)
    return Version(
        commit=program.commit,
        tag=program.tag,
        dirty=program.dirty,
        configuration=hashlib.sha256(resolved.encode("utf-8")).hexdigest(),
    )


def _recorded(name: str, source: Source, road: Road, settings: Settings) -> RecordedPipeline:
    evidence = evidence_source(source, place_of(settings.site))
    return RecordedPipeline(
        application=name,
        road=road,
        repository=evidence.repository,
        release_bucket=evidence.release_bucket,
        variable=evidence.variable,
        hotfix=_hotfix(source),
    )


def _hotfix(source: Source) -> tuple[str, ...]:
    """The branches of hotfixes. What is promoted comes from a branch of another stack, by its usual name."""
    match source:
        case GitSource():
            return (source.branch_names.hotfix,) if source.branch_names.hotfix else ()
        case PromotionSource():
            return (BRANCH_NAMES[Flow.GIT_FLOW]["hotfix"],)
        case _:
            return ()
