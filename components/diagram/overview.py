"""All roads of one application in one picture: environments, accounts, and what is promoted between them."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from components.diagram.boxes import Box, Heading
from components.diagram.flowchart import document, label
from components.diagram.grid import HEADER_SIZE, NAME_LEADING, NAME_SIZE, NOTE_LEADING, NOTE_SIZE
from components.diagram.look import ICONS, SIGNS, icon_of
from components.diagram.overview_layout import PAD, RAIL, Column, Item, lay_out
from components.diagram.pen import (
    arrow,
    chip,
    finished,
    group,
    head,
    hexagon,
    icon,
    legend,
    lines,
    number,
    rectangle,
    sheet,
    target,
)
from components.diagram.prose import bullets, escaped, facts
from components.diagram.reading import done, gate_notes, is_gate, notes, story, where
from components.diagram.scene import Scene, address
from components.stages import Category

_SIGNS: Final = (
    ("trigger", "starts a road"),
    ("gate", "a person decides"),
    ("target", "what it runs on"),
    ("frame", "an AWS account"),
    ("way promoted", "promotion"),
)


def overview_svg(scenes: Sequence[Scene]) -> str:
    """The whole file, of the roads of one application in the order of its environments."""
    name = _name(scenes)
    root = sheet(f"{name} overview", title=f"The roads of {name}", story=" ".join(_sentences(scenes)))
    heading = Heading.of(name, _subtitle(scenes))
    head(root, heading)
    layout = lay_out(scenes, heading.bottom + 22)
    for account in layout.accounts:
        if account.label:
            rectangle(root, account.box, "frame", radius=14)
            chip(root, [account.label], account.box.right - 14, account.box.y)
    for column in layout.columns:
        _column(root, column)
    for way in layout.promotions:
        arrow(root, way, "way promoted")
    shown = {
        "gate": any(item.gate for column in layout.columns for item in column.items),
        "frame": any(account.label for account in layout.accounts),
        "way promoted": bool(layout.promotions),
    }
    signs = [(kind, text) for kind, text in _SIGNS if shown.get(kind, True)]
    return finished(root, height=legend(root, signs, y=layout.bottom + 24))


def overview_mermaid(scenes: Sequence[Scene]) -> str:
    """The same as a Mermaid flowchart: an environment is a subgraph, its stages a chain."""
    name = _name(scenes)
    return document(name, title=f"The roads of {name}", story=" ".join(_sentences(scenes)), body=_flow(scenes))


def overview_prose(scenes: Sequence[Scene]) -> str:
    """The same in words, as Markdown."""
    page = [f"# {escaped(_name(scenes))}", "", escaped(_subtitle(scenes))]
    for scene in scenes:
        page += ["", f"## {escaped(scene.environment)}", "", *facts(scene)]
        page += bullets(f"Started by {trigger.kind}: {trigger.description}" for trigger in scene.road.triggers)
        page.append("")
        for count, stage in enumerate(scene.road.stages, start=1):
            said = "; ".join(note.text for note in (*gate_notes(stage, scene), *notes(stage)))
            text = f"{escaped(done(stage))}" + (f" ({escaped(said)})" if said else "")
            page.append(
                f"{count}. **{escaped(stage.name)}**: {text}" if text else f"{count}. **{escaped(stage.name)}**"
            )
    return "\n".join(page) + "\n"


def _name(scenes: Sequence[Scene]) -> str:
    return scenes[0].application or scenes[0].road.name


def _subtitle(scenes: Sequence[Scene]) -> str:
    accounts = {scene.place.account for scene in scenes if scene.place}
    gates = sum(is_gate(action) for scene in scenes for _, action in scene.road.actions)
    return " · ".join(
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((len(scenes), "environment"), (len(accounts), "account"), (gates, "gate"))
        if count
    )


def _sentences(scenes: Sequence[Scene]) -> Iterator[str]:
    for scene in scenes:
        yield f"{scene.road.name}: {story(scene)}"


def _column(root: Element, column: Column) -> None:
    shown = group(root, "stage", column.scene.environment)
    rectangle(shown, column.box, "card", radius=10)
    x, y = column.box.x + PAD, column.box.y + 28
    y = lines(shown, column.heading.name, x, y, size=HEADER_SIZE, leading=NAME_LEADING, strong=True)
    lines(shown, column.heading.note, x, y, size=NOTE_SIZE, leading=NOTE_LEADING)
    for trigger, box, said in column.triggers:
        pill = group(shown, "trigger", trigger.description)
        rectangle(pill, box, "shape", radius=min(box.height / 2, 17))
        icon(pill, icon_of(trigger.kind), box.x + 12, box.middle - 8, "icon", scale=0.8)
        lines(pill, said.note, box.x + 36, box.middle - said.height / 2 + 11, size=NOTE_SIZE, leading=NOTE_LEADING)
    stops = [*(box for _, box, _ in column.triggers[-1:]), *(item.box for item in column.items)]
    for one, next_one in itertools.pairwise(stops):
        _rail(shown, one, next_one, first=bool(column.triggers) and one is stops[0])
    for item in column.items:
        _item(shown, item)
    if column.deploys:
        arrow(shown, column.deploys, "way aims")
    target(shown, column.scene.road.name, column.target_words, column.target)


def _rail(parent: Element, one: Box, next_one: Box, *, first: bool) -> None:
    """From a stage's icon to the next one's."""
    x, start = one.x + 10, one.bottom if first else one.y + 23
    if next_one.y - 1 > start:
        SubElement(parent, "path", {"class": "rail", "d": f"M{number(x)} {number(start)}V{number(next_one.y - 1)}"})


def _item(parent: Element, item: Item) -> None:
    category = item.stage.actions[0].category if item.stage.actions else Category.COMPUTE
    gates = [action.category for action in item.stage.actions if is_gate(action)]
    category = gates[0] if gates else category
    shown = group(parent, f"{'gate' if item.gate else 'line'} {category.lower()}", item.stage.name)
    x, y = item.box.x, item.box.y
    if item.gate:
        hexagon(shown, item.box)
        x, y = x + 12, y + 9
    icon(shown, ICONS[category], x + 2, y + 2, "icon", scale=0.85)
    x += RAIL
    y = lines(shown, item.words.name, x, y + 15, size=NAME_SIZE, leading=NAME_LEADING, strong=True)
    y = lines(shown, item.words.note, x, y - 1, size=NOTE_SIZE, leading=NOTE_LEADING)
    for note, text in item.notes:
        icon(shown, SIGNS[note.sign], x, y - 11, "note", scale=0.7)
        y = lines(shown, text, x + 20, y, size=NOTE_SIZE, leading=NOTE_LEADING)


def _flow(scenes: Sequence[Scene]) -> Iterator[str]:
    keys = {scene.environment: f"environment{count}" for count, scene in enumerate(scenes, start=1)}
    for scene in scenes:
        key = keys[scene.environment]
        yield f'subgraph {key}["{label(where(scene) or scene.environment)}"]'
        yield "    direction TB"
        before = []
        for count, trigger in enumerate(scene.road.triggers, start=1):
            before.append(f"{key}trigger{count}")
            yield f'    {before[-1]}(["{label(trigger.description)}"]):::trigger'
        for count, stage in enumerate(scene.road.stages, start=1):
            node = f"{key}stage{count}"
            said = label(stage.name, *([done(stage)] if done(stage) else []), *(note.text for note in notes(stage)))
            gate = any(map(is_gate, stage.actions))
            yield f'    {node}{{{{"{said}"}}}}:::gate' if gate else f'    {node}["{said}"]:::action'
            if before:
                yield f"    {' & '.join(before)} --> {node}"
            before = [node]
        yield f'    {key}target[("{label(scene.runs or scene.environment)}")]:::target'
        if before:
            yield f"    {' & '.join(before)} -.-> {key}target"
        yield "end"
    for scene in scenes:
        if scene.origin and scene.origin.environment in keys:
            apart = f"into {address(scene.place)}" if scene.place else ""
            yield (f'{keys[scene.origin.environment]} == "{label("promotes", apart)}" ==> {keys[scene.environment]}')
    if keys:
        yield f"class {','.join(keys.values())} environment"
