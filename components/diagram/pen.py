"""What pictures are drawn with: shapes, text and arrows of SVG."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from components.diagram.boxes import Box, Points, Words
from components.diagram.layout import MARGIN, NAME_SIZE, NOTE_SIZE
from components.diagram.look import STYLE
from components.diagram.text import clean
from components.diagram.text import width as wide


def sheet(name: str, *, title: str, story: str) -> Element:
    """An empty page that stands alone, with its title and its story for who can't see it."""
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "picture"
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    root.set("aria-labelledby", f"{key}-title {key}-story")
    SubElement(root, "title", {"id": f"{key}-title"}).text = title
    SubElement(root, "desc", {"id": f"{key}-story"}).text = clean(story)
    SubElement(root, "style").text = STYLE
    rectangle(root, Box(0.5, 0.5, 0, 0), "page", radius=12)
    return root


def finished(root: Element, *, width: float, height: float) -> str:
    """The page as text, cut to its size in pixels."""
    (page,) = (one for one in root if one.get("class") == "page")
    page.set("width", number(width - 1))
    page.set("height", number(height - 1))
    root.set("viewBox", f"0 0 {number(width)} {number(height)}")
    root.set("width", number(width))
    root.set("height", number(height))
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def legend(root: Element, signs: Iterable[tuple[str, str]], *, width: float, y: float) -> float:
    """Signs with their meanings, in rows as wide as the page; returns the height of a page that ends with them."""
    around = group(root, "legend", "")
    around.set("aria-hidden", "true")
    x = MARGIN
    for kind, text in signs:
        needed = 42 + wide(text, size=NOTE_SIZE) + 16
        if x > MARGIN and x + needed > width - MARGIN:
            x, y = MARGIN, y + 28
        sample = group(around, f"sign {kind}" if kind in ("trigger", "action", "gate", "target") else "sign", "")
        box = Box(x, y, 32, 20)
        if kind == "gate":
            hexagon(sample, box)
        elif kind == "target":
            cylinder(sample, box)
        elif kind in ("way", "way aims"):
            arrow(sample, ((box.x, box.middle), (box.right, box.middle)), kind)
        else:
            rectangle(
                sample, box, kind if kind in ("panel", "card") else "shape", radius=10 if kind == "trigger" else 5
            )
        lines(sample, [text], x + 40, y + 14, size=NOTE_SIZE)
        x += needed
    return y + 20 + MARGIN - 6


def group(parent: Element, kind: str, name: str) -> Element:
    """A group whose `class` and `data-name` say what it shows."""
    made = SubElement(parent, "g", {"class": kind})
    if name:
        made.set("data-name", clean(name))
    return made


def rectangle(parent: Element, box: Box, kind: str, *, radius: float) -> Element:
    """A rectangle of a class, with round corners."""
    return SubElement(
        parent,
        "rect",
        {
            "class": kind,
            "x": number(box.x),
            "y": number(box.y),
            "width": number(box.width),
            "height": number(box.height),
            "rx": number(radius),
        },
    )


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


def icon(parent: Element, path: str, x: float, y: float, kind: str, *, scale: float = 1.0) -> None:
    """Strokes of `look`, from the top left."""
    place = f"translate({number(x)} {number(y)})" + ("" if scale == 1.0 else f" scale({scale})")
    SubElement(parent, "path", {"class": kind, "transform": place, "d": path})


def words(parent: Element, said: Words, x: float, box: Box, *, lower: float = 0) -> None:
    """A name and its note, in the middle of a shape's height."""
    y = box.middle - said.height / 2 + 13 + lower
    y = lines(parent, said.name, x, y, size=NAME_SIZE, leading=17, strong=True)
    lines(parent, said.note, x, y - 2, size=NOTE_SIZE, leading=14)


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


def arrow(parent: Element, way: Points, kind: str) -> None:
    """A line of right angles with a head; the head is drawn, since not every program knows markers."""
    (x1, y1), (x2, y2) = way[-2], way[-1]
    length = abs(x2 - x1) + abs(y2 - y1) or 1.0
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    foot = (x2 - 8 * dx, y2 - 8 * dy)
    SubElement(parent, "polyline", {"class": kind, "points": points((*way[:-1], foot))})
    head = ((x2, y2), (foot[0] - 4.5 * dy, foot[1] + 4.5 * dx), (foot[0] + 4.5 * dy, foot[1] - 4.5 * dx))
    SubElement(parent, "polygon", {"class": "head", "points": points(head)})


def points(corners: Points) -> str:
    """Points as an attribute."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in corners)


def number(value: float) -> str:
    """A tenth of a pixel is enough, and short numbers keep the file's differences readable."""
    return f"{round(value, 1):g}"
