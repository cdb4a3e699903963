"""Where everything of a road lies on the page: boxes and arrows in pixels, before anything is drawn.

Stages are cards from left to right, in as few and as even rows as fit the page. In a card, steps follow each other
downwards; the actions of a step lie side by side, each with its target below.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from components.diagram.boxes import (
    Box,
    Layout,
    PlacedAction,
    PlacedNote,
    PlacedStage,
    PlacedStep,
    PlacedTrigger,
    Points,
    Words,
)
from components.diagram.reading import Step, is_gate, notes, steps, summary, work
from components.diagram.text import wrap
from components.stages import Action, Road, Stage
from components.triggers import Trigger

PAGE: Final = 1200.0
"""Widest content: wider pictures are shrunk by a README's column until their text is too small."""
LEAST_PAGE: Final = 640.0
MARGIN: Final = 28.0
CELL: Final = 184.0
GAP: Final = 12.0
STAGE_GAP: Final = 40.0
TURN: Final = 24.0
"""Room at both sides for the road's way around to the next row."""
STEP_GAP: Final = 26.0
TARGET_GAP: Final = 24.0
ENTRY: Final = 22.0
"""How far below a card's top the road enters and leaves it."""

TITLE_SIZE: Final = 22.0
HEADER_SIZE: Final = 15.0
NAME_SIZE: Final = 13.0
NOTE_SIZE: Final = 11.0
ICON: Final = 20.0


def lay_out(road: Road) -> Layout:
    """Places a road, of any size, without overlaps."""
    cards = [_card(stage, number) for number, stage in enumerate(road.stages, start=1)]
    indent = CELL + STAGE_GAP + 8 if road.triggers else 0.0
    rows = _rows(cards, indent)
    turn = TURN if len(rows) > 1 else 0.0
    widths = [_row_width(row, indent if index == 0 else turn) for index, row in enumerate(rows)]
    width = max(LEAST_PAGE, 2 * MARGIN + turn + max(widths, default=indent))
    title = wrap(road.name, limit=width - 2 * MARGIN, size=TITLE_SIZE, bold=True)
    subtitle = wrap(summary(road), limit=width - 2 * MARGIN, size=12)
    y = MARGIN + 28 * len(title) + 17 * len(subtitle) + 16

    triggers = _triggers(road.triggers, y)
    bottom = max((placed.box.bottom for placed in triggers), default=y)
    placed: list[list[PlacedStage]] = []
    for index, row in enumerate(rows):
        height = max(card.box.height for card in row)
        x = MARGIN + (indent if index == 0 else turn)
        placed.append([])
        for card in row:
            placed[-1].append(_moved(card, x, y))
            x += card.box.width + STAGE_GAP
        bottom = max(bottom, y + height)
        y = bottom + STAGE_GAP + 8
    return Layout(
        width=width,
        bottom=bottom,
        title=title,
        subtitle=subtitle,
        triggers=triggers,
        stages=tuple(itertools.chain.from_iterable(placed)),
        arrows=(*_starts(triggers, placed), *_ways(placed)),
    )


def _words(name: str, note: str, *, limit: float) -> Words:
    return Words(
        name=wrap(name, limit=limit, size=NAME_SIZE, bold=True),
        note=wrap(note, limit=limit, size=NOTE_SIZE) if note else [],
    )


def _triggers(triggers: Sequence[Trigger], y: float) -> tuple[PlacedTrigger, ...]:
    placed = []
    for trigger in triggers:
        words = _words(trigger.kind, trigger.description, limit=CELL - 62)
        box = Box(MARGIN, y, CELL, max(words.height + 20, 44))
        placed.append(PlacedTrigger(trigger=trigger, box=box, words=words))
        y = box.bottom + GAP
    return tuple(placed)


def _card(stage: Stage, number: int) -> PlacedStage:
    """A stage's card at the origin, as narrow and low as its content."""
    in_order = steps(stage)
    drawn = [_step(step, order if len(in_order) > 1 else 0) for order, step in enumerate(in_order, start=1)]
    inner = max((step.box.width for step in drawn), default=CELL)
    heading = wrap(stage.name, limit=inner - 30, size=HEADER_SIZE, bold=True)
    y = 19.0 * len(heading) + 26
    centred: list[PlacedStep] = []
    arrows: list[Points] = []
    for step in drawn:
        if centred:
            arrows.append(((GAP + inner / 2, y - STEP_GAP), (GAP + inner / 2, y)))
        centred.append(_moved_step(step, GAP + (inner - step.box.width) / 2, y))
        y += step.box.height + STEP_GAP
    y = y - STEP_GAP + GAP if drawn else y
    said: list[PlacedNote] = []
    for note in notes(stage):
        said.append(PlacedNote(note=note, y=y + 7, lines=wrap(note.text, limit=inner - 20, size=NOTE_SIZE)))
        y += 14.0 * len(said[-1].lines) + 8
    return PlacedStage(
        stage=stage,
        number=number,
        box=Box(0, 0, inner + 2 * GAP, y),
        heading=heading,
        steps=tuple(centred),
        arrows=tuple(arrows),
        notes=tuple(said),
    )


def _step(step: Step, order: int) -> PlacedStep:
    """A step at the origin: a grid of at most three columns, so that many parallel actions stay on the page."""
    parallel = len(step) > 1
    label = " · ".join(([f"step {order}"] if order else []) + (["in parallel"] if parallel else []))
    pad, y = (10.0, 26.0) if label else (0.0, 0.0)
    columns = len(step) if len(step) <= 3 else 2 if len(step) == 4 else 3
    placed = []
    for start in range(0, len(step), columns):
        words = [_action_words(action) for action in step[start : start + columns]]
        height = max(max(each.height for each in words) + 20, 48.0)
        lowest = y + height
        for column, (action, each) in enumerate(zip(step[start : start + columns], words, strict=True)):
            box = Box(pad + column * (CELL + GAP), y, CELL, height)
            if action.target:
                target_words = _words(action.target, "", limit=CELL - 24)
                target = Box(box.x, box.bottom + TARGET_GAP, CELL, target_words.height + 30)
                lowest = max(lowest, target.bottom)
                placed.append(
                    PlacedAction(action=action, box=box, words=each, target=target, target_words=target_words)
                )
            else:
                placed.append(PlacedAction(action=action, box=box, words=each))
        y = lowest + GAP
    size = Box(0, 0, columns * CELL + (columns - 1) * GAP + 2 * pad, y - GAP + pad)
    return PlacedStep(box=size, label=label, parallel=parallel, actions=tuple(placed))


def _action_words(action: Action) -> Words:
    return _words(action.name, work(action), limit=CELL - (62 if is_gate(action) else 48))


def _shifted(box: Box, x: float, y: float) -> Box:
    return replace(box, x=box.x + x, y=box.y + y)


def _moved_step(step: PlacedStep, x: float, y: float) -> PlacedStep:
    actions = tuple(
        replace(each, box=_shifted(each.box, x, y), target=each.target and _shifted(each.target, x, y))
        for each in step.actions
    )
    return replace(step, box=_shifted(step.box, x, y), actions=actions)


def _moved(card: PlacedStage, x: float, y: float) -> PlacedStage:
    return replace(
        card,
        box=_shifted(card.box, x, y),
        steps=tuple(_moved_step(step, x, y) for step in card.steps),
        arrows=tuple(tuple((px + x, py + y) for px, py in points) for points in card.arrows),
    )


def _row_width(row: Sequence[PlacedStage], indent: float) -> float:
    return indent + sum(card.box.width for card in row) + STAGE_GAP * (len(row) - 1)


def _rows(cards: Sequence[PlacedStage], indent: float) -> list[list[PlacedStage]]:
    """As few rows as the page allows; of those, the ones whose widest row is narrowest."""
    if not cards:
        return []
    rows = _filled(cards, indent, PAGE)
    spans = itertools.combinations(range(len(cards) + 1), 2)
    limits = {_row_width(cards[start:end], indent if start == 0 else TURN) for start, end in spans}
    for limit in sorted(limit for limit in limits if limit < PAGE):
        if len(even := _filled(cards, indent, limit)) == len(rows):
            return even
    return rows


def _filled(cards: Sequence[PlacedStage], indent: float, limit: float) -> list[list[PlacedStage]]:
    rows: list[list[PlacedStage]] = [[]]
    for card in cards:
        if rows[-1] and _row_width([*rows[-1], card], indent if len(rows) == 1 else TURN) > limit:
            rows.append([])
        rows[-1].append(card)
    return rows


def _starts(triggers: Sequence[PlacedTrigger], rows: Sequence[Sequence[PlacedStage]]) -> list[Points]:
    if not rows:
        return []
    first = rows[0][0].box
    bend = first.x - STAGE_GAP / 2 - 4
    return [
        (
            (placed.box.right, placed.box.middle),
            (bend, placed.box.middle),
            (bend, first.y + ENTRY),
            (first.x, first.y + ENTRY),
        )
        for placed in triggers
    ]


def _ways(rows: Sequence[Sequence[PlacedStage]]) -> list[Points]:
    """The road from card to card, and from the end of a row around to the start of the next."""
    ways: list[Points] = []
    for row in rows:
        for one, next_one in itertools.pairwise(row):
            ways.append(((one.box.right, one.box.y + ENTRY), (next_one.box.x, next_one.box.y + ENTRY)))
    for upper, lower in itertools.pairwise(rows):
        last, first = upper[-1].box, lower[0].box
        out, back, between = last.right + TURN - 6, first.x - TURN, first.y - STAGE_GAP / 2 - 4
        leave, entry = last.y + ENTRY, first.y + ENTRY
        around = ((last.right, leave), (out, leave), (out, between), (back, between), (back, entry))
        ways.append((*around, (first.x, entry)))
    return ways
