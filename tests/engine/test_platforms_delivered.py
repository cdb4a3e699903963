"""Applications on each platform, on the real engine: created, delivered to again and again, destroyed.

A fleet that is deployed to in place, Lambda, ECS and machines on premises share one stack. A deployment brings code and
task definitions, moves aliases and listeners; the program has everything else. Neither undoes the other.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.engine.lifecycle import deleted_too_late, named
from tests.unit.every_fleet import WEB
from tests.unit.every_function import functions
from tests.unit.every_machine import machines
from tests.unit.every_service import services

FUNCTION, ALIAS = "aws:lambda/function:Function", "aws:lambda/alias:Alias"
SERVICE, TASK = "aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"
LISTENER, TARGETS = "aws:lb/listener:Listener", "aws:lb/targetGroup:TargetGroup"
RULE, COUNT = "aws:lb/listenerRule:ListenerRule", "aws:appautoscaling/target:Target"
FLEET, TEMPLATE = "aws:autoscaling/group:Group", "aws:ec2/launchTemplate:LaunchTemplate"
CONFIG = "aws:codedeploy/deploymentConfig:DeploymentConfig"
GROUP, ALARM = "aws:codedeploy/deploymentGroup:DeploymentGroup", "aws:cloudwatch/metricAlarm:MetricAlarm"

IN_PLACE = ("storefront",)
FUNCTIONS = ("greeter", "ticker")
SERVICES = ("shop", "board", "ledger")
BY_ECS = ("tower", "harbour", "quay")
"""Services whose traffic ECS moves itself, by each of its strategies."""

MACHINES = ("tills", "kiosks")
DEPLOYMENTS = 20


def every_platform(document: Document) -> None:
    """The applications of all four in one stack; one name is both a function's and a service's."""
    together: Document = dict(document["config"]["delivery:applications"])
    together["storefront"]["deploy"] |= copy.deepcopy(WEB)
    for platform in (functions, services, machines):
        platform(document["config"])
        made = document["config"]["delivery:applications"]
        together |= {"board" if platform is services and name == "ticker" else name: one for name, one in made.items()}
    quay = together["quay"] = copy.deepcopy(together["harbour"])
    quay["deploy"]["strategy"] = "blue-green"
    del quay["deploy"]["linear"]
    assert set(together) == {*IN_PLACE, *FUNCTIONS, *SERVICES, *BY_ECS, *MACHINES}
    document["config"]["delivery:applications"] = together


def changed(document: Document) -> None:
    """Another size, another threshold and another system, as a stack file changes over time."""
    applications = document["config"]["delivery:applications"]
    applications["greeter"]["deploy"]["function"]["memoryMb"] = 512
    applications["greeter"]["deploy"]["canary"] = {"percent": 20, "minutes": 20}
    applications["shop"]["deploy"]["service"]["memoryMb"] = 4096
    applications["tower"]["deploy"]["bakeMinutes"] = 20
    applications["tower"]["deploy"]["service"]["scaling"]["max"] = 24
    harbour = applications["harbour"]["deploy"]
    harbour["strategy"] = "blue-green"
    del harbour["linear"]
    applications["tills"]["deploy"]["alarms"]["missing"] = 3
    applications["storefront"]["deploy"]["fleet"]["volumeGib"] = 24
    applications["storefront"]["deploy"]["config"]["minimumHealthy"] = {"percent": 40}
    applications["tills"]["deploy"]["registration"]["machines"] = 40


def deploy(state: Document, number: int) -> None:
    """What the deployments of a version leave behind, as AWS would tell it."""
    for application in FUNCTIONS:
        deploy_function(state, application, number, shifting=number % 2 == 0)
    for application in SERVICES:
        deploy_service(state, application, number)
    for application in BY_ECS:
        deploy_by_ecs(state, application, number, shifting=number % 2 == 0)
    # The clock has moved the smaller end.
    named(state, name="tower-service-count", type_token=COUNT)["outputs"]["minCapacity"] = 2 + number % 2 * 4
    for application in IN_PLACE:
        # A policy has moved its size meanwhile, a schedule the smallest one.
        fleet = named(state, name=f"{application}-fleet-group", type_token=FLEET)["outputs"]
        fleet["minSize"], fleet["desiredCapacity"] = 2 + number % 2, 3 + number % 3
    for application in (*IN_PLACE, *MACHINES):
        # CodeDeploy remembers its last one in the group, and nothing else changes.
        group = named(state, name=f"{application}-deployment-group", type_token=GROUP)["outputs"]
        group["terminationHookEnabled"] = False
        group["lastSuccessfulDeployment"] = {"deploymentId": f"d-{number:09}"}


def deploy_function(state: Document, application: str, number: int, *, shifting: bool) -> None:
    """Other code; the alias leads to it, or a part of the traffic does."""
    code = {"codeSha256": f"sha-{number}", "sourceCodeSize": 1000 + number, "lastModified": f"2026-11-25T{number}"}
    named(state, name=f"{application}-function", type_token=FUNCTION)["outputs"].update(code)
    routing = {"additionalVersionWeights": {str(number): 0.2}} if shifting else None
    version = str(number - 1) if shifting and number > 1 else str(number)
    named(state, name=f"{application}-function-live", type_token=ALIAS)["outputs"].update(
        {"functionVersion": version, "routingConfig": routing}
    )


def deploy_service(state: Document, application: str, number: int) -> None:
    """Other tasks behind the other target group."""
    colour = ("blue", "green")[number % 2]
    group = named(state, name=f"{application}-front-{colour}", type_token=TARGETS)["outputs"]["arn"]
    for who in ("users", "testers"):
        listener = named(state, name=f"{application}-front-{who}", type_token=LISTENER)["outputs"]
        listener["defaultActions"] = [{"type": "forward", "targetGroupArn": group, "order": 1}]
    service = named(state, name=f"{application}-service", type_token=SERVICE)["outputs"]
    front: dict[str, Any] = service["loadBalancers"][0]
    service["loadBalancers"] = [{**front, "targetGroupArn": group}]
    service["taskDefinition"] = f"{service['taskDefinition'].rpartition(':')[0]}:{number + 1}"
    service["desiredCount"] = number % 5 + 1
    service["platformVersion"] = "1.4.0"


def deploy_by_ecs(state: Document, application: str, number: int, *, shifting: bool) -> None:
    """Other tasks, to which the rules have moved, or a part of the traffic has."""
    groups = [
        named(state, name=f"{application}-front-{colour}", type_token=TARGETS)["outputs"]["arn"]
        for colour in (("blue", "green"), ("green", "blue"))[number % 2]
    ]
    weights = (20, 80) if shifting else (100, 0)
    weighed = [{"arn": arn, "weight": weight} for arn, weight in zip(groups, weights, strict=True)]
    for who in ("users", "testers"):
        rule = named(state, name=f"{application}-front-{who}-rule", type_token=RULE)["outputs"]
        rule["actions"] = [{"type": "forward", "order": 1, "forward": {"targetGroups": weighed}}]
    service = named(state, name=f"{application}-service", type_token=SERVICE)["outputs"]
    (front,) = service["loadBalancers"]
    advanced = {**front["advancedConfiguration"], "alternateTargetGroupArn": groups[1]}
    service["loadBalancers"] = [{**front, "targetGroupArn": groups[0], "advancedConfiguration": advanced}]
    service["taskDefinition"] = f"{service['taskDefinition'].rpartition(':')[0]}:{number + 1}"
    service["desiredCount"] = number % 5 + 1


@dataclass(frozen=True)
class Life:
    """What each call came to, in this order; between `again` and `refreshed` it is deployed to."""

    created: Outcome
    again: Outcome
    refreshed: Outcome
    preview: Outcome
    changed: Outcome
    destroyed: Outcome


@pytest.fixture(scope="module")
def life(module_engine: EngineFactory) -> Life:
    """The development stack with all of them: made, deployed to many times, changed, destroyed."""
    dev = module_engine(stack="dev", edit=every_platform)
    created, again = dev.up(), dev.up()
    deliver(dev)
    refreshed, preview = dev.refresh(), dev.preview()
    dev.configure(changed)
    after = dev.up()
    dev.unprotect()
    return Life(created, again, refreshed, preview, after, dev.destroy())


def deliver(dev: Engine) -> None:
    """All deployments, of which Pulumi sees nothing before it looks."""
    state = dev.export()
    for number in range(1, DEPLOYMENTS + 1):
        deploy(state, number)
    dev.import_state(state)


def test_functions_are_created_with_their_aliases_hooks_and_groups(life: Life) -> None:
    assert life.created.rc == 0, life.created.text
    assert {
        "greeter-dev",
        "greeter-dev-deploy-function",
        "CodeDeployHook_greeter-dev-before",
        "CodeDeployHook_greeter-dev-after",
        "ticker-dev",
        "ticker-dev-deploy-function",
    } <= {each["inputs"]["name"] for each in of(life.created, FUNCTION)}


def test_services_are_created_with_their_fronts_and_the_groups_that_move_them(life: Life) -> None:
    made = {each["inputs"]["name"] for each in of(life.created, SERVICE)}
    assert made == {f"{name}-dev" for name in (*SERVICES, *BY_ECS)}


def test_every_strategy_of_ecs_is_delivered_by_it(life: Life) -> None:
    services_ = {name: named(life.created.state, name=f"{name}-service", type_token=SERVICE) for name in BY_ECS}
    strategies = {name: one["inputs"]["deploymentConfiguration"]["strategy"] for name, one in services_.items()}
    assert strategies == {"tower": "CANARY", "harbour": "LINEAR", "quay": "BLUE_GREEN"}


def test_every_application_that_codedeploy_delivers_has_a_group_and_only_servers_a_fleet(life: Life) -> None:
    groups = {each["urn"].rsplit("::", 1)[-1] for each in of(life.created, GROUP)}
    delivered = {f"{name}-deployment-group" for name in (*IN_PLACE, *FUNCTIONS, *SERVICES, *MACHINES)}
    assert groups == {*delivered, "storefront-workers-mails-group"}
    assert len(of(life.created, FLEET)) == len(IN_PLACE) + 1


def test_the_state_has_no_activation(life: Life) -> None:
    assert "activation" not in str(life.created.state).lower()


def test_a_second_up_changes_nothing(life: Life) -> None:
    assert (life.again.rc, life.again.changed, life.again.touched) == (0, {}, []), life.again.text


def test_after_any_number_of_deployments_refresh_and_preview_find_no_change(life: Life) -> None:
    assert life.refreshed.rc == 0, life.refreshed.text
    assert (life.preview.rc, life.preview.changed, life.preview.touched) == (0, {}, []), life.preview.text
    assert version(life.refreshed) == str(DEPLOYMENTS - 1)
    assert {revision(life.refreshed, one) for one in (*SERVICES, *BY_ECS)} == {str(DEPLOYMENTS + 1)}


def test_a_changed_setting_touches_what_it_changes_and_leaves_what_the_deployments_have_brought(life: Life) -> None:
    assert life.changed.rc == 0, life.changed.text
    moved = {urn.rsplit("::", 1)[-1]: step for urn, step in life.changed.operations.items() if step != "same"}
    # A function's two hooks have its size; how many machines are registered is nothing of AWS's.
    assert {name for name, step in moved.items() if step == "update"} == {
        "greeter-function",
        "greeter-function-before",
        "greeter-function-after",
        "tills-alarms-missing",
        # The bake of the service, and how long the deployer waits for it.
        "tower-service",
        "tower-update-service",
        # Another strategy is no other service.
        "harbour-service",
        "harbour-update-service",
        "tower-service-count",
        # Another shift is another configuration, by another name.
        "greeter-deployment-group",
        "greeter-deploy-function-role-policy",
        # Its instances are replaced, because the group follows the template; another configuration has another name.
        "storefront-fleet-template",
        "storefront-fleet-group",
        "storefront-deployment-group",
        "storefront-pipeline-role-policy",
        # The threshold of an alarm is on its pages, and the ledger knows by which configuration the stack was made.
        "dashboards-page",
        "dashboards-tills-page",
        "ledger-version",
    }
    assert life.changed.changed == {"update": 18, "replace": 3}
    template = named(life.changed.state, name="storefront-fleet-template", type_token=TEMPLATE)["outputs"]
    fleet = named(life.changed.state, name="storefront-fleet-group", type_token=FLEET)["outputs"]
    assert fleet["launchTemplate"]["version"] == str(template["latestVersion"]) == "2"
    (config,) = [one for one in of(life.changed, CONFIG) if one["inputs"]["computePlatform"] == "Server"]
    assert config["inputs"]["minimumHealthyHosts"] == {"type": "FLEET_PERCENT", "value": 40}
    assert version(life.changed) == str(DEPLOYMENTS - 1)
    assert [revision(life.changed, of_) for of_ in ("shop", "tower")] == [str(DEPLOYMENTS + 1)] * 2
    harbour = named(life.changed.state, name="harbour-service", type_token=SERVICE)["outputs"]
    assert harbour["deploymentConfiguration"]["strategy"] == "BLUE_GREEN"
    tower = named(life.changed.state, name="tower-service", type_token=SERVICE)["outputs"]
    assert tower["deploymentConfiguration"]["bakeTimeInMinutes"] == "20"
    assert named(life.changed.state, name="shop-service-task", type_token=TASK)["outputs"]["memory"] == "4096"
    assert named(life.changed.state, name="tills-alarms-missing", type_token=ALARM)["outputs"]["threshold"] == 3


BY_PLATFORM: dict[str, tuple[str, Sequence[tuple[str, str]]]] = {
    "a service of CodeDeploy's": (
        "shop",
        (
            ("deployment-group DeploymentGroup", "service Service"),
            ("deployment-group DeploymentGroup", "front-users Listener"),
            ("service Service", "front-users Listener"),
            ("service Service", "front-blue TargetGroup"),
            # Deployments lead both listeners there, whatever the state tells of their beginning.
            ("front-users Listener", "front-green TargetGroup"),
            ("front-testers Listener", "front-green TargetGroup"),
            ("service Service", "front-tasks SecurityGroup"),
            ("service Service", "service-task TaskDefinition"),
            ("service Service", "service-execution-policy RolePolicy"),
            ("service Service", "service-cluster Cluster"),
            ("service-cluster Cluster", "service-insights LogGroup"),
        ),
    ),
    "a service of ECS's": (
        "tower",
        (
            ("service-by-cpu Policy", "service-count Target"),
            ("service-morning ScheduledAction", "service-count Target"),
            ("service-count Target", "service Service"),
            ("service Service", "front-users-rule ListenerRule"),
            ("service Service", "front-testers-rule ListenerRule"),
            ("service Service", "front-green TargetGroup"),
            # ECS takes the tasks out of the traffic by this role while the service goes.
            ("service Service", "deployment-traffic-policy RolePolicy"),
            ("service Service", "deployment-hooks-policy RolePolicy"),
            ("service Service", "alarms-http-5xx MetricAlarm"),
            ("front-users-rule ListenerRule", "front-green TargetGroup"),
        ),
    ),
    "a function": (
        "ticker",
        (
            ("function-live Alias", "function Function"),
            ("function Function", "function-logs LogGroup"),
            ("function Function", "function-role-policy RolePolicy"),
            # Lambda gives back its network interfaces only then.
            ("function Function", "function-network SecurityGroup"),
        ),
    ),
    "a fleet": (
        "storefront",
        (
            ("deployment-group DeploymentGroup", "fleet-group Group"),
            ("fleet-group Group", "fleet-targets TargetGroup"),
            ("fleet-group Group", "fleet-template LaunchTemplate"),
        ),
    ),
    "workers": (
        "storefront",
        (
            ("workers-mails-group DeploymentGroup", "deployment-application Application"),
            ("workers-mails-group DeploymentGroup", "workers-mails-fleet-group Group"),
            ("workers-mails-fleet-group Group", "workers-mails-fleet-template LaunchTemplate"),
        ),
    ),
}
"""What has to be gone before what it uses, or AWS refuses, or leaves something behind."""


@pytest.mark.parametrize("platform", BY_PLATFORM)
def test_what_uses_something_is_deleted_before_it(life: Life, platform: str) -> None:
    application, order = BY_PLATFORM[platform]
    assert deleted_too_late(life.changed.state, order, of=application) == []


@pytest.mark.parametrize(
    ("application", "goal"),
    [
        ("shop", "service Service"),
        ("tower", "service Service"),
        ("greeter", "function Function"),
        ("storefront", "fleet-group Group"),
        ("storefront", "workers-mails-group DeploymentGroup"),
        ("storefront", "workers-mails-fleet-group Group"),
        ("tills", "deployment-group DeploymentGroup"),
    ],
)
def test_nobody_deploys_to_what_goes(life: Life, application: str, goal: str) -> None:
    assert deleted_too_late(life.changed.state, [("pipeline Pipeline", goal)], of=application) == []


def test_destroy_leaves_nothing(life: Life) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.resources == []


def version(outcome: Outcome) -> str:
    """Where the alias points."""
    return str(named(outcome.state, name="greeter-function-live", type_token=ALIAS)["outputs"]["functionVersion"])


def revision(outcome: Outcome, application: str) -> str:
    """Which task definition serves."""
    service = named(outcome.state, name=f"{application}-service", type_token=SERVICE)["outputs"]
    return str(service["taskDefinition"]).rpartition(":")[2]


def of(outcome: Outcome, token: str) -> Sequence[Document]:
    """The resources of one type in the state."""
    return [each for each in outcome.resources if each["type"] == token]
