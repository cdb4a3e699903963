"""The stacks of a program: one `Pulumi.<stack>.yaml` beside `Pulumi.yaml` each."""

from __future__ import annotations

from pathlib import Path

from offline.voice import MissingError

_PREFIX = "Pulumi."
_SUFFIX = ".yaml"


def known_stacks(*, program: Path) -> list[str]:
    """The names of the program's stacks."""
    files = program.glob(f"{_PREFIX}*{_SUFFIX}")
    return sorted(each.name[len(_PREFIX) : -len(_SUFFIX)] for each in files)


def is_stack_file(path: Path) -> bool:
    """Whether a file is called as one."""
    name = path.name
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX) and len(name) > len(_PREFIX) + len(_SUFFIX)


def stack_file(*, program: Path, stack: str) -> Path:
    """The configuration of `stack`.

    Raises:
        MissingError: there is no such stack; the message lists those there are.
    """
    if not (program / "Pulumi.yaml").is_file():
        raise MissingError(f"there is no Pulumi.yaml in {program}")
    known = known_stacks(program=program)
    if stack not in known:
        raise MissingError(f"there is no stack {stack!r}: STACK is one of {', '.join(known) or '(none yet)'}")
    return program / f"{_PREFIX}{stack}{_SUFFIX}"
