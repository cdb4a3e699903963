"""All that tells people of a stack's pipelines: rules, functions, topics, chats, webhooks, queues and digests."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import secretsmanager, sqs

from components.audiences.chat import ChatChannel, ChatChannelArgs
from components.audiences.plan import AnnouncementsPlan, AudiencePlan, Quiet
from components.event_function import EventDrivenFunction, EventDrivenFunctionArgs, EventRulePlan
from components.function import EventFunction
from components.iam import ServiceRole, ServiceRoleArgs, Statement, policy_document
from components.schedule import SCHEDULER, may_schedule, schedule
from components.topic import MailTopic, MailTopicArgs

HELD_SECONDS = 14 * 24 * 3600
"""How long a message waits for its digest; the most that SQS keeps one."""

UNSEEN_SECONDS = 130
"""How long a message that was read stays hidden: longer than the function that reads it may run, and shorter than
Lambda waits in all before its second retry."""

DIGEST = "Delivery Digest"
"""The `detail-type` by which `deliver_digest` knows what starts it."""


@dataclass(frozen=True, kw_only=True)
class AnnouncementsArgs:
    """Inputs of `Announcements`.

    Args:
        plan: what is told to whom.
        key_arn: encrypts messages, logs, queues, schedules and secrets.
        log_retention_days: how long the functions' logs are kept.
        secret_recovery_days: a deleted secret can be saved for so long, 7 to 30; 0 for not at all.
    """

    plan: AnnouncementsPlan
    key_arn: pulumi.Input[str]
    log_retention_days: int
    secret_recovery_days: int


class Announcements(pulumi.ComponentResource):
    """The functions of a stack that tell people, and for each audience what it is reached by.

    `outputs` has, by audience, the secret with which its webhook is signed.
    """

    outputs: dict[str, pulumi.Input[object]]

    def __init__(self, name: str, args: AnnouncementsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Announcements", name, None, opts)
        plan = args.plan
        self.outputs = {}
        parts: list[pulumi.Resource] = []
        for audience in plan.audiences:
            parts += self._audience(f"{name}-{audience.name}", args, audience)
        shared = {"environment": plan.place.environment, "topic": plan.topic_arn}
        if plan.webhooks:
            hooks = {"hooks": plan.hooks, "topic": plan.topic_arn}
            parts.append(self._function(f"{name}-webhook", args, plan.call_webhook(args.key_arn), hooks))
        if plan.quiet:
            held = {**shared, "audiences": plan.parameters(plan.quiet, everyone=False)}
            digest = self._function(f"{name}-digest", args, plan.deliver_digest(args.key_arn), held)
            self._schedules(f"{name}-schedule", args, digest)
        told = {
            **shared,
            "production": plan.production,
            "audiences": plan.parameters(plan.audiences, everyone=True),
        }
        self._function(f"{name}-tell", args, plan.tell_people(args.key_arn), told, rules=plan.rules, after=parts)
        self.register_outputs(self.outputs)

    def _audience(self, name: str, args: AnnouncementsArgs, audience: AudiencePlan) -> list[pulumi.Resource]:
        parts: list[pulumi.Resource] = []
        if audience.emails:
            parts.append(self._topic(name, args, audience, "mail"))
        if audience.chats:
            chat = self._topic(name, args, audience, "chat")
            parts.append(chat)
            for kind, channel in (("slack", audience.slack), ("teams", audience.teams)):
                if channel:
                    ChatChannel(
                        f"{name}-{kind}",
                        ChatChannelArgs(
                            place=args.plan.place,
                            channel_name=f"{args.plan.place.name}-{audience.name}-{kind}",
                            channel=channel,
                            topic_arn=chat.arn,
                        ),
                        opts=pulumi.ResourceOptions(parent=self),
                    )
        if audience.webhook:
            self.outputs[audience.name] = {"webhookSecret": self._secret(name, args, audience).name}
        if audience.quiet:
            parts.append(self._queue(name, args, audience))
        return parts

    def _topic(self, name: str, args: AnnouncementsArgs, audience: AudiencePlan, channel: str) -> MailTopic:
        """Only roles of this account publish to it, so that it needs no service in its policy."""
        return MailTopic(
            f"{name}-{channel}",
            MailTopicArgs(
                topic_name=args.plan.topic(audience, channel),
                place=args.plan.place,
                key_arn=args.key_arn,
                emails=audience.emails if channel == "mail" else (),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _secret(self, name: str, args: AnnouncementsArgs, audience: AudiencePlan) -> secretsmanager.Secret:
        """Without a value: the function makes it, so that no state has it."""
        return secretsmanager.Secret(
            f"{name}-secret",
            name=args.plan.secret(audience.name),
            description=f"Signs what the audience {audience.name} of {args.plan.place.environment} is sent",
            kms_key_id=args.key_arn,
            recovery_window_in_days=args.secret_recovery_days,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _queue(self, name: str, args: AnnouncementsArgs, audience: AudiencePlan) -> sqs.Queue:
        place, queue_name = args.plan.place, args.plan.queue(audience)
        queue = sqs.Queue(
            f"{name}-held",
            name=queue_name,
            kms_master_key_id=args.key_arn,
            kms_data_key_reuse_period_seconds=300,
            message_retention_seconds=HELD_SECONDS,
            visibility_timeout_seconds=UNSEEN_SECONDS,
            opts=pulumi.ResourceOptions(parent=self),
        )
        over_tls = Statement(
            effect="Deny",
            actions=("sqs:*",),
            resources=(place.arn("sqs", queue_name),),
            principals={"*": "*"},
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        )
        sqs.QueuePolicy(
            f"{name}-held-policy",
            queue_url=queue.url,
            policy=policy_document([over_tls]),
            opts=pulumi.ResourceOptions(parent=queue),
        )
        return queue

    def _function(
        self,
        name: str,
        args: AnnouncementsArgs,
        function: EventFunction,
        parameters: Mapping[str, object],
        *,
        rules: Sequence[EventRulePlan] = (),
        after: Sequence[pulumi.Resource] = (),
    ) -> EventDrivenFunction:
        return EventDrivenFunction(
            name,
            EventDrivenFunctionArgs(
                function=function,
                rules=rules,
                parameters=parameters,
                topic_arn=args.plan.topic_arn,
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*after]),
        )

    def _schedules(self, name: str, args: AnnouncementsArgs, digest: pulumi.Resource) -> None:
        place = args.plan.place
        arn = place.arn("lambda", f"function:{args.plan.deliver_digest(args.key_arn).function}")
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=f"{place.name}-digest-schedule",
                service=SCHEDULER,
                account=place.account,
                statements=may_schedule(Statement(actions=("lambda:InvokeFunction",), resources=(arn,)), args.key_arn),
                description=f"Starts the digests of {place.environment}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for audience in args.plan.quiet:
            if audience.quiet:
                self._schedule(f"{name}-{audience.name}", args, audience.name, audience.quiet, arn, role, digest)

    def _schedule(
        self,
        name: str,
        args: AnnouncementsArgs,
        audience: str,
        quiet: Quiet,
        arn: str,
        role: ServiceRole,
        digest: pulumi.Resource,
    ) -> None:
        place = args.plan.place
        start = {
            "detail-type": DIGEST,
            "account": place.account,
            "region": place.region,
            "time": "<aws.scheduler.scheduled-time>",
            "detail": {"audience": audience},
        }
        schedule(
            name,
            called=f"{place.name}-{audience}-digest",
            description=f"Tells {audience} what was held back from {quiet.begins} to {quiet.ends}",
            expression=quiet.digest_cron,
            time_zone=quiet.time_zone,
            target=arn,
            role=role,
            key_arn=args.key_arn,
            parent=self,
            says=json.dumps(start),
            after=[digest],
        )
