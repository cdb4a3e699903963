"""YAML and JSON with the line of every value, so that a finding can point at it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from settings.problems import Path


class UnreadableError(Exception):
    """The text is no YAML.

    Attributes:
        line: where reading stopped, from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Located:
    """A document and where everything in it stands.

    Args:
        value: the document as plain values.
        lines: the line of each value, and of each key, by path; from 1.
        repeated: keys that a mapping has more than once, with the line of the second; the last one counts.
        root: the document as it is written.
    """

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)
    repeated: tuple[tuple[Path, int], ...] = ()
    root: yaml.Node | None = None

    def line(self, path: Path) -> int:
        """Where a path stands, or as much of it as there is."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def written(self, path: Path) -> str:
        """The characters of a value without quotation marks, before YAML made a number of them; empty for others."""
        node = self.root
        for part in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                node = node.value[part]
            elif isinstance(node, yaml.MappingNode):
                node = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}.get(part)
            else:
                return ""
        return str(node.value) if isinstance(node, yaml.ScalarNode) and node.style is None else ""


def read(text: str) -> Located:
    """Read one document; JSON is YAML too.

    Raises:
        UnreadableError: it is neither, or more than one document.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(str(error.problem or error.context), mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError(str(error).splitlines()[0], 1) from error
    except RecursionError as error:
        raise UnreadableError("it is nested too deeply", 1) from error
    if node is None:
        return Located(value=None)
    lines: dict[Path, int] = {}
    repeated: list[tuple[Path, int]] = []
    for path, line, again in _places(node, (), set()):
        if again:
            repeated.append((path, line))
        else:
            lines.setdefault(path, line)
    return Located(value=value, lines=lines, repeated=tuple(repeated), root=node)


def _places(node: yaml.Node, path: Path, entered: set[int]) -> Iterator[tuple[Path, int, bool]]:
    """Path, line and whether the key was there before, of a node and all that is in it.

    Args:
        node: where it begins.
        path: of the node.
        entered: nodes that were looked into. What an alias repeats is in the document once, and may be around itself.
    """
    yield path, node.start_mark.line + 1, False
    if id(node) in entered:
        return
    entered.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _places(item, (*path, index), entered)
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            name = str(key.value)
            yield (*path, name), key.start_mark.line + 1, name in seen
            seen.add(name)
            yield from _places(value, (*path, name), entered)
