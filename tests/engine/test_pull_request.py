"""What a pull request is held against, and that nothing in it depends on one machine."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.layout import Layout
from offline.stacks import known_stacks
from rulebook.reports.markdown import markdown
from tests.policies.reports.stream import preview, violation

ROOT = Layout.of_this_clone().root


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / ".github" / "workflows" / "pull-request.yml").read_text())
    assert document["permissions"] == {"contents": "read"}
    return dict(document["jobs"])


def test_every_stack_is_previewed(jobs: dict[str, Any]) -> None:
    for job in ("preview", "account-preview", "findings"):
        assert sorted(jobs[job]["strategy"]["matrix"]["stack"]) == known_stacks(program=ROOT)


def test_every_action_is_pinned_to_a_full_version(jobs: dict[str, Any]) -> None:
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]

    assert [each for each in used if not re.fullmatch(r"[\w./-]+@v\d+\.\d+\.\d+", each)] == []


def test_only_the_job_with_a_role_may_ask_for_an_identity(jobs: dict[str, Any]) -> None:
    asking = [name for name, job in jobs.items() if "id-token" in job.get("permissions", {})]

    assert asking == ["account-preview"]
    assert "AWS_PREVIEW_ROLE" in jobs["account-preview"]["if"]


def test_what_may_write_runs_nothing_of_the_pull_request_and_nothing_for_a_fork(jobs: dict[str, Any]) -> None:
    writing = [name for name, job in jobs.items() if "write" in {**job.get("permissions", {}), "id-token": ""}.values()]

    assert writing == ["findings"]
    findings = jobs["findings"]
    assert findings["permissions"] == {
        "actions": "read",
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }
    assert "head.repo.full_name == github.repository" in findings["if"]
    assert [step["uses"].partition("@")[0] for step in findings["steps"] if "uses" in step] == [
        "actions/download-artifact",
        "github/codeql-action/upload-sarif",
    ]
    assert findings["steps"][-1]["with"]["sarif_file"].endswith("/alerts.sarif")
    assert not re.search(r"\bmake\b|python|pulumi", script(findings))


@pytest.mark.parametrize("job", ["preview", "account-preview"])
def test_findings_are_kept_and_shown_when_the_preview_fails_too(jobs: dict[str, Any], job: str) -> None:
    after = [
        step
        for step in jobs[job]["steps"]
        if "GITHUB_STEP_SUMMARY" in step.get("run", "") or "policies-" in step.get("with", {}).get("name", "")
    ]

    assert [step.get("if") for step in after] == ["${{ !cancelled() }}"] * 2


@pytest.mark.parametrize(
    ("earlier", "call"),
    [
        ("", "--method POST repos/acme/road/issues/7/comments"),
        ("1 <!-- policy-report: dev -->\n2 Well done", "--method POST repos/acme/road/issues/7/comments"),
        (
            "1 <!-- policy-report: dev -->\n23 <!-- policy-report: prod -->\n4 <!-- policy-report: prod -->",
            "--method PATCH repos/acme/road/issues/comments/23 ",
        ),
    ],
)
def test_a_stack_has_one_comment_of_ours_which_is_updated(
    jobs: dict[str, Any], tmp_path: Path, earlier: str, call: str
) -> None:
    text = markdown(preview(violation()))
    gh = tmp_path / "gh"
    gh.write_text(
        f"#!/bin/sh\ncase \"$*\" in *--paginate*) cat <<'END'\n{earlier}\nEND\n;; "
        '*) echo "$*" > findings/called ;; esac\n'
    )
    gh.chmod(0o755)

    files = ran(step(jobs, "Post the findings"), folder=tmp_path, files={"findings.md": text})

    assert call in files["called"]
    assert "body=@findings/findings.md" in files["called"]


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


def script(job: dict[str, Any]) -> str:
    """All that a job's steps run."""
    return "\n".join(each.get("run", "") for each in job["steps"])


def step(jobs: dict[str, Any], name: str) -> str:
    """What the step of the last job whose name begins like this runs."""
    (found,) = [each["run"] for each in jobs["findings"]["steps"] if each.get("name", "").startswith(name)]
    return str(found)


def ran(script: str, *, folder: Path, files: dict[str, str]) -> dict[str, str]:
    """Runs a step beside `findings/` with these files, programs of `folder` first; what is in it afterwards."""
    (folder / "findings").mkdir()
    for name, text in files.items():
        (folder / "findings" / name).write_text(text)
    environment = {
        "PATH": os.pathsep.join([str(folder), os.environ["PATH"]]),
        "GITHUB_REPOSITORY": "acme/road",
        "NUMBER": "7",
        "STACK": "prod",
    }
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=folder, env=environment, check=False)
    assert done.returncode == 0
    return {path.name: path.read_text() for path in (folder / "findings").iterdir()}
