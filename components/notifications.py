"""The stack's topic: who hears everything, and its alarms. What is said of pipelines comes from `audiences`."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.place import Place
from components.topic import MailTopic, MailTopicArgs, topic_arn

TOPIC = "events"


def notification_topic_name(place: Place) -> str:
    """The name of the stack's topic."""
    return f"{place.name}-{TOPIC}"


def notification_topic(place: Place) -> str:
    """The ARN of the stack's topic, known before it exists."""
    return topic_arn(place, notification_topic_name(place))


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
                topic_name=notification_topic_name(args.place),
                place=args.place,
                key_arn=args.key_arn,
                emails=args.emails,
                publishers=("cloudwatch.amazonaws.com",),
                rules=(args.place.arn("events", "rule/*"),),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.topic_arn = topic.arn
        self.register_outputs({"topicArn": self.topic_arn})
