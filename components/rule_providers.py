"""AWS's rules, one maker each, with what the pipeline's role must be allowed for it and nothing else
(https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference.html)."""

from collections.abc import Sequence

from components.actions.compute import write_compute_log
from components.conditions import Rule
from components.deployment.permissions import watch_alarms
from components.function import invoke_function
from components.place import Place


def deployment_window(
    *, name: str, days: Sequence[str], opens: int, closes: int, time_zone: str, patience_minutes: int
) -> Rule:
    """Waits until it is one of the days and hours
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html).

    Args:
        name: of the rule.
        days: `MON` to `SUN`. They are listed one by one, because AWS's week begins with Sunday and its page doesn't say
            whether a range may go over its end.
        opens, closes: full hours of one day, 0 to 24; at `closes` it is closed.
        time_zone: of the IANA database.
        patience_minutes: after how many minutes the rule has failed, 5 to 86400.
    """
    hours = f"{opens}-{closes - 1}" if closes - opens > 1 else str(opens)
    return Rule(
        name=name,
        provider="DeploymentWindow",
        configuration={"Cron": f"* * {hours} ? * {','.join(days)} *", "TimeZone": time_zone},
        description=f"waits for {days[0]}-{days[-1]} {opens}-{closes} {time_zone}"
        if len(days) > 1
        else f"waits for {days[0]} {opens}-{closes} {time_zone}",
        timeout_minutes=patience_minutes,
    )


def alarm_is_quiet(*, name: str, alarm: str, wait_minutes: int | None) -> Rule:
    """Met where an alarm doesn't ring
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html).

    Args:
        name: of the rule.
        alarm: its name; it is of the pipeline's account and region.
        wait_minutes: for how long AWS watches it; None: it looks once.
    """
    watched = {} if wait_minutes is None else {"WaitTime": str(wait_minutes)}
    return Rule(
        name=name,
        provider="CloudWatchAlarm",
        configuration={"AlarmName": alarm, **watched},
        description=f"unless {alarm} rings",
        permissions=watch_alarms(),
    )


def function_agrees(*, name: str, function: str, parameters: str | None, place: Place, description: str) -> Rule:
    """Met where a function answers its job with success
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-LambdaInvoke.html).

    Args:
        name: of the rule.
        function: its name; it is of the pipeline's account and region.
        parameters: what it is told as `UserParameters`.
        place: where the function is.
        description: what it decides, for pictures.
    """
    told = {} if parameters is None else {"UserParameters": parameters}
    return Rule(
        name=name,
        provider="LambdaInvoke",
        configuration={"FunctionName": function, **told},
        description=description,
        permissions=(invoke_function(place, function),),
    )


def commands_succeed(*, name: str, commands: Sequence[str], artifact: str, pipeline: str, place: Place) -> Rule:
    """Met where every command ends with 0. CodeBuild runs them, at most 55 minutes, in the name of the pipeline
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-Commands.html).

    Args:
        name: of the rule.
        commands: 1 to 50, each on one line and of at most 1000 characters.
        artifact: the name of what lies in their folder.
        pipeline: whose log group they write to.
        place: where the pipeline is.
    """
    return Rule(
        name=name,
        provider="Commands",
        commands=tuple(commands),
        inputs=(artifact,),
        description=f"after {len(commands)} commands" if len(commands) > 1 else "after a command",
        permissions=(write_compute_log(place, pipeline),),
    )
