"""A road as an SVG file that stands alone: no script, no font, no other file; https://www.w3.org/TR/SVG11/."""

import re
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from components.diagram.boxes import (
    Box,
    Layout,
    PlacedAction,
    PlacedStage,
    PlacedStep,
    PlacedTrigger,
    Points,
    Words,
)
from components.diagram.layout import HEADER_SIZE, ICON, MARGIN, NAME_SIZE, NOTE_SIZE, TITLE_SIZE, lay_out
from components.diagram.look import ICONS, SIGNS, STYLE
from components.diagram.reading import is_gate, story
from components.diagram.text import clean, width
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
    key = re.sub(r"[^a-z0-9]+", "-", road.name.lower()).strip("-") or "road"
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    root.set("aria-labelledby", f"{key}-title {key}-story")
    SubElement(root, "title", {"id": f"{key}-title"}).text = f"Delivery road of {clean(road.name)}"
    SubElement(root, "desc", {"id": f"{key}-story"}).text = clean(story(road))
    SubElement(root, "style").text = STYLE
    page = _rectangle(root, Box(0.5, 0.5, 0, 0), "page", radius=12)

    y = MARGIN + 18
    y = _lines(root, layout.title, MARGIN, y, size=TITLE_SIZE, leading=28, strong=True)
    _lines(root, layout.subtitle, MARGIN, y - 5, size=12, leading=17)
    for points in layout.arrows:
        _arrow(root, points, "way")
    for trigger in layout.triggers:
        _trigger(root, trigger)
    for stage in layout.stages:
        _stage(root, stage)
    height = _legend(root, layout)

    page.set("width", _number(layout.width - 1))
    page.set("height", _number(height - 1))
    root.set("viewBox", f"0 0 {_number(layout.width)} {_number(height)}")
    root.set("width", _number(layout.width))
    root.set("height", _number(height))
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _stage(root: Element, placed: PlacedStage) -> None:
    group = _group(root, "stage", placed.stage.name)
    box = placed.box
    _rectangle(group, box, "card", radius=10)
    middle = box.y + 22
    SubElement(group, "circle", {"class": "number", "cx": _number(box.x + 23), "cy": _number(middle), "r": "11"})
    numeral = str(placed.number)
    _lines(group, [numeral], box.x + 23, middle + 4, size=NOTE_SIZE, strong=True, kind="numeral", anchor="middle")
    _lines(group, placed.heading, box.x + 42, middle + 5, size=HEADER_SIZE, leading=19, strong=True)
    for step in placed.steps:
        _step(group, step)
    for points in placed.arrows:
        _arrow(group, points, "way")
    for note in placed.notes:
        y = box.y + note.y
        _icon(group, SIGNS[note.note.sign], box.x + 12, y - 11, "note", scale=0.75)
        _lines(group, note.lines, box.x + 32, y, size=NOTE_SIZE, leading=14)


def _step(parent: Element, placed: PlacedStep) -> None:
    group = _group(parent, "step parallel" if placed.parallel else "step", placed.label)
    if placed.label:
        _rectangle(group, placed.box, "panel" if placed.parallel else "panel sequence", radius=8)
        _lines(group, [placed.label], placed.box.x + 10, placed.box.y + 17, size=NOTE_SIZE)
    for action in placed.actions:
        _action(group, action)


def _action(parent: Element, placed: PlacedAction) -> None:
    action, box = placed.action, placed.box
    gate = is_gate(action)
    group = _group(parent, f"{'gate' if gate else 'action'} {action.category.lower()}", action.name)
    if gate:
        _hexagon(group, box)
    else:
        _rectangle(group, box, "shape", radius=6)
    inset = 17 if gate else 11
    _icon(group, ICONS[action.category], box.x + inset, box.middle - ICON / 2, "icon")
    _words(group, placed.words, box.x + inset + 27, box)
    if placed.target and placed.target_words:
        _arrow(parent, ((box.center, box.bottom), (box.center, placed.target.y)), "way aims")
        target = _group(parent, "target", action.target or "")
        _cylinder(target, placed.target)
        _words(target, placed.target_words, placed.target.x + 12, placed.target, lower=4)


def _trigger(root: Element, placed: PlacedTrigger) -> None:
    group = _group(root, "trigger", placed.trigger.description)
    box = placed.box
    _rectangle(group, box, "shape", radius=min(box.height / 2, 30))
    kind = placed.trigger.kind if placed.trigger.kind in ICONS else "other"
    _icon(group, ICONS[kind], box.x + 16, box.middle - ICON / 2, "icon")
    _words(group, placed.words, box.x + 44, box)


def _legend(root: Element, layout: Layout) -> float:
    """The signs that the road uses, in rows as wide as the page; returns the height of the page."""
    legend = _group(root, "legend", "")
    legend.set("aria-hidden", "true")
    x, y = MARGIN, layout.bottom + 30
    shown = {
        "trigger": bool(layout.triggers),
        "action": any(not is_gate(each.action) for each in layout.actions),
        "gate": any(is_gate(each.action) for each in layout.actions),
        "target": any(each.target for each in layout.actions),
        "panel": any(step.parallel for stage in layout.stages for step in stage.steps),
    }
    for kind, meaning in _LEGEND:
        if not shown[kind]:
            continue
        word = "dotted" if kind == "panel" else kind
        text = f"{word}: {meaning}"
        needed = 42 + width(text, size=NOTE_SIZE) + 16
        if x > MARGIN and x + needed > layout.width - MARGIN:
            x, y = MARGIN, y + 28
        sample = _group(legend, f"sign {kind}" if kind != "panel" else "sign", "")
        box = Box(x, y, 32, 20)
        if kind == "gate":
            _hexagon(sample, box)
        elif kind == "target":
            _cylinder(sample, box)
        else:
            _rectangle(sample, box, "panel" if kind == "panel" else "shape", radius=10 if kind == "trigger" else 5)
        _lines(sample, [text], x + 40, y + 14, size=NOTE_SIZE)
        x += needed
    return y + 20 + MARGIN - 6


def _group(parent: Element, kind: str, name: str) -> Element:
    group = SubElement(parent, "g", {"class": kind})
    if name:
        group.set("data-name", clean(name))
    return group


def _rectangle(parent: Element, box: Box, kind: str, *, radius: float) -> Element:
    return SubElement(
        parent,
        "rect",
        {
            "class": kind,
            "x": _number(box.x),
            "y": _number(box.y),
            "width": _number(box.width),
            "height": _number(box.height),
            "rx": _number(radius),
        },
    )


def _hexagon(parent: Element, box: Box) -> None:
    tip = min(12.0, box.height / 3)
    points = (
        (box.x, box.middle),
        (box.x + tip, box.y),
        (box.right - tip, box.y),
        (box.right, box.middle),
        (box.right - tip, box.bottom),
        (box.x + tip, box.bottom),
    )
    SubElement(parent, "polygon", {"class": "shape", "points": _points(points)})


def _cylinder(parent: Element, box: Box) -> None:
    lid = min(7.0, box.height / 5)
    left, right = _number(box.x), _number(box.right)
    top, bottom = _number(box.y + lid), _number(box.bottom - lid)
    arc = f"A{_number(box.width / 2)} {_number(lid)} 0 0"
    path = f"M{left} {top}{arc} 1 {right} {top}V{bottom}{arc} 1 {left} {bottom}zM{left} {top}{arc} 0 {right} {top}"
    SubElement(parent, "path", {"class": "shape", "d": path})


def _icon(parent: Element, path: str, x: float, y: float, kind: str, *, scale: float = 1.0) -> None:
    place = f"translate({_number(x)} {_number(y)})" + ("" if scale == 1.0 else f" scale({scale})")
    SubElement(parent, "path", {"class": kind, "transform": place, "d": path})


def _words(parent: Element, words: Words, x: float, box: Box, *, lower: float = 0) -> None:
    y = box.middle - words.height / 2 + 13 + lower
    y = _lines(parent, words.name, x, y, size=NAME_SIZE, leading=17, strong=True)
    _lines(parent, words.note, x, y - 2, size=NOTE_SIZE, leading=14)


def _lines(
    parent: Element,
    lines: list[str],
    x: float,
    y: float,
    *,
    size: float,
    leading: float = 0,
    strong: bool = False,
    kind: str = "",
    anchor: str = "",
) -> float:
    """Writes lines from the first baseline `y` on; returns the baseline after them."""
    for line in lines:
        text = SubElement(parent, "text", {"class": kind or ("strong" if strong else "soft")})
        text.attrib |= {"x": _number(x), "y": _number(y), "font-size": _number(size)}
        if strong:
            text.set("font-weight", "600")
        if anchor:
            text.set("text-anchor", anchor)
        text.text = line
        y += leading
    return y


def _arrow(parent: Element, points: Points, kind: str) -> None:
    """A line of right angles with a head; the head is drawn, since not every program knows markers."""
    (x1, y1), (x2, y2) = points[-2], points[-1]
    length = abs(x2 - x1) + abs(y2 - y1) or 1.0
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    foot = (x2 - 8 * dx, y2 - 8 * dy)
    SubElement(parent, "polyline", {"class": kind, "points": _points((*points[:-1], foot))})
    head = ((x2, y2), (foot[0] - 4.5 * dy, foot[1] + 4.5 * dx), (foot[0] + 4.5 * dy, foot[1] - 4.5 * dx))
    SubElement(parent, "polygon", {"class": "head", "points": _points(head)})


def _points(points: Points) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """A tenth of a pixel is enough, and short numbers keep the file's differences readable."""
    return f"{round(value, 1):g}"
