"""The `aws` commands that the pages tell people to run: AWS has them, with these options."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/runbooks/*.md")])
SERVICES = {"deploy": "codedeploy", "s3api": "s3"}
"""What the command line calls a service otherwise than its API does."""
OF_ALL = {"query", "output", "region", "profile", "cli-input-json", "max-items"}
NO_CALLS = {"codeartifact login", "logs tail", "s3 cp", "s3 ls"}
"""What the command line does by several calls."""


@cache
def options_of(service: str) -> dict[str, frozenset[str]]:
    """The options of each command of a service; a flag has its denial beside it."""
    model = botocore.session.get_session().get_service_model(SERVICES.get(service, service))
    found = {}
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        members = shape.members if shape else {}
        names = {xform_name(one, "-"): member.type_name for one, member in members.items()}
        denials = {f"no-{name}" for name, kind in names.items() if kind == "boolean"}
        found[xform_name(operation, "-")] = frozenset({*names, *denials})
    return found


def commands(page: Path) -> Iterator[list[str]]:
    """Each call of `aws` in the shell blocks and the inline code of a page, in words."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`(aws [^`\n]+)`", text)
    for block in (*blocks, *inline):
        for line in block.replace("\\\n", " ").splitlines():
            for found in re.findall(r"\baws ([a-z0-9\-]+ [a-z0-9\-]+[^|;)\n]*)", line):
                try:
                    yield shlex.split(found, comments=True)
                except ValueError:
                    yield found.split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_aws_has_the_commands_and_their_options(page: Path) -> None:
    wrong = []
    for service, command, *rest in commands(page):
        if f"{service} {command}" in NO_CALLS:
            continue
        known = options_of(service).get(command)
        asked = {word.removeprefix("--").partition("=")[0] for word in rest if word.startswith("--")}
        if known is None or asked - known - OF_ALL:
            wrong.append(" ".join((service, command, *sorted(asked - (known or frozenset()) - OF_ALL))))
    assert wrong == []
