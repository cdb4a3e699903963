"""The resources that start a pipeline, one kind for each kind of trigger."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, codepipeline

from components.event_function import EventDrivenFunction, EventDrivenFunctionArgs, EventRulePlan
from components.event_rule import event_rule
from components.function import EventFunction
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.place import Place
from components.schedule import SCHEDULER, may_schedule, schedule
from components.triggers import (
    ChangedPathsTrigger,
    EventTrigger,
    GitTrigger,
    PullRequestFilter,
    PushFilter,
    ScheduleTrigger,
    Trigger,
)


@dataclass(frozen=True, kw_only=True)
class StartsArgs:
    """Inputs of `start_pipeline`.

    Args:
        triggers: what starts the pipeline.
        application: the application it delivers.
        place: where it runs.
        pipeline: its name.
        pipeline_arn: its ARN, computed.
        topic_arn: who hears of events that could not be handled.
        key_arn: encrypts what is kept of them.
        log_retention_days: how long the logs of a function are kept.
    """

    triggers: Sequence[Trigger]
    application: str
    place: Place
    pipeline: str
    pipeline_arn: str
    topic_arn: str
    key_arn: pulumi.Input[str]
    log_retention_days: int


def start_pipeline(name: str, args: StartsArgs, pipeline: codepipeline.Pipeline, parent: pulumi.Resource) -> None:
    """Make the rules and schedules that start a pipeline. `GitTrigger`s are part of the pipeline itself, and people
    need nothing."""
    events = [one for one in args.triggers if isinstance(one, EventTrigger)]
    if events:
        role = _role(name, args, service="events.amazonaws.com", duty="start", parent=parent)
        for event in events:
            _on_event(f"{name}-{event.name}", args, event, pipeline, role, parent)
    for trigger in args.triggers:
        match trigger:
            case ScheduleTrigger():
                role = _role(name, args, service=SCHEDULER, duty="schedule", parent=parent)
                _on_schedule(f"{name}-schedule", args, trigger, pipeline, role, parent)
            case ChangedPathsTrigger():
                _on_changed_paths(f"{name}-start-changed", args, trigger, parent)
            case _:
                pass


def _role(name: str, args: StartsArgs, *, service: str, duty: str, parent: pulumi.Resource) -> ServiceRole:
    start = Statement(actions=("codepipeline:StartPipelineExecution",), resources=(args.pipeline_arn,))
    return ServiceRole(
        f"{name}-{duty}-role",
        ServiceRoleArgs(
            role_name=f"{args.pipeline}-{duty}",
            service=service,
            account=args.place.account,
            statements=may_schedule(start, args.key_arn) if service == SCHEDULER else [start],
            description=f"Starts pipeline {args.pipeline}",
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _on_event(
    name: str,
    args: StartsArgs,
    event: EventTrigger,
    pipeline: codepipeline.Pipeline,
    role: ServiceRole,
    parent: pulumi.Resource,
) -> None:
    rule = event_rule(
        name,
        called=f"{args.pipeline}-{event.name}",
        description=f"Starts {args.pipeline}: {event.description}",
        pattern=event.pattern,
        parent=parent,
    )
    cloudwatch.EventTarget(
        f"{name}-target",
        rule=rule.name,
        target_id="pipeline",
        arn=pipeline.arn,
        role_arn=role.arn,
        input_transformer={"input_paths": dict(event.input_paths), "input_template": event.input_template},
        opts=pulumi.ResourceOptions(parent=rule),
    )


def _on_schedule(
    name: str,
    args: StartsArgs,
    trigger: ScheduleTrigger,
    pipeline: codepipeline.Pipeline,
    role: ServiceRole,
    parent: pulumi.Resource,
) -> None:
    schedule(
        name,
        called=args.pipeline,
        description=f"Starts {args.pipeline}",
        expression=trigger.expression,
        time_zone=trigger.time_zone,
        target=pipeline.arn,
        role=role,
        key_arn=args.key_arn,
        parent=parent,
    )


def _on_changed_paths(name: str, args: StartsArgs, trigger: ChangedPathsTrigger, parent: pulumi.Resource) -> None:
    EventDrivenFunction(
        name,
        EventDrivenFunctionArgs(
            function=start_changed(trigger, args),
            rules=[
                EventRulePlan(
                    name=trigger.name,
                    description=f"May start {args.pipeline}: {trigger.description}",
                    pattern=trigger.pattern,
                )
            ],
            parameters={
                "repository": trigger.repository,
                "pipeline": args.pipeline,
                "action": trigger.action,
                "variable": trigger.variable,
                "includes": list(trigger.paths.includes),
                "excludes": list(trigger.paths.excludes),
            },
            topic_arn=args.topic_arn,
            key_arn=args.key_arn,
            log_retention_days=args.log_retention_days,
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def start_changed(trigger: ChangedPathsTrigger, args: StartsArgs) -> EventFunction:
    """The function that compares the commits of an event, and may start one pipeline."""
    return EventFunction(
        package="start_changed",
        application=args.application,
        place=args.place,
        statements=[
            Statement(
                actions=("codecommit:GetDifferences",),
                resources=(args.place.arn("codecommit", trigger.repository),),
            ),
            Statement(actions=("codepipeline:StartPipelineExecution",), resources=(args.pipeline_arn,)),
        ],
    )


def git_triggers(triggers: Sequence[Trigger]) -> list[codepipeline.PipelineTriggerArgsDict]:
    """The triggers that are part of a pipeline
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitConfiguration.html)."""
    return [
        {
            "provider_type": "CodeStarSourceConnection",
            "git_configuration": _git_configuration(trigger),
        }
        for trigger in triggers
        if isinstance(trigger, GitTrigger)
    ]


def _git_configuration(trigger: GitTrigger) -> codepipeline.PipelineTriggerGitConfigurationArgsDict:
    configuration: codepipeline.PipelineTriggerGitConfigurationArgsDict = {"source_action_name": trigger.action}
    if trigger.pushes:
        configuration["pushes"] = [_push(push) for push in trigger.pushes]
    if trigger.pull_requests:
        configuration["pull_requests"] = [_pull_request(asked) for asked in trigger.pull_requests]
    return configuration


def _push(push: PushFilter) -> codepipeline.PipelineTriggerGitConfigurationPushArgsDict:
    declared: codepipeline.PipelineTriggerGitConfigurationPushArgsDict = {}
    if push.branches:
        declared["branches"] = {"includes": _globs(push.branches.includes), "excludes": _globs(push.branches.excludes)}
    if push.tags:
        declared["tags"] = {"includes": _globs(push.tags.includes), "excludes": _globs(push.tags.excludes)}
    if push.paths:
        declared["file_paths"] = {"includes": _globs(push.paths.includes), "excludes": _globs(push.paths.excludes)}
    return declared


def _pull_request(asked: PullRequestFilter) -> codepipeline.PipelineTriggerGitConfigurationPullRequestArgsDict:
    declared: codepipeline.PipelineTriggerGitConfigurationPullRequestArgsDict = {"events": [*asked.events]}
    if asked.branches:
        declared["branches"] = {
            "includes": _globs(asked.branches.includes),
            "excludes": _globs(asked.branches.excludes),
        }
    if asked.paths:
        declared["file_paths"] = {
            "includes": _globs(asked.paths.includes),
            "excludes": _globs(asked.paths.excludes),
        }
    return declared


def _globs(patterns: Sequence[str]) -> list[str] | None:
    """AWS takes no empty list."""
    return list(patterns) or None
