"""From the settings of conditions and freezes to what stages ask."""

from collections import Counter

from components.calendar import Calendar, Freeze, Window
from components.conditions import ROLL_BACK, Condition, OnFailure, Result, Retry, Rule, variable_compares
from components.hotfix import HotfixLane
from components.monitoring import unwell_name
from components.place import Place
from components.rule_providers import alarm_is_quiet, commands_succeed, deployment_window, function_agrees
from components.sources.plan import SOURCE
from components.stage_conditions import StageConditions
from settings import conditions as asked
from settings.models import Application, Settings

_RESULTS = {"fail": Result.FAIL, "skip": Result.SKIP, "rollback": Result.ROLLBACK}


def calendar(
    name: str, application: Application, settings: Settings, place: Place, lane: HotfixLane | None
) -> Calendar | None:
    """When stages aren't entered; None where the clock has no say."""
    windows = {
        stage: tuple(_window(rule) for rule in one.before_entry.rules if isinstance(rule, asked.WindowRule))
        for stage, one in application.conditions.items()
        if one.before_entry
    }
    windows = {stage: found for stage, found in windows.items() if found}
    if not settings.freezes and not any(not one.waits for found in windows.values() for one in found):
        return None
    freezes = [
        Freeze(begins=one.span[0], ends=one.span[1], reason=one.reason, hotfixes=one.hotfixes)
        for one in settings.freezes
    ]
    return Calendar(
        application=name,
        place=place,
        freezes=freezes,
        windows=windows,
        branch=lane.branch if lane else None,
        hotfix_branches=lane.branches if lane else (),
    )


def stage_conditions(name: str, application: Application, place: Place) -> dict[str, StageConditions]:
    """What the stack file asks of stages, by their names."""
    pipeline = f"{name}-{place.environment}"
    return {
        stage: StageConditions(
            before_entry=_condition(one.before_entry, pipeline, place),
            on_success=_condition(one.on_success, pipeline, place),
            on_failure=_on_failure(one.on_failure) if one.on_failure else None,
        )
        for stage, one in application.conditions.items()
    }


def _condition(said: asked.BeforeEntry | asked.OnSuccess | None, pipeline: str, place: Place) -> Condition | None:
    """None where nothing is said, or where the calendar's function asks all of it."""
    if said is None:
        return None
    made: list[Rule] = []
    seen: Counter[str] = Counter()
    for rule in said.rules:
        if isinstance(rule, asked.WindowRule) and rule.closed is asked.Closed.FAIL:
            continue
        seen[rule.rule] += 1
        number = str(seen[rule.rule]) if seen[rule.rule] > 1 else ""
        made.append(_rule(f"{rule.rule.capitalize()}{number}", rule, pipeline, place))
    return Condition(result=_RESULTS[said.otherwise], rules=tuple(made)) if made else None


def _rule(name: str, rule: asked.AnyRule, pipeline: str, place: Place) -> Rule:
    match rule:
        case asked.WindowRule():
            opens, closes = rule.opening
            return deployment_window(
                name=name,
                days=rule.weekdays,
                opens=opens,
                closes=closes,
                time_zone=rule.time_zone,
                patience_minutes=rule.patience_minutes,
            )
        case asked.AlarmRule():
            return alarm_is_quiet(name=name, alarm=rule.name or unwell_name(pipeline), wait_minutes=rule.wait_minutes)
        case asked.VariableRule():
            operator, value = rule.comparison
            return variable_compares(name=name, variable=rule.variable, operator=operator, value=value)
        case asked.FunctionRule():
            return function_agrees(
                name=name,
                function=rule.name,
                parameters=rule.parameters,
                place=place,
                description=f"if {rule.name} agrees",
            )
        case asked.CommandsRule():
            return commands_succeed(
                name=name,
                commands=rule.commands,
                artifact=rule.artifact or SOURCE.name,
                pipeline=pipeline,
                place=place,
            )


def _on_failure(failure: asked.OnFailure) -> OnFailure:
    if failure.result is asked.Failed.ROLLBACK:
        return ROLL_BACK
    every = failure.actions is asked.Again.ALL
    return OnFailure(result=Result.RETRY, retry=Retry.ALL_ACTIONS if every else Retry.FAILED_ACTIONS)


def _window(rule: asked.WindowRule) -> Window:
    opens, closes = rule.opening
    return Window(
        days=rule.weekdays,
        opens=opens,
        closes=closes,
        time_zone=rule.time_zone,
        waits=rule.closed is asked.Closed.WAIT,
    )
