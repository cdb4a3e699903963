"""From an application's approvals to the stage, its functions and its record."""

from dataclasses import replace

from components.approval import ApprovalGate
from components.approvals_plan import EVIDENCE, TEXT, ApprovalsPlan, EvidenceSource
from components.free_stages import FreeRoad
from components.place import Place
from components.sources.codecommit import BRANCH_VARIABLE
from plans.places import place_of
from settings import models
from settings.actions import ManualAction

HOSTS = {"GitHub": "github.com", "GitLab": "gitlab.com", "Bitbucket": "bitbucket.org"}

LONGEST_OPENING = 400
"""Of what stands before the evidence, in characters: the room that a message of the stack file may take."""


def approving(settings: models.Settings) -> tuple[str, ...]:
    """The pipelines with approvals before the deployment, by name."""
    place = place_of(settings.site)
    return tuple(
        f"{name}-{place.environment}" for name, application in settings.applications.items() if application.approvals
    )


def asking(settings: models.Settings) -> tuple[str, ...]:
    """The pipelines that ask a person anywhere, by name."""
    place = place_of(settings.site)
    return tuple(
        f"{name}-{place.environment}"
        for name, application in settings.applications.items()
        if application.approvals
        or any(isinstance(action, ManualAction) for stage in application.stages for action in stage.actions)
    )


def approvals_plan(
    name: str, application: models.Application, settings: models.Settings, place: Place, free: FreeRoad
) -> ApprovalsPlan | None:
    """The approvals of an application, None where nobody has to approve."""
    if not application.approvals:
        return None
    return ApprovalsPlan(
        application=name,
        place=place,
        pipeline=f"{name}-{place.environment}",
        deploy_stage="Deploy",
        gates=[
            ApprovalGate(
                name=approval.name,
                application=name,
                place=place,
                emails=approval.emails,
                review_url=approval.review_url,
                timeout_minutes=approval.timeout_minutes,
                message=message_of(approval, opening=f"{name} to {place.environment}"),
                run_order=approval.order,
            )
            for approval in application.approvals
        ],
        four_eyes=str(application.four_eyes),
        people=settings.people,
        source=evidence_source(application.source, place),
        own=[one.stage for one in free.stages],
    )


def with_checks(free: FreeRoad, approvals: ApprovalsPlan | None) -> FreeRoad:
    """The application's own stages, in which whoever approves is checked as before the deployment."""
    if approvals is None:
        return free
    return replace(free, stages=[replace(one, stage=approvals.checked(one.stage)) for one in free.stages])


def message_of(approval: models.Approval, *, opening: str) -> str:
    """What the approver reads: the file's own words or what goes where, the address to look at, and the evidence.

    Words that ask for single variables of the evidence say all that there is to say. The address stands beside the
    message as well, so one that is too long for it isn't missed.
    """
    words = approval.message or opening
    if f"#{{{EVIDENCE}." in words:
        return words
    looked_at = f"{words}\nTry it: {approval.review_url}"
    if approval.review_url and len(looked_at) <= LONGEST_OPENING:
        words = looked_at
    return f"{words}\n{TEXT}"


def evidence_source(source: models.Source, place: Place) -> EvidenceSource:
    """Where it can be read what a release is and who made it."""
    match source:
        case models.CodeCommitSource():
            return EvidenceSource(
                provider="codecommit",
                repository=source.repository,
                address=place.console(f"codecommit/repositories/{source.repository}/browse"),
                variable=BRANCH_VARIABLE,
                branches=True,
                tags=source.tags,
            )
        case models.ConnectionSource():
            return EvidenceSource(
                provider=source.provider_type,
                address=f"https://{HOSTS[source.provider_type]}/{source.repository}",
                branches=True,
                tags=source.tags,
            )
        case models.PromotionSource():
            return EvidenceSource(provider="promotion", release_bucket=place.release_bucket)
        case _:
            return EvidenceSource(provider=source.provider_name())
