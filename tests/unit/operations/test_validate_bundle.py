"""What `operations validate-bundle` says of good bundles, and of every kind of bad one."""

import io
import itertools
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from operations.bundle.check import check_bundle
from operations.bundle.contents import open_bundle
from operations.bundle.finding import Weight
from operations.commands import COMMANDS
from operations.line import run

SCRIPT = "#!/bin/sh\nexit 0\n"
SERVER = """\
version: 0.0
os: linux
files:
  - source: app
    destination: /opt/app
permissions:
  - object: /opt/app
    mode: 755
    type: [file]
hooks:
  AfterInstall:
    - location: scripts/start.sh
      timeout: 60
      runas: root
"""
LAMBDA = """\
version: 0.0
Resources:
  - storefront:
      Type: AWS::Lambda::Function
      Properties:
        Name: storefront
        Alias: live
        CurrentVersion: 1
        TargetVersion: 2
Hooks:
  - BeforeAllowTraffic: CodeDeployHook_before
"""
ECS = """\
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
Hooks:
  - AfterAllowTestTraffic: CodeDeployHook_test
"""
TASK = json.dumps({"containerDefinitions": [{"name": "web", "portMappings": [{"containerPort": 8080}]}]})
FILES = {"app/main.py": "print()\n", "scripts/start.sh": SCRIPT}


def folder(tmp_path: Path, specification: str, files: Mapping[str, str] | None = None) -> Path:
    """A bundle with this specification; its scripts may be run."""
    for name, content in {"appspec.yml": specification, **(FILES if files is None else files)}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
        path.chmod(0o755 if name.endswith(".sh") else 0o644)
    return tmp_path


def said(bundle: Path) -> list[str]:
    return [str(finding) for finding in check_bundle(open_bundle(bundle))]


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


@pytest.mark.parametrize(
    ("content", "executable", "expected"),
    [
        (SCRIPT, False, "scripts/start.sh:1: warning: has no run bit"),
        ("exit 0\n", True, "scripts/start.sh:1: warning: does not begin with #!"),
        ("#!/bin/sh\r\nexit 0\r\n", True, "scripts/start.sh:1: error: has line ends of Windows"),
    ],
)
def test_a_script_that_linux_does_not_run_as_meant_is_said(
    tmp_path: Path, content: str, executable: bool, expected: str
) -> None:
    bundle = folder(tmp_path, SERVER, {**FILES, "scripts/start.sh": content})
    (bundle / "scripts" / "start.sh").chmod(0o755 if executable else 0o644)
    (finding,) = said(bundle)
    assert finding.startswith(expected)


def test_windows_has_its_own_paths_and_no_permissions_and_accounts(tmp_path: Path) -> None:
    specification = SERVER.replace("linux", "windows").replace("/opt/app", r"C:\app")
    findings = check_bundle(open_bundle(folder(tmp_path, specification)))
    assert {one.weight for one in findings} == {Weight.WARNING}
    assert [one.message for one in findings] == [
        "permissions: are given on Linux only",
        "hooks.AfterInstall[0].runas: ignored on Windows",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("appspec.yaml", "the agent on a server looks for appspec.yml, not for appspec.yaml"),
        ("deploy/appspec.yml", "no appspec.yml; there is deploy/appspec.yml, but it has to lie at the bundle's root"),
        ("spec.yml", "the bundle has no appspec.yml"),
    ],
)
def test_the_specification_has_its_name_and_its_place(tmp_path: Path, name: str, expected: str) -> None:
    bundle = folder(tmp_path, SERVER)
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / "appspec.yml").rename(bundle / name)
    (finding,) = said(bundle)
    assert expected in finding


def test_a_link_out_of_the_bundle_is_said(tmp_path: Path) -> None:
    bundle = folder(tmp_path, SERVER)
    (bundle / "app" / "up").symlink_to("../../etc/passwd")
    (bundle / "app" / "near").symlink_to("../scripts/start.sh")
    assert said(bundle) == ["app/up:1: error: is a link out of the bundle, to ../../etc/passwd"]


def test_a_specification_that_is_no_utf8_is_said(tmp_path: Path) -> None:
    bundle = folder(tmp_path, SERVER)
    (bundle / "appspec.yml").write_bytes(SERVER.encode("utf-16"))
    assert said(bundle) == ["appspec.yml:1: error: isn't written in UTF-8"]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tgz"])
def test_an_archive_is_read_with_the_modes_of_its_files(tmp_path: Path, suffix: str) -> None:
    bundle = folder(tmp_path / "folder", SERVER)
    (bundle / "scripts" / "start.sh").chmod(0o644)
    archive = tmp_path / f"bundle{suffix}"
    if suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as writer:
            for path in sorted(bundle.rglob("*")):
                writer.write(path, path.relative_to(bundle))
    else:
        with tarfile.open(archive, "w:gz" if suffix != ".tar" else "w") as tar:
            tar.add(bundle, arcname=".")
    (finding,) = said(archive)
    assert finding.startswith("scripts/start.sh:1: warning: has no run bit")


def test_a_file_that_would_be_unpacked_elsewhere_is_said(tmp_path: Path) -> None:
    archive = tmp_path / "bundle.tar"
    with tarfile.open(archive, "w") as tar:
        for name, content in {"appspec.yml": LAMBDA, "../elsewhere": ""}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content.encode()))
    assert said(archive) == ["../elsewhere:1: error: lies outside of the bundle"]


def test_the_command_answers_by_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = folder(tmp_path / "good", SERVER), folder(tmp_path / "bad", SERVER.replace("linux", "os2"))
    hanging = folder(tmp_path / "hanging", SERVER.replace("      timeout: 60\n", ""))
    assert run(COMMANDS, ["validate-bundle", str(good)]) == 0
    assert capsys.readouterr().out == f"{good}: good\n"
    assert run(COMMANDS, ["validate-bundle", str(bad)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"{bad}: 1 error, 0 warnings"
    assert run(COMMANDS, ["validate-bundle", str(hanging)]) == 0
    assert run(COMMANDS, ["validate-bundle", str(hanging), "--strict"]) == 1
    capsys.readouterr()
    assert run(COMMANDS, ["validate-bundle", str(tmp_path / "none.zip")]) == 2
    assert "none.zip can't be read" in capsys.readouterr().err
    assert run(COMMANDS, ["validate-bundle", str(good / "appspec.yml")]) == 2
    assert "is no bundle: give a folder, or a file that ends in .zip" in capsys.readouterr().err


def test_a_machine_gets_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = folder(tmp_path, SERVER.replace("timeout: 60", "timeout: 0"))
    assert run(COMMANDS, ["validate-bundle", str(bundle), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["good"] is False
    (finding,) = document["findings"]
    assert (finding["file"], finding["line"], finding["weight"]) == ("appspec.yml", 13, "error")


def test_an_archive_with_broken_bytes_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("appspec.yml", SERVER * 20)
    content = bytearray(archive.read_bytes())
    content[45:60] = b"\xff" * 15
    archive.write_bytes(content)
    assert run(COMMANDS, ["validate-bundle", str(archive)]) == 2
    assert "bundle.zip can't be read: Error -3 while decompressing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version: 0.0\nos: " + "[" * 3000, "appspec.yml:1: error: is no YAML: it is nested too deeply"),
        ("version: 0.0\nos: linux\nfiles: &a\n  - *a\n", "appspec.yml:3: error: files[0]: given a list of 1"),
        (
            "a: &a [x]\n"
            + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in itertools.pairwise("abcdefghi")),
            "appspec.yml:1: error: a: unknown key",
        ),
    ],
)
def test_a_document_that_winds_around_itself_is_read_to_its_end(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "appspec.yml").write_text(text, encoding="utf-8")
    assert any(line.startswith(says) for line in said(tmp_path))
