"""The manifest of a release, and its JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pipeline_job.failures import RefusedError
from release_manifest.executions import SUCCEEDED

VERSION = 1
"""Of the format. A reader refuses one that it doesn't know."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who wrote or committed a change, as Git says.

    Args:
        name: as in the commit.
        email: as in the commit; empty where the source doesn't tell.
    """

    name: str
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A test action that the release passed.

    Args:
        name: the action's name, for example `e2e`.
        status: as CodePipeline says: `Succeeded`.
        report: where its report can be read, an https address; empty where there is none.
    """

    name: str
    status: str
    report: str = ""


def not_passed(tests: Iterable[Proof]) -> list[str]:
    """Those that ended otherwise than well, with how they did."""
    return [f"{one.name} ({one.status})" for one in tests if one.status != SUCCEEDED]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A release: what it is, what it was tested with, who made it.

    Args:
        application: its name.
        digest: SHA-256 of the artifact, 64 hexadecimal digits.
        commit: id of the commit it was built from; for an image or an object, its digest or version.
        branch: where that commit was.
        tag: of that commit; empty where it has none.
        repository: address of the repository as a person opens it, empty where there is none.
        authors: everyone whose change is in the release and was not in the one before.
        authors_known: whether `authors` is complete; where it isn't, nobody can be told not to be an author.
        previous: digest of the release that was promoted before it, empty for the first. One that was promoted and
            never deployed brings its authors along: whoever asks for everyone since what runs follows these.
        tests: what it passed.
        pipeline: ARN of the pipeline that made it.
        execution: id of that pipeline's execution.
        started_by: ARN of who or what started that execution.
        made_at: when, ISO 8601 in UTC.
        committed_at: when the commit was made, ISO 8601; empty where the source doesn't tell.
    """

    application: str
    digest: str
    commit: str
    branch: str = ""
    tag: str = ""
    repository: str = ""
    authors: tuple[Person, ...] = ()
    authors_known: bool = False
    previous: str = ""
    tests: tuple[Proof, ...] = ()
    pipeline: str = ""
    execution: str = ""
    started_by: str = ""
    made_at: str = ""
    committed_at: str = ""

    def to_json(self) -> str:
        """As it lies in the release bucket."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """What `to_json` wrote.

        Raises:
            RefusedError: it is no manifest, or of a version that this code doesn't know.
        """
        try:
            values = json.loads(text)
            if values.pop("version") != VERSION:
                raise RefusedError("The manifest of the release has a version that this function doesn't know.")
            people = tuple(Person(**one) for one in values.pop("authors"))
            tests = tuple(Proof(**one) for one in values.pop("tests"))
            return cls(**values, authors=people, tests=tests)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RefusedError("The manifest of the release can't be read.") from error
