"""The record of a stack's approvals: each event of each of them, in a log group that nobody writes but EventBridge."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.event_function import EventRulePlan
from components.event_rule import event_rule
from components.iam import Statement, policy_document
from components.log_group import log_group
from components.place import Place

WRITERS = ["delivery.logs.amazonaws.com", "events.amazonaws.com"]
"""Who writes events to log groups
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions)."""


@dataclass(frozen=True, kw_only=True)
class ApprovalRecordArgs:
    """Inputs of an `ApprovalRecord`.

    Args:
        place: the environment.
        pipelines: those with approvals, by name.
        key_arn: encrypts the record.
        retention_days: how long it is kept; a number that CloudWatch Logs knows.
        protect: whether Pulumi refuses to delete it.
    """

    place: Place
    pipelines: Sequence[str]
    key_arn: pulumi.Input[str]
    retention_days: int
    protect: bool


class ApprovalRecord(pulumi.ComponentResource):
    """One log group and one policy for a stack: an account has room for ten such policies in a region
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html)."""

    log_group: pulumi.Output[str]

    def __init__(self, name: str, args: ApprovalRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ApprovalRecord", name, None, opts)
        place = args.place
        logs = log_group(
            f"{name}-logs",
            log_group_name=record_name(place),
            retention_days=args.retention_days,
            key_arn=args.key_arn,
            parent=self,
            protect=args.protect,
        )
        plans = recorded(args.pipelines)
        rules = [self._rule(f"{name}-{plan.name}", args, plan) for plan in plans]
        arn = place.arn("logs", f"log-group:{record_name(place)}:*")
        allowed = cloudwatch.LogResourcePolicy(
            f"{name}-policy",
            policy_name=f"{place.name}-approvals",
            policy_document=policy_document(
                [
                    Statement(actions=("logs:CreateLogStream",), resources=(arn,), principals={"Service": WRITERS}),
                    Statement(
                        actions=("logs:PutLogEvents",),
                        resources=(arn,),
                        principals={"Service": WRITERS},
                        conditions={"ArnEquals": {"aws:SourceArn": [rule.arn for rule in rules]}},
                    ),
                ]
            ),
            opts=pulumi.ResourceOptions(parent=logs),
        )
        for rule, plan in zip(rules, plans, strict=True):
            cloudwatch.EventTarget(
                f"{name}-{plan.name}-target",
                rule=rule.name,
                target_id="record",
                arn=logs.arn,
                opts=pulumi.ResourceOptions(parent=rule, depends_on=[allowed]),
            )
        self.log_group = logs.name
        self.register_outputs({"logGroup": self.log_group})

    def _rule(self, name: str, args: ApprovalRecordArgs, plan: EventRulePlan) -> cloudwatch.EventRule:
        return event_rule(
            name,
            called=f"{args.place.name}-approvals-{plan.name}",
            description=plan.description,
            pattern=plan.pattern,
            parent=self,
        )


def record_name(place: Place) -> str:
    """The log group. EventBridge writes to groups of this beginning."""
    return f"/aws/events/{place.name}-approvals"


def recorded(pipelines: Sequence[str]) -> tuple[EventRulePlan, EventRulePlan]:
    """What is recorded: how each approval goes, and who answered.

    CodePipeline's own event doesn't name the person. That of the call does; EventBridge has it where a trail of
    CloudTrail logs management events in the account
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/monitoring-cloudtrail-logs.html).
    """
    of = ", ".join(pipelines)
    return (
        EventRulePlan(
            name="states",
            description=f"What happens to the approvals of {of}",
            pattern={
                "source": ["aws.codepipeline"],
                "detail-type": ["CodePipeline Action Execution State Change"],
                "detail": {"pipeline": list(pipelines), "type": {"category": ["Approval"]}},
            },
        ),
        EventRulePlan(
            name="answers",
            description=f"Who answers the approvals of {of}",
            pattern={
                "source": ["aws.codepipeline"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventName": ["PutApprovalResult"],
                    "requestParameters": {"pipelineName": list(pipelines)},
                },
            },
        ),
    )
