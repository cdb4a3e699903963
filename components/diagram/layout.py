"""Where everything of a road lies on the page: boxes and arrows in pixels, before anything is drawn.

Stages are cards from left to right on a grid of three columns, row by row, in the frame of their environment. What
comes from another environment lies over the frame, what goes to another one under it.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from components.diagram.boxes import Box, Heading, Layout, PlacedNeighbour, PlacedStage, PlacedTrigger, Points
from components.diagram.card import (
    BACK_INSET,
    COLUMN,
    COLUMN_GAP,
    COLUMNS,
    ENTRY,
    GAP,
    card,
    span,
    target_words,
    words,
)
from components.diagram.grid import MARGIN, NOTE_LEADING, NOTE_SIZE, PAGE
from components.diagram.reading import summary, where
from components.diagram.scene import Scene, seen_from
from components.diagram.text import wrap
from components.place import Place
from components.stages import Stage
from components.triggers import Trigger

EDGE: Final = (PAGE - 2 * MARGIN - span(COLUMNS)) / 2
"""Between the frame and the cards: the road turns here on its way to the next row."""
LEFT: Final = MARGIN + EDGE
ROW_GAP: Final = 44.0
OUTSIDE: Final = 44.0
"""Between the frame and what lies outside."""
BACK_DEPTH: Final = 13.0
CHIP: Final = 540.0
"""Longest line of what is said of the environment on its frame, so that a release can come in beside it."""
ACROSS: Final = ", into another account"

Row = Sequence[PlacedStage]


def lay_out(scene: Scene) -> Layout:
    """Places a road, of any size, without overlaps."""
    road = scene.road
    said = " · ".join(part for part in (summary(road), scene.runs and f"runs on {scene.runs}") if part)
    heading = Heading.of(road.name, said)
    y = heading.bottom + 14
    origin = _origin(scene.origin, scene, y) if scene.origin else None
    top = origin.box.bottom + OUTSIDE if origin else y
    environment = wrap(where(scene), limit=CHIP, size=NOTE_SIZE) if scene.place else []
    y = top + (15 + NOTE_LEADING * len(environment) if environment else 0)

    rows = _rows(scene)
    triggers = _triggers(road.triggers, y)
    bottom = max((placed.box.bottom for placed in triggers), default=y)
    placed: list[list[PlacedStage]] = []
    for index, row in enumerate(rows):
        height = max(one.box.height for one in row)
        x = LEFT + (COLUMN + COLUMN_GAP if index == 0 and triggers else 0)
        placed.append([])
        for one in row:
            moved = one.moved(x, y)
            even = height if moved.box.height > height / 2 else moved.box.height
            placed[-1].append(replace(moved, box=replace(moved.box, height=even)))
            x += one.box.width + COLUMN_GAP
        bottom = max(bottom, y + height + _depth(row))
        y = bottom + ROW_GAP
    frame = Box(MARGIN, top, PAGE - 2 * MARGIN, bottom + EDGE + 4 - top) if scene.place else None
    bottom = frame.bottom if frame else bottom
    cards = tuple(itertools.chain.from_iterable(placed))
    exits = _exits(cards[-1], scene, bottom) if cards and frame else ()
    return Layout(
        bottom=max((one.box.bottom for one in exits), default=bottom),
        heading=heading,
        frame=frame,
        environment=environment,
        triggers=triggers,
        stages=cards,
        arrows=(*_starts(triggers, placed), *_ways(placed)),
        backs=tuple((_back(one.box), one.back) for one in cards if one.back),
        origin=origin and replace(origin, way=_comes_in(origin, triggers, cards, top)),
        exits=exits,
    )


def _depth(row: Row) -> float:
    """What the ways back need under a row."""
    return max((BACK_DEPTH + 4 + NOTE_LEADING * len(one.back) for one in row if one.back), default=0)


def _origin(origin: Place, scene: Scene, y: float) -> PlacedNeighbour:
    said = words(origin.environment, seen_from(scene.place, origin), limit=COLUMN - 32)
    apart = scene.place and scene.place.account != origin.account
    label = f"promotes what passed there{ACROSS if apart else ''}"
    box = Box(LEFT, y, COLUMN, said.height + 22)
    return PlacedNeighbour(name=origin.environment, box=box, words=said, way=(), label=label)


def _comes_in(origin: PlacedNeighbour, triggers: Sequence[PlacedTrigger], cards: Row, top: float) -> Points:
    """Down to the first trigger, to the first card where nothing starts the road, or just into the frame."""
    end = triggers[0].box.y if triggers else cards[0].box.y if cards else top + 14
    return ((origin.box.center, origin.box.bottom), (origin.box.center, end))


def _triggers(triggers: Sequence[Trigger], y: float) -> tuple[PlacedTrigger, ...]:
    placed: list[PlacedTrigger] = []
    for trigger in triggers:
        said = words(trigger.kind, (trigger.description,), limit=COLUMN - 64)
        box = Box(LEFT, y, COLUMN, max(said.height + 20, 2 * ENTRY))
        if not placed and box.height < 2 * ENTRY + 20:
            # So that the road to the first stage is straight.
            box = box.moved(0, ENTRY - box.height / 2)
        placed.append(PlacedTrigger(trigger=trigger, box=box, words=said))
        y = box.bottom + GAP
    return tuple(placed)


def _rows(scene: Scene) -> list[list[PlacedStage]]:
    """The cards, row by row; triggers have the first column of the first row."""
    stages = scene.road.stages
    rows: list[list[PlacedStage]] = [[]]
    taken = 1 if scene.road.triggers else 0
    for number, stage in enumerate(stages, start=1):
        room = COLUMNS - taken if number == 1 else COLUMNS
        outside = number == len(stages) and scene.place is not None and _leaves(stage)
        one = card(stage, number, scene, columns=room, inside=not outside)
        if rows[-1] and taken + one.columns > COLUMNS:
            rows.append([])
            taken = 0
        rows[-1].append(one)
        taken += one.columns
    return rows if stages else []


def _leaves(stage: Stage) -> bool:
    """Whether what a last stage changes elsewhere can be drawn under the frame, side by side."""
    return 0 < sum(action.lands is not None for action in stage.actions) <= COLUMNS


def _exits(last: PlacedStage, scene: Scene, bottom: float) -> tuple[PlacedNeighbour, ...]:
    leaving = [(action, action.lands) for action in last.stage.actions if action.lands and action.target]
    if not _leaves(last.stage):
        return ()
    fits = last.box.x + span(len(leaving)) <= LEFT + span(COLUMNS)
    x = last.box.x if fits else LEFT
    exits: list[PlacedNeighbour] = []
    for action, place in leaving:
        said = target_words(action, scene, limit=COLUMN - 24)
        box = Box(x, bottom + OUTSIDE, COLUMN, said.height + 32)
        apart = scene.place and scene.place.account != place.account and len(leaving) == 1
        label = f"what passed here{ACROSS}" if apart else ""
        out = last.box.x + (COLUMN - BACK_INSET / 2 if last.back else COLUMN / 2)
        way: Points = ((out, last.box.bottom), (out, box.y))
        if not box.x < out < box.right:
            across = bottom + OUTSIDE / 2
            way = ((out, last.box.bottom), (out, across), (box.center, across), (box.center, box.y))
        exits.append(PlacedNeighbour(name=action.target or "", box=box, words=said, way=way, label=label))
        x += COLUMN + COLUMN_GAP
    return tuple(exits)


def _starts(triggers: Sequence[PlacedTrigger], rows: Sequence[Row]) -> list[Points]:
    if not rows:
        return []
    first = rows[0][0].box
    bend, entry = first.x - COLUMN_GAP / 2, first.y + ENTRY
    return [
        ((one.box.right, entry), (first.x, entry))
        if one.box.middle == entry
        else ((one.box.right, one.box.middle), (bend, one.box.middle), (bend, entry), (first.x, entry))
        for one in triggers
    ]


def _ways(rows: Sequence[Row]) -> list[Points]:
    """The road from card to card, and from the end of a row around to the start of the next."""
    ways: list[Points] = []
    for row in rows:
        for one, next_one in itertools.pairwise(row):
            ways.append(((one.box.right, one.box.y + ENTRY), (next_one.box.x, next_one.box.y + ENTRY)))
    for upper, lower in itertools.pairwise(rows):
        last, first = upper[-1].box, lower[0].box
        out, back, between = last.right + EDGE / 2, first.x - EDGE / 2 - 3, first.y - ROW_GAP / 2
        leave, entry = last.y + ENTRY, first.y + ENTRY
        around = ((last.right, leave), (out, leave), (out, between), (back, between), (back, entry))
        ways.append((*around, (first.x, entry)))
    return ways


def _back(box: Box) -> Points:
    """From the end of a stage to its start, under its card."""
    start, end, low = box.right - BACK_INSET, box.x + BACK_INSET, box.bottom + BACK_DEPTH
    return ((start, box.bottom), (start, low), (end, low), (end, box.bottom))
