"""An encrypted topic that only this account publishes to, and the people who get its mail."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import sns

from components.iam import Statement, policy_document
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class MailTopicArgs:
    """Inputs of a `MailTopic`.

    Args:
        topic_name: physical name, at most 256 characters.
        place: the environment the topic belongs to.
        key_arn: the KMS key of its messages; `alias/aws/sns` would keep AWS services from publishing.
        emails: who gets its mail. Each address confirms once, by a link that AWS sends.
        publishers: AWS services that publish for themselves, for example `cloudwatch.amazonaws.com`.
        rules: ARNs of the rules of EventBridge that publish, with wildcards.
    """

    topic_name: str
    place: Place
    key_arn: pulumi.Input[str]
    emails: Sequence[str]
    publishers: Sequence[str] = ()
    rules: Sequence[str] = ()


class MailTopic(pulumi.ComponentResource):
    """A topic with its policy and one mail subscription per address."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: MailTopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:MailTopic", name, None, opts)
        topic = sns.Topic(
            name,
            name=args.topic_name,
            kms_master_key_id=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        of_topic = pulumi.ResourceOptions(parent=topic)
        policy = sns.TopicPolicy(
            f"{name}-policy", arn=topic.arn, policy=policy_document(self._statements(args)), opts=of_topic
        )
        for email in args.emails:
            sns.TopicSubscription(f"{name}-{email}", topic=topic.arn, protocol="email", endpoint=email, opts=of_topic)
        self.arn = pulumi.Output.all(topic.arn, policy.id).apply(lambda values: str(values[0]))
        self.register_outputs({"arn": self.arn})

    @staticmethod
    def _statements(args: MailTopicArgs) -> list[Statement]:
        arn = topic_arn(args.place, args.topic_name)
        statements = [
            Statement(
                effect="Deny",
                actions=("sns:Publish",),
                resources=(arn,),
                principals={"*": "*"},
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            ),
            Statement(
                actions=("sns:Publish",),
                resources=(arn,),
                principals={"AWS": args.place.iam_arn("root")},
            ),
        ]
        if args.publishers:
            statements.append(
                Statement(
                    actions=("sns:Publish",),
                    resources=(arn,),
                    principals={"Service": sorted(args.publishers)},
                    conditions={"StringEquals": {"aws:SourceAccount": args.place.account}},
                )
            )
        if args.rules:
            statements.append(
                Statement(
                    actions=("sns:Publish",),
                    resources=(arn,),
                    principals={"Service": "events.amazonaws.com"},
                    conditions={"ArnLike": {"aws:SourceArn": sorted(args.rules)}},
                )
            )
        return statements


def topic_arn(place: Place, topic_name: str) -> str:
    """The ARN of a topic of this environment, known before the topic exists."""
    return place.arn("sns", topic_name)


def publish_to(topic: str, key_arn: pulumi.Input[str], place: Place) -> list[Statement]:
    """Lets a role publish to an encrypted topic: to the topic, and with its key through SNS
    (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html)."""
    return [
        Statement(actions=("sns:Publish",), resources=(topic,)),
        Statement(
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(key_arn,),
            conditions={"StringEquals": {"kms:ViaService": f"sns.{place.region}.amazonaws.com"}},
        ),
    ]
