"""Turns a road, which is data, into one CodePipeline and what starts it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, codepipeline

from components.artifact_store import exchange_artifacts, use_key
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.notifications import notify_of_pipeline
from components.place import Place
from components.stages import Action, EventStart, Road, Stage, Trigger


def pipeline_arn(place: Place, pipeline: str) -> str:
    """The ARN of a pipeline, known before it exists."""
    return place.arn("codepipeline", pipeline)


def pipeline_permissions(road: Road, place: Place, key_arn: pulumi.Input[str]) -> list[Statement]:
    """What the pipeline's role may do: exchange artifacts, and what each of its actions needs."""
    needed = [statement for _, action in road.actions for statement in action.permissions]
    tagging = Statement(
        actions=("s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging"),
        resources=(f"{place.bucket_arn(place.artifact_bucket)}/*",),
    )
    return [*exchange_artifacts(place), tagging, use_key(key_arn), *needed]


@dataclass(frozen=True, kw_only=True)
class PipelineArgs:
    """Inputs of a `Pipeline`.

    Args:
        road: stages, triggers and variables; checked before.
        application: the application it delivers.
        place: where it runs.
        artifact_bucket: the bucket of the stack's artifact store.
        key_arn: the stack's key.
        topic_arn: who hears how executions end.
        protect: whether Pulumi refuses to delete the pipeline.
    """

    road: Road
    application: str
    place: Place
    artifact_bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    protect: bool = False


class Pipeline(pulumi.ComponentResource):
    """A pipeline of type V2 that runs one execution after the other, its role, its triggers and its notifications.

    QUEUED: every change is delivered, in order, and a failed stage can be rolled back. SUPERSEDED would skip changes,
    PARALLEL knows no roll-back (https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html).
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
                statements=pipeline_permissions(args.road, args.place, args.key_arn),
                description=f"Pipeline {args.road.name}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        pipeline = codepipeline.Pipeline(
            name,
            name=args.road.name,
            role_arn=role.arn,
            pipeline_type="V2",
            execution_mode="QUEUED",
            artifact_stores=[
                {
                    "type": "S3",
                    "location": args.artifact_bucket,
                    "encryption_key": {"type": "KMS", "id": args.key_arn},
                }
            ],
            variables=[{"name": variable, "default_value": value} for variable, value in args.road.variables.items()],
            stages=[_stage(stage) for stage in args.road.stages],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        starts = [(trigger, trigger.event) for trigger in args.road.triggers if trigger.event]
        if starts:
            self._start_on_events(name, args, starts, pipeline)
        notify_of_pipeline(
            f"{name}-notifications",
            rule_name=args.road.name,
            pipeline_arn=pipeline.arn,
            topic_arn=args.topic_arn,
            parent=pipeline,
        )
        self.arn = pipeline.arn
        self.name = pipeline.name
        self.register_outputs({"arn": self.arn, "name": self.name})

    def _start_on_events(
        self,
        name: str,
        args: PipelineArgs,
        starts: Sequence[tuple[Trigger, EventStart]],
        pipeline: codepipeline.Pipeline,
    ) -> None:
        role = ServiceRole(
            f"{name}-start-role",
            ServiceRoleArgs(
                role_name=f"{args.road.name}-start",
                service="events.amazonaws.com",
                account=args.place.account,
                statements=[
                    Statement(
                        actions=("codepipeline:StartPipelineExecution",),
                        resources=(pipeline_arn(args.place, args.road.name),),
                    )
                ],
                description=f"Starts pipeline {args.road.name}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for trigger, event in starts:
            rule = cloudwatch.EventRule(
                f"{name}-{trigger.name}",
                name=f"{args.road.name}-{trigger.name}",
                description=f"Starts {args.road.name}: {trigger.description}",
                event_pattern=json.dumps(event.pattern, sort_keys=True),
                state="ENABLED",
                opts=pulumi.ResourceOptions(parent=self),
            )
            cloudwatch.EventTarget(
                f"{name}-{trigger.name}-target",
                rule=rule.name,
                target_id="pipeline",
                arn=pipeline.arn,
                role_arn=role.arn,
                input_transformer={
                    "input_paths": dict(event.input_paths),
                    "input_template": event.input_template,
                },
                opts=pulumi.ResourceOptions(parent=rule),
            )


def _stage(stage: Stage) -> codepipeline.PipelineStageArgsDict:
    declaration: codepipeline.PipelineStageArgsDict = {
        "name": stage.name,
        "actions": [_action(action) for action in stage.actions],
    }
    if stage.roll_back_on_failure:
        declaration["on_failure"] = {"result": "ROLLBACK"}
    return declaration


def _action(action: Action) -> codepipeline.PipelineStageActionArgsDict:
    declaration: codepipeline.PipelineStageActionArgsDict = {
        "name": action.name,
        "category": action.category.value,
        "owner": action.owner,
        "provider": action.provider,
        "version": action.version,
        "configuration": dict(action.configuration),
        "run_order": action.run_order,
    }
    if action.inputs:
        declaration["input_artifacts"] = [artifact.name for artifact in action.inputs]
    if action.outputs:
        declaration["output_artifacts"] = [artifact.name for artifact in action.outputs]
    if action.namespace:
        declaration["namespace"] = action.namespace
    if action.timeout_minutes:
        declaration["timeout_in_minutes"] = action.timeout_minutes
    return declaration
