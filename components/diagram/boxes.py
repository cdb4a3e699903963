"""What a laid-out road is made of: boxes and arrows in pixels, from the top left of the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.diagram.reading import Note
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


Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is written in a shape: a name in bold, a smaller note under it."""

    name: list[str]
    note: list[str]

    @property
    def height(self) -> float:
        """Of all lines together."""
        return 17 * len(self.name) + 14 * len(self.note)


@dataclass(frozen=True, kw_only=True)
class PlacedAction:
    """An action's shape, and its target's where it has one."""

    action: Action
    box: Box
    words: Words
    target: Box | None = None
    target_words: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlacedStep:
    """Actions side by side; `label` is written on the panel around them, an empty one means no panel."""

    box: Box
    label: str
    parallel: bool
    actions: tuple[PlacedAction, ...]


@dataclass(frozen=True, kw_only=True)
class PlacedNote:
    """A note at the foot of a card; `y` is its first baseline, counted from the top of the card."""

    note: Note
    y: float
    lines: list[str]


@dataclass(frozen=True, kw_only=True)
class PlacedStage:
    """A stage's card, with the lines of its heading, its steps, the arrows between them and its notes."""

    stage: Stage
    number: int
    box: Box
    heading: list[str]
    steps: tuple[PlacedStep, ...]
    arrows: tuple[Points, ...]
    notes: tuple[PlacedNote, ...]


@dataclass(frozen=True, kw_only=True)
class PlacedTrigger:
    """A trigger's shape."""

    trigger: Trigger
    box: Box
    words: Words


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The whole page; `bottom` is where the road ends and the legend may begin."""

    width: float
    bottom: float
    title: list[str]
    subtitle: list[str]
    triggers: tuple[PlacedTrigger, ...]
    stages: tuple[PlacedStage, ...]
    arrows: tuple[Points, ...]

    @property
    def actions(self) -> Iterator[PlacedAction]:
        """Every action's shape."""
        return (action for stage in self.stages for step in stage.steps for action in step.actions)
