"""Which version of this program makes the stack: git is asked once, and where there is none the answer is `unknown`."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

VARIABLE = "DELIVERY_PROGRAM_VERSION"
"""The environment variable that says it instead of git, `<commit>` or `<commit> <tag>`: for a program that was unpacked
from an archive."""

UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ProgramVersion:
    """A version of the program.

    Args:
        commit: its id, or `unknown`.
        tag: that points at the commit; the last of them where there are several, empty where there is none.
        dirty: whether files that git knows differ from the commit.
    """

    commit: str = UNKNOWN
    tag: str = ""
    dirty: bool = False


@cache
def program_version() -> ProgramVersion:
    """The version of this program."""
    return version_of(PROJECT, os.environ)


def version_of(directory: Path, environment: Mapping[str, str]) -> ProgramVersion:
    """The version of a program.

    Args:
        directory: where it lies.
        environment: may say it instead of git.
    """
    if told := environment.get(VARIABLE, "").split():
        return ProgramVersion(commit=told[0], tag=told[1] if len(told) > 1 else "")
    commit = _git(directory, "rev-parse", "--verify", "HEAD")
    if not commit:
        return ProgramVersion()
    tags = _git(directory, "tag", "--points-at", "HEAD", "--sort=version:refname").splitlines()
    changed = _git(directory, "status", "--porcelain", "--untracked-files=no", "--", ".")
    return ProgramVersion(commit=commit, tag=tags[-1] if tags else "", dirty=bool(changed))


def _git(directory: Path, *words: str) -> str:
    """What git answers; empty where there is no git, no repository or no answer."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(directory), *words], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
