"""The picture of a flow: branches on the left, the pipelines they start in the middle, environments on the right."""

from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element

from components.diagram.boxes import Box, Heading, Points, Words
from components.diagram.card import words as worded
from components.diagram.grid import HEADER_SIZE, MARGIN, NOTE_LEADING, NOTE_SIZE, PAGE
from components.diagram.look import icon_of
from components.diagram.pen import (
    arrow,
    finished,
    group,
    head,
    hexagon,
    icon,
    legend,
    lines,
    rectangle,
    sheet,
    target,
    words,
)
from components.diagram.text import width, wrap
from docs.flow_map import WORK, FlowMap, Line, Move, Pipeline

GUTTER: Final = 52.0
"""Room at the left side for the ways from branch to branch."""
REFERENCE: Final = 244.0
BETWEEN: Final = 56.0
"""Room for the ways from branches to pipelines."""
BESIDE: Final = 26.0
ENVIRONMENT: Final = 130.0
PIPELINE: Final = PAGE - 2 * MARGIN - GUTTER - REFERENCE - BETWEEN - BESIDE - ENVIRONMENT
DOWN: Final = 36.0
"""Between two shapes above each other."""
ROW: Final = 24.0
_STARTS: Final = ("event", "polling", "schedule", "manual")

SIGNS: Final = (
    ("trigger", "branch or tag"),
    ("card", "pipeline"),
    ("gate", "a person decides"),
    ("target", "environment"),
    ("way", "people, and what they start"),
    ("way aims", "the repository by itself"),
    ("way promoted", "promotion: what passed"),
)


def flow_picture(flow: FlowMap) -> str:
    """The whole file; it stands alone, in light and dark."""
    left = MARGIN + GUTTER
    middle = left + REFERENCE + BETWEEN
    right = middle + PIPELINE + BESIDE
    root = sheet(f"{flow.repository} flow", title=f"Flow of {flow.repository}", story=flow.story())
    heading = Heading.of(flow.repository, f"{flow.flow} · {len(flow.pipelines)} pipelines")
    head(root, heading)
    y = heading.bottom + 17
    references = _references(flow, left, y)
    cards = _cards(flow, references, middle, y)
    _between_branches(root, flow, references, left)
    for way in _starts(flow, references, cards):
        arrow(root, way, "way")
    for name, box in references.items():
        _reference(root, flow, name, box)
    for pipeline in flow.pipelines:
        _pipeline(root, pipeline, cards[pipeline.name])
        _environment(root, pipeline, cards[pipeline.name], right)
        if pipeline.promoted_from in cards:
            _promotion(root, cards[pipeline.promoted_from], cards[pipeline.name])
    bottom = max(box.bottom for box in (*references.values(), *cards.values()))
    signs = [(kind, text) for kind, text in SIGNS if kind != "way promoted" or _promotes(flow)]
    return finished(root, height=legend(root, signs, y=bottom + 30))


def _promotes(flow: FlowMap) -> bool:
    names = {pipeline.name for pipeline in flow.pipelines}
    return any(pipeline.promoted_from in names for pipeline in flow.pipelines)


def _adjacent(flow: FlowMap, move: Move) -> bool:
    return abs(flow.references.index(move.source) - flow.references.index(move.destination)) == 1


def _words(flow: FlowMap, name: str) -> Words:
    return worded(name, flow.notes(name), limit=REFERENCE - 36)


def _references(flow: FlowMap, x: float, y: float) -> dict[str, Box]:
    placed: dict[str, Box] = {}
    for name in flow.references:
        placed[name] = Box(x, y, REFERENCE, max(_words(flow, name).height + 22, 48))
        y = placed[name].bottom + DOWN
    return placed


def _text(line: Line) -> list[str]:
    return wrap(line.text, limit=PIPELINE - (76 if line.gate else 62), size=NOTE_SIZE)


def _height(line: Line) -> float:
    return ROW + NOTE_LEADING * (len(_text(line)) - 1) + (6 if line.gate else 0)


def _cards(flow: FlowMap, references: Mapping[str, Box], x: float, y: float) -> dict[str, Box]:
    """Each as near to the branches that feed it as those above it let it be."""
    placed: dict[str, Box] = {}
    for pipeline in flow.pipelines:
        height = 46 + NOTE_LEADING * len(_where(pipeline)) + sum(_height(line) for line in pipeline.lines)
        feeders = [references[name].middle for name in pipeline.feeds]
        wanted = sum(feeders) / len(feeders) - height / 2 if feeders else y
        placed[pipeline.name] = Box(x, max(y, wanted), PIPELINE, height)
        y = placed[pipeline.name].bottom + DOWN + 6
    return placed


def _between_branches(root: Element, flow: FlowMap, references: Mapping[str, Box], left: float) -> None:
    """Neighbours are joined straight; the others by lanes at the left side."""
    step = GUTTER / (1 + sum(not _adjacent(flow, move) for move in flow.moves))
    lane = left - step
    for move in flow.moves:
        kind = "way aims" if move.by_itself else "way"
        one, other = references[move.source], references[move.destination]
        if _adjacent(flow, move):
            # A way down and a way up between the same two lie beside each other.
            x = one.x + (60 if one.y < other.y else 100)
            way = ((x, one.bottom), (x, other.y)) if one.y < other.y else ((x, one.y), (x, other.bottom))
            arrow(root, way, kind)
            continue
        out, back = one.middle + 8, other.middle - 8
        arrow(root, ((one.x, out), (lane, out), (lane, back), (other.x, back)), kind)
        lane -= step


def _starts(flow: FlowMap, references: Mapping[str, Box], cards: Mapping[str, Box]) -> list[Points]:
    """From each branch to each of its pipelines, without crossings where both are in the same order."""
    pairs = [(name, pipeline) for pipeline in flow.pipelines for name in pipeline.feeds]
    ends: list[tuple[Box, float]] = []
    for name, pipeline in pairs:
        card = cards[pipeline.name]
        place = (pipeline.feeds.index(name) + 1) / (len(pipeline.feeds) + 1)
        ends.append((references[name], card.y + card.height * place))
    ways: list[Points] = []
    step = BETWEEN / (len(ends) + 1)
    for number, (box, y) in enumerate(ends):
        # Of ways that lead down, the upper turns later; of those that lead up, the lower does.
        order = len(ends) - number if y > box.middle else number + 1
        bend = box.right + order * step
        ways.append(((box.right, box.middle), (bend, box.middle), (bend, y), (box.right + BETWEEN, y)))
    return ways


def _reference(root: Element, flow: FlowMap, name: str, box: Box) -> None:
    shown = group(root, "action" if name == WORK else "trigger", name)
    rectangle(shown, box, "shape", radius=min(box.height / 2, 18))
    words(shown, _words(flow, name), box.x + 18, box)


def _pipeline(root: Element, pipeline: Pipeline, box: Box) -> None:
    shown = group(root, "stage", pipeline.name)
    rectangle(shown, box, "card", radius=10)
    y = lines(shown, [pipeline.name], box.x + 16, box.y + 25, size=HEADER_SIZE, leading=18, strong=True)
    y = lines(shown, _where(pipeline), box.x + 16, y - 1, size=NOTE_SIZE, leading=NOTE_LEADING) - 4
    for line in pipeline.lines:
        _line(shown, line, Box(box.x + 10, y, PIPELINE - 20, _height(line)))
        y += _height(line)


def _where(pipeline: Pipeline) -> list[str]:
    return wrap(pipeline.where, limit=PIPELINE - 32, size=NOTE_SIZE)


def _line(parent: Element, line: Line, box: Box) -> None:
    kind = "trigger" if line.kind in _STARTS else line.kind.lower()
    shown = group(parent, f"line gate {kind}" if line.gate else f"line {kind}", "")
    x = box.x + (14 if line.gate else 6)
    if line.gate:
        hexagon(shown, Box(box.x, box.y + 2, box.width, box.height - 4))
    text = _text(line)
    baseline = box.middle + 4 - NOTE_LEADING / 2 * (len(text) - 1)
    icon(shown, icon_of(line.kind), x, baseline - 12, "icon", scale=0.8)
    lines(shown, text, x + 26, baseline, size=NOTE_SIZE, leading=NOTE_LEADING)


def _environment(root: Element, pipeline: Pipeline, card: Box, x: float) -> None:
    said = worded(pipeline.environment, (pipeline.target,), limit=ENVIRONMENT - 22)
    height = said.height + 34
    box = Box(x, card.middle - height / 2, ENVIRONMENT, height)
    arrow(root, ((card.right, card.middle), (box.x, card.middle)), "way")
    target(root, pipeline.environment, said, box)


def _promotion(root: Element, one: Box, other: Box) -> None:
    text = "the artifact that passed"
    if other.y > one.bottom and other.y - one.bottom < 2 * DOWN:
        x = one.x + 40
        arrow(root, ((x, one.bottom), (x, other.y)), "way promoted")
        lines(root, [text], x + 12, (one.bottom + other.y) / 2 + 4, size=NOTE_SIZE)
        return
    x = one.right + BESIDE / 2
    arrow(
        root,
        ((one.right, one.bottom - 16), (x, one.bottom - 16), (x, other.y + 16), (other.right, other.y + 16)),
        "way promoted",
    )
    lines(root, [text], x - width(text, size=NOTE_SIZE) / 2, (one.bottom + other.y) / 2, size=NOTE_SIZE)
