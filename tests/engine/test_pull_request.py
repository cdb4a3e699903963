"""What a pull request is held against, and that nothing in it depends on one machine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.layout import Layout
from offline.stacks import known_stacks

ROOT = Layout.of_this_clone().root


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / ".github" / "workflows" / "pull-request.yml").read_text())
    assert document["permissions"] == {"contents": "read"}
    return dict(document["jobs"])


def test_every_stack_is_previewed(jobs: dict[str, Any]) -> None:
    for job in ("preview", "account-preview"):
        assert sorted(jobs[job]["strategy"]["matrix"]["stack"]) == known_stacks(program=ROOT)


def test_every_action_is_pinned_to_a_full_version(jobs: dict[str, Any]) -> None:
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]

    assert [each for each in used if not re.fullmatch(r"[\w./-]+@v\d+\.\d+\.\d+", each)] == []


def test_only_the_job_with_a_role_may_ask_for_an_identity(jobs: dict[str, Any]) -> None:
    asking = [name for name, job in jobs.items() if "id-token" in job.get("permissions", {})]

    assert asking == ["account-preview"]
    assert "AWS_PREVIEW_ROLE" in jobs["account-preview"]["if"]


@pytest.mark.parametrize(
    "name", ["requirements.lock", "offline/engine/go.mod", "offline/language/go.mod", "Makefile", "pyproject.toml"]
)
def test_no_file_names_where_packages_are_fetched_from(name: str) -> None:
    text = (ROOT / Path(name)).read_text()

    assert re.findall(r"https?://\S+|--index-url|GOPROXY", text) == []


def test_every_locked_package_has_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=\S)", lock.strip())

    assert [each.splitlines()[0] for each in entries if "--hash=sha256:" not in each] == []
