"""What makes an approval more than a button: somebody hears of it, and knows what is to be approved."""

from collections.abc import Iterator

from rulebook.kit.facts import PIPELINE
from rulebook.kit.pipeline import Action, actions
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, ResourceRule, Severity, Violation, each
from rulebook.rules.frameworks import owasp

# https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html: seven days where the action says nothing.
DEFAULT_MINUTES = 7 * 24 * 60


def approval_notifies(resource: Resource) -> Iterator[Outcome]:
    """Who approves is told of it, sees what it is about, and doesn't leave it open for ever."""

    def judge(action: Action) -> Iterator[Outcome]:
        if action.is_manual_approval:
            yield from each(
                (_nobody_hears, _nothing_to_review, _open_too_long), lambda question: question(resource, action)
            )

    yield from each(actions(resource.properties), judge)


def _nobody_hears(resource: Resource, action: Action) -> Iterator[Outcome]:
    if not action.node["configuration"]["NotificationArn"].present:
        yield Violation(
            message=f"{resource} tells nobody of the approval at `{action.path}`.",
            finding=f"{action.path}.configuration.NotificationArn",
        )


def _nothing_to_review(resource: Resource, action: Action) -> Iterator[Outcome]:
    configuration = action.node["configuration"]
    linked = configuration["ExternalEntityLink"].present
    if resource.parameters["requireReviewLink"] and not linked:
        yield Violation(
            message=f"{resource} gives no link to what is to be approved at `{action.path}`.",
            finding=f"{action.path}.configuration.ExternalEntityLink",
        )
    elif not linked and not configuration["CustomData"].present:
        yield Violation(
            message=f"{resource} doesn't say what is to be approved at `{action.path}`.",
            finding=f"{action.path}.configuration.CustomData",
        )


def _open_too_long(resource: Resource, action: Action) -> Iterator[Outcome]:
    most = int(resource.parameters["maxApprovalMinutes"])
    timeout = action.node["timeoutInMinutes"]
    if timeout.number(DEFAULT_MINUTES) > most:
        yield Violation(
            message=f"{resource} leaves the approval at `{action.path}` open for more than {most} minutes.",
            finding=f"{action.path}.timeoutInMinutes",
        )


RULES = (
    ResourceRule(
        id="flow-approval-notifies",
        title="Who approves is told of it, with what is to be approved, and in good time.",
        why="An approval that nobody hears of is given late and in a hurry; one that says nothing is given blindly.",
        fix="give the approval a NotificationArn, CustomData or an ExternalEntityLink, and a timeoutInMinutes.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE,),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Approve.html",
        parameters=(
            Parameter(
                name="maxApprovalMinutes",
                schema={"type": "integer", "minimum": 5},
                default=DEFAULT_MINUTES,
                description="How many minutes an approval may stay open; an action that says nothing has seven days.",
            ),
            Parameter(
                name="requireReviewLink",
                schema={"type": "boolean"},
                default=False,
                description="Whether an approval must have a link; otherwise a text does as well.",
            ),
        ),
        frameworks=(owasp(1),),
        check=approval_notifies,
    ),
)
