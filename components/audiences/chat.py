"""A channel of Slack or Microsoft Teams that listens to a topic, through Amazon Q Developer in chat applications.

The workspace or team is authorised by a person in the console first; without that AWS refuses the channel
(https://docs.aws.amazon.com/chatbot/latest/adminguide/setting-up.html).
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import chatbot

from components.audiences.plan import SlackChannel, TeamsChannel
from components.iam import ServiceRole, ServiceRoleArgs
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class ChatChannelArgs:
    """Inputs of a `ChatChannel`.

    Args:
        place: the environment.
        channel_name: of the configuration and its role, at most 64 characters.
        channel: where.
        topic_arn: what is said there.
    """

    place: Place
    channel_name: str
    channel: SlackChannel | TeamsChannel
    topic_arn: pulumi.Input[str]


class ChatChannel(pulumi.ComponentResource):
    """The channel with a role that may do nothing: people read there, and act in the console by the link.

    AWS joins the role with guardrails; the default of those is AdministratorAccess, so they are said to be read-only.
    """

    def __init__(self, name: str, args: ChatChannelArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ChatChannel", name, None, opts)
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=args.channel_name,
                service="chatbot.amazonaws.com",
                account=args.place.account,
                statements=[],
                description=f"Chat channel {args.channel_name}: nothing can be done from it",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        guardrails = [f"arn:{args.place.partition}:iam::aws:policy/ReadOnlyAccess"]
        child = pulumi.ResourceOptions(parent=self)
        match args.channel:
            case SlackChannel() as slack:
                chatbot.SlackChannelConfiguration(
                    name,
                    configuration_name=args.channel_name,
                    iam_role_arn=role.arn,
                    slack_team_id=slack.workspace,
                    slack_channel_id=slack.channel,
                    sns_topic_arns=[args.topic_arn],
                    guardrail_policy_arns=guardrails,
                    logging_level="ERROR",
                    user_authorization_required=True,
                    opts=child,
                )
            case TeamsChannel() as teams:
                chatbot.TeamsChannelConfiguration(
                    name,
                    configuration_name=args.channel_name,
                    iam_role_arn=role.arn,
                    tenant_id=teams.tenant,
                    team_id=teams.team,
                    channel_id=teams.channel,
                    sns_topic_arns=[args.topic_arn],
                    guardrail_policy_arns=guardrails,
                    logging_level="ERROR",
                    user_authorization_required=True,
                    opts=child,
                )
        self.register_outputs({})
