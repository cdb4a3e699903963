"""An application specification while it is checked: what is asked for and isn't right is noted with its line."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from operations.bundle.finding import Finding, Weight
from operations.bundle.located import Located
from settings.problems import Path, given, key_hint, nearest, spelled

SLASHES: Final = "a path with / between its folders; for Linux a backslash is part of a name"


class Specification:
    """One document of a bundle.

    Attributes:
        findings: what was noted so far.
    """

    def __init__(self, file: str, document: Located) -> None:
        """Begin with what the reading itself has found."""
        self.file = file
        self.document = document
        self.findings: list[Finding] = [
            Finding(file=file, line=line, message=f"{spelled(path)}: is there more than once; only the last one counts")
            for path, line in document.repeated
        ]

    def note(self, path: Path, message: str, *, weight: Weight = Weight.ERROR) -> None:
        """Note what is wrong at a path."""
        place = f"{spelled(path)}: " if path else ""
        finding = Finding(file=self.file, line=self.document.line(path), message=f"{place}{message}", weight=weight)
        self.findings.append(finding)

    def wrong(self, path: Path, value: Any, allowed: str) -> None:
        """Note a value that isn't allowed."""
        self.note(path, given(value, allowed, path))

    def mapping(
        self, value: Any, path: Path, *, needed: Sequence[str] = (), optional: Sequence[str] = ()
    ) -> Mapping[str, Any]:
        """A mapping with these keys and no other; what isn't one is noted, and empty."""
        if not isinstance(value, Mapping):
            self.wrong(path, value, f"a mapping with {', '.join(needed or optional)}")
            return {}
        for key in value:
            if key not in (*needed, *optional):
                hint, _ = key_hint(str(key), (*needed, *optional), value)
                self.note((*path, str(key)), f"unknown key; {hint}")
        for key in needed:
            if key not in value:
                self.note(path, f"{key} is missing")
        return {str(key): one for key, one in value.items() if key in (*needed, *optional)}

    def entries(self, value: Any, path: Path, *, of: str) -> list[tuple[Path, Any]]:
        """The entries of a list with their paths; what isn't a list is noted, and empty."""
        if not isinstance(value, list):
            self.wrong(path, value, f"a list of {of}")
            return []
        return [((*path, index), one) for index, one in enumerate(value)]

    def text(self, holder: Mapping[str, Any], key: str, path: Path) -> str | None:
        """A text that isn't empty; None where there is none, which is noted where it is another kind of value."""
        if key not in holder:
            return None
        value = holder[key]
        if not isinstance(value, str) or not value.strip():
            self.wrong((*path, key), value, "text that isn't empty")
            return None
        return value

    def choice(self, holder: Mapping[str, Any], key: str, path: Path, *, among: Sequence[str]) -> str | None:
        """One of these words; None where there is none."""
        if key not in holder:
            return None
        value = holder[key]
        if value in among:
            return str(value)
        hint = nearest(value, among)
        meant = f" (did you mean {hint}?)" if hint else ""
        self.wrong((*path, key), value, f"{' or '.join(among)}{meant}")
        return None
