"""From a source's settings to the plan of what guards its repository: branches, reviews and checks."""

from components.build_plan import BUILDSPEC, COVERAGE, UNIT, ProjectPlan
from components.guard import (
    GuardPlan,
    LandingPlan,
    ProtectionPlan,
    PullRequestCheckPlan,
    Review,
    WebhookCheckPlan,
    reviews,
)
from components.place import Place
from plans.builds import check_machine, machine_of
from settings import models
from settings.flows import BRANCH_NAMES, LASTING, BranchNames, Checks, Flow
from settings.flows import Review as Asked


def guard_plan(
    name: str, application: models.Application, source: models.CodeCommitSource, place: Place
) -> GuardPlan | None:
    """What guards a CodeCommit repository that the stack owns; nothing does without a flow.

    Args:
        name: the application.
        application: its settings.
        source: its source.
        place: where the repository is.
    """
    if source.flow is None:
        return None
    branches = lasting_branches(source)
    tags = named(source.branch_names, "tags")
    check = (
        PullRequestCheckPlan(
            repository=source.repository,
            branches=branches,
            build=_check_project(name, application, source.checks, place),
        )
        if source.checks
        else None
    )
    return GuardPlan(
        protection=ProtectionPlan(
            repository=source.repository,
            place=place,
            branches=branches,
            tags=tags,
            roles=source.developer_roles,
            check=check.build.arn if check else None,
        ),
        templates=tuple(
            reviews(
                repository=source.repository,
                asked=[_review(branch, source, place) for branch in branches],
                checker=check.function.function if check else None,
                place=place,
            )
        ),
        check=check,
        landing=LandingPlan(
            application=name,
            place=place,
            repository=source.repository,
            main=named(source.branch_names, "main"),
            develop=named(source.branch_names, "develop"),
            release=named(source.branch_names, "release"),
            hotfix=named(source.branch_names, "hotfix"),
            tags=tags,
        )
        if source.flow is Flow.GIT_FLOW
        else None,
    )


def webhook_check(
    name: str, application: models.Application, source: models.ConnectionSource, place: Place
) -> WebhookCheckPlan | None:
    """The check of pull requests into the lasting branches of the flow, else into those that start the pipeline."""
    if source.checks is None:
        return None
    return WebhookCheckPlan(
        provider_type=source.provider_type,
        repository=source.repository,
        branches=lasting_branches(source) or source.branches or (source.branch,),
        build=_check_project(name, application, source.checks, place),
    )


def lasting_branches(source: models.GitSource) -> tuple[str, ...]:
    """The branches of a flow that are never deleted; none without a flow."""
    if source.flow is None:
        return ()
    return tuple(named(source.branch_names, key) for key in LASTING if key in BRANCH_NAMES[source.flow])


def named(names: BranchNames, key: str) -> str:
    """What the flow calls a kind of branch, by the key of `branchNames`."""
    name = getattr(names, key)
    if not isinstance(name, str):
        raise AssertionError(f"settings.git gives every branch of a flow its name, but {key} has none")
    return name


def _review(branch: str, source: models.CodeCommitSource, place: Place) -> Review:
    asked = source.reviews.get(branch, Asked())
    return Review(
        branch=branch,
        approvals=asked.approvals,
        pool=asked.pool or tuple(place.role_sessions(role) for role in source.developer_roles),
    )


def _check_project(name: str, application: models.Application, checks: Checks, place: Place) -> ProjectPlan:
    """A check is built on the machine of the build, and by its instructions where it has none of its own."""
    build = machine_of(application.build)
    return ProjectPlan(
        role="check",
        application=name,
        place=place,
        machine=check_machine(build, checks.timeout_minutes),
        buildspec=checks.buildspec or build.buildspec or BUILDSPEC,
        reports=(UNIT, COVERAGE),
        badge=checks.badge,
    )
