"""What `operations validate-bundle` says of good specifications, and of every kind of bad one."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.operations.bundles import ECS, FILES, LAMBDA, SERVER, TASK, folder, said


@pytest.mark.parametrize(
    ("specification", "files"),
    [(SERVER, FILES), (LAMBDA, {}), (ECS, {}), (ECS, {"taskdef.json": TASK})],
    ids=["server", "lambda", "ecs", "ecs-with-its-task"],
)
def test_a_good_bundle_is_good(tmp_path: Path, specification: str, files: Mapping[str, str]) -> None:
    assert said(folder(tmp_path, specification, files)) == []


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


BROKEN_SERVERS: dict[str, tuple[str, str, str]] = {
    "no version": ("version: 0.0\n", "", "appspec.yml:1: error: version is missing"),
    "another version": ("0.0", "1.0", "appspec.yml:1: error: version: given 1.0; allowed: 0.0"),
    "no system": ("os: linux\n", "", "appspec.yml:1: error: os is missing"),
    "another system": ("linux", "linus", 'appspec.yml:2: error: os: given "linus"; allowed: linux or windows (did you'),
    "a key of nobody": ("hooks:", "hook:", "appspec.yml:10: error: hook: unknown key; did you mean hooks?"),
    "a key twice": ("os: linux", "os: linux\nos: linux", "appspec.yml:3: error: os: is there more than once"),
    "files that are no list": (
        "files:\n  - source: app\n    destination: /opt/app",
        "files: app",
        'appspec.yml:3: error: files: given "app"; allowed: a list of mappings of source and destination',
    ),
    "a source that isn't there": ("source: app", "source: ap", 'appspec.yml:4: error: files[0].source: given "ap"'),
    "a source outside": ("source: app", "source: ../app", 'appspec.yml:4: error: files[0].source: given "../app"'),
    "an empty source": ("source: app", "source: ''", 'appspec.yml:4: error: files[0].source: given ""'),
    "no destination": ("    destination: /opt/app\n", "", "appspec.yml:4: error: files[0]: destination is missing"),
    "a relative destination": (
        "destination: /opt/app",
        "destination: opt/app",
        'appspec.yml:5: error: files[0].destination: given "opt/app"; allowed: an absolute folder, such as /opt/app',
    ),
    "a destination of Windows on Linux": (
        "destination: /opt/app",
        r"destination: C:\app",
        r'appspec.yml:5: error: files[0].destination: given "C:\\app"',
    ),
    "a file twice": (
        "files:\n",
        "files:\n  - {source: app/, destination: /opt/app/}\n",
        "appspec.yml:5: error: files[1]: copies the same as files[0]; the agent refuses a file twice",
    ),
    "what to do with files that are there": (
        "os: linux\n",
        "os: linux\nfile_exists_behavior: REPLACE\n",
        'appspec.yml:3: error: file_exists_behavior: given "REPLACE"; allowed: DISALLOW or OVERWRITE or RETAIN',
    ),
    "permissions of nothing": (
        "object: /opt/app",
        "object: /srv",
        "appspec.yml:7: error: permissions[0].object: given",
    ),
    "a mode of letters": ("mode: 755", "mode: rwx", 'appspec.yml:8: error: permissions[0].mode: given "rwx"; allowed:'),
    "a mode of 9": ("mode: 755", "mode: 955", "appspec.yml:8: error: permissions[0].mode: given 955; allowed: one to"),
    "a type of nothing": ("[file]", "[files]", 'appspec.yml:9: error: permissions[0].type[0]: given "files"; allowed'),
    "a misspelt permission": (
        "mode: 755",
        "mod: 755",
        "appspec.yml:8: error: permissions[0].mod: unknown key; did you",
    ),
    "a misspelt event": (
        "AfterInstall",
        "AfterInstal",
        "appspec.yml:11: error: hooks.AfterInstal: no lifecycle event; did",
    ),
    "the agent's own event": (
        "AfterInstall",
        "Install",
        "appspec.yml:11: error: hooks.Install: is the agent's own event",
    ),
    "an event with one script": (
        "    - location: scripts/start.sh\n      timeout: 60\n      runas: root\n",
        "    location: scripts/start.sh\n",
        "appspec.yml:11: error: hooks.AfterInstall: given a mapping of location; allowed: a list of mappings with",
    ),
    "a script that isn't there": (
        "start.sh",
        "begin.sh",
        "appspec.yml:12: error: hooks.AfterInstall[0].location: given",
    ),
    "a script that is a folder": ("scripts/start.sh", "scripts", "it has only a folder of this name"),
    "a script of the machine": ("scripts/start.sh", "/bin/true", "allowed: a script of the bundle, by its path from"),
    "no time at all": ("timeout: 60", "timeout: 0", "appspec.yml:13: error: hooks.AfterInstall[0].timeout: given 0"),
    "more than an hour": ("timeout: 60", "timeout: 3601", "given 3601; allowed: 1 to 3600 seconds"),
    "a time in words": ("timeout: 60", "timeout: 1m", 'given "1m"; allowed: 1 to 3600 seconds'),
    "an hour and more together": (
        "hooks:\n  AfterInstall:\n",
        "hooks:\n  AfterInstall:\n    - {location: scripts/start.sh, timeout: 3600}\n",
        "appspec.yml:11: error: hooks.AfterInstall: its scripts may take 3660 seconds together; allowed: 3600",
    ),
    "no time-out": (
        "      timeout: 60\n",
        "",
        "appspec.yml:12: warning: hooks.AfterInstall[0]: no timeout: a script that",
    ),
    "a tab": ("os: linux", "os:\tlinux\n\tx: y", "appspec.yml:2: error: is no YAML: found character '\\t'"),
    "a list instead of a mapping": (
        SERVER,
        "- a\n",
        "appspec.yml:1: error: given a list of 1; allowed: a mapping that",
    ),
    "nothing": (SERVER, "", "appspec.yml:1: error: given nothing (null); allowed: a mapping that begins"),
    "two documents": ("os: linux", "---\nos: linux", "appspec.yml:2: error: is no YAML: but found another document"),
}


@pytest.mark.parametrize("case", BROKEN_SERVERS)
def test_a_fault_of_a_server_bundle_is_said_with_its_line(tmp_path: Path, case: str) -> None:
    old, new, expected = BROKEN_SERVERS[case]
    (finding,) = said(folder(tmp_path, changed(SERVER, old, new)))
    assert expected in finding


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
    "hooks as a mapping": (LAMBDA, "  - BeforeAllowTraffic", "  BeforeAllowTraffic", "Hooks: given a mapping"),
    "no load balancer": (
        ECS,
        ECS[ECS.index("        LoadBal") : ECS.index("Hooks")],
        "",
        "LoadBalancerInfo is missing",
    ),
    "no port": (ECS, "ContainerPort: 8080", "ContainerPort: http", 'given "http"; allowed: 1 to 65535 (a TCP port)'),
    "another container": (ECS, "ContainerName: web", "ContainerName: app", "a container of taskdef.json: web"),
    "another port": (ECS, "ContainerPort: 8080", "ContainerPort: 80", "a port of web in taskdef.json: [8080]"),
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
    (finding,) = said(folder(tmp_path, changed(specification, old, new), {"taskdef.json": TASK}))
    assert expected in finding


APP = {"name": "app", "image": "<IMAGE1_NAME>"}
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
    assert "taskdef.json beside it is no JSON" in finding
