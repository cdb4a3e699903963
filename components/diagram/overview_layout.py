"""Where the roads of one application lie beside each other: an environment a column, an account a frame."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from components.diagram.boxes import Box, Points, Words
from components.diagram.card import words
from components.diagram.grid import MARGIN, NAME_LEADING, NAME_SIZE, NOTE_LEADING, NOTE_SIZE, PAGE
from components.diagram.reading import Note, done, gate_notes, is_gate, notes
from components.diagram.scene import Scene
from components.diagram.text import width, wrap
from components.stages import Action, Category, Stage
from components.triggers import Trigger

COLUMNS: Final = 3
FRAME: Final = 12.0
BETWEEN: Final = 26.0
"""Between two environments of an account, and between two accounts: a promotion has its way there."""
LABEL: Final = 30.0
"""What an account's name needs over its environments."""
ROW_GAP: Final = 40.0
PAD: Final = 14.0
RAIL: Final = 26.0
"""From the left of an environment's content to the words of its stages."""
LANE: Final = 14.0
"""At the right of an environment's content, for the way from the stage that deploys to what it changes."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One stage of an environment: its words, and its notes under them."""

    stage: Stage
    gate: bool
    box: Box
    words: Words
    notes: tuple[tuple[Note, list[str]], ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One environment: its card, heading, triggers, stages, and what the application runs on there.

    `deploys` is the way from the stage that changes that.
    """

    scene: Scene
    box: Box
    heading: Words
    triggers: tuple[tuple[Trigger, Box, Words], ...]
    items: tuple[Item, ...]
    target: Box
    target_words: Words
    deploys: Points


@dataclass(frozen=True, kw_only=True)
class Account:
    """The frame around neighbouring environments of one account."""

    label: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The whole page."""

    accounts: tuple[Account, ...]
    columns: tuple[Column, ...]
    promotions: tuple[Points, ...]
    bottom: float


def lay_out(scenes: Sequence[Scene], y: float) -> Overview:
    """Places environments in the given order, three to a row, from `y` down."""
    rows = [list(scenes[start : start + COLUMNS]) for start in range(0, len(scenes), COLUMNS)]
    wide = min((_width(row) for row in rows), default=0.0)
    accounts: list[Account] = []
    placed: list[list[Column]] = []
    for row in rows:
        columns, x = [], MARGIN
        for _, group in itertools.groupby(row, key=_account):
            together = list(group)
            for index, scene in enumerate(together):
                left = x + FRAME + index * (wide + BETWEEN)
                columns.append(_column(scene, Box(left, y + LABEL, wide, 0)))
            frame = Box(x, y, len(together) * wide + (len(together) - 1) * BETWEEN + 2 * FRAME, 0)
            accounts.append(Account(label=_account(together[0]), box=frame))
            x = frame.right + BETWEEN
        height = max(one.box.height for one in columns)
        placed.append([_stretched(one, height) for one in columns])
        bottom = y + LABEL + height + FRAME
        accounts = [
            replace(one, box=replace(one.box, height=bottom - y)) if one.box.y == y else one for one in accounts
        ]
        y = bottom + ROW_GAP
    return Overview(
        accounts=tuple(accounts),
        columns=tuple(itertools.chain.from_iterable(placed)),
        promotions=tuple(_promotions(placed)),
        bottom=y - ROW_GAP,
    )


def _account(scene: Scene) -> str:
    return f"AWS account {scene.place.account}" if scene.place else ""


def _width(row: Sequence[Scene]) -> float:
    """Of one environment, so that the row is as wide as the page; one that stands alone isn't stretched so far."""
    frames = len(list(itertools.groupby(row, key=_account)))
    rest = PAGE - 2 * MARGIN - 2 * FRAME * frames - BETWEEN * (len(row) - 1)
    return min(rest / len(row), 380.0)


def _column(scene: Scene, box: Box) -> Column:
    inner = box.width - 2 * PAD
    place = scene.place
    said = (" · ".join(dict.fromkeys(part for part in (scene.tier, place.region if place else "") if part)),)
    heading = words(scene.environment, said, limit=inner)
    x, y = box.x + PAD, box.y + 14 + heading.height + 10
    triggers = []
    for trigger in scene.road.triggers:
        written = Words(name=[], note=wrap(trigger.description, limit=inner - 50, size=NOTE_SIZE))
        triggers.append((trigger, Box(x, y, inner, written.height + 18), written))
        y = triggers[-1][1].bottom + 8
    y += 8
    items = []
    wide = inner
    for stage in scene.road.stages:
        items.append(_item(stage, scene, Box(x, y, wide, 0)))
        y = items[-1].box.bottom + 8
        if any(map(_deploys, stage.actions)):
            wide = inner - LANE - 4
    runs = words(scene.runs or scene.environment, ("behind the road",) if not scene.runs else (), limit=inner - 24)
    target = Box(x, y + 14, inner, runs.height + 26)
    return Column(
        scene=scene,
        box=replace(box, height=target.bottom + PAD - box.y),
        heading=heading,
        triggers=tuple(triggers),
        items=tuple(items),
        target=target,
        target_words=runs,
        deploys=(),
    )


def _item(stage: Stage, scene: Scene, box: Box) -> Item:
    gate = any(map(is_gate, stage.actions))
    limit = box.width - RAIL - (30 if gate else LANE + 2)
    said = Words(
        name=wrap(stage.name, limit=limit, size=NAME_SIZE, bold=True),
        note=wrap(done(stage), limit=limit, size=NOTE_SIZE) if done(stage) else [],
    )
    noted = tuple((note, wrap(note.text, limit=limit - 20, size=NOTE_SIZE)) for note in _noted(stage, scene))
    height = NAME_LEADING * len(said.name) + NOTE_LEADING * len(said.note)
    height += NOTE_LEADING * sum(len(lines) for _, lines in noted) + (20 if gate else 2)
    return Item(stage=stage, gate=gate, box=replace(box, height=height), words=said, notes=noted)


def _noted(stage: Stage, scene: Scene) -> Iterator[Note]:
    """What is said of a stage beside its work; whom a gate asks is left to the picture of its road."""
    yield from (note for note in gate_notes(stage, scene) if note.sign != "mail")
    yield from notes(stage)


def _stretched(column: Column, height: float) -> Column:
    """As high as its neighbours, with what the application runs on at the foot."""
    target = column.target.moved(0, height - column.box.height)
    deploying = [one for one in column.items if any(map(_deploys, one.stage.actions))]
    way: Points = ()
    if deploying:
        item, lane = deploying[0], target.right - LANE / 2
        start = item.box.x + RAIL + width(item.words.name[0], size=NAME_SIZE, bold=True) + 4
        y = item.box.y + 11
        way = ((min(start, lane - 8), y), (lane, y), (lane, target.y + 3))
    return replace(column, box=replace(column.box, height=height), target=target, deploys=way)


def _deploys(action: Action) -> bool:
    return bool(action.target) and action.lands is None and action.category in (Category.DEPLOY, Category.INVOKE)


def _promotions(rows: Sequence[Sequence[Column]]) -> list[Points]:
    """From the stage that promotes to what starts the receiver: through the gaps between environments, under a row
    where the receiver isn't the next one, along the page's edge where it is some rows further."""
    ways: list[Points] = []
    at = {one.scene.environment: (r, c) for r, row in enumerate(rows) for c, one in enumerate(row)}
    for r, row in enumerate(rows):
        for c, receiver in enumerate(row):
            origin = receiver.scene.origin
            if not origin or origin.environment not in at:
                continue
            from_r, from_c = at[origin.environment]
            giver = rows[from_r][from_c]
            start = (giver.box.right, _gives(giver, receiver))
            end_box = receiver.triggers[0][1] if receiver.triggers else receiver.box
            end = (end_box.x, end_box.y + min(end_box.height, 60) / 2)
            after, before = rows[from_r][from_c + 1 :], row[max(c - 1, 0) : c]
            out = (start[0] + after[0].box.x) / 2 if after else start[0] + FRAME + MARGIN / 2
            back = (before[0].box.right + receiver.box.x) / 2 if before else receiver.box.x - FRAME - MARGIN / 2
            if (from_r, from_c + 1) == (r, c):
                ways.append((start, (out, start[1]), (out, end[1]), end))
                continue
            under = _foot(rows[from_r]) + ROW_GAP / 2
            way = [start, (out, start[1]), (out, under)]
            if r not in (from_r, from_r + 1):
                over = _foot(rows[r - 1]) + ROW_GAP / 2 if r else receiver.box.y - LABEL - ROW_GAP / 4
                way += [(MARGIN / 4, under), (MARGIN / 4, over)]
                under = over
            ways.append((*way, (back, under), (back, end[1]), end))
    return ways


def _foot(row: Sequence[Column]) -> float:
    return max(one.box.bottom for one in row) + FRAME


def _gives(giver: Column, receiver: Column) -> float:
    """The height at which the stage lies that changes the receiver; the last one's where none says so."""
    place = receiver.scene.place
    giving = [one for one in giver.items if place and any(action.lands == place for action in one.stage.actions)]
    item = (giving or list(giver.items))[-1:] if giver.items else []
    return item[0].box.y + 9 if item else giver.box.middle
