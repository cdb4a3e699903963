"""Turns a road, which is data, into one CodePipeline and what starts it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pulumi
from pulumi_aws import codepipeline

from components.actions.compute import compute_log, writes_a_log
from components.artifact_store import ArtifactStore, exchange_artifacts, use_key
from components.declaration import Values, stage_declarations
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.later import settled
from components.log_group import log_group
from components.notifications import notification_topic
from components.place import Place
from components.stages import Road
from components.starts import StartsArgs, git_triggers, start_pipeline


def pipeline_arn(place: Place, pipeline: str) -> str:
    """The ARN of a pipeline, known before it exists."""
    return place.arn("codepipeline", pipeline)


def pipeline_permissions(
    road: Road,
    place: Place,
    key_arn: pulumi.Input[str],
    values: Values | None = None,
    stores: Mapping[str, ArtifactStore] | None = None,
) -> list[Statement]:
    """What the pipeline's role may do: exchange artifacts in every region, and what each of its actions needs."""
    needed = [statement.settled(values or {}) for stage in road.stages for statement in stage.permissions]
    keys = {place.region: key_arn, **{region: store.key_arn for region, store in (stores or {}).items()}}
    exchanged = [
        statement
        for region, key in keys.items()
        for statement in (
            *exchange_artifacts(replace(place, region=region)),
            _tag_artifacts(replace(place, region=region)),
            use_key(key),
        )
    ]
    return [*exchanged, *needed]


def _tag_artifacts(place: Place) -> Statement:
    return Statement(
        actions=("s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging"),
        resources=(f"{place.bucket_arn(place.artifact_bucket)}/*",),
    )


@dataclass(frozen=True, kw_only=True)
class PipelineArgs:
    """Inputs of a `Pipeline`.

    Args:
        road: stages, triggers and variables; checked before.
        application: the application it delivers.
        place: where it runs.
        artifact_bucket: the bucket of the stack's artifact store.
        key_arn: the stack's key.
        log_retention_days: how long logs are kept of what starts it.
        protect: whether Pulumi refuses to delete the pipeline.
        values: what the road calls `Later`.
        stores: the artifact stores of the road's other regions.
    """

    road: Road
    application: str
    place: Place
    artifact_bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_retention_days: int
    protect: bool = False
    values: Values = field(default_factory=dict)
    stores: Mapping[str, ArtifactStore] = field(default_factory=dict)


class Pipeline(pulumi.ComponentResource):
    """A pipeline of type V2, its role, its log and its triggers.

    QUEUED, unless the road says otherwise: every change is delivered, in order, and a failed stage can be rolled back.
    SUPERSEDED skips changes, PARALLEL knows no roll-back
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html).
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: PipelineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Pipeline", name, None, opts)
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=args.place.pipeline_role(args.application),
                service="codepipeline.amazonaws.com",
                account=args.place.account,
                statements=pipeline_permissions(args.road, args.place, args.key_arn, args.values, args.stores),
                description=f"Pipeline {args.road.name}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        pipeline = codepipeline.Pipeline(
            name,
            name=args.road.name,
            role_arn=role.arn,
            pipeline_type="V2",
            execution_mode=args.road.mode.value,
            artifact_stores=_artifact_stores(args),
            variables=_variables(args),
            triggers=git_triggers(args.road.triggers) or None,
            stages=stage_declarations(args.road.stages, args.values),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=self._log(name, args)),
        )
        start_pipeline(
            name,
            StartsArgs(
                triggers=args.road.triggers,
                application=args.application,
                place=args.place,
                pipeline=args.road.name,
                pipeline_arn=pipeline_arn(args.place, args.road.name),
                topic_arn=notification_topic(args.place),
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
            ),
            pipeline,
            parent=self,
        )
        self.arn = pipeline.arn
        self.name = pipeline.name
        self.register_outputs({"arn": self.arn, "name": self.name})

    def _log(self, name: str, args: PipelineArgs) -> list[pulumi.Resource]:
        """What CodePipeline computes by itself would make a log without key and without end."""
        if not writes_a_log(args.road):
            return []
        log = log_group(
            f"{name}-logs",
            log_group_name=compute_log(args.road.name),
            retention_days=args.log_retention_days,
            key_arn=args.key_arn,
            parent=self,
        )
        return [log]


def _artifact_stores(args: PipelineArgs) -> list[codepipeline.PipelineArtifactStoreArgsDict]:
    """One store of the pipeline's region. Only where there are others AWS wants to know of which region each is."""
    stores = {args.place.region: (args.artifact_bucket, args.key_arn)}
    stores |= {region: (store.bucket_name, store.key_arn) for region, store in args.stores.items()}
    declared: list[codepipeline.PipelineArtifactStoreArgsDict] = []
    for region, (bucket, key_arn) in stores.items():
        store: codepipeline.PipelineArtifactStoreArgsDict = {
            "type": "S3",
            "location": bucket,
            "encryption_key": {"type": "KMS", "id": key_arn},
        }
        if args.stores:
            store["region"] = region
        declared.append(store)
    return declared


def _variables(args: PipelineArgs) -> list[codepipeline.PipelineVariableArgsDict]:
    declared: list[codepipeline.PipelineVariableArgsDict] = []
    for name, value in args.road.variables.items():
        variable: codepipeline.PipelineVariableArgsDict = {
            "name": name,
            "default_value": settled(value, args.values),
        }
        if description := args.road.descriptions.get(name):
            variable["description"] = description
        declared.append(variable)
    return declared
