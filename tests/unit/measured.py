"""What a picture looks like to a reader: where its words, shapes and ways lie, and in which colours, light and dark."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element

from components.diagram.boxes import Box, Points
from tests.unit.pictures import SVG, corners

_CHARACTERS: Final = "".join(map(chr, range(32, 127))) + "·→↺"
# fmt: off
_REGULAR: Final = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838, 318, 838, 838,
)
_BOLD: Final = (
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
    837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
    678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
    365, 712, 838, 380, 838, 838,
)
# fmt: on
ADVANCES: Final = {
    False: dict(zip(_CHARACTERS, _REGULAR, strict=True)),
    True: dict(zip(_CHARACTERS, _BOLD, strict=True)),
}
"""How far each character goes in DejaVu Sans, regular and bold, in thousandths of its size: the widest face of our
list, read from its font file."""


def advance(text: str, *, size: float, bold: bool) -> float:
    """How wide a text is in that face; a character that isn't in the table, as wide as a Chinese one."""
    return sum(ADVANCES[bold].get(character, 1000) for character in text) / 1000 * size


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One element, with the groups that it is in, from the outermost."""

    element: Element
    groups: tuple[Element, ...]

    @property
    def kind(self) -> str:
        """Its class."""
        return self.element.get("class", "")

    @property
    def in_legend(self) -> bool:
        """Whether it only explains."""
        return any(group.get("class") == "legend" for group in self.groups)


def everything(root: Element, groups: tuple[Element, ...] = ()) -> Iterator[Shown]:
    """What is painted, in the order in which it is."""
    for element in root:
        if element.tag == f"{SVG}g":
            yield from everything(element, (*groups, element))
        elif element.get("class"):
            yield Shown(element=element, groups=groups)


def texts_of(root: Element) -> list[tuple[Shown, Box]]:
    """Every text with the box that its ink may fill."""
    return [(one, text_box(one.element)) for one in everything(root) if one.element.tag == f"{SVG}text"]


def text_box(text: Element) -> Box:
    """From ascender to descender, as wide as the widest face makes it."""
    size = float(text.get("font-size", "nan"))
    width = advance(text.text or "", size=size, bold=text.get("font-weight") == "600")
    x = float(text.get("x", "nan")) - {"middle": width / 2, "end": width}.get(text.get("text-anchor", ""), 0)
    return Box(x, float(text.get("y", "nan")) - 0.76 * size, width, 0.97 * size)


def shape_box(element: Element) -> Box | None:
    """The box of a rectangle, hexagon, cylinder or circle that is filled or framed; None of anything else."""
    if element.tag == f"{SVG}rect":
        return Box(*(float(element.get(side, "nan")) for side in ("x", "y", "width", "height")))
    if element.tag == f"{SVG}circle":
        x, y, r = (float(element.get(key, "nan")) for key in ("cx", "cy", "r"))
        return Box(x - r, y - r, 2 * r, 2 * r)
    if element.get("class") == "shape":
        xs, ys = corners(element)
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return None


def ways_of(root: Element) -> list[tuple[Shown, Points]]:
    """Every way with its corners, from its start to the tip of its head; not those of the legend."""
    shown = list(everything(root))
    found = []
    for one, head in itertools.pairwise(shown):
        if one.kind.split()[0] == "way" and not one.in_legend:
            numbers = list(map(float, re.findall(r"-?[\d.]+", one.element.get("d", ""))))
            points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
            tip = tuple(map(float, head.element.get("points", "").split()[0].split(",")))
            found.append((one, (*points, (tip[0], tip[1]))))
    return found


def strikes(way: Points, box: Box, *, by: float = 1.0) -> bool:
    """Whether a way goes through a box, deeper than its edge."""
    inner = Box(box.x + by, box.y + by, box.width - 2 * by, box.height - 2 * by)
    return any(
        max(x1, x2) > inner.x and min(x1, x2) < inner.right and max(y1, y2) > inner.y and min(y1, y2) < inner.bottom
        for (x1, y1), (x2, y2) in itertools.pairwise(way)
    )


Colours = Mapping[str, str]


def colours_of(root: Element, one: Shown, *, dark: bool) -> Colours:
    """What the style sheet says of an element in a theme; a later rule wins."""
    style = next(element.text or "" for element in root if element.tag == f"{SVG}style")
    return _styled(style, tuple(element.get("class", "") for element in (*one.groups, one.element)), dark)


@cache
def _styled(style: str, classes: tuple[str, ...], dark: bool) -> Colours:
    light, _, rest = style.partition("@media (prefers-color-scheme:dark){")
    assert rest, "the style has no dark theme"
    sets = [set(one.split()) for one in classes]
    found: dict[str, str] = {}
    for sheet in (light, rest) if dark else (light,):
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
            if any(_selects(selector.split(), sets) for selector in selectors.strip().split(",")):
                found |= dict(pair.split(":", 1) for pair in body.split(";") if pair)
    return found


def _selects(selector: list[str], classes: list[set[str]]) -> bool:
    wanted = [set(part.strip(".").split(".")) for part in selector]
    around = classes[:-1]
    for part in wanted[:-1]:
        place = next((index for index, group in enumerate(around) if part <= group), None)
        if place is None:
            return False
        around = around[place + 1 :]
    return wanted[-1] <= classes[-1]


def ground(root: Element, at: Shown, x: float, y: float, *, dark: bool) -> str:
    """The colour under a point of what is painted before an element."""
    colour = "#ffffff"
    for one in everything(root):
        if one.element is at.element:
            break
        box = shape_box(one.element)
        fill = colours_of(root, one, dark=dark).get("fill", "#000000") if box else "none"
        if box and fill != "none" and box.x <= x <= box.right and box.y <= y <= box.bottom:
            colour = fill
    return colour


def contrast(one: str, other: str) -> float:
    """Of two colours, as https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio has it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    assert re.fullmatch("#[0-9a-f]{6}", colour), colour
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
