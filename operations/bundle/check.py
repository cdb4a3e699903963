"""Checks a whole bundle: it finds the specification, sees which platform it is for, and lets that platform read it."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from operations.bundle.contents import Bundle, leaves
from operations.bundle.finding import Finding
from operations.bundle.located import UnreadableError, read
from operations.bundle.release import check_release
from operations.bundle.server import KEYS, check_server
from operations.bundle.specification import Specification
from operations.bundle.task import TEMPLATE, check_task, read_task
from operations.bundle.traffic import check_traffic

NAMES = ("appspec.yml", "appspec.yaml", "appspec.json")
"""By preference. A server's agent looks for the first name only."""


def check_bundle(bundle: Bundle) -> list[Finding]:
    """Everything that CodeDeploy would stumble over, or ECS, in the order of the files' lines."""
    found = [*_paths(bundle), *check_release(bundle)]
    name = next((name for name in NAMES if name in bundle.files), None)
    if name is None and TEMPLATE in bundle.files:
        template = read_task(bundle)
        return [*found, *([template] if isinstance(template, Finding) else check_task(template))]
    if name is None:
        return [*found, Finding(file=NAMES[0], line=1, message=_missing(bundle))]
    found += _specification(bundle, name)
    return sorted(found, key=lambda one: (one.file not in NAMES, one.file, one.line, one.message))


def _missing(bundle: Bundle) -> str:
    deeper = sorted(path for path in bundle.files if PurePosixPath(path).name in NAMES)
    hint = f"; there is {deeper[0]}, but it has to lie at the bundle's root" if deeper else ""
    return f"the bundle has no {NAMES[0]}{hint or '; only one of Lambda needs none, for its deployment writes it'}"


def _paths(bundle: Bundle) -> list[Finding]:
    """Files that would be unpacked somewhere else, or point there."""
    found = []
    for path, file in bundle.files.items():
        if path.startswith("/") or leaves(path):
            found.append(Finding(file=path, line=1, message="lies outside of the bundle"))
        elif file.link is not None and _points_out(path, file.link):
            found.append(Finding(file=path, line=1, message=f"is a link out of the bundle, to {file.link}"))
    return found


def _points_out(path: str, link: str) -> bool:
    return link.startswith("/") or leaves(f"{PurePosixPath(path).parent}/{link}")


def _specification(bundle: Bundle, name: str) -> list[Finding]:
    try:
        document = read(bundle.files[name].content.decode("utf-8"))
    except UnicodeDecodeError:
        return [Finding(file=name, line=1, message="isn't written in UTF-8")]
    except UnreadableError as error:
        return [Finding(file=name, line=error.line, message=f"is no YAML: {error}")]
    specification = Specification(name, document)
    if not isinstance(document.value, Mapping):
        specification.wrong((), document.value, "a mapping that begins with version: 0.0")
        return specification.findings
    # AWS's page of these sections writes them in small letters, too; none of its examples does.
    shifts = "Resources" in document.value or ("resources" in document.value and "os" not in document.value)
    if shifts:
        values = specification.mapping(document.value, (), needed=("version", "Resources"), optional=("Hooks",))
    else:
        values = specification.mapping(document.value, (), needed=("version", "os"), optional=KEYS)
    version = values.get("version", 0.0)
    if isinstance(version, bool) or version not in (0.0, "0.0"):
        specification.wrong(("version",), version, "0.0, the only version there is")
    if shifts:
        check_traffic(specification, values, bundle)
    else:
        if name != NAMES[0]:
            specification.note((), f"the agent on a server looks for {NAMES[0]}, not for {name}")
        check_server(specification, values, bundle)
    return specification.findings
