"""What `operations validate-bundle` says of bundles whose traffic CodeDeploy or ECS moves."""

import json
from pathlib import Path

import pytest

from tests.unit.operations.bundles import APP, ECS, LAMBDA, TASK, changed, folder, said

NETWORK = "        NetworkConfiguration:\n          AwsvpcConfiguration:"
BROKEN_TRAFFIC: dict[str, tuple[str, str, str, str]] = {
    "a type of nothing": (LAMBDA, "Lambda::Function", "Lambda::Funktion", 'Type: given "AWS::Lambda::Funktion"'),
    "no alias": (
        LAMBDA,
        "        Alias: live\n",
        "",
        "appspec.yml:5: error: Resources[0].storefront.Properties: Alias is",
    ),
    "the newest": (LAMBDA, "TargetVersion: 2", "TargetVersion: $LATEST", "an alias can't shift to $LATEST"),
    "the same version": (LAMBDA, "TargetVersion: 2", "TargetVersion: 1", "are the same: nothing would be deployed"),
    "an event of ECS": (LAMBDA, "BeforeAllowTraffic", "AfterInstall", "Hooks[0].AfterInstall: no event of it;"),
    "a hook that the role can't invoke": (
        LAMBDA,
        "CodeDeployHook_before",
        "before",
        "warning: Hooks[0].BeforeAllowTraffic",
    ),
    "no version": (LAMBDA, "CurrentVersion: 1", "CurrentVersion: live", 'CurrentVersion: given "live"; allowed: a'),
    "a version below the first": (LAMBDA, "CurrentVersion: 1", "CurrentVersion: 0", "CurrentVersion: given 0; allowed"),
    "two functions for an event": (
        LAMBDA,
        "Hooks:\n",
        "Hooks:\n  - BeforeAllowTraffic: CodeDeployHook_other\n",
        "Hooks[1].BeforeAllowTraffic: is there already, as Hooks[0]; an event asks one function",
    ),
    "a network by halves": (
        ECS,
        "Hooks:",
        f"{NETWORK} {{Subnets: [a], SecurityGroups: [b]}}\nHooks:",
        "TargetService.Properties.NetworkConfiguration.AwsvpcConfiguration: AssignPublicIp is missing",
    ),
    "an address of another kind": (
        ECS,
        "Hooks:",
        f"{NETWORK} {{Subnets: [], SecurityGroups: [], AssignPublicIp: 7}}\nHooks:",
        "AssignPublicIp: given 7; allowed: ENABLED or DISABLED",
    ),
    "capacity of nobody": (
        ECS,
        "Hooks:",
        "        CapacityProviderStrategy: [{CapacityProvider: FARGATE, Weight: 1001}]\nHooks:",
        "CapacityProviderStrategy[0].Weight: given 1001; allowed: 0 to 1000",
    ),
    "a task definition that stays": (
        ECS,
        "<TASK_DEFINITION>",
        "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:1",
        "warning: Resources[0].TargetService.Properties.TaskDefinition: a pipeline puts the task definition where <",
    ),
    "hooks as a mapping": (LAMBDA, "  - BeforeAllowTraffic", "  BeforeAllowTraffic", "Hooks: given a mapping"),
    "no load balancer": (
        ECS,
        ECS[ECS.index("        LoadBal") : ECS.index("Hooks")],
        "",
        "LoadBalancerInfo is missing",
    ),
    "no port": (ECS, "ContainerPort: 8080", "ContainerPort: http", 'given "http"; allowed: 1 to 65535 (a TCP port)'),
    "another container": (ECS, "ContainerName: app", "ContainerName: web", "a container of taskdef.json: app"),
    "another port": (ECS, "ContainerPort: 8080", "ContainerPort: 80", "a port of app in taskdef.json: [8080]"),
    "an event of Lambda only by name": (
        ECS,
        "AfterAllowTestTraffic",
        "AfterAllowTestTrafic",
        "did you mean AfterAllowTest",
    ),
}


@pytest.mark.parametrize("case", BROKEN_TRAFFIC)
def test_a_fault_of_a_lambda_or_ecs_bundle_is_said(tmp_path: Path, case: str) -> None:
    specification, old, new, expected = BROKEN_TRAFFIC[case]
    files = {"taskdef.json": TASK} if specification == ECS else {}
    (finding,) = said(folder(tmp_path, changed(specification, old, new), files))
    assert expected in finding


BROKEN_TASKS: dict[str, tuple[str, str]] = {
    "no JSON": ("{containerDefinitions: []}", "taskdef.json:1: error: is no JSON"),
    "a list": ("[]", "taskdef.json:1: error: given an empty list; allowed: an object with containerDefinitions"),
    "no containers": ("{}", "containerDefinitions: "),
    "no container of the load balancer": (
        json.dumps({"containerDefinitions": [{"name": "web", "image": f"web@sha256:{'ab' * 32}"}]}),
        "containerDefinitions: one container has to be called app",
    ),
    "an image of its own": (
        json.dumps({"containerDefinitions": [{**APP, "image": "shop:latest"}]}, indent=1),
        'taskdef.json:5: error: containerDefinitions[0].image: given "shop:latest"; allowed: <IMAGE1_NAME>',
    ),
    "another container by tag": (
        json.dumps({"containerDefinitions": [APP, {"name": "proxy", "image": "proxy:2"}]}),
        'containerDefinitions[1].image: given "proxy:2"; allowed: an image pinned by a digest',
    ),
}


@pytest.mark.parametrize("case", BROKEN_TASKS)
def test_a_fault_of_a_bundle_that_ecs_deploys_without_codedeploy_is_said(tmp_path: Path, case: str) -> None:
    task, expected = BROKEN_TASKS[case]
    (tmp_path / "taskdef.json").write_text(task)
    (finding,) = said(tmp_path)
    assert expected in finding


def test_a_good_bundle_needs_no_specification_where_ecs_deploys(tmp_path: Path) -> None:
    (tmp_path / "taskdef.json").write_text(json.dumps({"containerDefinitions": [APP]}))
    assert said(tmp_path) == []


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ("[]", "has 0 resources; CodeDeploy deploys one at a time"),
        ("[{a: {}}, {b: {}}]", "has 2 resources; CodeDeploy deploys one at a time"),
        ("[{a: {}, b: {}}]", "allowed: a mapping of one name, of your choice, to Type and Properties"),
        ("storefront", "allowed: a list of one resource"),
    ],
)
def test_there_is_one_resource(tmp_path: Path, resources: str, expected: str) -> None:
    assert any(expected in one for one in said(folder(tmp_path, f"version: 0.0\nResources: {resources}\n", {})))


def test_a_task_definition_that_is_no_json_is_said(tmp_path: Path) -> None:
    (finding,) = said(folder(tmp_path, ECS, {"taskdef.json": "{containerDefinitions: []}"}))
    assert "taskdef.json:1: error: is no JSON" in finding


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ("null", "a container of taskdef.json: it has none"),
        ("7", "a container of taskdef.json: it has none"),
        ('[{"name": "web", "portMappings": ["80"]}]', "a container of taskdef.json: web"),
        ('[{"name": "app", "image": "shop:latest"}]', "warning: containerDefinitions[0].image: given"),
    ],
)
def test_a_task_definition_beside_a_specification_is_read_whatever_is_in_it(
    tmp_path: Path, containers: str, expected: str
) -> None:
    task = f'{{"containerDefinitions": {containers}}}'
    assert any(expected in one for one in said(folder(tmp_path, ECS, {"taskdef.json": task})))


def test_sections_in_small_letters_are_taken_for_what_they_are_meant_to_be(tmp_path: Path) -> None:
    small = LAMBDA.replace("Resources", "resources").replace("Hooks", "hooks")
    assert said(folder(tmp_path, small, {})) == [
        "appspec.yml:1: error: Resources is missing",
        "appspec.yml:2: error: resources: unknown key; did you mean Resources?",
        "appspec.yml:10: error: hooks: unknown key; did you mean Hooks?",
    ]


def test_a_pipeline_of_ecs_looks_for_one_name(tmp_path: Path) -> None:
    (folder(tmp_path, ECS, {}) / "appspec.yaml").rename(tmp_path / "appspec.yml")
    (finding,) = said(tmp_path)
    assert finding.startswith("appspec.yml:1: warning: a pipeline that deploys to ECS looks for appspec.yaml")
