"""Who hears of a stack's pipelines and alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import codestarnotifications

from components.place import Place
from components.topic import MailTopic, MailTopicArgs, topic_arn

TOPIC = "events"

PIPELINE_EVENTS = (
    "codepipeline-pipeline-pipeline-execution-failed",
    "codepipeline-pipeline-pipeline-execution-succeeded",
    "codepipeline-pipeline-pipeline-execution-superseded",
    "codepipeline-pipeline-manual-approval-needed",
    "codepipeline-pipeline-manual-approval-failed",
)
"""https://docs.aws.amazon.com/dtconsole/latest/userguide/concepts.html#events-ref-pipeline"""


def notification_topic(place: Place) -> str:
    """The ARN of the stack's topic, known before it exists."""
    return topic_arn(place, f"{place.name}-{TOPIC}")


@dataclass(frozen=True, kw_only=True)
class NotificationsArgs:
    """Inputs of `Notifications`.

    Args:
        place: the environment.
        key_arn: encrypts the messages.
        emails: who gets them.
    """

    place: Place
    key_arn: pulumi.Input[str]
    emails: Sequence[str]


class Notifications(pulumi.ComponentResource):
    """The stack's topic: what pipelines, deployments and alarms say."""

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: NotificationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Notifications", name, None, opts)
        topic = MailTopic(
            f"{name}-topic",
            MailTopicArgs(
                topic_name=f"{args.place.name}-{TOPIC}",
                place=args.place,
                key_arn=args.key_arn,
                emails=args.emails,
                publishers=("cloudwatch.amazonaws.com", "codestar-notifications.amazonaws.com"),
                rules=(args.place.arn("events", "rule/*"),),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.topic_arn = topic.arn
        self.register_outputs({"topicArn": self.topic_arn})


def notify_of_failed_builds(
    name: str,
    *,
    project: str,
    project_arn: pulumi.Input[str],
    topic_arn: pulumi.Input[str],
    parent: pulumi.Resource,
) -> codestarnotifications.NotificationRule:
    """Tells the topic of builds that failed, whoever started them."""
    return codestarnotifications.NotificationRule(
        name,
        name=f"{project}-builds",
        detail_type="FULL",
        event_type_ids=["codebuild-project-build-state-failed"],
        resource=project_arn,
        targets=[{"address": topic_arn, "type": "SNS"}],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def notify_of_pipeline(
    name: str,
    *,
    rule_name: str,
    pipeline_arn: pulumi.Input[str],
    topic_arn: pulumi.Input[str],
    parent: pulumi.Resource,
) -> codestarnotifications.NotificationRule:
    """Tells the topic how a pipeline's executions end, and when one waits."""
    return codestarnotifications.NotificationRule(
        name,
        name=rule_name,
        detail_type="FULL",
        event_type_ids=list(PIPELINE_EVENTS),
        resource=pipeline_arn,
        targets=[{"address": topic_arn, "type": "SNS"}],
        opts=pulumi.ResourceOptions(parent=parent),
    )
