"""Where a pipeline checks who approved: right after the approvals of a stage, before anything follows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from components.stages import Action, Category, Stage


@dataclass(frozen=True, kw_only=True)
class ApproverCheck:
    """One check, as data.

    Args:
        name: the action's, unique in the pipeline.
        stage: where it stands.
        gates: the approvals before it that no other check has looked at.
        after: the run order of the last of them.
    """

    name: str
    stage: str
    gates: tuple[str, ...]
    after: int


def checks_in(stage: Stage, *, name: str) -> list[ApproverCheck]:
    """The checks that a stage needs: one wherever something else follows its approvals, and one at its end.

    Args:
        stage: without checks.
        name: of the first; what follows is numbered from 2.
    """
    groups: list[list[Action]] = []
    closed = True
    for order in sorted({action.run_order for action in stage.actions}):
        here = [action for action in stage.actions if action.run_order == order]
        gates = [action for action in here if action.category is Category.APPROVAL]
        closed = closed or len(gates) < len(here)
        if gates and closed:
            groups.append([])
        if gates:
            groups[-1] += gates
            closed = False
    return [
        ApproverCheck(
            name=name if number == 1 else f"{name}-{number}",
            stage=stage.name,
            gates=tuple(gate.name for gate in group),
            after=max(gate.run_order for gate in group),
        )
        for number, group in enumerate(groups, start=1)
    ]


def with_checks(stage: Stage, checks: Sequence[ApproverCheck], make: Callable[[ApproverCheck], Action]) -> Stage:
    """The stage with its checks, each in a run order of its own; what comes later makes room."""
    moved = [
        replace(action, run_order=action.run_order + sum(check.after < action.run_order for check in checks))
        for action in stage.actions
    ]
    made = [replace(make(check), run_order=check.after + number) for number, check in enumerate(checks, start=1)]
    return replace(stage, actions=(*moved, *made))
