"""How a road is read: the order of its actions, what is a gate, and the words that every picture uses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from components.conditions import Condition, Result, Retry
from components.diagram.scene import Scene, address
from components.stages import Action, Category, Road, Stage

Sign = Literal["skip", "window", "alarm", "ask", "again", "back", "mail", "wait"]

_SIGNS: Final[dict[str, Sign]] = {"DeploymentWindow": "window", "CloudWatchAlarm": "alarm"}
"""By AWS's name of a rule; a stage that is skipped has a sign of its own, whatever decides it."""

_AGAIN: Final = {Retry.FAILED_ACTIONS: "tries what failed again", Retry.ALL_ACTIONS: "tries all of it again"}


@dataclass(frozen=True)
class Note:
    """What is to be said of a whole stage; `sign` chooses the icon beside the words."""

    sign: Sign
    text: str


Step = tuple[Action, ...]


def steps(stage: Stage) -> tuple[Step, ...]:
    """The actions that run in parallel, together, in the order the steps follow each other."""
    orders = sorted({action.run_order for action in stage.actions})
    return tuple(tuple(action for action in stage.actions if action.run_order == order) for order in orders)


def entry_notes(stage: Stage) -> tuple[Note, ...]:
    """What an execution is asked before it enters."""
    return tuple(_asked(stage.before_entry))


def end_notes(stage: Stage) -> tuple[Note, ...]:
    """What is asked when the stage has run, and what its failure does, where it doesn't just end the road."""
    failure = stage.on_failure
    return (
        *_asked(stage.on_success, "when done: "),
        *_asked(failure.condition if failure else None, "on failure: "),
        *([Note("again", _AGAIN[failure.retry or Retry.FAILED_ACTIONS])] if failure and _retries(stage) else []),
        *([Note("back", way_back(stage))] if way_back(stage) else []),
    )


def notes(stage: Stage) -> tuple[Note, ...]:
    """Everything that is to be said of a stage: when it runs, what is asked after it, and what its failure does."""
    return (*entry_notes(stage), *end_notes(stage))


def way_back(stage: Stage) -> str:
    """When the stage runs the last good release again, in words; empty where it never does."""
    if stage.rolls_back:
        return "rolls back on failure"
    asked = any(condition.result == Result.ROLLBACK for condition in stage.conditions.values())
    return "rolls back if that isn't so" if asked else ""


def is_gate(action: Action) -> bool:
    """Whether the road waits here for a person."""
    return action.category == Category.APPROVAL


def work(action: Action) -> str:
    """What kind of work an action does and who does it: `Test · CodeBuild`."""
    return "a person approves" if is_gate(action) else f"{action.category} · {action.provider}"


def gate_notes(stage: Stage, scene: Scene) -> tuple[Note, ...]:
    """The same as `gate_words`, of a whole stage; with the gate's name where it has several."""
    gates = [action for action in stage.actions if is_gate(action)]
    found: list[Note] = []
    for gate in gates:
        name = f"{gate.name}: " if len(gates) > 1 else ""
        found += (Note("mail", f"{name}{who}") for who in scene.asked.get(gate.name, ()))
        found += [Note("wait", f"{name}waits {span(gate.timeout_minutes)}")] if gate.timeout_minutes else []
    return tuple(found)


def gate_words(action: Action, scene: Scene) -> tuple[str, ...]:
    """Whom a gate asks, and how long it waits; nothing of another action."""
    if not is_gate(action):
        return ()
    asked = tuple(f"asks {who}" for who in scene.asked.get(action.name, ()))
    return (*asked, f"waits {span(action.timeout_minutes)}") if action.timeout_minutes else asked


def span(minutes: int) -> str:
    """A time in its largest whole unit: `2 days`, `90 minutes`."""
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes % size == 0:
            return _count(minutes // size, unit)
    return _count(minutes, "minute")


def done(stage: Stage) -> str:
    """What a stage does in one line: `a + b` run in parallel, `a → b` one after the other.

    An action is named by what it changes, where it changes something; a lone one that is called as its stage, by its
    work.
    """
    if len(stage.actions) == 1 and not stage.actions[0].target and stage.actions[0].name == stage.name:
        return work(stage.actions[0])
    return " → ".join(" + ".join(_short(action) for action in step) for step in steps(stage))


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


def where(scene: Scene) -> str:
    """The environment of a road: its name, tier, account and region."""
    if not scene.place:
        return ""
    return " · ".join(part for part in dict.fromkeys((scene.environment, scene.tier, address(scene.place))) if part)


def ending(scene: Scene) -> str:
    """What becomes of an execution that fails."""
    told = f"; {' and '.join(scene.told)} {'are' if len(scene.told) > 1 else 'is'} told" if scene.told else ""
    return f"What fails or is refused ends the road there{told}."


def story(scene: Scene) -> str:
    """The road as sentences, for a reader who can't see the picture."""
    road = scene.road
    starts = "; ".join(f"{trigger.kind}: {trigger.description}" for trigger in road.triggers)
    sentences = [f"{where(scene)}."] if scene.place else []
    sentences.append(f"Started by {starts}." if starts else "Nothing starts it by itself.")
    if scene.origin:
        sentences.append(f"What {scene.origin.environment} ({address(scene.origin)}) promoted comes in.")
    for number, stage in enumerate(road.stages, start=1):
        actions = ", then ".join(_step_story(step, scene) for step in steps(stage)) or "nothing"
        said = "; ".join(note.text for note in notes(stage))
        name = f"{stage.name} ({said})" if said else stage.name
        sentences.append(f"Stage {number}, {name}: {actions}.")
    return " ".join((*sentences, ending(scene)))


def action_words(action: Action, scene: Scene) -> str:
    """An action in words: its name, its work, whom it asks, what it changes."""
    said = ", ".join((work(action), *gate_words(action, scene)))
    lands = f" in {action.lands.environment}, {address(action.lands)}" if action.lands else ""
    return f"{action.name} ({said})" + (f", changing {action.target}{lands}" if action.target else "")


def _step_story(step: Step, scene: Scene) -> str:
    actions = " and ".join(action_words(action, scene) for action in step)
    return f"{actions} in parallel" if len(step) > 1 else actions


def _short(action: Action) -> str:
    return (action.target or action.name).rpartition(": ")[2]


def _asked(condition: Condition | None, when: str = "") -> Iterator[Note]:
    for rule in condition.rules if condition else ():
        skips = condition is not None and condition.result == Result.SKIP
        yield Note("skip" if skips else _SIGNS.get(rule.provider, "ask"), f"{when}{rule.description}")


def _retries(stage: Stage) -> bool:
    return stage.on_failure is not None and stage.on_failure.result == Result.RETRY


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
