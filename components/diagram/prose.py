"""A road in words, as Markdown: for who can't see the picture, and for who would rather read.

https://github.github.com/gfm/ has the syntax.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from components.diagram.reading import action_words, ending, notes, steps, summary, where
from components.diagram.scene import Scene, address
from components.diagram.text import clean
from components.stages import Stage

_MARKS: Final = re.compile(r"[\\`*_\[\]<>|~]|(?<!\w)@|&(?=#?\w+;)|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
_ADDRESS: Final = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=www)\.", re.IGNORECASE)


def prose(scene: Scene) -> str:
    """The whole page: where the road is, what starts it, its stages in order, and how it ends."""
    road = scene.road
    page = [f"# {escaped(road.name)}", "", *facts(scene), "", "## What starts it", ""]
    page += bullets(f"{trigger.kind}: {trigger.description}" for trigger in road.triggers) or [
        "Nothing starts it by itself."
    ]
    page += ["", "## Its stages", ""]
    for number, stage in enumerate(road.stages, start=1):
        page += _stage(number, stage, scene)
    page += ([""] if road.stages else []) + [escaped(ending(scene))]
    return "\n".join(page) + "\n"


def facts(scene: Scene) -> list[str]:
    """What is to be known of a road before it is followed, as a list."""
    said = [summary(scene.road)]
    if scene.place:
        said.append(f"Delivers to {where(scene)}.")
    if scene.runs:
        said.append(f"Runs on {scene.runs}.")
    if scene.origin:
        said.append(f"Takes what {scene.origin.environment} ({address(scene.origin)}) tested and promoted.")
    return bullets(said)


def bullets(texts: Iterable[str], *, indent: str = "") -> list[str]:
    """A list."""
    return [f"{indent}- {escaped(text)}" for text in texts]


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no mark-up, no HTML, no mention, no address that becomes a link, whatever a
    name holds."""
    marked = _MARKS.sub(lambda found: f"\\{found[0]}", clean(text))
    return _ADDRESS.sub(lambda found: f"&#{ord(found[0])};", marked)


def _stage(number: int, stage: Stage, scene: Scene) -> Iterator[str]:
    yield f"{number}. **{escaped(stage.name)}**"
    indent = " " * (len(str(number)) + 2)
    yield from bullets((note.text for note in notes(stage)), indent=indent)
    in_order = steps(stage)
    for step in in_order:
        if len(step) == 1:
            yield from bullets((action_words(step[0], scene),), indent=indent)
            continue
        yield f"{indent}- In parallel:"
        yield from bullets((action_words(action, scene) for action in step), indent=f"{indent}  ")
