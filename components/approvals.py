"""The approvals of one application as resources: who is asked, what is gathered for them, and who checks them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.approval import Approval, ApprovalArgs
from components.approvals_plan import STAGE, ApprovalsPlan
from components.event_function import EventDrivenFunction, EventDrivenFunctionArgs
from components.function import DeliveryFunction, DeliveryFunctionArgs
from components.notifications import notification_topic
from components.pipeline import pipeline_arn


@dataclass(frozen=True, kw_only=True)
class ApprovalsArgs:
    """Inputs of `Approvals`.

    Args:
        plan: the approvals as data.
        key_arn: encrypts logs and messages, and the manifests of what was promoted.
        log_retention_days: how long the logs of the functions are kept.
        audit_retention_days: how long it is kept who approved what.
    """

    plan: ApprovalsPlan
    key_arn: pulumi.Input[str]
    log_retention_days: int
    audit_retention_days: int


class Approvals(pulumi.ComponentResource):
    """The gates with their topics and policies, and the three functions around them."""

    policies: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ApprovalsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Approvals", name, None, opts)
        plan, child = args.plan, pulumi.ResourceOptions(parent=self)
        self.policies = {
            gate.name: Approval(
                f"{name}-{gate.name}",
                ApprovalArgs(
                    gate=gate,
                    pipeline_arn=pipeline_arn(plan.place, plan.pipeline),
                    stage=STAGE,
                    key_arn=args.key_arn,
                ),
                opts=child,
            ).policy_arn
            for gate in plan.gates
        }
        for part, function, parameters, days in (
            ("gather", plan.gather_evidence(args.key_arn), plan.evidence_parameters, args.log_retention_days),
            # Its log is the record of who approved what.
            ("check", plan.check_approvers(args.key_arn), plan.check_parameters, args.audit_retention_days),
        ):
            DeliveryFunction(
                f"{name}-{part}",
                DeliveryFunctionArgs(
                    function=function, parameters=parameters, key_arn=args.key_arn, log_retention_days=days
                ),
                opts=child,
            )
        EventDrivenFunction(
            f"{name}-stale",
            EventDrivenFunctionArgs(
                function=plan.reject_stale_approvals,
                rules=plan.moves,
                parameters=plan.stale_parameters,
                topic_arn=notification_topic(plan.place),
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
            ),
            opts=child,
        )
        self.register_outputs({"policies": dict(self.policies)})
