"""The release ledger as data: what is recorded of which pipelines, by whom, and for how long."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.event_function import EventRulePlan, VisitPlan
from components.function import EventFunction, FunctionSize
from components.iam import Statement
from components.notifications import notification_topic
from components.pipeline import pipeline_arn
from components.place import Place
from components.promotion import manifest_keys
from components.stages import Road

STAGE = "Deploy"
"""The stage whose ends are recorded, of every pipeline."""


PIPELINES = "pipelines.json"
"""The file by which `record_release` knows the pipelines."""

MARKS = "_measured/"
"""What keys of the marks begin with by which `measure_delivery` knows what it has measured."""

METRICS = "Delivery"
"""The namespace of its metrics."""


@dataclass(frozen=True, kw_only=True)
class RecordedPipeline:
    """A pipeline whose deployments are recorded.

    Args:
        application: whose pipeline it is.
        road: the pipeline.
        repository: its repository in CodeCommit, else empty.
        release_bucket: the bucket with the manifests of what was promoted to it, else empty.
        variable: the pipeline variable with the branch, empty where the source action says it.
        hotfix: patterns of the branches of hotfixes.
    """

    application: str
    road: Road
    repository: str = ""
    release_bucket: str = ""
    variable: str = ""
    hotfix: Sequence[str] = ()

    @property
    def told(self) -> Mapping[str, object]:
        """As `record_release` reads it."""
        stage = next(one for one in self.road.stages if one.name == STAGE)
        return {
            "application": self.application,
            "stage": STAGE,
            "actions": [action.name for action in stage.actions],
            "repository": self.repository,
            "releases": self.release_bucket,
            "variable": self.variable,
            "hotfix": list(self.hotfix),
        }


@dataclass(frozen=True, kw_only=True)
class Version:
    """Which program makes the stack, from which settings.

    Args:
        commit: of the program, `unknown` where nobody knows.
        tag: that points at it, empty where there is none.
        dirty: whether files differed from the commit.
        configuration: SHA-256 of the stack file's resolved settings.
    """

    commit: str
    tag: str
    dirty: bool
    configuration: str

    @property
    def text(self) -> str:
        """As the parameter has it."""
        told = {"commit": self.commit, "tag": self.tag, "dirty": self.dirty, "configuration": self.configuration}
        return json.dumps(told, sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class LedgerPlan:
    """The ledger of a stack.

    Args:
        place: the environment.
        pipelines: whose deployments are recorded.
        version: of the program.
        rollback_days: how far back a release can be brought back.
        locked_days: how long nobody can delete a record.
    """

    place: Place
    pipelines: Sequence[RecordedPipeline]
    version: Version
    rollback_days: int
    locked_days: int

    @property
    def parameter(self) -> str:
        """The name of the parameter with the version."""
        return f"/{self.place.project}/{self.place.environment}/version"

    @property
    def names(self) -> list[str]:
        """The pipelines' names, which their applications in CodeDeploy have as well."""
        return [one.road.name for one in self.pipelines]

    @property
    def topic_arn(self) -> str:
        """Who hears of what can't be recorded."""
        return notification_topic(self.place)

    def statements(self) -> list[Statement]:
        """The policy of the bucket: records are created once, and stay. Whoever may change this policy may change
        that, but no version before its lock is over."""
        bucket = self.place.bucket_arn(self.place.ledger_bucket)
        return [
            Statement(
                effect="Deny",
                actions=("s3:PutObject",),
                resources=(f"{bucket}/*",),
                principals={"*": "*"},
                # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
                conditions={"Null": {"s3:if-none-match": "true"}},
            ),
            Statement(
                effect="Deny",
                actions=(
                    "s3:DeleteObject",
                    "s3:DeleteObjectVersion",
                    "s3:PutObjectRetention",
                ),
                resources=(f"{bucket}/*",),
                principals={"*": "*"},
            ),
        ]

    def record_release(self, key_arn: pulumi.Input[str]) -> EventFunction:
        """The function that writes the ledger."""
        place = self.place
        ledger, artifacts = place.bucket_arn(place.ledger_bucket), place.bucket_arn(place.artifact_bucket)
        repositories = {one.repository for one in self.pipelines if one.repository}
        promoted = {place.bucket_arn(one.release_bucket) for one in self.pipelines if one.release_bucket}
        manifests = [
            f"{place.bucket_arn(one.release_bucket)}/{manifest_keys(one.application)}"
            for one in self.pipelines
            if one.release_bucket
        ]
        statements = [
            Statement(
                actions=(
                    "codepipeline:GetPipelineExecution",
                    "codepipeline:ListActionExecutions",
                    "codepipeline:ListPipelineExecutions",
                ),
                resources=tuple(pipeline_arn(place, name) for name in self.names),
            ),
            Statement(
                actions=("codedeploy:GetDeployment",),
                # Of the main group alone, which is what serves.
                resources=tuple(place.arn("codedeploy", f"deploymentgroup:{name}/{name}") for name in self.names),
            ),
            Statement(actions=("s3:GetObject",), resources=(f"{ledger}/*", f"{artifacts}/*", *manifests)),
            # Without it, S3 says "access denied" of what isn't there.
            Statement(actions=("s3:ListBucket",), resources=(ledger, artifacts, *sorted(promoted))),
            Statement(actions=("s3:PutObject",), resources=(f"{ledger}/*",)),
            Statement(actions=("ssm:GetParameter",), resources=(place.arn("ssm", f"parameter{self.parameter}"),)),
            self._key(key_arn),
        ]
        if repositories:
            arns = tuple(place.arn("codecommit", name) for name in sorted(repositories))
            statements.append(Statement(actions=("codecommit:BatchGetCommits",), resources=arns))
        return EventFunction(
            package="record_release",
            application=place.project,
            place=place,
            statements=statements,
            libraries=("deployments", "release_ledger", "release_manifest"),
            # A file, for many pipelines are more than the 4 KB of a function's environment.
            files={PIPELINES: json.dumps({one.road.name: one.told for one in self.pipelines}, sort_keys=True)},
            # An artifact of some gigabytes is read to its end for its digest.
            size=FunctionSize(timeout_seconds=900, memory_mib=512),
        )

    @property
    def record_rules(self) -> Sequence[EventRulePlan | VisitPlan]:
        """When it is invoked
        (https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html)."""
        of = ", ".join(self.names)
        return (
            EventRulePlan(
                name="stages",
                description=f"The stage {STAGE} has ended: {of}",
                pattern={
                    "source": ["aws.codepipeline"],
                    "detail-type": ["CodePipeline Stage Execution State Change"],
                    "detail": {
                        "pipeline": self.names,
                        "stage": [STAGE],
                        "state": ["SUCCEEDED", "FAILED", "STOPPED", "CANCELED"],
                    },
                },
            ),
            EventRulePlan(
                name="deployments",
                description=f"A deployment of CodeDeploy has ended: {of}",
                pattern={
                    "source": ["aws.codedeploy"],
                    "detail-type": ["CodeDeploy Deployment State-change Notification"],
                    "detail": {"application": self.names, "state": ["SUCCESS", "FAILURE", "STOP"]},
                },
            ),
            VisitPlan(name="hourly", description="Records what no event has told", schedule="rate(1 hour)"),
        )

    @property
    def record_parameters(self) -> Mapping[str, object]:
        """What `record_release` works on, besides the ledger itself."""
        return {
            "environment": self.place.environment,
            "version": self.parameter,
            "topic": self.topic_arn,
        }

    def measure_delivery(self, key_arn: pulumi.Input[str]) -> EventFunction:
        """The function that publishes what the ledger tells of the delivery."""
        place = self.place
        ledger = place.bucket_arn(place.ledger_bucket)
        return EventFunction(
            package="measure_delivery",
            application=place.project,
            place=place,
            statements=[
                Statement(actions=("s3:GetObject",), resources=(f"{ledger}/*",)),
                # Without it, S3 says "access denied" of what isn't there.
                Statement(actions=("s3:ListBucket",), resources=(ledger,)),
                Statement(actions=("s3:PutObject",), resources=(f"{ledger}/{MARKS}*",)),
                # A metric has no ARN; the namespace is what can be narrowed.
                Statement(
                    actions=("cloudwatch:PutMetricData",),
                    resources=("*",),
                    conditions={"StringEquals": {"cloudwatch:namespace": METRICS}},
                ),
                self._key(key_arn),
            ],
            libraries=("release_ledger", "release_manifest"),
        )

    @property
    def measure_rules(self) -> Sequence[EventRulePlan]:
        """When it is invoked (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html)."""
        return (
            EventRulePlan(
                name="records",
                description=f"A release was recorded in {self.place.environment}",
                pattern={
                    "source": ["aws.s3"],
                    "detail-type": ["Object Created"],
                    "detail": {
                        "bucket": {"name": [self.place.ledger_bucket]},
                        "object": {"key": [{"anything-but": {"prefix": MARKS}}]},
                    },
                },
            ),
        )

    @property
    def measure_parameters(self) -> Mapping[str, object]:
        """What `measure_delivery` works on, besides the ledger itself."""
        return {"environment": self.place.environment, "topic": self.topic_arn}

    def _key(self, key_arn: pulumi.Input[str]) -> Statement:
        """The stack's key, as far as S3 uses it in a function's name."""
        return Statement(
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(key_arn,),
            conditions={"StringEquals": {"kms:ViaService": f"s3.{self.place.region}.amazonaws.com"}},
        )
