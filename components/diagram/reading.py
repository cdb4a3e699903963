"""How a road is read: the order of its actions, what is a gate, and the words that both diagrams use."""

from dataclasses import dataclass
from typing import Literal

from components.stages import Action, Category, Road, Stage


@dataclass(frozen=True)
class Note:
    """What is to be said of a whole stage; `sign` chooses the icon beside the words."""

    sign: Literal["skip", "back"]
    text: str


Step = tuple[Action, ...]


def steps(stage: Stage) -> tuple[Step, ...]:
    """The actions that run in parallel, together, in the order the steps follow each other."""
    orders = sorted({action.run_order for action in stage.actions})
    return tuple(tuple(action for action in stage.actions if action.run_order == order) for order in orders)


def notes(stage: Stage) -> tuple[Note, ...]:
    """When a stage runs and what its failure does, where it doesn't always run and just end the road."""
    asked = [Note("skip", rule.description) for condition in stage.conditions.values() for rule in condition.rules]
    failure = [Note("back", "rolls back on failure")] if stage.rolls_back else []
    return (*asked, *failure)


def is_gate(action: Action) -> bool:
    """Whether the road waits here for a person."""
    return action.category == Category.APPROVAL


def work(action: Action) -> str:
    """What kind of work an action does and who does it: `Test · CodeBuild`."""
    return "Gate: a person approves" if is_gate(action) else f"{action.category} · {action.provider}"


def summary(road: Road) -> str:
    """The road in numbers, for a subtitle."""
    gates = sum(is_gate(action) for _, action in road.actions)
    numbers = [
        _count(len(road.triggers), "trigger"),
        _count(len(road.stages), "stage"),
        _count(sum(1 for _ in road.actions), "action"),
        _count(gates, "gate") if gates else "no gate",
    ]
    return " · ".join(numbers)


def story(road: Road) -> str:
    """The road as sentences, for a reader who can't see the picture."""
    starts = "; ".join(f"{trigger.kind}: {trigger.description}" for trigger in road.triggers)
    sentences = [f"Started by {starts}." if starts else "Nothing starts it by itself."]
    for number, stage in enumerate(road.stages, start=1):
        done = ", then ".join(_step_story(step) for step in steps(stage)) or "nothing"
        said = "; ".join(note.text for note in notes(stage))
        name = f"{stage.name} ({said})" if said else stage.name
        sentences.append(f"Stage {number}, {name}: {done}.")
    return " ".join(sentences)


def _step_story(step: Step) -> str:
    actions = " and ".join(
        f"{action.name} ({work(action)})" + (f", changing {action.target}" if action.target else "") for action in step
    )
    return f"{actions} in parallel" if len(step) > 1 else actions


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
