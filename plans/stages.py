"""From what an application says of its pipeline to what that changes of the default road."""

from collections.abc import Iterator

from components.delivery_plan import BUNDLE
from components.free_stages import FreeRoad
from components.free_stages import FreeStage as StagePlan
from components.place import Place
from components.sources.plan import SOURCE
from components.stages import Action, Artifact, ExecutionMode, Stage
from plans.actions import ActionPlanner, gate_of, renumbered
from plans.waves import spots
from settings import stages as settings
from settings.actions import ManualAction
from settings.models import Application

_MODES = {
    settings.ExecutionMode.QUEUED: ExecutionMode.QUEUED,
    settings.ExecutionMode.SUPERSEDED: ExecutionMode.SUPERSEDED,
    settings.ExecutionMode.PARALLEL: ExecutionMode.PARALLEL,
}
_BEFORE_THE_BUILD = ("Source", "Hotfix")


def free_road(name: str, application: Application, place: Place, revision: str) -> FreeRoad:
    """The application's own stages, variables and execution mode.

    Args:
        name: the application.
        application: its settings.
        place: where its pipeline runs.
        revision: the revision in words, for approvals that say nothing themselves.
    """
    return FreeRoad(
        stages=list(_stages(name, application, place, f"{name} to {place.environment}: {revision}")),
        mode=_MODES[application.execution_mode],
        variables={variable: one.default for variable, one in application.variables.items()},
        descriptions={variable: one.description for variable, one in application.variables.items() if one.description},
    )


def _stages(name: str, application: Application, place: Place, message: str) -> Iterator[StagePlan]:
    for stage in application.stages:
        delivered = _delivered_at(stage, application)
        found: list[Action] = []
        gates = []
        for spot in spots(stage, place):
            planner = ActionPlanner(spot=spot, pipeline=f"{name}-{place.environment}", delivered=delivered)
            for action in stage.actions:
                if isinstance(action, ManualAction):
                    gates.append(gate_of(spot.told(action), spot, name, message))
                    found.append(gates[-1].action)
                else:
                    found.append(planner.action(action))
        yield StagePlan(
            stage=Stage(name=stage.name, actions=renumbered(found)),
            anchor=stage.before or stage.after or "",
            before=stage.before is not None,
            gates=gates,
        )


def _delivered_at(stage: settings.FreeStage, application: Application) -> Artifact:
    """What is on its way to the environment where a stage stands: after the build that is the bundle."""
    others = {one.name: one for one in application.stages}
    seen = {stage.name}
    while (anchor := stage.before or stage.after) in others and anchor not in seen:
        stage = others[anchor]
        seen.add(stage.name)
    early = anchor in _BEFORE_THE_BUILD or (anchor == "Build" and stage.before is not None)
    return SOURCE if early or application.build is None else BUNDLE
