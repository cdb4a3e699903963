"""Everything about the approvals of one application: the stage, what is gathered before it, and what is checked after.

In the stage, by run order: `GatherEvidence`, the gates, `CheckApprovers`. The check is an action and no reaction to an
event, because only what stands before the deployment in the pipeline is certain to come before it. Approvals in stages
of the application's own have such a check after them as well.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi

from components.approval import ApprovalGate
from components.approver_checks import ApproverCheck, checks_in, with_checks
from components.event_function import EventRulePlan
from components.function import EventFunction, PipelineFunction
from components.iam import Statement
from components.notifications import notification_topic
from components.pipeline import pipeline_arn
from components.place import Place
from components.promotion import manifest_keys
from components.stages import Stage

STAGE = "Approval"
CHECK = "CheckApprovers"
EVIDENCE = "Evidence"
"""The namespace of what approvers have to know, as `#{Evidence.commit}`."""

TEXT = f"#{{{EVIDENCE}.text}}"
"""All of it, in as much room as a message leaves."""

LONGEST_MESSAGE = 1000
"""Of an approval's `CustomData`
(https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Approve.html)."""

VARIABLE_ROOM = 64
"""Kept for each other variable of a message: a commit has 40 characters, an object's version 32."""

_REFERENCE = re.compile(r"#\{[^}]+\}")

_LIBRARIES = ("release_evidence", "release_manifest")


@dataclass(frozen=True, kw_only=True)
class EvidenceSource:
    """Where it can be read what a release is and who made it.

    Args:
        provider: `codecommit`, `promotion`, or another word for a source that tells no authors.
        repository: the repository in CodeCommit, if it is one.
        address: of the repository as a person opens it, empty where there is none.
        release_bucket: of a promotion, with its manifests.
        variable: the pipeline variable with the branch, empty where the source action says it.
        branches: whether the source has branches.
        tags: patterns of tags that start the pipeline.
    """

    provider: str
    repository: str = ""
    address: str = ""
    release_bucket: str = ""
    variable: str = ""
    branches: bool = False
    tags: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ApprovalsPlan:
    """The approvals of one application, as data.

    Args:
        application: the application that waits.
        place: where it waits.
        pipeline: the pipeline it waits in.
        deploy_stage: its stage that deploys, for what runs is what came through it.
        gates: at least one; those of the same order wait side by side.
        four_eyes: `authors`, `starter` or `none`: whom an approver must not be.
        people: names that a person has besides, by mail address.
        source: where it can be read what a release is.
        own: stages of the application's own, some of which may have approvals, too.
    """

    application: str
    place: Place
    pipeline: str
    deploy_stage: str
    gates: Sequence[ApprovalGate]
    four_eyes: str
    people: Mapping[str, Sequence[str]]
    source: EvidenceSource
    own: Sequence[Stage] = ()

    def stage(self) -> Stage:
        """The stage between the last test and the deployment. Run orders are 1 to n without gaps, as AWS wants them."""
        orders = sorted({gate.run_order for gate in self.gates})
        gather = self.gather_evidence("").action(name="GatherEvidence", namespace=EVIDENCE)
        gates = [replace(gate.action, run_order=orders.index(gate.run_order) + 2) for gate in self.gates]
        return self.checked(Stage(name=STAGE, actions=(gather, *gates)))

    def checked(self, stage: Stage) -> Stage:
        """A stage in which whoever approves is checked before anything follows."""
        check = self.check_approvers("")
        return with_checks(
            stage, _checks(stage), lambda one: check.action(name=one.name, parameters={"check": one.name})
        )

    @property
    def _arn(self) -> str:
        return pipeline_arn(self.place, self.pipeline)

    @property
    def room(self) -> int:
        """How many characters are left for the evidence in the longest message that has it."""
        messages = (gate.message.replace(TEXT, "") for gate in self.gates if TEXT in gate.message)
        return LONGEST_MESSAGE - max((len(_REFERENCE.sub("x" * VARIABLE_ROOM, one)) for one in messages), default=0)

    def gather_evidence(self, key_arn: pulumi.Input[str]) -> PipelineFunction:
        """The function that finds what approvers have to know."""
        reads = ("codecommit:BatchGetCommits", "codecommit:GitPull")
        return self._function("gather_evidence", _LOOKS, commits=reads, key_arn=key_arn, libraries=("git_push",))

    def check_approvers(self, key_arn: pulumi.Input[str]) -> PipelineFunction:
        """The function that lets a release on when those who approved it may."""
        if self.four_eyes == "none":
            looks = ("codepipeline:GetPipelineState", "codepipeline:ListActionExecutions")
            return self._function("check_approvers", looks, commits=None, key_arn=key_arn)
        looks_deep = ("codepipeline:GetPipelineState", *_LOOKS)
        return self._function("check_approvers", looks_deep, commits=("codecommit:BatchGetCommits",), key_arn=key_arn)

    def _function(
        self,
        package: str,
        looks: tuple[str, ...],
        *,
        commits: tuple[str, ...] | None,
        key_arn: pulumi.Input[str],
        libraries: tuple[str, ...] = (),
    ) -> PipelineFunction:
        statements = [Statement(actions=looks, resources=(self._arn,))]
        if commits is not None:
            statements += self._reading(commits, key_arn)
        return PipelineFunction(
            package=package,
            application=self.application,
            place=self.place,
            statements=statements,
            libraries=(*libraries, *_LIBRARIES),
        )

    def _reading(self, commits: tuple[str, ...], key_arn: pulumi.Input[str]) -> list[Statement]:
        """What it takes to read who made a release."""
        source, place = self.source, self.place
        if source.repository:
            return [Statement(actions=commits, resources=(place.arn("codecommit", source.repository),))]
        if not source.release_bucket:
            return []
        bucket = place.bucket_arn(source.release_bucket)
        return [
            Statement(actions=("s3:GetObject",), resources=(f"{bucket}/{manifest_keys(self.application)}",)),
            # Without it, S3 says "access denied" of what isn't there.
            Statement(actions=("s3:ListBucket",), resources=(bucket,)),
            Statement(
                actions=("kms:Decrypt",),
                resources=(key_arn,),
                conditions={"StringEquals": {"kms:ViaService": f"s3.{place.region}.amazonaws.com"}},
            ),
        ]

    @property
    def reject_stale_approvals(self) -> EventFunction:
        """The function that withdraws an approval which something newer waits behind."""
        looks = (
            "codepipeline:GetPipelineExecution",
            "codepipeline:GetPipelineState",
            "codepipeline:ListActionExecutions",
            "codepipeline:StopPipelineExecution",
        )
        return EventFunction(
            package="reject_stale_approvals",
            application=self.application,
            place=self.place,
            statements=[Statement(actions=looks, resources=(self._arn,))],
            libraries=_LIBRARIES,
        )

    @property
    def moves(self) -> Sequence[EventRulePlan]:
        """When something may have become stale: an execution comes to the stage, or an approval begins to wait
        (https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html)."""
        of_pipeline = {"pipeline": [self.pipeline]}
        return (
            EventRulePlan(
                name="stages",
                description=f"A stage of {self.pipeline} changed its state",
                pattern=_pattern("Stage", of_pipeline),
            ),
            EventRulePlan(
                name="gates",
                description=f"An approval of {self.pipeline} changed its state",
                pattern=_pattern("Action", {**of_pipeline, "type": {"category": ["Approval"]}}),
            ),
        )

    @property
    def _subject(self) -> Mapping[str, object]:
        source = self.source
        return {
            "pipeline": self.pipeline,
            "deploy": self.deploy_stage,
            "application": self.application,
            "provider": source.provider,
            "repository": source.repository,
            "address": source.address,
            "bucket": source.release_bucket,
            "variable": source.variable,
        }

    @property
    def evidence_parameters(self) -> Mapping[str, object]:
        """What `gather_evidence` works on."""
        return {**self._subject, "room": self.room}

    @property
    def check_parameters(self) -> Mapping[str, object]:
        """What `check_approvers` works on."""
        asked = Stage(name=STAGE, actions=tuple(gate.action for gate in self.gates))
        checks = [check for stage in (asked, *self.own) for check in _checks(stage)]
        return {
            **self._subject,
            "checks": {one.name: {"stage": one.stage, "gates": list(one.gates)} for one in checks},
            "rule": self.four_eyes,
            "people": {address: list(names) for address, names in self.people.items()},
        }

    @property
    def stale_parameters(self) -> Mapping[str, object]:
        """What `reject_stale_approvals` works on."""
        return {
            "pipeline": self.pipeline,
            "stage": STAGE,
            "variable": self.source.variable,
            "branches": self.source.branches,
            "tags": list(self.source.tags),
            "topic": notification_topic(self.place),
        }


_LOOKS = (
    "codepipeline:GetPipelineExecution",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
)


def _checks(stage: Stage) -> list[ApproverCheck]:
    return checks_in(stage, name=CHECK if stage.name == STAGE else f"{CHECK}-{stage.name}")


def _pattern(what: str, detail: Mapping[str, object]) -> dict[str, object]:
    return {
        "source": ["aws.codepipeline"],
        "detail-type": [f"CodePipeline {what} Execution State Change"],
        "detail": dict(detail),
    }
