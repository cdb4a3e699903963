"""A function that EventBridge invokes: its rules, and who hears of an event that it could not handle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
from pulumi_aws import cloudwatch, lambda_

from components.event_rule import event_rule
from components.function import DeliveryFunction, DeliveryFunctionArgs, EventFunction
from components.topic import publish_to

OLDEST_EVENT_SECONDS = 3600
"""After an hour of trying, an event about a commit is history; the topic is told instead."""


@dataclass(frozen=True, kw_only=True)
class InputTransformer:
    """What EventBridge makes of an event
    (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).

    Args:
        paths: where in the event each variable is. One that isn't there keeps the target from being invoked.
        template: JSON with `<variable>` for each of them.
    """

    paths: Mapping[str, str]
    template: str


@dataclass(frozen=True, kw_only=True)
class EventRulePlan:
    """Which events invoke a function.

    Args:
        name: ends the rule's name.
        description: which events, in words.
        pattern: the same for EventBridge.
        transformer: what the function is handed instead of the whole event.
    """

    name: str
    description: str
    pattern: Mapping[str, object]
    transformer: InputTransformer | None = None


@dataclass(frozen=True, kw_only=True)
class VisitPlan:
    """How often a function is invoked, whatever happens.

    Args:
        name: ends the rule's name.
        description: what for, in words.
        schedule: `rate(…)` or `cron(…)`
            (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html).
    """

    name: str
    description: str
    schedule: str


@dataclass(frozen=True, kw_only=True)
class EventDrivenFunctionArgs:
    """Inputs of an `EventDrivenFunction`.

    Args:
        function: the function as data; what it needs to publish to the topic comes on top.
        rules: what invokes it.
        parameters: what it works on.
        topic_arn: who hears of events that failed three times, and of what the function itself has to say.
        key_arn: encrypts its log and the topic's messages.
        log_retention_days: how long the log is kept.
    """

    function: EventFunction
    rules: Sequence[EventRulePlan | VisitPlan]
    parameters: Mapping[str, object]
    topic_arn: str
    key_arn: pulumi.Input[str]
    log_retention_days: int


class EventDrivenFunction(pulumi.ComponentResource):
    """The function with its rules. No event is lost in silence: one that can't be handled ends in the topic."""

    def __init__(self, name: str, args: EventDrivenFunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:EventDrivenFunction", name, None, opts)
        plan = args.function
        heard = publish_to(args.topic_arn, args.key_arn, plan.place)
        function = DeliveryFunction(
            name,
            DeliveryFunctionArgs(
                function=replace(plan, statements=[*plan.statements, *heard]),
                parameters=args.parameters,
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        child = pulumi.ResourceOptions(parent=function)
        lambda_.FunctionEventInvokeConfig(
            f"{name}-failures",
            function_name=function.name,
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=OLDEST_EVENT_SECONDS,
            destination_config={"on_failure": {"destination": args.topic_arn}},
            opts=child,
        )
        for rule in args.rules:
            self._invoke(f"{name}-{rule.name}", plan, rule, function)
        self.register_outputs({"name": function.name})

    @staticmethod
    def _invoke(name: str, plan: EventFunction, planned: EventRulePlan | VisitPlan, function: DeliveryFunction) -> None:
        events = planned if isinstance(planned, EventRulePlan) else None
        rule = event_rule(
            name,
            called=f"{plan.function}-{planned.name}",
            description=planned.description,
            pattern=events.pattern if events else None,
            schedule=planned.schedule if isinstance(planned, VisitPlan) else None,
            parent=function,
        )
        of_rule = pulumi.ResourceOptions(parent=rule)
        allowed = lambda_.Permission(
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            source_account=plan.place.account,
            opts=of_rule,
        )
        cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            target_id="function",
            arn=function.arn,
            input_transformer=_transformed(events.transformer) if events and events.transformer else None,
            opts=pulumi.ResourceOptions(parent=rule, depends_on=[allowed]),
        )


def _transformed(transformer: InputTransformer) -> cloudwatch.EventTargetInputTransformerArgsDict:
    return {"input_paths": dict(transformer.paths), "input_template": transformer.template}
