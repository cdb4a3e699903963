"""What happens in a repository, and what starts of it: the table of `test_flow_table`, and how its words are read.

A line of the table is one event, and for each team the stacks whose pipeline it starts, and after a + the function of
dev, which owns the repository, that it is handed to. The teams use Git Flow, Git Flow with names of their own, and one
trunk. The stacks are dev, staging, prod, which is fed by the main branch, and tagged, a production that is fed by the
tags of releases.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.contract.event_rules import Event
from tests.unit.functions.fake_forge import ACCOUNT, REPOSITORY, commit
from tests.unit.functions.repository_event import pull_request_event, reference_event
from tests.unit.lanes import sourced
from tests.unit.planning import Config, Planned, planned

TABLE = """
what happens                                  | git-flow   | renamed    | trunk
branch develop created                        | dev        |            |
branch develop updated                        | dev        |            |
branch develop deleted                        |            |            |
branch develop-2 updated                      |            |            |
branch next updated                           |            | dev        |
branch next/2 updated                         |            |            |
branch feature/basket created                 |            |            |
branch feature/basket updated                 |            |            |
branch feature/basket deleted                 |            |            |
branch feature/release/1.2 updated            |            |            |
branch bugfix/x updated                       |            |            |
branch support/1.x updated                    |            |            |
branch release/1.2 created                    | staging    |            |
branch release/1.2 updated                    | staging    |            |
branch release/1.2 deleted                    |            |            |
branch release/1.2/rc/3 updated               | staging    |            |
branch release updated                        |            |            |
branch releases/1.2 updated                   |            |            |
branch rel/1.2 created                        |            | staging    |
branch rel/1.2 deleted                        |            |            |
branch hotfix/1.2.1 created                   | staging    |            |
branch hotfix/1.2.1 updated                   | staging    |            |
branch hotfix/1.2.1 deleted                   |            |            |
branch hotfix/x updated                       | staging    |            |
branch hotfix updated                         |            |            |
branch urgent/x updated                       |            | staging    |
branch old/hotfix/x updated                   |            |            |
branch master created                         | prod +back |            |
branch master updated                         | prod +back |            |
branch master deleted                         |            |            |
branch mastery updated                        |            |            |
branch Master updated                         |            |            |
branch production updated                     |            | prod +back |
branch main created                           |            |            | dev staging prod
branch main updated                           |            |            | dev staging prod
branch main deleted                           |            |            |
branch v1.2 updated                           |            |            |
tag v1.2 created                              | tagged     |            | tagged
tag v1.2 updated                              |            |            |
tag v1.2 deleted                              |            |            |
tag v2.0.0-rc.1 created                       | tagged     |            | tagged
tag r-7 created                               |            | tagged     |
tag nightly created                           |            |            |
tag develop created                           |            |            |
tag release/1.2 created                       |            |            |
tag master updated                            |            |            |
pull request feature/x into develop created   | +check     |            |
pull request feature/x into develop updated   | +check     |            |
pull request feature/x into develop approved  |            |            |
pull request feature/x into develop closed    |            |            |
pull request feature/x into develop merged    |            |            |
pull request feature/x into next created      |            | +check     |
pull request feature/x into main created      |            |            | +check
pull request feature/x into main merged       |            |            |
pull request release/1.2 into master created  | +check     |            |
pull request release/1.2 into master merged   | +tag       |            |
pull request hotfix/x into master merged      | +tag       |            |
pull request rel/1.2 into production merged   |            | +tag       |
pull request master into develop created      | +check     |            |
pull request feature/x into feature/y created |            |            |
"""
"""A merge starts nothing by itself: the commit that it makes on the branch comes as an event of its own."""

NAMES: Mapping[str, Mapping[str, Any]] = {
    "git-flow": {"flow": "git-flow"},
    "renamed": {
        "flow": "git-flow",
        "branchNames": {
            "main": "production",
            "develop": "next",
            "release": "rel/*",
            "hotfix": "urgent/*",
            "tags": "r-*",
        },
    },
    "trunk": {"flow": "trunk"},
}
"""What each team says of its branches in its stack files, besides the repository."""

STANDS = ("dev", "staging", "prod", "tagged")
TAGS = {"git-flow": "v*", "renamed": "r-*", "trunk": "v*"}


FUNCTIONS = {"+check": "check_pull_request", "+back": "merge_back", "+tag": "tag_release"}
"""The packages of what guards a repository, as the table calls them."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table: what happens, and by team the stacks whose pipeline it starts, and the functions."""

    what: str
    starts: Mapping[str, frozenset[str]]
    invokes: Mapping[str, frozenset[str]]

    @property
    def reference(self) -> str:
        """The branch or tag that it happens to; of a pull request the branch it goes into."""
        return re.sub(r"^(branch|tag|pull request \S+ into) (\S+) \w+$", r"\2", self.what)

    @property
    def event(self) -> Event:
        """What EventBridge gets."""
        match self.what.split():
            case [("branch" | "tag") as kind, name, happened]:
                moved = {"created": {"new": "new"}, "updated": {"new": "new", "old": "old"}, "deleted": {"old": "old"}}
                return reference_event(name, kind=kind, **{one: commit(id_) for one, id_ in moved[happened].items()})
            case ["pull", "request", source, "into", destination, happened]:
                return pull_request_event(PULL_REQUEST[happened], source=source, destination=destination)
        raise AssertionError(f"the table says what nobody understands: {self.what}")


PULL_REQUEST = {
    "created": "Created",
    "updated": "SourceBranchUpdated",
    "approved": "ApprovalStateChanged",
    "closed": "StatusChanged",
    "merged": "MergeStatusUpdated",
}
"""https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html"""


def lines() -> Iterator[Line]:
    """The table, line by line."""
    head, *rows = ([cell.strip() for cell in row.split("|")] for row in TABLE.strip().splitlines())
    for what, *cells in rows:
        by_team = {team: frozenset(cell.split()) for team, cell in zip(head[1:], cells, strict=True)}
        yield Line(
            what=what,
            starts={team: frozenset(words - FUNCTIONS.keys()) for team, words in by_team.items()},
            invokes={
                team: frozenset(package for word, package in FUNCTIONS.items() if word in words)
                for team, words in by_team.items()
            },
        )


@cache
def stand(team: str, name: str) -> Planned:
    """One of a team's stacks; all are in the account of the repository, which dev owns."""

    def change(config: Config) -> None:
        config["delivery:environment"]["account"] = ACCOUNT
        more = {"tags": [TAGS[team]]} if name == "tagged" else {}
        owned = {"owned": True} if name == "dev" else {}
        sourced({"provider": "codecommit", "repository": REPOSITORY, **owned, **NAMES[team], **more})(config)
        for application in config["delivery:applications"].values():
            fleet = application["deploy"].get("fleet", {})
            if "certificateArn" in fleet:
                fleet["certificateArn"] = re.sub(r":\d{12}:", f":{ACCOUNT}:", fleet["certificateArn"])

    return planned("prod" if name == "tagged" else name, change)
