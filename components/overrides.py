"""Who may pass by what holds a delivery up, who is told of it, and what an organization can deny to everybody else."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_aws import cloudwatch, iam

from components.approval import see_pipeline
from components.conditions import Result
from components.event_rule import event_rule
from components.iam import Statement, policy_document
from components.place import Place
from components.stages import Road, Stage

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "condition": ("OverrideStageCondition",),
    "transition": ("DisableStageTransition", "EnableStageTransition"),
    "rollback": ("RollbackStage",),
    "retry": ("RetryStageExecution",),
    "stop": ("StopPipelineExecution",),
    "approval": ("PutApprovalResult",),
}
"""CodePipeline's actions by what they pass by
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html)."""


@dataclass(frozen=True, kw_only=True)
class OverridePolicy:
    """What one managed policy lets its holder do with one pipeline, as data.

    Args:
        kind: a key of `ACTIONS`.
        resources: the ARNs on which.
    """

    kind: str
    resources: tuple[str, ...]

    def statements(self, pipeline_arn: str) -> list[Statement]:
        """To see the pipeline, and to do this one thing."""
        actions = tuple(f"codepipeline:{action}" for action in ACTIONS[self.kind])
        return [Statement(actions=actions, resources=self.resources), *see_pipeline(pipeline_arn)]


def override_policies(road: Road, pipeline_arn: str) -> list[OverridePolicy]:
    """The policies of one pipeline, without those that would allow nothing; approvals have theirs of their own."""
    first, *later = road.stages
    stages: dict[str, Iterable[Stage]] = {
        "condition": (stage for stage in road.stages if _is_overridable(stage)),
        "transition": later,
        "rollback": (stage for stage in later if stage.deploys),
        "retry": (first, *later),
    }
    found = {kind: tuple(f"{pipeline_arn}/{stage.name}" for stage in those) for kind, those in stages.items()}
    found["stop"] = (pipeline_arn,)
    return [OverridePolicy(kind=kind, resources=resources) for kind, resources in found.items() if resources]


def _is_overridable(stage: Stage) -> bool:
    """AWS lets nobody override a condition that skips, nor one on failure
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_OverrideStageCondition.html)."""
    entry = stage.before_entry is not None and stage.before_entry.result is not Result.SKIP
    return entry or stage.on_success is not None


def guardrail(place: Place, roads: Iterable[Road], excepted: Mapping[str, Sequence[str]]) -> str:
    """A service control policy that denies to everybody but some roles what the policies allow.

    Args:
        place: where the pipelines are.
        roads: the pipelines of the stack.
        excepted: by kind, the ARNs of roles to which it isn't denied; a kind without one is denied to everybody.

    Returns:
        The document as JSON. It is written for whoever owns the organization; this program attaches it to nothing.
    """
    by_roles: dict[tuple[str, ...], list[str]] = {}
    for kind, actions in ACTIONS.items():
        by_roles.setdefault(tuple(sorted(excepted.get(kind, ()))), []).extend(actions)
    pipelines = [place.arn("codepipeline", road.name) for road in roads]
    statements = [
        {
            "Effect": "Deny",
            "Action": sorted(f"codepipeline:{action}" for action in actions),
            # Stopping is asked of the pipeline, the rest of a stage or an action of it.
            "Resource": [resource for arn in pipelines for resource in (arn, f"{arn}/*")],
            **({"Condition": {"ArnNotLike": {"aws:PrincipalArn": list(roles)}}} if roles else {}),
        }
        for roles, actions in by_roles.items()
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


@dataclass(frozen=True, kw_only=True)
class Use:
    """One kind of event that people are told of, as data.

    Args:
        name: ends the rule's name.
        description: which events, in words.
        pattern: the same for EventBridge.
        lines: the mail, with `<name>` for each path.
        paths: what of the event is in it. A path that an event doesn't have leaves its place empty.
    """

    name: str
    description: str
    pattern: Mapping[str, object]
    lines: tuple[str, ...]
    paths: Mapping[str, str]

    @property
    def template(self) -> str:
        """The mail as EventBridge takes it."""
        return "\n".join(f'"{line}"' for line in self.lines)


_WHO: Final = {
    "address": "$.detail.sourceIPAddress",
    "call": "$.detail.eventName",
    "time": "$.time",
    "who": "$.detail.userIdentity.arn",
}


def uses(pipeline: str) -> tuple[Use, Use]:
    """Each use of what the policies allow, and each attempt that was refused, as CloudTrail's events tell
    (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html)."""
    named = {"requestParameters": {"pipelineName": [pipeline]}}
    used = Use(
        name="override-used",
        description="somebody passed by what holds its deliveries up",
        pattern=_calls({**named, "errorCode": [{"exists": False}]}),
        lines=(
            f"<call> was used on pipeline {pipeline}, stage <stage>.",
            "By <who> from <address> at <time>. CloudTrail has the whole call.",
        ),
        paths={**_WHO, "stage": "$.detail.requestParameters.stageName"},
    )
    refused = Use(
        name="override-refused",
        description="somebody tried to pass by what holds its deliveries up, and was refused",
        # A call that IAM refused may come without its parameters; the message then names the resource.
        pattern=_calls(
            {
                "errorCode": [{"exists": True}],
                "$or": [named, {"errorMessage": [{"wildcard": f"*:{pipeline}{end}"} for end in ("", " *", "/*")]}],
            }
        ),
        lines=(
            f"<call> on pipeline {pipeline} was refused: <error>.",
            "By <who> from <address> at <time>. <message>",
        ),
        paths={**_WHO, "error": "$.detail.errorCode", "message": "$.detail.errorMessage"},
    )
    return used, refused


def _calls(detail: Mapping[str, object]) -> dict[str, object]:
    calls = sorted(action for actions in ACTIONS.values() for action in actions)
    return {
        "source": ["aws.codepipeline"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"eventSource": ["codepipeline.amazonaws.com"], "eventName": calls, **detail},
    }


@dataclass(frozen=True, kw_only=True)
class OverridesArgs:
    """Inputs of `Overrides`.

    Args:
        road: the pipeline.
        place: where it is.
        topic_arn: who hears of each use.
    """

    road: Road
    place: Place
    topic_arn: pulumi.Input[str]


class Overrides(pulumi.ComponentResource):
    """One managed policy for each way to pass by a pipeline's gates, and the mails that tell of every use.

    Nobody has a policy to begin with; attach one to the role that a person signs in with. The mails need a trail that
    records management events.
    """

    policy_arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: OverridesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Overrides", name, None, opts)
        road, child = args.road, pulumi.ResourceOptions(parent=self)
        arn = args.place.arn("codepipeline", road.name)
        self.policy_arns = {
            one.kind: iam.Policy(
                f"{name}-{one.kind}",
                name=f"{road.name}-override-{one.kind}",
                description=f"May call {' and '.join(ACTIONS[one.kind])} on pipeline {road.name}",
                policy=policy_document(one.statements(arn)),
                opts=child,
            ).arn
            for one in override_policies(road, arn)
        }
        for use in uses(road.name):
            self._tell(f"{name}-{use.name}", use, args)
        self.register_outputs({"policyArns": self.policy_arns})

    def _tell(self, name: str, use: Use, args: OverridesArgs) -> None:
        rule = event_rule(
            name,
            called=f"{args.road.name}-{use.name}",
            description=f"Pipeline {args.road.name}: {use.description}",
            pattern=use.pattern,
            parent=self,
        )
        cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            target_id="topic",
            arn=args.topic_arn,
            input_transformer={"input_paths": dict(use.paths), "input_template": use.template},
            opts=pulumi.ResourceOptions(parent=rule),
        )
