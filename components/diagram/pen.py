"""What pictures are drawn with: shapes, text and arrows of SVG, https://www.w3.org/TR/SVG11/."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from components.diagram.boxes import Box, Heading, Points, Words
from components.diagram.grid import (
    MARGIN,
    NAME_LEADING,
    NAME_SIZE,
    NOTE_LEADING,
    NOTE_SIZE,
    PAGE,
    SUBTITLE_LEADING,
    SUBTITLE_SIZE,
    TITLE_LEADING,
    TITLE_SIZE,
)
from components.diagram.look import STYLE
from components.diagram.text import clean
from components.diagram.text import width as wide

_SHAPES: Final = ("trigger", "action", "gate", "target")
_BEND: Final = 6.0
"""How round the corners of a way are."""


def sheet(name: str, *, title: str, story: str) -> Element:
    """An empty page that stands alone, with its title and its story for who can't see it."""
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "picture"
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    root.set("aria-labelledby", f"{key}-title {key}-story")
    SubElement(root, "title", {"id": f"{key}-title"}).text = clean(title)
    SubElement(root, "desc", {"id": f"{key}-story"}).text = clean(story)
    SubElement(root, "style").text = STYLE
    rectangle(root, Box(0.5, 0.5, 0, 0), "page", radius=12)
    return root


def finished(root: Element, *, height: float) -> str:
    """The page as text, cut to its height in pixels."""
    (page,) = (one for one in root if one.get("class") == "page")
    page.set("width", number(PAGE - 1))
    page.set("height", number(height - 1))
    root.set("viewBox", f"0 0 {number(PAGE)} {number(height)}")
    root.set("width", number(PAGE))
    root.set("height", number(height))
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def head(root: Element, said: Heading) -> None:
    """What stands over a picture."""
    y = lines(root, said.title, MARGIN, MARGIN + 18, size=TITLE_SIZE, leading=TITLE_LEADING, strong=True)
    lines(root, said.subtitle, MARGIN, y - 5, size=SUBTITLE_SIZE, leading=SUBTITLE_LEADING)


def legend(root: Element, signs: Iterable[tuple[str, str]], *, y: float) -> float:
    """Signs with their meanings, in rows as wide as the page; returns the height of a page that ends with them."""
    around = group(root, "legend", "")
    around.set("aria-hidden", "true")
    signs = list(signs)
    longest = max((44 + wide(text, size=NOTE_SIZE) for _, text in signs), default=1.0)
    columns = max(1, min(5, int((PAGE - 2 * MARGIN) / longest)))
    for index, (kind, text) in enumerate(signs):
        row, column = divmod(index, columns)
        x = MARGIN + column * (PAGE - 2 * MARGIN) / columns
        y += 28 if row and not column else 0
        sample = group(around, f"sign {kind}" if kind in _SHAPES else "sign", "")
        _sample(sample, kind, Box(x, y, 32, 20))
        lines(sample, [text], x + 40, y + 14, size=NOTE_SIZE)
    return y + 20 + MARGIN - 4


def _sample(sample: Element, kind: str, box: Box) -> None:
    """A small picture of a kind of sign."""
    if kind == "gate":
        hexagon(sample, box)
    elif kind == "target":
        cylinder(sample, box)
    elif kind == "stop":
        stop(sample, box.center, box.middle)
    elif kind in _HEADS:
        arrow(sample, ((box.x, box.middle), (box.right, box.middle)), kind)
    elif kind in ("panel", "card", "frame"):
        rectangle(sample, box, kind, radius=5)
    else:
        rectangle(sample, box, "shape", radius=10 if kind == "trigger" else 5)


def group(parent: Element, kind: str, name: str) -> Element:
    """A group whose `class` and `data-name` say what it shows."""
    made = SubElement(parent, "g", {"class": kind})
    if name:
        made.set("data-name", clean(name))
    return made


def rectangle(parent: Element, box: Box, kind: str, *, radius: float) -> Element:
    """A rectangle of a class, with round corners."""
    sides = {"x": box.x, "y": box.y, "width": box.width, "height": box.height, "rx": radius}
    return SubElement(parent, "rect", {"class": kind, **{side: number(value) for side, value in sides.items()}})


def hexagon(parent: Element, box: Box) -> None:
    """The shape of a gate."""
    tip = min(12.0, box.height / 3)
    corners = (
        (box.x, box.middle),
        (box.x + tip, box.y),
        (box.right - tip, box.y),
        (box.right, box.middle),
        (box.right - tip, box.bottom),
        (box.x + tip, box.bottom),
    )
    SubElement(parent, "polygon", {"class": "shape", "points": points(corners)})


def cylinder(parent: Element, box: Box) -> None:
    """The shape of a target."""
    lid = min(7.0, box.height / 5)
    left, right = number(box.x), number(box.right)
    top, bottom = number(box.y + lid), number(box.bottom - lid)
    arc = f"A{number(box.width / 2)} {number(lid)} 0 0"
    path = f"M{left} {top}{arc} 1 {right} {top}V{bottom}{arc} 1 {left} {bottom}zM{left} {top}{arc} 0 {right} {top}"
    SubElement(parent, "path", {"class": "shape", "d": path})


def target(parent: Element, name: str, said: Words, box: Box, *, kind: str = "target") -> None:
    """What is changed, or where: a cylinder with its words."""
    shown = group(parent, kind, name)
    cylinder(shown, box)
    words(shown, said, box.x + 12, box, lower=4)


def stop(parent: Element, x: float, y: float) -> None:
    """The sign of an end that nobody wants, around a middle."""
    outer, inner = 9.0, 3.7
    sides = ((inner, outer), (outer, inner), (outer, -inner), (inner, -outer))
    corners = (*sides, *((-a, -b) for a, b in sides))
    SubElement(parent, "polygon", {"class": "stop", "points": points(tuple((x + a, y + b) for a, b in corners))})
    SubElement(parent, "path", {"class": "bar", "d": f"M{number(x - 4)} {number(y)}H{number(x + 4)}"})


def chip(parent: Element, texts: list[str], right: float, y: float) -> None:
    """What a frame is, on its upper line; `right` is where the words end, `y` that line."""
    width = max(wide(text, size=NOTE_SIZE) for text in texts) + 14
    box = Box(right - width, y - 10, width, 5 + NOTE_LEADING * len(texts))
    rectangle(parent, box, "chip", radius=10)
    lines(parent, texts, box.center, y + 4, size=NOTE_SIZE, leading=NOTE_LEADING, anchor="middle")


def icon(parent: Element, path: str, x: float, y: float, kind: str, *, scale: float = 1.0) -> None:
    """Strokes of `look`, from the top left."""
    place = f"translate({number(x)} {number(y)})" + ("" if scale == 1.0 else f" scale({scale})")
    SubElement(parent, "path", {"class": kind, "transform": place, "d": path})


def words(parent: Element, said: Words, x: float, box: Box, *, lower: float = 0) -> None:
    """A name and its note, in the middle of a shape's height."""
    y = box.middle - said.height / 2 + 13 + lower
    y = lines(parent, said.name, x, y, size=NAME_SIZE, leading=NAME_LEADING, strong=True)
    lines(parent, said.note, x, y - 1, size=NOTE_SIZE, leading=NOTE_LEADING)


def lines(
    parent: Element,
    texts: list[str],
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
    for line in texts:
        text = SubElement(parent, "text", {"class": kind or ("strong" if strong else "soft")})
        text.attrib |= {"x": number(x), "y": number(y), "font-size": number(size)}
        if strong:
            text.set("font-weight", "600")
        if anchor:
            text.set("text-anchor", anchor)
        text.text = line
        y += leading
    return y


_HEADS: Final[Mapping[str, str]] = {
    "way": "head",
    "way aims": "head",
    "way back": "back-head",
    "way promoted": "promoted-head",
}
"""By the kind of a way, the kind of its head."""


def arrow(parent: Element, way: Points, kind: str) -> None:
    """A line with right angles, round at the corners, and a head; the head is drawn, since not every program knows
    markers."""
    (x1, y1), (x2, y2) = way[-2], way[-1]
    length = abs(x2 - x1) + abs(y2 - y1) or 1.0
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    foot = (x2 - 8 * dx, y2 - 8 * dy)
    SubElement(parent, "path", {"class": kind, "d": _rounded((*way[:-1], foot))})
    corners = ((x2, y2), (foot[0] - 4.5 * dy, foot[1] + 4.5 * dx), (foot[0] + 4.5 * dy, foot[1] - 4.5 * dx))
    SubElement(parent, "polygon", {"class": _HEADS[kind], "points": points(corners)})


def _rounded(way: Points) -> str:
    """A path through points, each corner cut by a curve that never takes more than half of a side."""
    start, *_, end = way
    path = f"M{number(start[0])} {number(start[1])}"
    for before, corner, after in zip(way, way[1:], way[2:], strict=False):
        radius = min(_BEND, _distance(before, corner) / 2, _distance(corner, after) / 2)
        (ax, ay), (bx, by) = _towards(corner, before, radius), _towards(corner, after, radius)
        curve = " ".join(number(value) for value in (*corner, bx, by))
        path += f"L{number(ax)} {number(ay)}Q{curve}"
    return f"{path}L{number(end[0])} {number(end[1])}"


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(one: tuple[float, float], other: tuple[float, float], by: float) -> tuple[float, float]:
    length = _distance(one, other) or 1.0
    return one[0] + (other[0] - one[0]) / length * by, one[1] + (other[1] - one[1]) / length * by


def points(corners: Points) -> str:
    """Points as an attribute."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in corners)


def number(value: float) -> str:
    """A tenth of a pixel is enough, and short numbers keep the file's differences readable."""
    return f"{round(value, 1):g}"
