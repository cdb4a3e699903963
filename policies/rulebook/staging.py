"""Puts each pack, with the library and its pinned packages, into a folder that `pulumi policy publish` takes.

`PYTHONPATH=policies python -m rulebook.staging --into <folder>` makes `<folder>/<pack>` for each pack. `publish` sends
everything in the folder but what a `.gitignore` in it names, so a staged folder needs nothing of this repository.
"""

import argparse
import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rulebook.configuration import configuration_problems
from rulebook.packs import EXEMPTIONS_FILE, PACKS, Pack, reviewed_exemptions, version_of

POLICIES = Path(__file__).resolve().parents[1]
LOCK = POLICIES.parent / "requirements.lock"
NEEDED = ("pulumi", "pulumi-policy", "grpcio", "protobuf")
"""The distributions that the library imports."""
# What installing the packages, or starting the pack, leaves in the folder is none of what is published.
_IGNORED = "venv/\n.venv/\n__pycache__/\n*.pyc\n"
# The Pythons that the packs run on: the pins must be complete for each.
_PYTHONS = ("3.11", "3.12", "3.13", "3.14")


class StagingError(Exception):
    """A pack can't be staged; the text says why."""


def locked(lock: Path = LOCK) -> dict[str, str]:
    """The entry of each distribution in the lock file, with version and hashes, by canonical name."""
    entries = re.findall(r"^[A-Za-z0-9][^\n]*?==[^\n]*(?:\n[ \t]+--hash=[^\n]+)*", lock.read_text(), flags=re.MULTILINE)
    return {canonicalize_name(entry.partition("==")[0].strip()): entry.rstrip(" \\") for entry in entries}


def needed(names: Sequence[str] = NEEDED) -> list[str]:
    """The canonical names of distributions and of all that they need, on every Python that the packs run on."""
    found: dict[str, None] = {}
    waiting = [canonicalize_name(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        for text in requires(name) or ():
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is None or any(
                marker.evaluate({"python_version": python, "python_full_version": f"{python}.0", "extra": ""})
                for python in _PYTHONS
            ):
                waiting.append(canonicalize_name(requirement.name))
    return sorted(found)


def requirements(lock: Path = LOCK) -> str:
    """The `requirements.txt` of a staged pack: what it needs, at the locked versions, with the locked hashes.

    Raises:
        StagingError: the lock file lacks something that a pack needs.
    """
    entries = locked(lock)
    missing = [name for name in needed() if name not in entries]
    if missing:
        raise StagingError(f"{lock.name} lacks what the packs need: {', '.join(missing)}")
    return "".join(f"{entries[name]}\n" for name in needed())


def stage(pack: Pack, *, into: Path, policies: Path = POLICIES, version: str | None = None) -> Path:
    """Make `into/<pack>` anew and return it.

    Args:
        pack: which one.
        into: the folder that holds the staged packs.
        policies: the folder that holds the packs' sources.
        version: what the pack must call itself, as the tag that publishes it does; `None` takes any.

    Raises:
        StagingError: the version is another, or a configuration or exemption file of the pack is wrong.
    """
    source, target = policies / pack.folder, into / pack.folder
    stated = version_of(source)
    if version is not None and stated != version:
        raise StagingError(f"{pack.name} says version {stated} in PulumiPolicy.yaml, and {version} was asked for")
    _refuse_wrong_files(pack, source)
    shutil.rmtree(target, ignore_errors=True)
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(source, target, ignore=unwanted)
    shutil.copytree(policies / "rulebook", target / "rulebook", ignore=unwanted)
    (target / "requirements.txt").write_text(requirements(), encoding="utf-8")
    (target / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    return target


def _refuse_wrong_files(pack: Pack, source: Path) -> None:
    problems: list[str] = []
    for file in sorted((source / "config").glob("*.json")):
        try:
            configuration = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            problems.append(f"config/{file.name}: is not JSON ({error})")
            continue
        problems += [f"config/{file.name}: {problem}" for problem in configuration_problems(configuration, pack)]
    try:
        reviewed: Mapping[str, object] = reviewed_exemptions(source)
    except ValueError as error:
        reviewed = {}
        problems.append(str(error))
    own = {
        rule: {"exemptions": entries} for rule, entries in reviewed.items() if rule in {one.id for one in pack.rules}
    }
    problems += [f"{EXEMPTIONS_FILE}: {problem}" for problem in configuration_problems(own, pack)]
    if problems:
        raise StagingError("\n".join(f"{pack.folder}/{problem}" for problem in problems))


def main(arguments: Sequence[str] | None = None) -> int:
    """Stage every pack; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rulebook.staging", description="makes packs that can be published")
    parser.add_argument("--into", type=Path, required=True, help="the folder for the staged packs")
    parser.add_argument("--version", help="what every pack must call itself in its PulumiPolicy.yaml")
    given = parser.parse_args(arguments)
    try:
        for pack in PACKS:
            print(stage(pack, into=given.into, version=given.version))
    except StagingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
