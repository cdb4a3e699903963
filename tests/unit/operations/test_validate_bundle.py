"""What `operations validate-bundle` says of good specifications, and of every kind of bad one."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.operations.bundles import APP, ECS, FILES, LAMBDA, SERVER, TASK, changed, folder, said


@pytest.mark.parametrize(
    ("specification", "files"),
    [
        (SERVER, FILES),
        ("version: 0.0\nos: linux\nfiles:\npermissions:\n" + SERVER[SERVER.index("hooks:") :], FILES),
        (SERVER.replace("scripts/", "/scripts/"), FILES),
        (LAMBDA, {}),
        (ECS, {}),
        (ECS, {"taskdef.json": TASK}),
        (ECS, {"taskdef.json": json.dumps({"containerDefinitions": [{**APP, "portMappings": None}]})}),
    ],
    ids=["server", "empty sections", "from the root", "lambda", "ecs", "ecs with its task", "the stack's port"],
)
def test_a_good_bundle_is_good(tmp_path: Path, specification: str, files: Mapping[str, str]) -> None:
    assert said(folder(tmp_path, specification, files)) == []


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
        "appspec.yml:5: error: files[1]: copies app/main.py to /opt/app/main.py, as files[0] does; the agent refuses",
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
    "a mode that YAML reads anew": (
        "mode: 755",
        "mode: 0644",
        "appspec.yml:8: error: permissions[0].mode: given 0644, which YAML reads as 420; allowed: one to four digits",
    ),
    "an exception that is no list": (
        "mode: 755",
        "except: main.py",
        'appspec.yml:8: error: permissions[0].except: given "main.py"; allowed: a list of text',
    ),
    "an owner by number": ("mode: 755", "owner: 1000", "appspec.yml:8: error: permissions[0].owner: given 1000"),
    "a pattern for one file": (
        "object: /opt/app",
        'object: /opt/app/main.py\n    pattern: "*.py"',
        "appspec.yml:8: error: permissions[0].pattern: narrows a folder down; /opt/app/main.py is a file",
    ),
    "access of nobody": (
        "mode: 755",
        "acls: ['u:bob:rw', 'u::rw', 'm::rw']",
        'appspec.yml:8: error: permissions[0].acls[1]: given "u::rw"; allowed: an entry with a name',
    ),
    "a default of files": (
        "mode: 755",
        "acls: ['d:u:bob:rw']",
        "appspec.yml:8: error: permissions[0].acls[0]: a default is for folders only; say type: [directory]",
    ),
    "permissions twice": (
        "permissions:\n",
        "permissions:\n  - {object: /opt/app/main.py, mode: 644}\n",
        "appspec.yml:8: error: permissions[1]: reaches /opt/app/main.py, as permissions[0] does; the agent refuses",
    ),
    "a version as text": ("0.0", "'0.0'", "appspec.yml:1: error: version: is text, and the agent takes the number"),
    "a source of Windows on Linux": (
        "source: app",
        r"source: app\main.py",
        r'appspec.yml:4: error: files[0].source: given "app\\main.py"; allowed: a path with / between its folders',
    ),
    "a script of Windows on Linux": (
        "scripts/start.sh",
        r"scripts\start.sh",
        "allowed: a path with / between its folders; for Linux a backslash is part of a name",
    ),
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


def test_permissions_that_meet_in_a_folder_and_not_in_a_file_are_good(tmp_path: Path) -> None:
    permissions = """\
permissions:
  - {object: /opt/app, pattern: "*.py", except: [main.py], mode: 644, type: [file]}
  - {object: /opt/app/main.py, mode: "0755", acls: [u:bob:rw]}
  - {object: /opt/app, acls: ["d:u:bob:rw"], type: [directory]}
  - {object: /opt/app/lib, pattern: "**", owner: root, mode: , type: [file]}
"""
    start, end = SERVER.index("permissions:"), SERVER.index("hooks:")
    files = {**FILES, "app/other.py": "", "app/lib/one.py": ""}
    assert said(folder(tmp_path, SERVER[:start] + permissions + SERVER[end:], files)) == []


def test_two_folders_may_be_copied_to_one_place_where_no_file_is_twice(tmp_path: Path) -> None:
    more = "files:\n  - {source: other, destination: /opt/app/}\n"
    specification = changed(SERVER, "files:\n", more)
    assert said(folder(tmp_path / "good", specification, {**FILES, "other/more.py": ""})) == []
    (finding,) = said(folder(tmp_path / "bad", specification, {**FILES, "other/main.py": ""}))
    assert "files[1]: copies app/main.py to /opt/app/main.py, as files[0] does" in finding
