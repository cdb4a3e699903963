"""A stack file as text whose values can be changed: everything else stays, comments and order too."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from operations.command import UnusableError
from settings.problems import Path, spelled


@dataclass(frozen=True, kw_only=True)
class Page:
    """The text of a YAML document whose root is a mapping.

    Args:
        text: what stands in the file.
    """

    text: str

    @property
    def content(self) -> dict[str, Any]:
        """The document as plain values.

        Raises:
            UnusableError: it is no mapping, or no YAML.
        """
        try:
            value = yaml.safe_load(self.text)
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            raise UnusableError(f"it isn't YAML{f' at line {mark.line + 1}' if mark else ''}") from error
        if not isinstance(value, dict):
            raise UnusableError("it has no mapping at its root")
        return value

    @property
    def alias(self) -> tuple[str, int] | None:
        """The first value that only points at another place of the text (`*name`), and its line: neither place can be
        changed without the other."""
        for event in yaml.parse(self.text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) and event.start_mark:
                return f"*{event.anchor}", event.start_mark.line + 1
        return None

    def with_value(self, path: Path, value: object) -> "Page":
        """The page with a value in a place; keys that are missing on the way are made.

        Raises:
            UnusableError: the place can't be made: a text is in its way, or the list is shorter.
        """
        node, rest = self._nearest(path)
        if not rest:
            return self._replaced(node, value)
        for part in reversed(rest[1:]):
            value = {part: value}
        if not isinstance(rest[0], str) or any(isinstance(part, int) for part in rest):
            raise UnusableError(f"{spelled(path)}: there is no such item in the list")
        if isinstance(node, yaml.MappingNode):
            return self._inserted(node, rest[0], value)
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null":
            return self._replaced(node, {rest[0]: value})
        raise UnusableError(f"{spelled(path)}: what stands there already is no mapping")

    def without(self, path: Path) -> "Page":
        """The page without a key; nothing changes where there is none.

        Raises:
            UnusableError: the place is an item of a list, whose neighbours would get other places.
        """
        if isinstance(path[-1], int):
            raise UnusableError(f"{spelled(path)}: an item can't be left out; say the whole list")
        node, rest = self._nearest(path[:-1])
        if rest or not isinstance(node, yaml.MappingNode):
            return self
        names = [key.value for key, _ in node.value]
        return self if path[-1] not in names else self._removed(node, names.index(path[-1]))

    def _nearest(self, path: Path) -> tuple[yaml.Node, Path]:
        """The node of as much of a path as there is, and the rest of the path."""
        node = yaml.compose(self.text, Loader=yaml.SafeLoader)
        if node is None:
            raise UnusableError("it is empty")
        for depth, part in enumerate(path):
            inner = _inside(node, part)
            if inner is None:
                return node, path[depth:]
            node = inner
        return node, ()

    def _cut(self, start: int, end: int, put: str) -> "Page":
        return Page(text=f"{self.text[:start]}{put}{self.text[end:]}")

    def _replaced(self, node: yaml.Node, value: object) -> "Page":
        start, end = node.start_mark.index, self._end(node)
        # A block that begins in the line after its key moves up beside it.
        before = self.text[:start].rstrip()
        if before.endswith(":") and "\n" in self.text[len(before) : start]:
            return self._cut(len(before), end, f" {written(value)}")
        # A value that is left out has no room of its own.
        gap = " " if start == end and self.text[:start].endswith(":") else ""
        return self._cut(start, end, f"{gap}{written(value)}")

    def _inserted(self, node: yaml.MappingNode, key: str, value: object) -> "Page":
        # A namespace needs no quotes, though `written` would give them.
        name = key if re.fullmatch(r"[a-zA-Z]+:[a-zA-Z]+", key) else written(key)
        entry = f"{name}: {written(value)}"
        if not node.value:
            return self._cut(node.start_mark.index, node.end_mark.index, f"{{{entry}}}")
        end = self._end(node.value[-1][1])
        if node.flow_style:
            return self._cut(end, end, f", {entry}")
        end = self._line_end(end)
        return self._cut(end, end, f"\n{' ' * node.value[0][0].start_mark.column}{entry}")

    def _removed(self, node: yaml.MappingNode, index: int) -> "Page":
        key, value = node.value[index]
        start, end = key.start_mark.index, self._end(value)
        following = node.value[index + 1][0].start_mark.index if index + 1 < len(node.value) else None
        if len(node.value) == 1:
            return self._cut(node.start_mark.index, self._end(node), "{}")
        if node.flow_style:
            previous = self._end(node.value[index - 1][1])
            return self._cut(start, following, "") if following else self._cut(previous, end, "")
        line = self.text.rfind("\n", 0, start) + 1
        if self.text[line:start].strip():
            # The first key of an item of a list: the next one takes its place behind the dash.
            return self._cut(start, following or end, "")
        return self._cut(line, min(self._line_end(end) + 1, len(self.text)), "")

    def _line_end(self, index: int) -> int:
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found

    def _end(self, node: yaml.Node) -> int:
        """Where a node ends; the parser says of a block that it ends where the next one begins."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(node, yaml.MappingNode) else last)
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(self.text[start:end].rstrip())


def written(value: object) -> str:
    """A value in one line of YAML, as it may stand anywhere."""
    if isinstance(value, str):
        # In brackets, so that what has a comma is quoted too.
        plain = yaml.safe_dump([value], default_flow_style=True, width=10**9, allow_unicode=True).strip()[1:-1]
        return json.dumps(value, ensure_ascii=False) if plain.startswith("'") else plain
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{written(str(key))}: {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(written(one) for one in value) + "]"
    return yaml.safe_dump([value], default_flow_style=True).strip()[1:-1]


def _inside(node: yaml.Node, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode) and isinstance(part, str):
        found: yaml.Node | None = next((value for key, value in node.value if key.value == part), None)
        return found
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item: yaml.Node = node.value[part]
        return item
    return None
