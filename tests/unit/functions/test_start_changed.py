"""`start_changed`: the path filter, and what it starts, against a repository in memory."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline_job.failures import RefusedError
from repository_events.event import parse_event
from start_changed.decide import Parameters, counts, glob
from start_changed.handler import handle, visit
from tests.unit.functions.fake_forge import PIPELINE, REPOSITORY, FakeForge, commit
from tests.unit.functions.repository_event import reference_event

OLD, NEW = commit("old"), commit("new")


def fixed(**changes: Any) -> str:
    values = {
        "repository": REPOSITORY,
        "pipeline": PIPELINE,
        "action": "Source",
        "variable": "GIT_BRANCH",
        "includes": ["app/**", "shared/*.py"],
        "excludes": ["**/*.md"],
    }
    return json.dumps({**values, **changes})


@pytest.fixture
def forge() -> FakeForge:
    return FakeForge()


def deliver(forge: FakeForge, event: Any, **changes: Any) -> str:
    return visit(parse_event(event), parameters=Parameters.parse(fixed(**changes)), clients=forge.clients)


def push(forge: FakeForge, *paths: tuple[str, str], **changes: Any) -> str:
    """A push to release/1.2 that changed these pairs of old and new names."""
    forge.differences[OLD, NEW] = list(paths)
    return deliver(forge, reference_event("release/1.2", new=NEW, old=OLD), **changes)


@pytest.mark.parametrize(
    ("pattern", "takes", "leaves"),
    [
        ("app/**", ["app/a", "app/a/b.py", "app/"], ["app", "apps/a", "my/app/a"]),
        ("**", ["a", "a/b/c"], []),
        ("*.java", ["A.java", ".java"], ["a/A.java", "A.javax"]),
        ("src/*", ["src/a"], ["src/a/b"]),
        ("src/*/test", ["src/a/test"], ["src/test", "src/a/b/test"]),
        ("src/**/test", ["src/a/test", "src/a/b/test"], ["src/test"]),
        ("**/*.md", ["docs/a.md", "docs/x/a.md"], ["README.md"]),
        ("{*.md,**/*.md}", ["README.md", "docs/x/a.md"], ["README.txt"]),
        ("foo.?", ["foo.c"], ["foo.", "foo.cc", "foo./"]),
        ("[ab]/x", ["a/x", "b/x"], ["c/x", "ab/x"]),
        ("[a-c]?", ["ax", "cx"], ["dx", "-x"]),
        ("[!a-c]x", ["dx", "-x"], ["ax", "/x"]),
        ("[*?]", ["*", "?"], ["a"]),
        ("[-a]", ["-", "a"], ["b"]),
        (r"\*\{a\}", ["*{a}"], ["x{a}"]),
        (r"{a\,b,c}", ["a,b", "c"], ["a", "b"]),
        ("a.b+c(d)", ["a.b+c(d)"], ["axb+c(d)"]),
        ("my-file.jar", ["my-file.jar"], ["x/my-file.jar"]),
        ("Größe/**", ["Größe/a"], ["Grosse/a"]),
    ],
)
def test_a_glob_takes_what_codepipeline_takes(pattern: str, takes: list[str], leaves: list[str]) -> None:
    assert [path for path in takes if not glob(pattern).match(path)] == []
    assert [path for path in leaves if glob(pattern).match(path)] == []


@pytest.mark.parametrize("pattern", ["a[b", "{a", "{a,{b}}", "a\\", "[z-a]", "[!]", "{[a,b],c}"])
def test_a_glob_that_makes_no_sense_is_refused_before_anything_is_looked_at(pattern: str) -> None:
    with pytest.raises(RefusedError, match="path pattern"):
        Parameters.parse(fixed(excludes=[pattern]))


@pytest.mark.parametrize(
    ("path", "includes", "excludes", "starts"),
    [
        ("app/a", [], [], True),
        ("app/a", ["app/*"], [], True),
        ("lib/a", ["app/*"], [], False),
        ("app/a.md", ["app/*"], ["**/*.md"], False),
        ("lib/a", [], ["app/**"], True),
        ("app/a", [], ["app/**"], False),
        ("app/a", ["app/*"], ["app/*"], False),
        ("b", ["a", "b"], [], True),
    ],
)
def test_a_path_counts_when_it_is_included_and_not_excluded(
    path: str, includes: list[str], excludes: list[str], starts: bool
) -> None:
    parameters = Parameters.parse(fixed(includes=includes, excludes=excludes))
    assert counts(path, parameters=parameters) is starts


def test_a_push_that_changed_a_file_of_the_pipeline_starts_it_at_its_commit_with_its_branch(forge: FakeForge) -> None:
    assert "app/main.py changed" in push(forge, ("docs/x", "docs/x"), ("app/main.py", "app/main.py"))
    (asked,) = forge.asked("StartPipelineExecution")
    assert asked["sourceRevisions"] == [{"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": NEW}]
    assert asked["variables"] == [{"name": "GIT_BRANCH", "value": "release/1.2"}]


@pytest.mark.parametrize(
    ("paths", "because"),
    [
        (("", "app/new.py"), "app/new.py changed"),
        (("app/gone.py", ""), "app/gone.py changed"),
        (("app/moved.py", "lib/moved.py"), "app/moved.py changed"),
        (("lib/moved.py", "app/moved.py"), "app/moved.py changed"),
    ],
)
def test_the_old_name_of_a_file_counts_as_its_new_one_does(
    forge: FakeForge, paths: tuple[str, str], because: str
) -> None:
    assert because in push(forge, paths)


def test_a_push_of_other_files_starts_nothing(forge: FakeForge) -> None:
    told = push(forge, ("docs/x", "docs/x"), ("app/README.md", "app/README.md"), ("shared/x/y.py", "shared/x/y.py"))
    assert told == f"not started: no path of {PIPELINE} changed from {OLD} to {NEW}"
    assert forge.executions == {}


def test_an_empty_range_starts_nothing_and_asks_nothing(forge: FakeForge) -> None:
    told = deliver(forge, reference_event("release/1.2", new=NEW, old=NEW))
    assert told == f"not started: branch release/1.2 stands where it stood, at {NEW}"
    assert forge.calls == []


def test_a_range_without_a_difference_starts_nothing(forge: FakeForge) -> None:
    assert "not started" in push(forge)


def test_paging_ends_with_the_first_path_that_counts(forge: FakeForge) -> None:
    forge.page = 1
    push(forge, ("docs/x", "docs/x"), ("app/a", "app/a"), ("docs/y", "docs/y"))
    assert len(forge.asked("GetDifferences")) == 2


def test_the_last_page_is_read_before_nothing_is_started(forge: FakeForge) -> None:
    forge.page = 1
    assert "not started" in push(forge, ("docs/x", "docs/x"), ("docs/y", "docs/y"), ("docs/z", "docs/z"))
    assert len(forge.asked("GetDifferences")) == 3
    assert "app/a changed" in push(forge, ("docs/x", "docs/x"), ("docs/y", "docs/y"), ("app/a", "app/a"))


@pytest.mark.parametrize("kind", ["branch", "tag"])
def test_a_new_branch_or_tag_starts_without_a_comparison(forge: FakeForge, kind: str) -> None:
    assert f"{kind} v1.2.0 is new" in deliver(forge, reference_event("v1.2.0", new=NEW, kind=kind))
    assert forge.actions == {"codepipeline:StartPipelineExecution"}


def test_an_old_commit_that_is_gone_starts_for_nobody_knows_what_changed(forge: FakeForge) -> None:
    told = deliver(forge, reference_event("develop", new=NEW, old=commit("forgotten")))
    assert "is gone, so nobody knows what changed" in told
    assert len(forge.executions) == 1


def test_an_event_that_comes_twice_starts_one_execution(forge: FakeForge) -> None:
    assert push(forge, ("app/a", "app/a")) == push(forge, ("app/a", "app/a"))
    assert len(forge.executions) == 1


def test_a_branch_that_comes_back_to_a_commit_starts_again_and_so_does_another_branch(forge: FakeForge) -> None:
    push(forge, ("app/a", "app/a"))
    forge.differences[commit("other"), NEW] = [("app/a", "app/a")]
    deliver(forge, reference_event("release/1.2", new=NEW, old=commit("other")))
    deliver(forge, reference_event("develop", new=NEW, old=OLD))
    assert len(forge.executions) == 3


@pytest.mark.parametrize(
    "event",
    [
        reference_event("release/1.2", old=OLD),
        reference_event("release/1.2", new=NEW, old=OLD, repositoryName="another"),
        {**reference_event("x", new=NEW), "detail": {"event": "unreferencedMergeCommitCreated"}},
        {**reference_event("x", new=NEW), "detail-type": "CodeCommit Comment on Commit"},
    ],
)
def test_other_events_start_nothing(forge: FakeForge, event: Any) -> None:
    told = deliver(forge, event)
    assert told.startswith(("not started", "nothing to do"))
    assert forge.calls == []


def test_another_error_of_codecommit_is_raised_for_a_retry(forge: FakeForge) -> None:
    forge.refuse("GetDifferences", "EncryptionKeyUnavailableException")
    with pytest.raises(ClientError):
        push(forge, ("app/a", "app/a"))
    assert "app/a changed" in push(forge, ("app/a", "app/a"))


def test_the_entry_reads_its_parameters_from_the_environment(
    forge: FakeForge, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("start_changed.handler.runtime_clients", lambda: forge.clients)
    monkeypatch.setenv("PARAMETERS", fixed())
    with caplog.at_level("INFO"):
        handle(reference_event("develop", new=NEW), None)
    execution = "00000000-0000-0000-0000-000000000000"
    told = f"start_changed: execution {execution} of {PIPELINE} for develop: branch develop is new"
    assert [record.getMessage() for record in caplog.records] == [told]
