"""The pictures of a stack file: of each of its pipelines, and of all environments beside it. No engine is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pulumi import RunError

from components.diagram.files import files, overview_files
from components.diagram.scene import Scene
from offline.stacks import known_stacks
from offline.voice import say
from plans.pictures import in_order, scenes
from settings import read

OUTPUTS: Final = ("pipeline_diagram", "pipeline_diagram_svg", "pipeline_diagram_text")
"""What the program exports of them, for who asks the state instead."""


def draw(*, file: Path, folder: Path) -> list[Path]:
    """Writes a picture, a flowchart and a text for each pipeline of a stack file, and of all stacks beside it.

    Args:
        file: a `Pulumi.<stack>.yaml`.
        folder: where they are written to.

    Returns:
        Their paths, the pipelines' first.

    Raises:
        SettingsError: with every problem of the stack file.
        RoadError: AWS would refuse a pipeline of it.
    """
    own = scenes(read(file))
    texts: dict[str, str] = {}
    for scene in own.values():
        texts |= files(scene)
    beside = _beside(file)
    for application, scene in own.items():
        together = in_order([scene, *(one[application] for one in beside if application in one)])
        if len(together) > 1:
            texts |= overview_files(together)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _beside(file: Path) -> list[dict[str, Scene]]:
    """The roads of the other stacks of the same project; what is wrong with one of them is no one's problem here."""
    found: list[dict[str, Scene]] = []
    for stack in known_stacks(program=file.parent):
        other = file.parent / f"Pulumi.{stack}.yaml"
        if other.name == file.name:
            continue
        try:
            found.append(scenes(read(other)))
        except RunError as error:
            say(f"the overview leaves {stack} out: {str(error).splitlines()[0]}")
    return found


def printable(*, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs a person wants to read: without the pictures, which are files."""
    return {key: value for key, value in outputs.items() if key not in OUTPUTS}
