"""A road as a Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from components.diagram.reading import ending, gate_words, is_gate, notes, steps, story, way_back, where, work
from components.diagram.scene import Scene, address
from components.diagram.text import clean
from components.stages import Action, Stage

CLASSES: Final = {
    "environment": "fill:none,stroke:#818b98,stroke-dasharray:8 4",
    "stage": "fill:#818b981a,stroke:#818b98",
    "trigger": "stroke:#218bff,stroke-width:2px",
    "action": "stroke:#818b98",
    "gate": "stroke:#bf8700,stroke-width:4px",
    "target": "stroke:#2da44e,stroke-width:2px,stroke-dasharray:4 3",
    "stop": "stroke:#e5534b,stroke-width:2px",
    "join": "fill:#818b98,stroke:#818b98,color:#818b98",
}
"""Lines that are seen on white and on black. Fills and text are those of the theme, light or dark, that shows them."""

_SIGNS: Final = {"skip": "↷", "again": "↻", "window": "◷", "alarm": "◬", "ask": "?"}

CONFIGURATION: Final = (
    "config:",
    "  flowchart:",
    "    subGraphTitleMargin:",
    "      top: 4",
    "      bottom: 22",
)
"""Room for a title of two lines, which Mermaid would write over the first action."""

_SPECIAL: Final = re.compile(r"""["#&<>`*;\\\[\]{}|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])""")


def mermaid(scene: Scene) -> str:
    """A left-to-right flowchart: stages are subgraphs, gates hexagons, triggers stadiums, targets cylinders.

    Every link of an action stays inside its stage, since Mermaid forgets the direction of a subgraph whose nodes are
    linked to the outside.
    """
    return document(
        scene.road.name, title=f"Delivery road of {scene.road.name}", story=story(scene), body=_lines(scene)
    )


def document(name: str, *, title: str, story: str, body: Iterable[str]) -> str:
    """A whole flowchart, with what a screen reader says of it and the looks of its classes."""
    written = list(body)
    used = [
        one for one in CLASSES if any(re.search(rf":::{one}\b|^class \S+ {one}$", line.strip()) for line in written)
    ]
    lines = (
        *("---", f"title: {json.dumps(clean(name), ensure_ascii=False)}", *CONFIGURATION, "---", "flowchart LR"),
        f"    accTitle: {_plain(title)}",
        f"    accDescr: {_plain(story)}",
        *(f"    {line}" for line in written),
        *(f"    classDef {one} {CLASSES[one]}" for one in used),
    )
    return "\n".join(lines) + "\n"


def _lines(scene: Scene) -> Iterator[str]:
    road = scene.road
    keys = [f"stage{number}" for number in range(1, len(road.stages) + 1)]
    stages = [line for key, stage in zip(keys, road.stages, strict=True) for line in _stage(key, stage, scene)]
    if scene.origin:
        yield f'origin[("{label(scene.origin.environment, address(scene.origin))}")]:::target'
    for number, trigger in enumerate(road.triggers, start=1):
        yield f'trigger{number}(["{label(trigger.kind, trigger.description)}"]):::trigger'
    if not keys:
        return
    if scene.place:
        yield f'subgraph environment["{label(where(scene))}"]'
        yield from (f"    {line}" for line in ("direction LR", *stages))
        yield "end"
        yield "class environment environment"
    else:
        yield from stages
    yield from (f"trigger{number} --> stage1" for number in range(1, len(road.triggers) + 1))
    if scene.origin:
        yield f"origin ==> {'trigger1' if road.triggers else 'stage1'}"
    yield from (f"{one} ==> {next_one}" for one, next_one in itertools.pairwise(keys))
    yield f"class {','.join(keys)} stage"


def _stage(key: str, stage: Stage, scene: Scene) -> Iterator[str]:
    title = label(stage.name, *(f"{_SIGNS[note.sign]} {note.text}" for note in notes(stage) if note.sign != "back"))
    yield f'subgraph {key}["{title}"]'
    yield "    direction TB"
    before: list[str] = []
    first = f"{key}action1"
    gates: list[str] = []
    number = 0
    for order, step in enumerate(steps(stage), start=1):
        nodes = []
        for action in step:
            number += 1
            node = f"{key}action{number}"
            nodes.append(node)
            gates += [node] if is_gate(action) else []
            yield f"    {_node(node, action, scene)}"
            if action.target:
                lands = (f"{action.lands.environment} · {address(action.lands)}",) if action.lands else ()
                yield f'    {node} -.-> {node}target[("{label(action.target, *lands)}")]:::target'
        if len(before) > 1 and len(nodes) > 1:
            # Through one point: Mermaid draws at most 500 links, and every-to-every would be unreadable long before.
            join = f"{key}join{order}"
            yield f'    {join}((" ")):::join'
            yield f"    {' & '.join(before)} --> {join} --> {' & '.join(nodes)}"
        elif before:
            yield f"    {' & '.join(before)} --> {' & '.join(nodes)}"
        before = nodes
    if gates:
        yield f'    {key}stop[/"{label(ending(scene))}"/]:::stop'
        yield f"    {' & '.join(gates)} -. no .-> {key}stop"
    if before and way_back(stage):
        yield f'    {before[-1]} -. "{label(way_back(stage))}" .-> {first}'
    yield "end"


def _node(key: str, action: Action, scene: Scene) -> str:
    said = label(action.name, work(action), *gate_words(action, scene))
    return f'{key}{{{{"{said}"}}}}:::gate' if is_gate(action) else f'{key}["{said}"]:::action'


def label(*lines: str) -> str:
    """Text between quotes, a line under the other, without a character that would end or format it."""
    return "<br/>".join(_SPECIAL.sub(lambda found: f"#{ord(found[0])};", clean(line)) for line in lines)


def _plain(text: str) -> str:
    """Text for the accessible title and description, which know no quotes and no escapes and end with the line."""
    return " ".join(re.sub(r"[#{}<>&%]", " ", clean(text).replace(";", ",")).split())
