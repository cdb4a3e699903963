"""What of a delivery is worth telling: a rule of EventBridge for each kind of happening, for all pipelines of a stack.

https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.event_function import EventRulePlan, InputTransformer

HAPPENING = "Delivery Happening"
"""The `detail-type` under which `tell_people` is handed what a rule has found."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One kind of happening.

    Args:
        name: what `tell_people` calls it; ends the rule's name.
        says: the same for people.
        source, detail_type: of AWS's event.
        whose: the event's field with the pipeline's name.
        execution: the event's field with the id.
        detail: what else the event must say.
        more: fields that are handed on besides.
    """

    name: str
    says: str
    source: str = "aws.codepipeline"
    detail_type: str = "CodePipeline Pipeline Execution State Change"
    whose: str = "pipeline"
    execution: str = "execution-id"
    detail: Mapping[str, object] = field(default_factory=dict)
    more: Sequence[str] = ()

    def rule(self, pipelines: Sequence[str]) -> EventRulePlan:
        """Its rule, for these pipelines."""
        return EventRulePlan(
            name=self.name,
            description=f"{self.says}: {', '.join(pipelines)}",
            pattern={
                "source": [self.source],
                "detail-type": [self.detail_type],
                "detail": {self.whose: list(pipelines), **self.detail},
            },
            transformer=self._transformer,
        )

    @property
    def _transformer(self) -> InputTransformer:
        """One shape for the events of both services. Each field of it is in every event that the pattern takes."""
        fields = {"pipeline": self.whose, "execution": self.execution, **{one: one for one in self.more}}
        detail = {"happening": self.name, **{name: f"<{name}>" for name in fields}}
        around = {name: f"<{name}>" for name in ("account", "region", "time")}
        return InputTransformer(
            paths={
                **{name: f"$.{name}" for name in around},
                **{name: f"$.detail.{at}" for name, at in fields.items()},
            },
            template=json.dumps({"detail-type": HAPPENING, **around, "detail": detail}),
        )


HAPPENINGS = (
    Happening(
        name="approval-waits",
        says="An approval waits",
        detail_type="CodePipeline Action Execution State Change",
        detail={"state": ["STARTED"], "type": {"category": ["Approval"]}},
        more=("stage", "action"),
    ),
    Happening(name="failed", says="An execution has failed", detail={"state": ["FAILED"]}),
    Happening(name="succeeded", says="An execution has succeeded", detail={"state": ["SUCCEEDED"]}),
    Happening(name="superseded", says="An execution was superseded", detail={"state": ["SUPERSEDED"]}),
    # CodePipeline itself cancels one whose pipeline is changed
    # (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecution.html).
    Happening(
        name="stopped", says="An execution was stopped", detail={"state": ["STOPPED", "CANCELED"]}, more=("state",)
    ),
    Happening(
        name="deployment",
        says="CodeDeploy has rolled back, or a deployment failed that no pipeline began",
        source="aws.codedeploy",
        detail_type="CodeDeploy Deployment State-change Notification",
        whose="application",
        execution="deploymentId",
        detail={"state": ["SUCCESS", "FAILURE", "STOP"]},
        more=("state",),
    ),
)
"""An application in CodeDeploy has the name of its pipeline. CodePipeline tells of each end of an execution once."""

DRIFT = Happening(
    name="drift",
    says="Drift was looked for",
    source="aws.codebuild",
    detail_type="CodeBuild Build State Change",
    whose="project-name",
    execution="build-id",
    detail={"build-status": ["SUCCEEDED", "FAILED", "FAULT", "STOPPED", "TIMED_OUT"]},
)
"""The end of a look, of the project that looks. The build itself says what it has found, if it came so far.

https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html
"""
