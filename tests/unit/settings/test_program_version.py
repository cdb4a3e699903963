"""Which version of the program makes a stack: what git says, or what is said instead of it."""

import subprocess
from pathlib import Path

import pytest

from settings.program_version import ProgramVersion, version_of


def git(directory: Path, *words: str) -> str:
    """Run git as somebody whom no configuration of this machine knows."""
    somebody = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "tag.gpgSign=false"]
    answer = subprocess.run(
        ["git", "-C", str(directory), *somebody, *words], capture_output=True, text=True, check=True
    )
    return answer.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    git(tmp_path, "add", "a.txt")
    git(tmp_path, "commit", "--quiet", "--no-gpg-sign", "-m", "One")
    return tmp_path


def test_git_says_commit_and_whether_a_file_differs(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    assert version_of(repository, {}) == ProgramVersion(commit=commit)
    (repository / "new.txt").write_text("not git's yet", encoding="utf-8")
    assert not version_of(repository, {}).dirty
    (repository / "a.txt").write_text("two", encoding="utf-8")
    assert version_of(repository, {}) == ProgramVersion(commit=commit, dirty=True)


def test_of_several_tags_at_the_commit_the_last_version_counts(repository: Path) -> None:
    for tag in ("v1.9.0", "v1.10.0", "v1.2.0"):
        git(repository, "tag", tag)
    assert version_of(repository, {}).tag == "v1.10.0"


def test_a_tag_at_an_older_commit_is_none_of_this(repository: Path) -> None:
    git(repository, "tag", "v1")
    git(repository, "commit", "--quiet", "--no-gpg-sign", "--allow-empty", "-m", "Two")
    assert version_of(repository, {}).tag == ""


@pytest.mark.parametrize("exists", [True, False])
def test_without_a_repository_the_version_is_unknown(
    tmp_path: Path, exists: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert version_of(tmp_path if exists else tmp_path / "gone", {}) == ProgramVersion(commit="unknown")


def test_what_the_environment_says_counts_more_than_git(repository: Path) -> None:
    said = {"DELIVERY_PROGRAM_VERSION": "4f2c v1.4.0"}
    assert version_of(repository, said) == ProgramVersion(commit="4f2c", tag="v1.4.0")
    assert version_of(repository, {"DELIVERY_PROGRAM_VERSION": "4f2c"}) == ProgramVersion(commit="4f2c")
    assert version_of(repository, {"DELIVERY_PROGRAM_VERSION": " "}).commit == git(repository, "rev-parse", "HEAD")
