"""Somebody hears when a delivery fails."""

from collections.abc import Callable, Iterator
from functools import partial

from rulebook.kit.facts import DEPLOYMENT_GROUP, EVENT_RULE, EVENT_TARGET, NOTIFICATION_RULE, PIPELINE
from rulebook.kit.links import last_part, names, own_name
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, Severity, Stack, StackRule, Violation
from rulebook.kit.telling import about, told_of
from rulebook.kit.values import all_of, every, some
from rulebook.rules.flow.events import accepts, hears, pattern_of
from rulebook.rules.frameworks import owasp
from rulebook.rules.names import NAMES

EXECUTION_FAILED = "codepipeline-pipeline-pipeline-execution-failed"
DEPLOYMENT_FAILED = "codedeploy-application-deployment-failed"


def failure_notified(stack: Stack) -> Iterator[Outcome]:
    """Somebody hears of each pipeline's failed executions and of each group's failed deployments."""
    for pipeline in stack.of(PIPELINE):
        yield from about(pipeline, partial(_pipeline_is_silent, stack, pipeline))
    for group in stack.of(DEPLOYMENT_GROUP):
        yield from about(group, partial(_group_is_silent, stack, group))


def _pipeline_is_silent(stack: Stack, pipeline: Resource) -> Iterator[Outcome]:
    wanted = stack.parameters["requiredEvents"]

    def tells(rule: Resource) -> bool:
        return all_of(lambda: names(rule, "resource", pipeline), lambda: _notifies(rule, wanted))

    def hears_of_it(rule: Resource) -> bool:
        return all_of(
            lambda: hears(rule, source="aws.codepipeline", detail_type="CodePipeline Pipeline Execution State Change"),
            lambda: accepts(pattern_of(rule)["detail"]["state"], "FAILED"),
            lambda: _is_for(rule, "pipeline", pipeline, "name"),
            lambda: _goes_somewhere(stack, rule),
        )

    if all_of(
        lambda: not _any(stack.of(NOTIFICATION_RULE), tells), lambda: not _any(stack.of(EVENT_RULE), hears_of_it)
    ):
        yield Violation(message=f"{pipeline} tells nobody when an execution fails.", finding="resource")


def _group_is_silent(stack: Stack, group: Resource) -> Iterator[Outcome]:
    wanted = stack.parameters["requiredTriggers"]
    triggers = group.properties["triggerConfigurations"]

    def triggered(event: str) -> bool:
        return some(triggers.items(), lambda one: event in one["triggerEvents"].texts())

    def tells(rule: Resource) -> bool:
        return all_of(lambda: _is_of_application(rule, group), lambda: _notifies(rule, [DEPLOYMENT_FAILED]))

    def hears_of_it(rule: Resource) -> bool:
        return all_of(
            lambda: hears(rule, source="aws.codedeploy", detail_type="CodeDeploy Deployment State-change Notification"),
            lambda: accepts(pattern_of(rule)["detail"]["state"], "FAILURE"),
            lambda: _is_for(rule, "application", group, "appName"),
            lambda: _goes_somewhere(stack, rule),
        )

    if all_of(
        lambda: not every(wanted, triggered),
        lambda: not _any(stack.of(NOTIFICATION_RULE), tells),
        lambda: not _any(stack.of(EVENT_RULE), hears_of_it),
    ):
        yield Violation(
            message=f"{group} tells nobody when a deployment fails or is rolled back.", finding="triggerConfigurations"
        )


def _any(rules: list[Resource], tells: Callable[[Resource], bool]) -> bool:
    return some(rules, lambda rule: told_of(rule, lambda: tells(rule)))


def _notifies(rule: Resource, wanted: list[str]) -> bool:
    properties = rule.properties
    return all_of(
        lambda: properties["status"].text("ENABLED") != "DISABLED",
        lambda: bool(properties["targets"].items()),
        lambda: every(wanted, lambda event: some(properties["eventTypeIds"].items(), lambda one: one.text() == event)),
    )


def _is_of_application(rule: Resource, group: Resource) -> bool:
    """Whether a notification rule is about the group's application; both may depend on it, or name it."""
    shared = set(rule.dependencies.get("resource", ())) & set(group.dependencies.get("appName", ()))
    if shared:
        return True
    return last_part(rule.properties["resource"].text()) == own_name(group, "appName")


def _is_for(rule: Resource, field: str, one: Resource, key: str) -> bool:
    """Whether an event rule lets through what `one`, or the application it belongs to, does; it may hear of all."""
    node = pattern_of(rule)["detail"][field]
    return not node.present or accepts(node, own_name(one, key) or "")


def _goes_somewhere(stack: Stack, rule: Resource) -> bool:
    return some(stack.of(EVENT_TARGET), lambda target: names(target, "rule", rule))


RULES = (
    StackRule(
        id="flow-failure-notified",
        title="Somebody hears when a pipeline or a deployment fails.",
        why="A delivery that stands still without anybody knowing is found out by customers. A notification rule, an "
        "EventBridge rule with a target and, for deployments, the group's own triggers all do; rules of another stack "
        "can't be seen.",
        fix="add a notification rule for failed executions, and triggers for DeploymentFailure and DeploymentRollback.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE, DEPLOYMENT_GROUP, NOTIFICATION_RULE, EVENT_RULE, EVENT_TARGET),
        reference="https://docs.aws.amazon.com/dtconsole/latest/userguide/concepts.html",
        parameters=(
            Parameter(
                name="requiredEvents",
                schema=NAMES,
                default=[EXECUTION_FAILED],
                description="Events of a pipeline that its notification rule must tell, in the words of AWS.",
            ),
            Parameter(
                name="requiredTriggers",
                schema=NAMES,
                default=["DeploymentFailure", "DeploymentRollback"],
                description="Events of a deployment group that its triggers must tell, in the words of CodeDeploy.",
            ),
        ),
        frameworks=(owasp(10),),
        check=failure_notified,
    ),
)
