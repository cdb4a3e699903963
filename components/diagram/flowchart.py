"""A road as a Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html."""

import json
import re
from collections.abc import Iterator
from typing import Final

from components.diagram.reading import is_gate, notes, steps, story, work
from components.diagram.text import clean
from components.stages import Action, Road, Stage

_CLASSES: Final = {
    "stage": "fill:#f6f8fa,stroke:#818b98,color:#1f2328",
    "trigger": "fill:#ddf4ff,stroke:#0969da,color:#0a3069",
    "action": "fill:#ffffff,stroke:#57606a,color:#1f2328",
    "gate": "fill:#fff8c5,stroke:#9a6700,color:#3b2300,stroke-width:3px",
    "target": "fill:#dafbe1,stroke:#1a7f37,color:#033a16,stroke-dasharray:4 3",
    "join": "fill:#57606a,stroke:#57606a,color:#57606a",
}
"""Text colours are named too: GitHub's dark theme would otherwise write white on these light shapes."""

_SIGNS: Final = {"skip": "↷", "back": "↺"}

_CONFIGURATION: Final = (
    "config:",
    "  flowchart:",
    "    subGraphTitleMargin:",
    "      top: 4",
    "      bottom: 22",
)
"""Room for a title of two lines, which Mermaid would write over the first action."""

_SPECIAL: Final = re.compile(r"""["#&<>`*;\\\[\]{}|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])""")


def mermaid(road: Road) -> str:
    """A left-to-right flowchart: stages are subgraphs, gates hexagons, triggers stadiums, targets cylinders.

    Every link of an action stays inside its stage, since Mermaid forgets the direction of a subgraph whose nodes are
    linked to the outside.
    """
    return "\n".join(_lines(road)) + "\n"


def _lines(road: Road) -> Iterator[str]:
    yield from ("---", f"title: {json.dumps(clean(road.name))}", *_CONFIGURATION, "---", "flowchart LR")
    yield f"    accTitle: Delivery road of {_plain(road.name)}"
    yield f"    accDescr: {_plain(story(road))}"
    for number, trigger in enumerate(road.triggers, start=1):
        yield f'    trigger{number}(["{_label(trigger.kind, trigger.description)}"]):::trigger'
    for number, stage in enumerate(road.stages, start=1):
        yield from (f"    {line}" for line in _stage(f"stage{number}", stage))
    if road.stages:
        for number in range(1, len(road.triggers) + 1):
            yield f"    trigger{number} --> stage1"
    for number in range(1, len(road.stages)):
        yield f"    stage{number} ==> stage{number + 1}"
    if road.stages:
        yield f"    class {','.join(f'stage{number}' for number in range(1, len(road.stages) + 1))} stage"
    for name, style in _CLASSES.items():
        yield f"    classDef {name} {style}"


def _stage(key: str, stage: Stage) -> Iterator[str]:
    title = _label(stage.name, *(f"{_SIGNS[note.sign]} {note.text}" for note in notes(stage)))
    yield f'subgraph {key}["{title}"]'
    yield "    direction TB"
    before: list[str] = []
    number = 0
    for order, step in enumerate(steps(stage), start=1):
        nodes = []
        for action in step:
            number += 1
            node = f"{key}action{number}"
            nodes.append(node)
            yield f"    {_node(node, action)}"
            if action.target:
                yield f'    {node} -.-> {node}target[("{_label(action.target)}")]:::target'
        if len(before) > 1 and len(nodes) > 1:
            # Through one point: Mermaid draws at most 500 links, and every-to-every would be unreadable long before.
            join = f"{key}join{order}"
            yield f'    {join}((" ")):::join'
            yield f"    {' & '.join(before)} --> {join} --> {' & '.join(nodes)}"
        elif before:
            yield f"    {' & '.join(before)} --> {' & '.join(nodes)}"
        before = nodes
    yield "end"


def _node(key: str, action: Action) -> str:
    label = _label(action.name, work(action))
    return f'{key}{{{{"{label}"}}}}:::gate' if is_gate(action) else f'{key}["{label}"]:::action'


def _label(*lines: str) -> str:
    return "<br/>".join(_SPECIAL.sub(lambda found: f"#{ord(found[0])};", clean(line)) for line in lines)


def _plain(text: str) -> str:
    """Text for the accessible title and description, which know no quotes and no escapes and end with the line."""
    return " ".join(re.sub(r"[#;{}<>&%]", " ", text).split())
