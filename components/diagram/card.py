"""A stage's card: steps follow each other downwards, the actions of a step lie side by side, each over its target."""

from collections.abc import Iterable, Sequence
from typing import Final

from components.diagram.boxes import Box, PlacedAction, PlacedNote, PlacedStage, PlacedStep, Points, Words
from components.diagram.grid import HEADER_SIZE, NAME_SIZE, NOTE_LEADING, NOTE_SIZE
from components.diagram.reading import Note, Step, end_notes, entry_notes, gate_notes, is_gate, steps, way_back, work
from components.diagram.scene import Scene, seen_from
from components.diagram.text import wrap
from components.stages import Action, Stage

COLUMNS: Final = 3
COLUMN: Final = 218.0
COLUMN_GAP: Final = 40.0
PAD: Final = 12.0
PANEL: Final = 10.0
GAP: Final = 12.0
STEP_GAP: Final = 26.0
TARGET_GAP: Final = 24.0
ENTRY: Final = 26.0
"""How far below a card's top the road enters and leaves it."""
BACK_INSET: Final = 30.0


def span(columns: int) -> float:
    """How wide a card of so many columns is."""
    return columns * COLUMN + (columns - 1) * COLUMN_GAP


def card(stage: Stage, number: int, scene: Scene, *, columns: int = COLUMNS, inside: bool = True) -> PlacedStage:
    """A stage's card at the origin.

    Args:
        stage: what it shows.
        number: of the stage, from 1.
        scene: whom its gates ask.
        columns: the most it may have.
        inside: whether what it changes in another environment is drawn in it, too.
    """
    in_order = steps(stage)
    across = max((_across(len(step), columns) for step in in_order), default=1)
    inner = span(across) - 2 * PAD
    heading = wrap(stage.name, limit=inner - 32, size=HEADER_SIZE, bold=True)
    y = 24.0 + 19.0 * len(heading)
    said, y = _noted(entry_notes(stage), inner, y)
    y += 8 if said else 4
    placed: list[PlacedStep] = []
    arrows: list[Points] = []
    for each in in_order:
        step = _step(each, scene, inner=inner, across=across, inside=inside)
        if placed:
            arrows.append(((PAD + inner / 2, y - STEP_GAP), (PAD + inner / 2, y)))
        placed.append(step.moved(PAD + (inner - step.box.width) / 2, y))
        y += step.box.height + STEP_GAP
    y = y - STEP_GAP + PAD if placed else y
    ends = (*gate_notes(stage, scene), *(note for note in end_notes(stage) if note.sign != "back"))
    foot, y = _noted(ends, inner, y)
    return PlacedStage(
        stage=stage,
        number=number,
        columns=across,
        box=Box(0, 0, inner + 2 * PAD, y + (8 if foot else 0)),
        heading=heading,
        steps=tuple(placed),
        arrows=tuple(arrows),
        notes=(*said, *foot),
        back=wrap(way_back(stage), limit=COLUMN - 2 * BACK_INSET, size=NOTE_SIZE) if way_back(stage) else [],
    )


def words(name: str, note: Sequence[str], *, limit: float) -> Words:
    """A name and its notes, broken into lines."""
    return Words(
        name=wrap(name, limit=limit, size=NAME_SIZE, bold=True),
        note=[line for text in note if text for line in wrap(text, limit=limit, size=NOTE_SIZE)],
    )


def target_words(action: Action, scene: Scene, *, limit: float) -> Words:
    """What an action changes: its name, how, and where that is if not in the road's own environment."""
    name, _, how = (action.target or "").partition(": ")
    return words(name, (how, *(seen_from(scene.place, action.lands) if action.lands else ())), limit=limit)


def _across(actions: int, columns: int) -> int:
    """A grid of few columns, so that many parallel actions stay on the page."""
    return min(columns, 2 if actions == 4 else min(actions, COLUMNS)) if actions else 1


def _noted(notes: Iterable[Note], inner: float, y: float) -> tuple[list[PlacedNote], float]:
    said: list[PlacedNote] = []
    for note in notes:
        lines = wrap(note.text, limit=inner - 24, size=NOTE_SIZE)
        said.append(PlacedNote(note=note, x=PAD, y=y + 11, lines=lines))
        y += NOTE_LEADING * len(lines) + 5
    return said, y


def _step(step: Step, scene: Scene, *, inner: float, across: int, inside: bool) -> PlacedStep:
    """A step at the origin."""
    parallel = len(step) > 1
    pad, y = (PANEL, 26.0) if parallel else (0.0, 0.0)
    columns = min(len(step), across)
    cell = inner if across == 1 and not parallel else (inner - 2 * PANEL - (across - 1) * GAP) / across
    placed: list[PlacedAction] = []
    for start in range(0, len(step), columns):
        row = step[start : start + columns]
        written = [_action_words(action, cell) for action in row]
        height = max(max(each.height for each in written) + 20, 52.0)
        lowest = y + height
        for column, (action, each) in enumerate(zip(row, written, strict=True)):
            box = Box(pad + column * (cell + GAP), y, cell, height)
            if action.target and (inside or not action.lands):
                said = target_words(action, scene, limit=cell - 24)
                target = Box(box.x, box.bottom + TARGET_GAP, cell, said.height + 30)
                lowest = max(lowest, target.bottom)
                placed.append(PlacedAction(action=action, box=box, words=each, target=target, target_words=said))
            else:
                placed.append(PlacedAction(action=action, box=box, words=each))
        y = lowest + GAP
    size = Box(0, 0, columns * cell + (columns - 1) * GAP + 2 * pad, y - GAP + pad)
    return PlacedStep(box=size, parallel=parallel, actions=tuple(placed))


def _action_words(action: Action, cell: float) -> Words:
    return words(action.name, (work(action),), limit=cell - (64 if is_gate(action) else 50))
