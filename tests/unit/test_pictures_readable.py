"""Every picture can be read where it is shown: in a README's column, in both themes, with any words in it."""

import itertools
from functools import cache
from xml.etree.ElementTree import Element

import pytest

from components.diagram import overview_svg, svg
from components.diagram.boxes import Box
from components.diagram.text import width
from docs.flow_picture import flow_picture
from tests.unit.dashboards import DASHBOARDS
from tests.unit.flow_maps import SOURCES, mapped
from tests.unit.measured import (
    ADVANCES,
    advance,
    colours_of,
    contrast,
    everything,
    ground,
    shape_box,
    strikes,
    texts_of,
    ways_of,
)
from tests.unit.overviews import OVERVIEWS
from tests.unit.pictures import SCENES, SVG, overlap, parsed

README = 830
"""Pixels of a README's column on GitHub: what is wider is shrunk to it."""
SMALLEST = 11

NAMES = [*SCENES, *OVERVIEWS, *SOURCES, *DASHBOARDS]
every_picture = pytest.mark.parametrize("name", NAMES)
both_themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@cache
def drawn(name: str) -> Element:
    """A picture as a parser reads it."""
    if name in SCENES:
        return parsed(svg(SCENES[name]))
    if name in DASHBOARDS:
        return parsed(DASHBOARDS[name]())
    return parsed(overview_svg(OVERVIEWS[name]) if name in OVERVIEWS else flow_picture(mapped(name)))


def page(root: Element) -> Box:
    """The whole picture."""
    return Box(*map(float, root.get("viewBox", "").split()))


def small(root: Element) -> list[Box]:
    """What no way may go through: actions, gates, triggers, targets."""
    return [box for one in everything(root) if one.kind == "shape" and (box := shape_box(one.element))]


@every_picture
def test_text_is_large_enough_in_the_column_of_a_readme(name: str) -> None:
    root = drawn(name)
    scale = min(1.0, README / page(root).width)
    sizes = [float(one.element.get("font-size", "0")) * scale for one, _ in texts_of(root)]
    assert min(sizes) >= SMALLEST


@every_picture
def test_no_text_runs_out_of_what_it_is_written_in(name: str) -> None:
    root = drawn(name)
    written = []
    for one, text in texts_of(root):
        x, y = text.x + 0.5, text.middle
        around = [box for shape in everything(root) if (box := shape_box(shape.element))]
        inside = [box for box in around if box.x <= x <= box.right and box.y <= y <= box.bottom]
        tightest = min(inside, key=lambda box: box.width * box.height)
        written.append((one.element.text, text, tightest))
    for words, text, box in written:
        assert text.right <= box.right, words
        assert box.y <= text.y, words
        assert text.bottom <= box.bottom, words


@every_picture
def test_no_text_lies_on_another_or_under_a_way(name: str) -> None:
    root = drawn(name)
    boxes = [(one.element.text, box) for one, box in texts_of(root) if one.element.text]
    for (words, box), (others, other) in itertools.combinations(boxes, 2):
        assert not overlap(box, other), (words, others)
    for _, way in ways_of(root):
        assert not [words for words, box in boxes if strikes(way, box, by=0)]


@every_picture
def test_no_way_goes_through_a_shape(name: str) -> None:
    root = drawn(name)
    shapes = small(root)
    cards = [box for one in everything(root) if one.kind == "card" and (box := shape_box(one.element))]
    for one, way in ways_of(root):
        assert not [box for box in shapes if strikes(way, box, by=6.5)], way
        # A way in a card is the card's own; one from outside may enter only the card in which it ends.
        own = any(group.get("class") == "stage" for group in one.groups)
        x, y = way[-1]
        entered = [box for box in cards if strikes(way, box)]
        assert own or all(box.x <= x <= box.right and box.y <= y <= box.bottom for box in entered), way


@every_picture
def test_everything_lies_on_the_page(name: str) -> None:
    root = drawn(name)
    whole = page(root)
    boxes = [box for one in everything(root) if (box := shape_box(one.element))]
    points = [point for _, way in ways_of(root) for point in way]
    for box in (*boxes, *(box for _, box in texts_of(root))):
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= whole.width
        assert box.bottom <= whole.height
    assert all(0 <= x <= whole.width and 0 <= y <= whole.height for x, y in points)


@both_themes
@every_picture
def test_words_stand_out_from_what_they_are_written_on(name: str, dark: bool) -> None:
    root = drawn(name)
    for one, box in texts_of(root):
        colour = colours_of(root, one, dark=dark)["fill"]
        under = ground(root, one, box.center, box.middle, dark=dark)
        assert contrast(colour, under) >= 4.5, (one.element.text, colour, under)


@both_themes
@every_picture
def test_lines_that_say_something_stand_out_too(name: str, dark: bool) -> None:
    root = drawn(name)
    for one in everything(root):
        if set(one.kind.split()) & {"way", "icon", "note", "rail"}:
            colour = colours_of(root, one, dark=dark)["stroke"]
            # The lightest and the darkest ground that a line may have: the page, a card, its own shape.
            shapes = [each for each in everything(root) if each.kind in ("page", "card")]
            own = [each for each in everything(root) if each.kind == "shape" and each.groups == one.groups]
            for under in (*shapes, *own):
                fill = colours_of(root, under, dark=dark)["fill"]
                assert contrast(colour, fill) >= 3, (one.kind, one.element.get("d"), colour, fill)


@every_picture
def test_a_picture_asks_for_nothing_from_elsewhere_and_can_be_read_aloud(name: str) -> None:
    root = drawn(name)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "rect", "circle", "path", "polygon", "text"}
    assert root.get("role") == "img"
    title, story = root.findall(f"{SVG}title")[0], root.findall(f"{SVG}desc")[0]
    assert root.get("aria-labelledby") == f"{title.get('id')} {story.get('id')}"
    assert title.text
    assert len(story.text or "") > 20


def test_the_estimate_is_never_narrower_than_the_widest_font() -> None:
    for bold, size in itertools.product((False, True), (11.5, 13.0)):
        for name in NAMES:
            for one, _ in texts_of(drawn(name)):
                text = one.element.text or ""
                if set(text) <= set(ADVANCES[bold]):
                    assert width(text, size=size, bold=bold) >= 0.97 * advance(text, size=size, bold=bold), text
