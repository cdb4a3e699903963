"""A road as an SVG file that stands alone: no script, no font, no other file."""

from typing import Final
from xml.etree.ElementTree import Element, SubElement

from components.diagram.boxes import Layout, PlacedAction, PlacedNeighbour, PlacedStage, PlacedStep, PlacedTrigger
from components.diagram.grid import HEADER_SIZE, ICON, MARGIN, NOTE_LEADING, NOTE_SIZE, PAGE
from components.diagram.layout import lay_out
from components.diagram.look import ICONS, SIGNS, icon_of
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
    stop,
    target,
    words,
)
from components.diagram.reading import ending, is_gate, story
from components.diagram.scene import Scene
from components.diagram.text import width, wrap

_LEGEND: Final = (
    ("trigger", "starts the road"),
    ("action", "does the work"),
    ("gate", "a person decides"),
    ("target", "what an action changes"),
    ("panel", "in parallel"),
    ("frame", "the environment"),
    ("way back", "last good release"),
    ("way promoted", "what passed"),
)


def svg(scene: Scene) -> str:
    """The whole file. `class` and `data-name` of each group say what it shows; screen readers get the road as prose."""
    layout = lay_out(scene)
    root = sheet(scene.road.name, title=f"Delivery road of {scene.road.name}", story=story(scene))
    head(root, layout.heading)
    if layout.frame:
        rectangle(root, layout.frame, "frame", radius=12)
        chip(root, layout.environment, layout.frame.right - 14, layout.frame.y)
    for way in layout.arrows:
        arrow(root, way, "way")
    if layout.origin:
        _promotion(root, layout.origin, label_y=layout.origin.box.bottom + 19)
        shown = group(root, "neighbour", layout.origin.name)
        rectangle(shown, layout.origin.box, "frame", radius=10)
        words(shown, layout.origin.words, layout.origin.box.x + 16, layout.origin.box)
    for each in layout.exits:
        _promotion(root, each, label_y=each.box.y - 18)
        target(root, each.name, each.words, each.box)
    for trigger in layout.triggers:
        _trigger(root, trigger)
    for stage in layout.stages:
        _stage(root, stage)
    for way, said in layout.backs:
        arrow(root, way, "way back")
        x, y = (way[0][0] + way[-1][0]) / 2, way[1][1] + NOTE_LEADING
        lines(root, said, x, y, size=NOTE_SIZE, leading=NOTE_LEADING, kind="failure", anchor="middle")
    y = layout.bottom + 26
    if scene.road.stages:
        stop(root, MARGIN + 16, y)
        said = wrap(ending(scene), limit=PAGE - 2 * MARGIN - 40, size=NOTE_SIZE)
        y = lines(root, said, MARGIN + 40, y + 4, size=NOTE_SIZE, leading=NOTE_LEADING) - 4
    return finished(root, height=legend(root, _signs(layout), y=y + 6))


def _stage(root: Element, placed: PlacedStage) -> None:
    shown = group(root, "stage", placed.stage.name)
    box = placed.box
    rectangle(shown, box, "card", radius=10)
    middle = box.y + 26
    SubElement(shown, "circle", {"class": "number", "cx": number(box.x + 24), "cy": number(middle), "r": "11"})
    numeral = str(placed.number)
    lines(shown, [numeral], box.x + 24, middle + 4, size=NOTE_SIZE, strong=True, kind="numeral", anchor="middle")
    lines(shown, placed.heading, box.x + 44, middle + 5, size=HEADER_SIZE, leading=19, strong=True)
    for step in placed.steps:
        _step(shown, step)
    for way in placed.arrows:
        arrow(shown, way, "way")
    for note in placed.notes:
        icon(shown, SIGNS[note.note.sign], note.x + 1, note.y - 12, "note", scale=0.8)
        lines(shown, note.lines, note.x + 24, note.y, size=NOTE_SIZE, leading=NOTE_LEADING)


def _step(parent: Element, placed: PlacedStep) -> None:
    shown = group(parent, "step parallel" if placed.parallel else "step", "in parallel" if placed.parallel else "")
    if placed.parallel:
        rectangle(shown, placed.box, "panel", radius=8)
        lines(shown, ["in parallel"], placed.box.x + 10, placed.box.y + 17, size=NOTE_SIZE)
    for action in placed.actions:
        _action(shown, action)


def _action(parent: Element, placed: PlacedAction) -> None:
    action, box = placed.action, placed.box
    gate = is_gate(action)
    shown = group(parent, f"{'gate' if gate else 'action'} {action.category.lower()}", action.name)
    if gate:
        hexagon(shown, box)
    else:
        rectangle(shown, box, "shape", radius=6)
    inset = 18 if gate else 12
    icon(shown, ICONS[action.category], box.x + inset, box.middle - ICON / 2, "icon")
    words(shown, placed.words, box.x + inset + 28, box)
    if placed.target and placed.target_words:
        arrow(parent, ((box.center, box.bottom), (box.center, placed.target.y)), "way aims")
        target(parent, action.target or "", placed.target_words, placed.target)


def _trigger(root: Element, placed: PlacedTrigger) -> None:
    shown = group(root, "trigger", placed.trigger.description)
    box = placed.box
    rectangle(shown, box, "shape", radius=min(box.height / 2, 30))
    icon(shown, icon_of(placed.trigger.kind), box.x + 16, box.middle - ICON / 2, "icon")
    words(shown, placed.words, box.x + 46, box)


def _promotion(root: Element, placed: PlacedNeighbour, *, label_y: float) -> None:
    arrow(root, placed.way, "way promoted")
    if placed.label:
        x = placed.way[0][0]
        left = x + 12 + width(placed.label, size=NOTE_SIZE) > PAGE - MARGIN
        x, anchor = (x - 12, "end") if left else (x + 12, "")
        lines(root, [placed.label], x, label_y, size=NOTE_SIZE, anchor=anchor)


def _signs(layout: Layout) -> list[tuple[str, str]]:
    """The signs that the road uses, each with what it means."""
    shown = {
        "trigger": bool(layout.triggers),
        "action": any(not is_gate(each.action) for each in layout.actions),
        "gate": any(is_gate(each.action) for each in layout.actions),
        "target": any(each.target for each in layout.actions) or bool(layout.exits),
        "panel": any(step.parallel for stage in layout.stages for step in stage.steps),
        "frame": layout.frame is not None,
        "way back": bool(layout.backs),
        "way promoted": bool(layout.exits or layout.origin),
    }
    named = {"panel": "dotted", "frame": "dashed", "way promoted": "promotion"}
    return [(kind, f"{named.get(kind, kind)}: {meaning}") for kind, meaning in _LEGEND if shown[kind]]
