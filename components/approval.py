"""A gate at which a person decides: the action, the mail that asks, and who may answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components.iam import Statement, policy_document
from components.place import Place
from components.stages import Action, Category
from components.topic import MailTopic, MailTopicArgs, topic_arn


@dataclass(frozen=True, kw_only=True)
class ApprovalGate:
    """One approval of one application, as data.

    Args:
        name: the action's name, for example `qa-head`.
        application: the application that waits.
        place: where it waits.
        emails: who is told; at least one.
        review_url: what the approver should look at, http or https.
        timeout_minutes: 5 to 86400; an approval that nobody answers in time fails the stage.
        message: what the mail says, with variables of the pipeline such as `#{Source.VersionId}`.
        run_order: 1 to 999; gates of the same number wait side by side.
    """

    name: str
    application: str
    place: Place
    emails: Sequence[str]
    review_url: str | None
    timeout_minutes: int
    message: str
    run_order: int = 1

    @property
    def topic_name(self) -> str:
        """A topic of its own: approvers get what they must decide, not every event of the stack."""
        return f"{self.application}-{self.place.environment}-{self.name}"

    @property
    def action(self) -> Action:
        """The manual approval
        (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Approve.html)."""
        arn = topic_arn(self.place, self.topic_name)
        configuration = {"NotificationArn": arn, "CustomData": self.message}
        if self.review_url:
            configuration["ExternalEntityLink"] = self.review_url
        return Action(
            name=self.name,
            category=Category.APPROVAL,
            provider="Manual",
            configuration=configuration,
            run_order=self.run_order,
            timeout_minutes=self.timeout_minutes,
            permissions=(Statement(actions=("sns:Publish",), resources=(arn,)),),
        )


@dataclass(frozen=True, kw_only=True)
class ApprovalArgs:
    """Inputs of an `Approval`.

    Args:
        gate: the approval as data.
        pipeline_arn: the pipeline it belongs to.
        stage: the stage it belongs to; with the action's name this is all that approvers may decide on.
        key_arn: the key of the topic's messages.
    """

    gate: ApprovalGate
    pipeline_arn: str
    stage: str
    key_arn: pulumi.Input[str]


class Approval(pulumi.ComponentResource):
    """The topic that tells the approvers, and the managed policy that makes somebody one.

    Nobody has the policy to begin with: attach it to the role the QA head signs in with. No role that this program
    makes can answer an approval.
    """

    policy_arn: pulumi.Output[str]
    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ApprovalArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Approval", name, None, opts)
        gate = args.gate
        topic = MailTopic(
            f"{name}-topic",
            MailTopicArgs(topic_name=gate.topic_name, place=gate.place, key_arn=args.key_arn, emails=gate.emails),
            opts=pulumi.ResourceOptions(parent=self),
        )
        policy = iam.Policy(
            f"{name}-approver",
            name=f"{gate.topic_name}-approver",
            description=f"May answer the approval {gate.name} of {gate.application} in {gate.place.environment}",
            policy=policy_document(approver_statements(args.pipeline_arn, args.stage, gate.name)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.topic_arn = topic.arn
        self.policy_arn = policy.arn
        self.register_outputs({"topicArn": self.topic_arn, "policyArn": self.policy_arn})


def approver_statements(pipeline_arn: str, stage: str, action: str) -> list[Statement]:
    """To see one pipeline and to answer one action of it
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html)."""
    return [
        Statement(actions=("codepipeline:PutApprovalResult",), resources=(f"{pipeline_arn}/{stage}/{action}",)),
        *see_pipeline(pipeline_arn),
    ]


def see_pipeline(pipeline_arn: str) -> list[Statement]:
    """To see one pipeline in the console, and to find it there."""
    return [
        Statement(
            actions=(
                "codepipeline:GetPipeline",
                "codepipeline:GetPipelineExecution",
                "codepipeline:GetPipelineState",
                "codepipeline:ListPipelineExecutions",
            ),
            resources=(pipeline_arn,),
        ),
        Statement(actions=("codepipeline:ListPipelines",), resources=("*",)),
    ]
