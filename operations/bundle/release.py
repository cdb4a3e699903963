"""`release.yaml` of a bundle: what an application says of its own release, first of all of its database.

    version: 1
    migrations:
      - id: 0042-drop-old-price
        reversible: false
        note: the column old_price is gone

The list is of all migrations that the database has had when this release runs, in their order. What a newer release has
and an older one hasn't is what a rollback has to do with.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from operations.bundle.contents import Bundle
from operations.bundle.finding import Finding
from operations.bundle.located import UnreadableError, read
from operations.bundle.specification import Specification

NAME = "release.yaml"


@dataclass(frozen=True, kw_only=True)
class Migration:
    """A change of the database.

    Args:
        id: its name, once in the file.
        reversible: whether the release before can work with the database after it, or its own way back is tested.
        note: for whoever has to decide; there is one where it isn't reversible.
    """

    id: str
    reversible: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReleaseFile:
    """What the file says, and what is wrong with it."""

    migrations: tuple[Migration, ...] = ()
    findings: tuple[Finding, ...] = ()


def check_release(bundle: Bundle) -> list[Finding]:
    """What is wrong with the file; nothing where the bundle has none."""
    return list(read_release(bundle.files[NAME].content).findings) if NAME in bundle.files else []


def read_release(content: bytes) -> ReleaseFile:
    """Read the file. Where something is wrong with it, all of that is told with its lines."""
    try:
        document = read(content.decode("utf-8"))
    except UnicodeDecodeError:
        return ReleaseFile(findings=(Finding(file=NAME, line=1, message="isn't written in UTF-8"),))
    except UnreadableError as error:
        return ReleaseFile(findings=(Finding(file=NAME, line=error.line, message=f"is no YAML: {error}"),))
    specification = Specification(NAME, document)
    values = specification.mapping(document.value, (), needed=("version",), optional=("migrations",))
    if "version" in values and values["version"] != 1:
        specification.wrong(("version",), values["version"], "1, the only version there is")
    migrations = _migrations(specification, values)
    return ReleaseFile(migrations=migrations, findings=tuple(specification.findings))


def _migrations(specification: Specification, values: Mapping[str, object]) -> tuple[Migration, ...]:
    if "migrations" not in values:
        return ()
    found: dict[str, Migration] = {}
    for path, entry in specification.entries(values["migrations"], ("migrations",), of="mappings with an id"):
        one = specification.mapping(entry, path, needed=("id", "reversible"), optional=("note",))
        identity = specification.text(one, "id", path)
        note = specification.text(one, "note", path) or ""
        reversible = one.get("reversible")
        if "reversible" in one and not isinstance(reversible, bool):
            specification.wrong((*path, "reversible"), reversible, "true or false")
        elif reversible is False and not note:
            specification.note(path, "isn't reversible and has no note; whoever is woken at night needs one")
        if identity in found:
            specification.note((*path, "id"), f"{identity} is there more than once")
        elif identity and isinstance(reversible, bool):
            found[identity] = Migration(id=identity, reversible=reversible, note=note)
    return tuple(found.values())
