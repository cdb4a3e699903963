"""The release ledger of a stack: a bucket that takes each record once, who writes it, and who measures by it."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import ssm

from components.bucket import ObjectLock, PrivateBucket, PrivateBucketArgs
from components.event_function import EventDrivenFunction, EventDrivenFunctionArgs
from components.ledger_plan import LedgerPlan


@dataclass(frozen=True, kw_only=True)
class ReleaseLedgerArgs:
    """Inputs of a `ReleaseLedger`.

    Args:
        plan: the ledger as data.
        key_arn: encrypts records and logs.
        log_retention_days: how long the functions' logs are kept.
        protect: whether Pulumi refuses to delete the bucket.
        force_destroy: whether deleting the bucket deletes the records in it, which their lock then has to let happen.
    """

    plan: LedgerPlan
    key_arn: pulumi.Input[str]
    log_retention_days: int
    protect: bool
    force_destroy: bool


class ReleaseLedger(pulumi.ComponentResource):
    """Which version of which application ran in a stack, on which version of the infrastructure.

    Records are locked: by compliance, so that not even the account's root can delete one before its time, or by
    governance where the stack may be thrown away
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes).
    """

    outputs: dict[str, pulumi.Input[object]]

    def __init__(self, name: str, args: ReleaseLedgerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ReleaseLedger", name, None, opts)
        plan = args.plan
        child = pulumi.ResourceOptions(parent=self)
        bucket = PrivateBucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                bucket_name=plan.place.ledger_bucket,
                place=plan.place,
                key_arn=args.key_arn,
                retention_days=plan.locked_days,
                expires=False,
                lock=ObjectLock(mode="GOVERNANCE" if args.force_destroy else "COMPLIANCE", days=plan.locked_days),
                statements=plan.statements(),
                events=True,
                protect=args.protect,
                force_destroy=args.force_destroy,
            ),
            opts=child,
        )
        version = ssm.Parameter(
            f"{name}-version",
            name=plan.parameter,
            description=f"Which version of the program has made {plan.place.environment}, from which settings",
            type="String",
            # Nothing secret: whoever reads a preview sees what changes.
            insecure_value=plan.version.text,
            opts=child,
        )
        EventDrivenFunction(
            f"{name}-record",
            EventDrivenFunctionArgs(
                function=plan.record_release(args.key_arn),
                rules=plan.record_rules,
                # Known when nobody can change what is in it.
                parameters={**plan.record_parameters, "ledger": bucket.name},
                topic_arn=plan.topic_arn,
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[version]),
        )
        EventDrivenFunction(
            f"{name}-measure",
            EventDrivenFunctionArgs(
                function=plan.measure_delivery(args.key_arn),
                rules=plan.measure_rules,
                parameters={**plan.measure_parameters, "ledger": bucket.name},
                topic_arn=plan.topic_arn,
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
            ),
            opts=child,
        )
        self.outputs = {
            "bucket": bucket.name,
            "versionParameter": version.name,
            "lockedDays": plan.locked_days,
            "rollbackDays": plan.rollback_days,
        }
        self.register_outputs(self.outputs)
