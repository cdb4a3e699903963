"""`git_push` against Git itself: its server takes the tag, and its own tools find nothing wrong with it."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from git_push.login import Login
from git_push.packet import ProtocolError, advertisement, line, lines, refusal
from git_push.remote import PushError, Remote
from git_push.tag import Tag, pack
from pipeline_job.failures import RefusedError
from tests.unit.functions.git_server import PATH, GitRepository, served

TIME = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path)


@pytest.fixture
def remote(repository: GitRepository) -> Iterator[Remote]:
    with served(repository) as url:
        yield Remote(url=url)


def tag(commit: str, *, name: str = "v1.2.0", message: str = "v1.2.0 from release/1.2") -> Tag:
    return Tag(name=name, commit=commit, tagger="tag_release <tag@example.org>", time=TIME, message=message)


def test_git_takes_the_tag_and_finds_an_annotated_one(repository: GitRepository, remote: Remote) -> None:
    commit = repository.commit("one")
    remote.create(tag(commit))
    assert repository.git("cat-file", "-t", "v1.2.0") == "tag"
    assert repository.git("rev-parse", "v1.2.0^{commit}") == commit
    assert repository.git("rev-parse", "v1.2.0") == tag(commit).id
    assert repository.git("fsck", "--strict", "--full") == ""


def test_git_shows_who_tagged_when_and_why(repository: GitRepository, remote: Remote) -> None:
    remote.create(tag(repository.commit("one"), message="first line\n\nGrüße\n"))
    wanted = "--format=%(taggername)|%(taggeremail)|%(taggerdate:iso-strict)|%(contents)"
    assert repository.git("for-each-ref", wanted, "refs/tags") == (
        "tag_release|<tag@example.org>|2026-11-23T12:00:00+00:00|first line\n\nGrüße"
    )


@pytest.mark.parametrize("size", [1, 15, 16, 2047, 2048, 300_000])
def test_a_message_of_any_size_is_packed_as_git_reads_it(repository: GitRepository, remote: Remote, size: int) -> None:
    remote.create(tag(repository.commit("one"), message="x" * size))
    assert repository.git("for-each-ref", "--format=%(contents)", "refs/tags") == "x" * size
    assert repository.git("fsck", "--strict", "--full") == ""


def test_tags_are_read_with_the_commits_at_which_they_stand_annotated_or_not(
    repository: GitRepository, remote: Remote
) -> None:
    first, second = repository.commit("one"), repository.commit("two")
    remote.create(tag(first))
    repository.git("tag", "plain", second)
    assert remote.tags() == {"v1.2.0": first, "plain": second}
    assert repository.requests[-1][0] == f"GET {PATH}/info/refs?service=git-upload-pack"


def test_a_server_that_lets_nobody_read_names_the_permission(repository: GitRepository, remote: Remote) -> None:
    repository.status = 403
    with pytest.raises(RefusedError, match="codecommit:GitPull"):
        remote.tags()


def test_the_references_of_the_repository_are_listed(repository: GitRepository, remote: Remote) -> None:
    commit = repository.commit("one")
    remote.create(tag(commit))
    repository.git("tag", "light", commit)
    assert remote.references() == {
        "refs/heads/main": commit,
        "refs/tags/light": commit,
        "refs/tags/v1.2.0": tag(commit).id,
    }


def test_a_repository_without_a_commit_has_no_references(remote: Remote) -> None:
    assert remote.references() == {}


def test_a_name_that_is_taken_is_refused_and_the_tag_stays_where_it_was(
    repository: GitRepository, remote: Remote
) -> None:
    first = repository.commit("one")
    remote.create(tag(first))
    with pytest.raises(PushError, match=r"did not take refs/tags/v1\.2\.0"):
        remote.create(tag(repository.commit("two")))
    assert repository.tags() == {"v1.2.0": first}


def test_a_commit_that_the_repository_does_not_have_is_refused(repository: GitRepository, remote: Remote) -> None:
    repository.commit("one")
    with pytest.raises(PushError):
        remote.create(tag("1" * 40))
    assert repository.tags() == {}


def test_a_hook_that_declines_is_told_with_its_reason(repository: GitRepository, remote: Remote) -> None:
    commit = repository.commit("one")
    hook = repository.path / "hooks" / "update"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(PushError, match="hook declined"):
        remote.create(tag(commit))


def test_the_login_goes_along_with_each_request(repository: GitRepository, remote: Remote) -> None:
    passwords = iter(("first", "second", "third"))
    known = replace(remote, login=lambda: Login(name="AKIA%token", password=next(passwords)))
    known.create(tag(repository.commit("one")))
    assert [(asked, b64decode(login.removeprefix("Basic ")).decode()) for asked, login in repository.requests] == [
        (f"GET {PATH}/info/refs?service=git-receive-pack", "AKIA%token:first"),
        (f"POST {PATH}/git-receive-pack", "AKIA%token:second"),
    ]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_server_that_lets_nobody_in_is_a_refusal_that_names_the_permission(
    repository: GitRepository, remote: Remote, status: int
) -> None:
    repository.status = status
    with pytest.raises(RefusedError, match=f"answers {status} for {PATH}.*codecommit:GitPush"):
        remote.references()


@pytest.mark.parametrize("status", [302, 429, 500, 503])
def test_a_server_in_trouble_is_worth_a_retry_and_no_redirect_takes_the_login_elsewhere(
    repository: GitRepository, remote: Remote, status: int
) -> None:
    repository.status = status
    with pytest.raises(PushError, match=f"answers {status}"):
        remote.references()
    assert len(repository.requests) == 1


@pytest.mark.parametrize("missing", [b"delete-refs", b"report-status object-format=sha256"])
def test_a_server_that_reports_nothing_or_names_objects_otherwise_gets_no_push(
    remote: Remote, monkeypatch: pytest.MonkeyPatch, missing: bytes
) -> None:
    offer = (
        line(b"# service=git-receive-pack\n") + b"0000" + line(b"0" * 40 + b" capabilities^{}\x00" + missing) + b"0000"
    )
    asked: list[str] = []

    def answer(_: Remote, method: str, *__: object, **___: object) -> bytes:
        asked.append(method)
        return offer

    monkeypatch.setattr(Remote, "_send", answer)
    with pytest.raises(ProtocolError, match="reports no status or names objects"):
        remote.create(tag("1" * 40))
    assert asked == ["GET"]


def test_the_same_tag_is_the_same_object_wherever_it_is_made() -> None:
    one = tag("1" * 40)
    assert one.id == replace(one, time=TIME.astimezone(timezone(timedelta(hours=5)))).id
    assert one.id != replace(one, time=TIME + timedelta(seconds=1)).id
    assert pack(one) == pack(one)


def test_no_line_break_slips_another_field_into_the_head_of_a_tag() -> None:
    head, _, message = replace(tag("1" * 40), tagger="x\nobject <y>").content.decode().partition("\n\n")
    assert [line.split()[0] for line in head.splitlines()] == ["object", "type", "tag", "tagger"]
    assert message == "v1.2.0 from release/1.2\n"


def test_packets_are_read_as_they_are_written() -> None:
    assert list(lines(line(b"a\n") + b"0000" + line(b"") + line(b"b" * 300))) == [b"a", b"", b"", b"b" * 300]


@pytest.mark.parametrize("data", [b"zzzz", b"0003", b"0010abc", b"<html>", b"00", b"0001"])
def test_what_is_no_packet_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(lines(data))


def test_a_page_of_another_service_is_no_advertisement() -> None:
    with pytest.raises(ProtocolError, match="git-receive-pack"):
        advertisement(line(b"# service=git-upload-pack\n") + b"0000" + b"0000")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (line(b"unpack ok\n") + line(b"ok refs/tags/v1.2.0\n") + b"0000", ""),
        (line(b"unpack ok\n") + line(b"ng refs/tags/v1.2.0 already exists\n") + b"0000", "already exists"),
        (line(b"unpack index-pack abnormal exit\n") + b"0000", "unpack index-pack abnormal exit"),
    ],
)
def test_the_report_of_the_server_is_understood(answer: bytes, said: str) -> None:
    assert refusal(answer, tag("1" * 40)) == said


@pytest.mark.parametrize("answer", [b"", b"0000", line(b"unpack ok\n"), line(b"hello\n")])
def test_a_report_that_says_nothing_of_the_tag_is_no_success(answer: bytes) -> None:
    with pytest.raises(ProtocolError):
        refusal(answer, tag("1" * 40))
