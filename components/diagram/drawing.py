"""A road as an SVG file that stands alone: no script, no font, no other file; https://www.w3.org/TR/SVG11/."""

from typing import Final
from xml.etree.ElementTree import Element, SubElement

from components.diagram.boxes import (
    Layout,
    PlacedAction,
    PlacedStage,
    PlacedStep,
    PlacedTrigger,
)
from components.diagram.layout import HEADER_SIZE, ICON, MARGIN, NOTE_SIZE, TITLE_SIZE, lay_out
from components.diagram.look import ICONS, SIGNS
from components.diagram.pen import (
    arrow,
    cylinder,
    finished,
    group,
    hexagon,
    icon,
    legend,
    lines,
    number,
    rectangle,
    sheet,
    words,
)
from components.diagram.reading import is_gate, story
from components.diagram.text import clean
from components.stages import Road

_LEGEND: Final = (
    ("trigger", "starts the road"),
    ("action", "does the work"),
    ("gate", "a person decides"),
    ("target", "what an action changes"),
    ("panel", "in parallel"),
)


def svg(road: Road) -> str:
    """The whole file. `class` and `data-name` of each group say what it shows; screen readers get the road as prose."""
    layout = lay_out(road)
    root = sheet(road.name, title=f"Delivery road of {clean(road.name)}", story=story(road))
    y = MARGIN + 18
    y = lines(root, layout.title, MARGIN, y, size=TITLE_SIZE, leading=28, strong=True)
    lines(root, layout.subtitle, MARGIN, y - 5, size=12, leading=17)
    for way in layout.arrows:
        arrow(root, way, "way")
    for trigger in layout.triggers:
        _trigger(root, trigger)
    for stage in layout.stages:
        _stage(root, stage)
    height = legend(root, _signs(layout), width=layout.width, y=layout.bottom + 30)
    return finished(root, width=layout.width, height=height)


def _stage(root: Element, placed: PlacedStage) -> None:
    shown = group(root, "stage", placed.stage.name)
    box = placed.box
    rectangle(shown, box, "card", radius=10)
    middle = box.y + 22
    SubElement(shown, "circle", {"class": "number", "cx": number(box.x + 23), "cy": number(middle), "r": "11"})
    numeral = str(placed.number)
    lines(shown, [numeral], box.x + 23, middle + 4, size=NOTE_SIZE, strong=True, kind="numeral", anchor="middle")
    lines(shown, placed.heading, box.x + 42, middle + 5, size=HEADER_SIZE, leading=19, strong=True)
    for step in placed.steps:
        _step(shown, step)
    for way in placed.arrows:
        arrow(shown, way, "way")
    for note in placed.notes:
        y = box.y + note.y
        icon(shown, SIGNS[note.note.sign], box.x + 12, y - 11, "note", scale=0.75)
        lines(shown, note.lines, box.x + 32, y, size=NOTE_SIZE, leading=14)


def _step(parent: Element, placed: PlacedStep) -> None:
    shown = group(parent, "step parallel" if placed.parallel else "step", placed.label)
    if placed.label:
        rectangle(shown, placed.box, "panel" if placed.parallel else "panel sequence", radius=8)
        lines(shown, [placed.label], placed.box.x + 10, placed.box.y + 17, size=NOTE_SIZE)
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
    inset = 17 if gate else 11
    icon(shown, ICONS[action.category], box.x + inset, box.middle - ICON / 2, "icon")
    words(shown, placed.words, box.x + inset + 27, box)
    if placed.target and placed.target_words:
        arrow(parent, ((box.center, box.bottom), (box.center, placed.target.y)), "way aims")
        target = group(parent, "target", action.target or "")
        cylinder(target, placed.target)
        words(target, placed.target_words, placed.target.x + 12, placed.target, lower=4)


def _trigger(root: Element, placed: PlacedTrigger) -> None:
    shown = group(root, "trigger", placed.trigger.description)
    box = placed.box
    rectangle(shown, box, "shape", radius=min(box.height / 2, 30))
    kind = placed.trigger.kind if placed.trigger.kind in ICONS else "other"
    icon(shown, ICONS[kind], box.x + 16, box.middle - ICON / 2, "icon")
    words(shown, placed.words, box.x + 44, box)


def _signs(layout: Layout) -> list[tuple[str, str]]:
    """The signs that the road uses, each with what it means."""
    shown = {
        "trigger": bool(layout.triggers),
        "action": any(not is_gate(each.action) for each in layout.actions),
        "gate": any(is_gate(each.action) for each in layout.actions),
        "target": any(each.target for each in layout.actions),
        "panel": any(step.parallel for stage in layout.stages for step in stage.steps),
    }
    return [(kind, f"{'dotted' if kind == 'panel' else kind}: {meaning}") for kind, meaning in _LEGEND if shown[kind]]
