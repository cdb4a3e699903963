"""A browser that opens an application's page each few minutes, as a user would, and an alarm for when it can't."""

from dataclasses import dataclass, replace
from pathlib import Path

import pulumi
from pulumi_aws import s3, synthetics

from components.bucket import PrivateBucket, PrivateBucketArgs
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.log_group import log_group, write_logs
from components.monitoring import Measure, Runbook
from components.place import Place

SCRIPT = Path("components/watching/script/canary.py")
"""Relative to the program's folder, as the code of functions: no path of one machine gets into the state."""

RUNS, CODE = "runs", "code"
"""Where in the bucket: runs go when their time is over, the script stays."""
METRICS = "CloudWatchSynthetics"
RUN_SECONDS = 60
MEMORY_MB = 1024
"""The browser needs most of it; Synthetics takes multiples of 64, from 960 on."""


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A canary, as data.

    Args:
        application: whose page it opens.
        place: where that is.
        address: without a path; None: that of the application's own load balancer.
        path: of the page.
        every_minutes: how often, 1 to 60.
        expects: what a user reads there; an empty text is satisfied with any page.
        runtime: of Synthetics for Python and Selenium.
    """

    application: str
    place: Place
    address: pulumi.Input[str] | None
    path: str
    every_minutes: int
    expects: str
    runtime: str

    @property
    def name(self) -> str:
        """Its name; the role is called after it."""
        return f"{self.application}-{self.place.environment}"

    def at(self, own: pulumi.Input[str] | None) -> "Canary":
        """The same with the address of the application's load balancer, where it has no other."""
        return self if self.address else replace(self, address=own)

    @property
    def measure(self) -> Measure:
        """Two failures in a row: one may be the way there."""
        return Measure(
            label="canary",
            says="isn't what a user needs: a browser of AWS can't open its page, or misses something there",
            runbook=Runbook.CANARY,
            namespace=METRICS,
            metric="SuccessPercent",
            dimensions={"CanaryName": self.name},
            threshold=50,
            minutes=2 * self.every_minutes,
            statistic="Average",
            period=60 * self.every_minutes,
            below=True,
        )

    @property
    def schedule(self) -> str:
        """As Synthetics is told it."""
        return f"rate({self.every_minutes} minute{'' if self.every_minutes == 1 else 's'})"


def measured(canary: Canary | None) -> tuple[Measure, ...]:
    """What a canary adds to the measures of its application."""
    return (canary.measure,) if canary else ()


@dataclass(frozen=True, kw_only=True)
class CanariesArgs:
    """Inputs of `Canaries`.

    Args:
        place: where they run.
        canaries: each with its address; at least one.
        key_arn: encrypts what they find.
        retention_days: how long that is kept.
        protect: whether Pulumi refuses to delete the bucket.
        force_destroy: whether deleting it deletes what is in it.
    """

    place: Place
    canaries: tuple[Canary, ...]
    key_arn: pulumi.Input[str]
    retention_days: int
    protect: bool
    force_destroy: bool


class Canaries(pulumi.ComponentResource):
    """The canaries of a stack, and a bucket for their script and their pictures."""

    def __init__(self, name: str, args: CanariesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Canaries", name, None, opts)
        bucket = PrivateBucket(
            name,
            PrivateBucketArgs(
                bucket_name=args.place.canary_bucket,
                place=args.place,
                key_arn=args.key_arn,
                retention_days=args.retention_days,
                expiring=f"{RUNS}/",
                protect=args.protect,
                force_destroy=args.force_destroy,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        script = s3.BucketObjectv2(
            f"{name}-script",
            bucket=bucket.name,
            key=f"{CODE}/canary.zip",
            source=pulumi.AssetArchive({"python/canary.py": pulumi.FileAsset(SCRIPT.as_posix())}),
            opts=pulumi.ResourceOptions(parent=bucket),
        )
        for canary in args.canaries:
            self._canary(f"{name}-{canary.application}", canary, args, bucket, script)
        self.register_outputs({"bucket": bucket.name})

    def _canary(
        self, name: str, canary: Canary, args: CanariesArgs, bucket: PrivateBucket, script: s3.BucketObjectv2
    ) -> None:
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=f"{canary.name}-canary",
                service="lambda.amazonaws.com",
                account=args.place.account,
                statements=permissions(canary, args.key_arn),
                description=f"The canary of {canary.name}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        made = synthetics.Canary(
            name,
            name=canary.name,
            runtime_version=canary.runtime,
            handler="canary.handler",
            s3_bucket=bucket.name,
            s3_key=script.key,
            s3_version=script.version_id,
            execution_role_arn=role.arn,
            artifact_s3_location=pulumi.Output.concat("s3://", bucket.name, f"/{RUNS}/{canary.name}"),
            artifact_config={"s3_encryption": {"encryption_mode": "SSE_KMS", "kms_key_arn": args.key_arn}},
            kms_key_arn=args.key_arn,
            schedule={"expression": canary.schedule},
            run_config={
                "timeout_in_seconds": RUN_SECONDS,
                "memory_in_mb": MEMORY_MB,
                "environment_variables": {
                    "ADDRESS": pulumi.Output.concat(canary.address or "", canary.path),
                    **({"EXPECTS": canary.expects} if canary.expects else {}),
                },
            },
            success_retention_period=min(31, args.retention_days),
            failure_retention_period=min(365, args.retention_days),
            start_canary=True,
            delete_lambda=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        # AWS gives its function a name, and would make the log without an end: the role may not make it.
        log_group(
            f"{name}-logs",
            log_group_name=made.engine_arn.apply(_log_of),
            retention_days=args.retention_days,
            key_arn=args.key_arn,
            parent=made,
        )


def permissions(canary: Canary, key_arn: pulumi.Input[str]) -> list[Statement]:
    """What a canary does: writes its pictures, its log and its metrics
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html).
    """
    place = canary.place
    arn = place.bucket_arn(place.canary_bucket)
    return [
        Statement(actions=("s3:GetObject", "s3:PutObject"), resources=(f"{arn}/{RUNS}/{canary.name}/*",)),
        Statement(actions=("s3:GetBucketLocation",), resources=(arn,)),
        Statement(actions=("s3:ListAllMyBuckets",), resources=("*",)),
        Statement(actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=(key_arn,)),
        write_logs(place, f"/aws/lambda/cwsyn-{canary.name}-*"),
        Statement(
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),
            conditions={"StringEquals": {"cloudwatch:namespace": METRICS}},
        ),
    ]


def _log_of(engine_arn: str) -> str:
    """`…:function:cwsyn-storefront-prod-0a1b:3` writes to `/aws/lambda/cwsyn-storefront-prod-0a1b`."""
    return f"/aws/lambda/{engine_arn.split(':function:')[1].split(':')[0]}"
