"""The commands a person types, in a clone of its own: what is said, and what they leave behind."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from offline.install import clean_environment
from offline.layout import Layout

ENDINGS = ("svg", "mmd", "md")


@pytest.fixture
def clone(layout: Layout, tmp_path: Path) -> Path:
    """A clone of what lies in the working tree, committed, with the installed Python and engine of this one."""
    root = tmp_path / "clone"
    listed = git(layout.root, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for name in filter(None, listed.split("\0")):
        if (layout.root / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(layout.root / name, root / name)
    borrow(layout=layout, clone=Layout(root=root))
    git(root, "init", "--quiet")
    commit(root)
    return root


def test_an_unknown_stack_is_one_line_with_the_known_ones(clone: Path) -> None:
    done = make(clone, "up", "STACK=moon")

    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert done.returncode != 0
    assert done.stdout == ""
    assert said == ["» cannot go on: there is no stack 'moon': STACK is one of dev, prod, staging"]
    assert git(clone, "status", "--porcelain") == ""


def test_up_of_a_production_without_approval_stops_at_the_preview_and_creates_nothing(clone: Path) -> None:
    without_approvals(clone)

    done = make(clone, "up", "STACK=prod")

    assert done.returncode != 0
    assert "flow-prod-manual-approval" in done.stdout
    assert "storefront-pipeline" in done.stdout
    assert "» 2/3 up" not in done.stderr
    assert resources(clone, "prod") == []
    assert git(clone, "status", "--porcelain") == ""


def test_report_writes_the_findings_also_of_a_preview_that_is_refused_and_ends_like_it(clone: Path) -> None:
    without_approvals(clone)

    done = make(clone, "report", "STACK=prod")

    assert done.returncode != 0
    assert "flow-prod-manual-approval" in done.stdout
    folder = Layout(root=clone).reports / "prod"
    written = ["alerts.sarif", "findings.md", "findings.sarif", "findings.xml"]
    assert sorted(path.name for path in folder.iterdir()) == written
    for file in folder.iterdir():
        assert "flow-prod-manual-approval" in file.read_text()
        assert f"report: {file.relative_to(clone)}" in done.stdout
    assert git(clone, "status", "--porcelain") == ""


def test_up_ends_with_the_outputs_and_the_diagram_and_leaves_no_tracked_file_changed(clone: Path) -> None:
    done = make(clone, "up")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "artifact_bucket: delivery-dev-" in done.stdout
    drawn = [
        clone / line.removeprefix("diagram: ") for line in done.stdout.splitlines() if line.startswith("diagram: ")
    ]
    assert {each.suffix for each in drawn} == {".mmd", ".svg", ".md"}
    assert all(each.is_file() for each in drawn)
    assert len(resources(clone, "dev")) > 90
    assert git(clone, "status", "--porcelain") == ""


def test_the_diagram_needs_no_engine_and_builds_none(clone: Path) -> None:
    shutil.rmtree(Layout(root=clone).bin)

    done = make(clone, "diagram", "STACK=prod")

    assert done.returncode == 0, done.stdout + done.stderr
    drawn = {line.removeprefix("diagram: .offline/diagrams/") for line in done.stdout.splitlines()}
    assert drawn == {f"{name}.{ending}" for name in ("storefront-prod", "storefront.overview") for ending in ENDINGS}
    assert {path.name for path in Layout(root=clone).diagrams.iterdir()} == drawn
    assert not Layout(root=clone).bin.exists()
    assert git(clone, "status", "--porcelain") == ""


def without_approvals(clone: Path) -> None:
    """Takes the approvals out of the clone's production, and commits that."""
    file = clone / "Pulumi.prod.yaml"
    before, _, after = file.read_text().partition("      approvals:\n")
    _, deploy, rest = after.partition("      deploy:")
    file.write_text(f"{before}      approvals: []\n{deploy}{rest}")
    commit(clone)


def resources(clone: Path, stack: str) -> list[object]:
    """What the state of a stack holds."""
    (file,) = Layout(root=clone).work.rglob(f".pulumi/stacks/*/{stack}.json")
    latest = json.loads(file.read_text())["checkpoint"].get("latest") or {}
    return list(latest.get("resources") or [])


def borrow(*, layout: Layout, clone: Layout) -> None:
    """Saves the clone the minutes of an installation; everything that its commands write is its own."""
    clone.venv.mkdir(parents=True)
    for name in ("bin", "lib", "pyvenv.cfg"):
        (clone.venv / name).symlink_to(layout.venv / name)
    lock = (clone.root / "requirements.lock").read_bytes()
    (clone.venv / "stamp").write_text(hashlib.sha256(lock + b"\0" + str(clone.venv).encode()).hexdigest())
    shutil.copytree(layout.bin, clone.bin, copy_function=lambda source, target: Path(target).symlink_to(source))
    shutil.copytree(layout.cache, clone.cache)


def git(root: Path, *arguments: str) -> str:
    """Git's answer."""
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def commit(root: Path) -> None:
    """Commits everything that is not ignored."""
    git(root, "add", "--all")
    git(root, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "a clone")


def make(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make`, not as a part of the `make test` that may run this."""
    environment = {key: value for key, value in clean_environment().items() if key not in {"MAKEFLAGS", "MAKELEVEL"}}
    done = subprocess.run(["make", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert "installing" not in done.stderr, "the clone should have found the installed packages"
    return done
