"""`tag_release` against Git's own server and a CodeCommit in memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from git_push.remote import PushError, Remote
from pipeline_job.failures import RefusedError
from repository_events.event import parse_event
from repository_events.run import answer_event
from tag_release.decide import Merge, Parameters, TooEarlyError, version_in
from tag_release.handler import visit
from tests.unit.functions.fake_forge import REPOSITORY, TOPIC, FakeForge
from tests.unit.functions.git_server import GitRepository, served
from tests.unit.functions.repository_event import pull_request_event


def fixed(**changes: str) -> str:
    values = {
        "repository": REPOSITORY,
        "main": "main",
        "release": "release/*",
        "hotfix": "hotfix/*",
        "topic": TOPIC,
        "tagPrefix": "v",
    }
    return json.dumps({**values, **changes})


class Landing:
    """A repository into whose main branch pull requests are merged."""

    def __init__(self, repository: GitRepository, url: str) -> None:
        self.repository, self.forge, self.remote = repository, FakeForge(), Remote(url=url)
        self.event: dict[str, Any] = {}

    def merge(self, branch: str, **changes: str) -> str:
        """Merge a branch with a new commit, and deliver the event; what was done."""
        self.event = self.landed(branch, self.repository.commit(branch))
        return self.deliver(**changes)

    def landed(self, branch: str, commit: str, **metadata: Any) -> dict[str, Any]:
        """The event of a branch that was merged at this commit."""
        identity = self.forge.add_pull_request(branch, "main")
        self.forge.merge(identity, **{"mergeCommitId": commit, "mergeOption": "THREE_WAY_MERGE", **metadata})
        return pull_request_event("MergeStatusUpdated", identity, source=branch, destination="main")

    def deliver(self, **changes: str) -> str:
        """Deliver the last event, perhaps again."""
        # What CodeCommit knows of tags is what the repository has.
        self.forge.tags = self.repository.tags()
        parameters = Parameters.parse(fixed(**changes))
        return visit(parse_event(self.event), parameters=parameters, clients=self.forge.clients, remote=self.remote)

    @property
    def tags(self) -> dict[str, str]:
        return self.repository.tags()

    @property
    def head(self) -> str:
        return self.repository.git("rev-parse", "main")


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    repository = GitRepository(tmp_path)
    with served(repository) as url:
        yield Landing(repository, url)


def merge(branch: str) -> Merge:
    hotfix = branch.startswith("hotfix/")
    time = parse_event(pull_request_event("Created")).time
    return Merge(branch=branch, hotfix=hotfix, commit="1" * 40, pull_request="1", title="", time=time)


@pytest.mark.parametrize(
    ("branch", "version"),
    [
        ("release/1.2", "1.2.0"),
        ("release/1.2.3", "1.2.3"),
        ("release/v1.2", "1.2.0"),
        ("release/0.0.0", "0.0.0"),
        ("release/10.20.30", "10.20.30"),
        ("release/v2.0.0-rc.1", "2.0.0-rc.1"),
        ("release/2.0-rc.1", "2.0.0-rc.1"),
        ("release/1.0.0-alpha", "1.0.0-alpha"),
        ("release/1.0.0-0.3.7", "1.0.0-0.3.7"),
        ("release/1.0.0-x-y-z.--", "1.0.0-x-y-z.--"),
        ("release/1.0.0-01", ""),
        ("release/1.0.0-", ""),
        ("release/1.0.0-a..b", ""),
        ("release/1.0.0+build", ""),
        ("release/01.2", ""),
        ("release/1", ""),
        ("release/1.2.3.4", ""),
        ("release/next", ""),
        ("release/1.2/x", ""),
        ("release/vv1.2", ""),
        ("release/\u0661.\u0662", ""),
        ("hotfix/1.2.4", "1.2.4"),
        ("hotfix/v1.2.4-rc.1", "1.2.4-rc.1"),
        ("hotfix/1.2", ""),
        ("hotfix/some-name", ""),
    ],
)
def test_the_version_comes_from_the_branch(branch: str, version: str) -> None:
    assert version_in(merge(branch), parameters=Parameters.parse(fixed())) == version


def test_a_prefix_of_another_kind_is_taken_in_the_branch_and_put_before_the_tag(landing: Landing) -> None:
    assert version_in(merge("release/app-1.2"), parameters=Parameters.parse(fixed(tagPrefix="app-"))) == "1.2.0"
    landing.merge("release/1.2", tagPrefix="app-")
    landing.merge("release/1.3", tagPrefix="")
    assert set(landing.tags) == {"app-1.2.0", "1.3.0"}


@pytest.mark.parametrize("prefix", ["-", "a b", "v*", "refs:", ".v"])
def test_a_prefix_that_git_would_not_take_is_refused(prefix: str) -> None:
    with pytest.raises(RefusedError, match="tagPrefix"):
        Parameters.parse(fixed(tagPrefix=prefix))


@pytest.mark.parametrize(
    ("branch", "name"), [("release/1.2", "v1.2.0"), ("hotfix/1.2.4", "v1.2.4"), ("release/2.0.0-rc.1", "v2.0.0-rc.1")]
)
def test_what_lands_is_tagged_where_it_landed_with_an_annotated_tag(landing: Landing, branch: str, name: str) -> None:
    assert landing.merge(branch) == f"{name} is created at {landing.head}"
    assert landing.tags == {name: landing.head}
    assert landing.repository.git("cat-file", "-t", name) == "tag"
    assert landing.repository.git("fsck", "--strict") == ""
    assert f"{name} from {branch}" in landing.repository.git("cat-file", "tag", name)


def test_a_release_that_was_merged_fast_forward_is_tagged_at_the_head_of_its_branch(landing: Landing) -> None:
    commit = landing.repository.commit("one")
    landing.event = landing.landed("release/1.2", "", mergeOption="FAST_FORWARD_MERGE")
    landing.forge.pull_requests["1"]["pullRequestTargets"][0]["sourceCommit"] = commit
    landing.deliver()
    assert landing.tags == {"v1.2.0": commit}


@pytest.mark.parametrize("branch", ["release/1.2", "hotfix/1.2.4", "hotfix/some-name"])
def test_an_event_that_comes_twice_tags_once_even_after_the_next_release(landing: Landing, branch: str) -> None:
    landing.merge(branch)
    tags = landing.tags
    event = landing.event
    assert "already" in landing.deliver()
    assert landing.tags == tags
    landing.merge("release/7.0")
    landing.event = event
    assert "already" in landing.deliver()
    assert set(landing.tags) == {*tags, "v7.0.0"}
    assert landing.forge.messages == []


def test_a_named_hotfix_is_the_patch_after_the_highest_version_that_is_tagged(landing: Landing) -> None:
    landing.merge("hotfix/first")
    assert set(landing.tags) == {"v0.0.1"}
    for branch in ("release/1.9", "release/1.10", "release/2.0.0-rc.1"):
        landing.merge(branch)
    commit = landing.repository.git("rev-parse", "main^")
    for name in ("v9", "v9.9", "9.9.9", "w9.9.9", "v9.9.9-rc.1", "latest"):
        landing.repository.git("tag", name, commit)
    landing.merge("hotfix/second")
    assert landing.tags["v1.10.1"] == landing.head
    landing.merge("hotfix/1.10.5")
    landing.merge("hotfix/third")
    assert landing.tags["v1.10.6"] == landing.head


@pytest.mark.parametrize("options", [(), ("-a", "-m", "by hand")])
@pytest.mark.parametrize("branch", ["release/1.2", "hotfix/1.2.0", "hotfix/some-name"])
def test_a_tag_that_a_person_made_at_the_same_commit_is_a_success(
    landing: Landing, branch: str, options: tuple[str, ...]
) -> None:
    commit = landing.repository.commit("one")
    landing.repository.git("tag", *options, "v1.2.0", commit)
    landing.event = landing.landed(branch, commit)
    assert landing.deliver() == f"v1.2.0 stands at {commit} already"
    assert landing.tags == {"v1.2.0": commit}
    assert landing.forge.messages == []
    # A tag without an object of its own says itself where it stands.
    assert len(landing.forge.asked("GetMergeOptions")) == (1 if options else 0)


@pytest.mark.parametrize("options", [(), ("-a", "-m", "by hand")])
def test_a_tag_that_stands_elsewhere_is_announced_and_never_moved(landing: Landing, options: tuple[str, ...]) -> None:
    elsewhere = landing.repository.commit("one")
    landing.repository.git("tag", *options, "v1.2.0", elsewhere)
    landing.merge("release/1.2")
    assert landing.tags == {"v1.2.0": elsewhere}
    (message,) = landing.forge.messages
    assert message["Subject"] == "storefront: v1.2.0 exists already, nothing is tagged"
    assert f"it stands at {elsewhere}" in message["Message"]
    assert landing.head in message["Message"]


def test_a_tag_whose_place_codecommit_cannot_tell_is_announced_and_never_moved(landing: Landing) -> None:
    elsewhere = landing.repository.commit("one")
    landing.repository.git("tag", "v1.2.0", elsewhere)
    landing.forge.refuse("GetMergeOptions", "TipsDivergenceExceededException")
    landing.merge("release/1.2")
    assert landing.tags == {"v1.2.0": elsewhere}
    assert "could not tell where it stands" in landing.forge.messages[0]["Message"]


def test_a_place_that_codecommit_tells_later_is_asked_for_again(landing: Landing) -> None:
    landing.repository.git("tag", "v1.2.0", landing.repository.commit("one"))
    landing.forge.refuse("GetMergeOptions", "ThrottlingException")
    with pytest.raises(ClientError):
        landing.merge("release/1.2")
    assert landing.deliver() == "announced: storefront: v1.2.0 exists already, nothing is tagged"


def test_a_release_without_version_is_announced_with_what_to_do(landing: Landing) -> None:
    landing.merge("release/next")
    assert landing.tags == {}
    (message,) = landing.forge.messages
    assert message["Subject"] == "storefront: release/next has no version, nothing is tagged"
    assert f"git tag -a v<version> {landing.head}" in message["Message"]


def test_a_merge_that_codecommit_does_not_show_yet_is_tried_again(landing: Landing) -> None:
    landing.repository.commit("one")
    landing.forge.add_pull_request("release/1.2", "main")
    landing.event = pull_request_event("MergeStatusUpdated", source="release/1.2", destination="main")
    with pytest.raises(TooEarlyError):
        landing.deliver()


def test_a_tag_that_another_one_made_in_the_meantime_is_tried_again(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.merge("release/1.0")
    seen = landing.remote.references()
    landing.merge("hotfix/first")
    with monkeypatch.context() as late:
        late.setattr(Remote, "references", lambda _: seen)
        with pytest.raises(PushError):
            landing.merge("hotfix/second")
    landing.deliver()
    assert landing.tags["v1.0.2"] == landing.head


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "feature/x"},
        {"source": "develop"},
        {"destination": "develop"},
        {"isMerged": "False"},
        {"repositoryNames": ["another"]},
    ],
)
def test_other_merges_are_not_tagged(landing: Landing, changes: dict[str, Any]) -> None:
    told = {"source": "release/1.2", "destination": "main", **changes}
    landing.event = pull_request_event("MergeStatusUpdated", **told)
    assert landing.deliver().startswith("nothing to do")
    assert landing.forge.calls == []
    assert landing.repository.requests == []


def test_a_closed_door_is_announced_for_no_retry_can_help(landing: Landing) -> None:
    landing.repository.status = 403
    event = landing.landed("release/1.2", landing.repository.commit("one"))

    def act(one: Any) -> str:
        parameters = Parameters.parse(fixed())
        return visit(one, parameters=parameters, clients=landing.forge.clients, remote=landing.remote)

    answer_event(event, name="tag_release", visit=act, clients=landing.forge.clients, topic=TOPIC)
    (message,) = landing.forge.messages
    assert message["Subject"] == "tag_release could not do its work"
    assert "codecommit:GitPush" in message["Message"]
