"""The decisions of `tag_release`: plain values in, plain values out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from git_push.tag import Tag
from pipeline_job.announcement import Announcement
from pipeline_job.branches import matches
from pipeline_job.failures import RefusedError
from pipeline_job.values import fixed_values, pattern_of, text_of
from repository_events.event import PullRequestChange
from repository_events.pull_request import PullRequest

TAGGER = "tag_release <tag-release@codecommit.invalid>"
TAGS = "refs/tags/"

_NUMBER = r"(?:0|[1-9]\d*)"
_PRERELEASE = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"(?P<major>{_NUMBER})\.(?P<minor>{_NUMBER})(?:\.(?P<patch>{_NUMBER}))?"
    rf"(?P<prerelease>-{_PRERELEASE}(?:\.{_PRERELEASE})*)?",
    re.ASCII,
)


class TooEarlyError(Exception):
    """The event is ahead of what CodeCommit answers; the next try will see the merge."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    repository: str
    main: str
    release: str
    hotfix: str
    topic: str
    tag_prefix: str

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=("repository", "main", "release", "hotfix", "topic", "tagPrefix"))
        prefix = values["tagPrefix"]
        if not isinstance(prefix, str) or not re.fullmatch(r"([A-Za-z0-9_][\w\-/]*)?", prefix, re.ASCII):
            raise RefusedError("Parameter `tagPrefix` must be of A-Z a-z 0-9 _ - /, such as v, or empty.")
        return cls(
            repository=text_of(values, "repository"),
            main=text_of(values, "main"),
            release=pattern_of(values, "release"),
            hotfix=pattern_of(values, "hotfix"),
            topic=text_of(values, "topic"),
            tag_prefix=prefix,
        )


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A release or hotfix that landed on the main branch.

    Args:
        hotfix: whether it came from a hotfix branch.
        commit: on the main branch.
        time: when it was merged, as the event says.
    """

    branch: str
    hotfix: bool
    commit: str
    pull_request: str
    title: str
    time: datetime


@dataclass(frozen=True, kw_only=True)
class Done:
    """There is nothing to do, and why."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """It has to be known at which commit this tag stands: it is not ours, and Git's server tells its object alone."""

    tag: str


Decision = Tag | Done | Ask | Announcement


def lands(change: PullRequestChange, *, parameters: Parameters) -> bool:
    """Whether a release or a hotfix was merged into the main branch."""
    return (
        change.merged
        and parameters.repository in change.repositories
        and change.destination == parameters.main
        and (matches(change.source, parameters.release) or matches(change.source, parameters.hotfix))
    )


def merge_of(change: PullRequestChange, merged: PullRequest, *, parameters: Parameters, time: datetime) -> Merge:
    """What landed, and where.

    Raises:
        TooEarlyError: the pull request doesn't know its merge yet.
    """
    commit = merged.merge_commit
    if not commit and merged.merge_option == "FAST_FORWARD_MERGE":
        # Nothing was made: the main branch stands where the source branch stood.
        commit = merged.source_commit
    if not merged.merged or not commit:
        raise TooEarlyError(f"Pull request {change.id} does not say yet at which commit it was merged.")
    return Merge(
        branch=change.source,
        hotfix=matches(change.source, parameters.hotfix),
        commit=commit,
        pull_request=change.id,
        title=change.title,
        time=time,
    )


def decide(
    merge: Merge, references: Mapping[str, str], *, parameters: Parameters, stands: Mapping[str, str]
) -> Decision:
    """The tag to create, or why there is none.

    Args:
        merge: what landed.
        references: ids by full names of what the repository has; for an annotated tag the id of its object.
        parameters: of the function.
        stands: the commits of the tags that were asked for; an empty one where CodeCommit could not tell.
    """
    tags = {name.removeprefix(TAGS): one for name, one in references.items() if name.startswith(TAGS)}
    named = version_in(merge, parameters=parameters)
    if not named and not merge.hotfix:
        return _without_version(merge, parameters=parameters)
    if not named:
        return _next_patch(merge, tags, parameters=parameters, stands=stands)
    tag = tag_of(merge, f"{parameters.tag_prefix}{named}")
    if tag.name not in tags:
        return tag
    if tags[tag.name] in (tag.id, merge.commit):
        return Done(reason=f"{tag.name} stands at {merge.commit} already")
    if tag.name not in stands:
        return Ask(tag=tag.name)
    if stands[tag.name] == merge.commit:
        return Done(reason=f"{tag.name} stands at {merge.commit} already")
    return _elsewhere(tag, stands[tag.name], parameters=parameters)


def version_in(merge: Merge, *, parameters: Parameters) -> str:
    """The version that the branch's name says, with all three numbers; empty where it says none."""
    pattern = parameters.hotfix if merge.hotfix else parameters.release
    name = merge.branch.removeprefix(pattern.removesuffix("*"))
    for prefix in (parameters.tag_prefix, "v"):
        if found := _VERSION.fullmatch(name.removeprefix(prefix)):
            if merge.hotfix and not found["patch"]:
                return ""
            return f"{found['major']}.{found['minor']}.{found['patch'] or 0}{found['prerelease'] or ''}"
    return ""


def tag_of(merge: Merge, name: str) -> Tag:
    """The tag, made from nothing but what the event says: delivered again, it is the same object."""
    lines = (f"{name} from {merge.branch}", "", f"Pull request {merge.pull_request}: {merge.title}")
    return Tag(name=name, commit=merge.commit, tagger=TAGGER, time=merge.time, message="\n".join(lines))


def _next_patch(
    merge: Merge, tags: Mapping[str, str], *, parameters: Parameters, stands: Mapping[str, str]
) -> Decision:
    """The patch after the highest version, unless the commit has a version already."""
    versions: dict[tuple[int, int, int], str] = {}
    for name in tags:
        found = _VERSION.fullmatch(name.removeprefix(parameters.tag_prefix))
        if name.startswith(parameters.tag_prefix) and found and found["patch"] and not found["prerelease"]:
            versions[int(found["major"]), int(found["minor"]), int(found["patch"])] = name
    for name in versions.values():
        if tags[name] in (tag_of(merge, name).id, merge.commit):
            return Done(reason=f"{name} stands at {merge.commit} already")
    if not versions:
        return tag_of(merge, f"{parameters.tag_prefix}0.0.1")
    highest = max(versions)
    name = versions[highest]
    if name not in stands:
        # A person may have tagged the hotfix by hand.
        return Ask(tag=name)
    if stands[name] == merge.commit:
        return Done(reason=f"{name} stands at {merge.commit} already")
    return tag_of(merge, f"{parameters.tag_prefix}{highest[0]}.{highest[1]}.{highest[2] + 1}")


def _without_version(merge: Merge, *, parameters: Parameters) -> Announcement:
    return Announcement(
        subject=f"{parameters.repository}: {merge.branch} has no version, nothing is tagged",
        message=(
            f"{merge.branch} was merged into {parameters.main} of {parameters.repository} at {merge.commit}, but its "
            f"name says no version such as 1.2 or 1.2.3, so nothing is tagged. Tag it by hand:\n\n"
            f"git tag -a {parameters.tag_prefix}<version> {merge.commit} && "
            f"git push origin {parameters.tag_prefix}<version>"
        ),
    )


def _elsewhere(tag: Tag, commit: str, *, parameters: Parameters) -> Announcement:
    where = f"stands at {commit}" if commit else "is not ours, and CodeCommit could not tell where it stands"
    return Announcement(
        subject=f"{parameters.repository}: {tag.name} exists already, nothing is tagged",
        message=(
            f"{tag.message}\n\nIt was merged into {parameters.main} of {parameters.repository} at {tag.commit}, but "
            f"the tag {tag.name} exists already: it {where}. A tag is never moved. If the release needs one, give it "
            "another version by hand."
        ),
    )
