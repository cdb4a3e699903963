"""How carefully ECS goes about a deployment of its own, where no CodeDeploy stands between."""

from collections.abc import Iterator

from rulebook.kit.facts import SERVICE
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, ResourceRule, Severity, Violation, each
from rulebook.rules.frameworks import well_architected

BETWEEN_GROUPS = frozenset({"BLUE_GREEN", "CANARY", "LINEAR"})
"""The strategies that move traffic from old tasks to new ones; a rolling one has no traffic to move."""


def own_shift_careful(resource: Resource) -> Iterator[Outcome]:
    """ECS moves the traffic of a service in steps, and brings it back by itself."""
    configuration = resource.properties["deploymentConfiguration"]
    if configuration["strategy"].text("ROLLING") not in BETWEEN_GROUPS:
        return
    yield from each((_in_steps, _watched, _breaking), lambda question: question(resource))


def _in_steps(resource: Resource) -> Iterator[Outcome]:
    strategy = resource.properties["deploymentConfiguration"]["strategy"]
    if strategy.text() == "BLUE_GREEN" and resource.parameters["allAtOnce"] == "forbid":
        yield Violation(message=f"{resource} shifts all traffic at once, by `{strategy.path}`.", finding=strategy.path)


def _watched(resource: Resource) -> Iterator[Outcome]:
    alarms = resource.properties["alarms"]
    if not (alarms["enable"].flag(default=False) and alarms["alarmNames"].items()):
        message = f"{resource} is deployed without an alarm that stops it, by `alarms`."
        yield Violation(message=message, finding="alarms.enable")
    elif not alarms["rollback"].flag(default=False):
        message = f"{resource} stays as it is when an alarm stops a deployment, by `alarms.rollback`."
        yield Violation(message=message, finding="alarms.rollback")


def _breaking(resource: Resource) -> Iterator[Outcome]:
    breaker = resource.properties["deploymentCircuitBreaker"]
    if not (breaker["enable"].flag(default=False) and breaker["rollback"].flag(default=False)):
        message = f"{resource} tries for hours to start tasks that fail, by `deploymentCircuitBreaker`."
        yield Violation(message=message, finding="deploymentCircuitBreaker.rollback")


RULES = (
    ResourceRule(
        id="flow-ecs-own-shift-careful",
        title="Where ECS moves traffic itself, it moves a part first, is stopped by alarms, and goes back.",
        why="Without CodeDeploy it is the service that says what stops a deployment. Unsaid, nothing does: all users "
        "meet the new tasks at once, and tasks that don't start are started again and again.",
        fix="take the strategy CANARY or LINEAR, and switch on alarms and deploymentCircuitBreaker, with rollback.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(SERVICE,),
        reference="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html",
        parameters=(
            Parameter(
                name="allAtOnce",
                schema={"type": "string", "enum": ["forbid", "allow"]},
                default="forbid",
                description="Whether all traffic may move at the same moment.",
            ),
        ),
        frameworks=(well_architected("OPS06-BP03"),),
        check=own_shift_careful,
    ),
)
