"""What a laid-out picture is made of: boxes and arrows in pixels, from the top left of the page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from components.diagram.grid import (
    MARGIN,
    NAME_LEADING,
    NOTE_LEADING,
    PAGE,
    SUBTITLE_LEADING,
    SUBTITLE_SIZE,
    TITLE_LEADING,
    TITLE_SIZE,
)
from components.diagram.reading import Note
from components.diagram.text import wrap
from components.stages import Action, Stage
from components.triggers import Trigger


@dataclass(frozen=True)
class Box:
    """A rectangle; `x` and `y` are its left and top."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height

    @property
    def center(self) -> float:
        """The x of its middle."""
        return self.x + self.width / 2

    @property
    def middle(self) -> float:
        """The y of its middle."""
        return self.y + self.height / 2

    def moved(self, x: float, y: float) -> "Box":
        """The same elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is written in a shape: a name in bold, a smaller note under it."""

    name: list[str]
    note: list[str]

    @property
    def height(self) -> float:
        """Of all lines together."""
        return NAME_LEADING * len(self.name) + NOTE_LEADING * len(self.note)


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands over a picture, line by line."""

    title: list[str]
    subtitle: list[str]

    @classmethod
    def of(cls, title: str, subtitle: str) -> "Heading":
        """Broken to the width of the page."""
        limit = PAGE - 2 * MARGIN
        return cls(
            title=wrap(title, limit=limit, size=TITLE_SIZE, bold=True),
            subtitle=wrap(subtitle, limit=limit, size=SUBTITLE_SIZE),
        )

    @property
    def bottom(self) -> float:
        """The y under its last line."""
        return MARGIN + TITLE_LEADING * len(self.title) + SUBTITLE_LEADING * len(self.subtitle)


@dataclass(frozen=True, kw_only=True)
class PlacedAction:
    """An action's shape, and its target's where that lies in the card."""

    action: Action
    box: Box
    words: Words
    target: Box | None = None
    target_words: Words | None = None

    def moved(self, x: float, y: float) -> "PlacedAction":
        """The same elsewhere."""
        return replace(self, box=self.box.moved(x, y), target=self.target and self.target.moved(x, y))


@dataclass(frozen=True, kw_only=True)
class PlacedStep:
    """Actions that run together; parallel ones lie side by side on a panel that says so."""

    box: Box
    parallel: bool
    actions: tuple[PlacedAction, ...]

    def moved(self, x: float, y: float) -> "PlacedStep":
        """The same elsewhere."""
        return replace(self, box=self.box.moved(x, y), actions=tuple(one.moved(x, y) for one in self.actions))


@dataclass(frozen=True, kw_only=True)
class PlacedNote:
    """A note on a card; `x` and `y` are its first baseline."""

    note: Note
    x: float
    y: float
    lines: list[str]


@dataclass(frozen=True, kw_only=True)
class PlacedStage:
    """A stage's card of one to three columns: heading, entry, steps with the arrows between them, notes at its foot.

    `back` is what is written at the way from its end to its start; no lines, no way back.
    """

    stage: Stage
    number: int
    columns: int
    box: Box
    heading: list[str]
    steps: tuple[PlacedStep, ...]
    arrows: tuple[Points, ...]
    notes: tuple[PlacedNote, ...]
    back: list[str]

    def moved(self, x: float, y: float) -> "PlacedStage":
        """The same elsewhere."""
        return replace(
            self,
            box=self.box.moved(x, y),
            steps=tuple(one.moved(x, y) for one in self.steps),
            arrows=tuple(tuple((px + x, py + y) for px, py in points) for points in self.arrows),
            notes=tuple(replace(one, x=one.x + x, y=one.y + y) for one in self.notes),
        )


@dataclass(frozen=True, kw_only=True)
class PlacedTrigger:
    """A trigger's shape."""

    trigger: Trigger
    box: Box
    words: Words


@dataclass(frozen=True, kw_only=True)
class PlacedNeighbour:
    """What lies outside the environment: where a release comes from, or what the road changes elsewhere.

    `label` is written beside the way, to its left where it would leave the page.
    """

    name: str
    box: Box
    words: Words
    way: Points
    label: str


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The whole page; `bottom` is where the road ends and the foot may begin."""

    bottom: float
    heading: Heading
    frame: Box | None
    environment: list[str]
    triggers: tuple[PlacedTrigger, ...]
    stages: tuple[PlacedStage, ...]
    arrows: tuple[Points, ...]
    backs: tuple[tuple[Points, list[str]], ...]
    origin: PlacedNeighbour | None
    exits: tuple[PlacedNeighbour, ...]

    @property
    def actions(self) -> Iterator[PlacedAction]:
        """Every action's shape."""
        return (action for stage in self.stages for step in stage.steps for action in step.actions)
