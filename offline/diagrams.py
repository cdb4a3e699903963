"""The pictures of the pipelines as files: from the stack outputs to `.offline/diagrams/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

# Output of the program -> ending of the file. Each output maps an application to text.
PICTURES: Final[Mapping[str, str]] = {"pipeline_diagram": "mmd", "pipeline_diagram_svg": "svg"}


def write_diagrams(*, outputs: Mapping[str, Any], stack: str, folder: Path) -> list[Path]:
    """Writes one file an application and kind of picture; returns their paths, the SVG ones last."""
    written: list[Path] = []
    for output, ending in PICTURES.items():
        pictures = outputs.get(output) or {}
        for application, text in sorted(pictures.items()):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{stack}-{application}.{ending}"
            path.write_text(text)
            written.append(path)
    return written


def outputs_of_events(*, events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The outputs the program registered for its stack, from the engine's events (also those of a preview)."""
    outputs: dict[str, Any] = {}
    for event in events:
        resource = (event.get("resOutputsEvent") or {}).get("metadata") or {}
        if resource.get("type") == "pulumi:pulumi:Stack":
            outputs.update((resource.get("new") or {}).get("outputs") or {})
    return outputs


def printable(*, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs a person wants to read: without the pictures, which are files."""
    return {key: value for key, value in outputs.items() if key not in PICTURES}
