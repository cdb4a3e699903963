"""Audiences as data: their names in AWS, and what the functions that tell them are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.audiences.happenings import DRIFT, HAPPENINGS
from components.event_function import EventRulePlan
from components.function import EventFunction
from components.iam import Statement
from components.notifications import notification_topic
from components.place import Place
from components.topic import publish_to, topic_arn

EVERYONE = "everyone"
"""Those who hear everything, by the stack's own topic."""


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """The hours of each day in which only what is urgent passes.

    Args:
        begins, ends: times of the day, `19:00`.
        time_zone: whose clock is meant, of the IANA database.
        rule: the same zone in POSIX's form, for a runtime without that database.
    """

    begins: str
    ends: str
    time_zone: str
    rule: str

    @property
    def digest_cron(self) -> str:
        """When the digest leaves: five minutes after the end, so that what was held at the last moment is in it."""
        hour, minute = map(int, self.ends.split(":"))
        late = (hour * 60 + minute + 5) % (24 * 60)
        return f"cron({late % 60} {late // 60} * * ? *)"


@dataclass(frozen=True, kw_only=True)
class SlackChannel:
    """A channel of a workspace that was authorised in the console."""

    workspace: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class TeamsChannel:
    """A channel of a team that was authorised in the console."""

    tenant: str
    team: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class AudiencePlan:
    """One audience.

    Args:
        name: of the audience, unique in the stack, at most 20 characters.
        kinds: what it hears.
        emails: its mail addresses.
        slack, teams: its chats.
        webhook: the https address that is called.
        quiet: its quiet hours.
    """

    name: str
    kinds: Sequence[str]
    emails: Sequence[str] = ()
    slack: SlackChannel | None = None
    teams: TeamsChannel | None = None
    webhook: str | None = None
    quiet: Quiet | None = None

    @property
    def chats(self) -> bool:
        """Whether it has a chat."""
        return bool(self.slack or self.teams)


@dataclass(frozen=True, kw_only=True)
class AnnouncementsPlan:
    """What of a stack's pipelines is told to whom.

    Args:
        place: the environment.
        production: whether what fails there is urgent.
        pipelines: their names, which their applications in CodeDeploy have as well.
        audiences: who hears what besides.
        drift: the project that looks for drift, if any.
    """

    place: Place
    production: bool
    pipelines: Sequence[str]
    audiences: Sequence[AudiencePlan] = ()
    drift: str | None = None

    @property
    def topic_arn(self) -> str:
        """The stack's topic, whose subscribers hear everything."""
        return notification_topic(self.place)

    @property
    def rules(self) -> Sequence[EventRulePlan]:
        """A rule for each kind of happening."""
        looked = [DRIFT.rule([self.drift])] if self.drift else []
        return [*(one.rule(self.pipelines) for one in HAPPENINGS), *looked]

    @property
    def webhooks(self) -> Mapping[str, str]:
        """The addresses that are called, by audience."""
        return {one.name: one.webhook for one in self.audiences if one.webhook}

    @property
    def quiet(self) -> Sequence[AudiencePlan]:
        """The audiences with quiet hours."""
        return [one for one in self.audiences if one.quiet]

    def topic(self, audience: AudiencePlan, channel: str) -> str:
        """The name of a topic of an audience: mail reads text, a chat reads a schema, so each has its own."""
        return f"{self.place.name}-audience-{audience.name}-{channel}"

    def queue(self, audience: AudiencePlan) -> str:
        """The name of the queue that holds back what can wait."""
        return f"{self.place.name}-audience-{audience.name}-held"

    def secret(self, audience: str) -> str:
        """The name of the secret that signs an audience's webhook."""
        return f"{self.place.name}/webhook/{audience}"

    def tell_people(self, key_arn: pulumi.Input[str]) -> EventFunction:
        """The function that is handed every happening."""
        place = self.place
        pipelines = tuple(place.arn("codepipeline", name) for name in self.pipelines)
        # Of its workers, too.
        groups = tuple(place.arn("codedeploy", f"deploymentgroup:{name}/*") for name in self.pipelines)
        return self._function(
            "tell_people",
            Statement(
                actions=(
                    "codepipeline:GetPipelineExecution",
                    "codepipeline:GetPipelineState",
                    "codepipeline:ListActionExecutions",
                    "codepipeline:ListPipelineExecutions",
                    "codepipeline:ListRuleExecutions",
                ),
                resources=pipelines,
            ),
            Statement(actions=("codedeploy:GetDeployment",), resources=groups),
            *self._look(),
            *self._reach(self.audiences, key_arn),
            *self._queues(("sqs:SendMessage",), key_arn),
            libraries=("notices",),
        )

    def _look(self) -> list[Statement]:
        """To ask the look for drift what it has found."""
        if not self.drift:
            return []
        project = self.place.arn("codebuild", f"project/{self.drift}")
        return [Statement(actions=("codebuild:BatchGetBuilds",), resources=(project,))]

    def deliver_digest(self, key_arn: pulumi.Input[str]) -> EventFunction:
        """The function that tells an audience after its quiet hours what was held back."""
        return self._function(
            "deliver_digest",
            *self._reach(self.quiet, key_arn),
            *self._queues(("sqs:DeleteMessage", "sqs:ReceiveMessage"), key_arn),
            libraries=("notices",),
        )

    def call_webhook(self, key_arn: pulumi.Input[str]) -> EventFunction:
        """The function that posts to the webhooks, and the only one that knows their secrets."""
        place = self.place
        # Secrets Manager adds six characters of its own to a secret's name.
        secrets = tuple(place.arn("secretsmanager", f"secret:{self.secret(name)}-??????") for name in self.webhooks)
        return self._function(
            "call_webhook",
            Statement(actions=("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"), resources=secrets),
            self._key(key_arn, "secretsmanager"),
        )

    def parameters(self, audiences: Sequence[AudiencePlan], *, everyone: bool) -> list[Mapping[str, object]]:
        """The audiences as the functions read them (`functions/notices/audience.py`)."""
        all_kinds = ["approval-needed", "failed", "succeeded", "rolled-back", "superseded", "stopped", "drift"]
        first = [{"name": EVERYONE, "kinds": all_kinds, "mail": self.topic_arn}] if everyone else []
        return [*first, *map(self._parameters, audiences)]

    @property
    def hooks(self) -> Mapping[str, Mapping[str, str]]:
        """The webhooks as `call_webhook` reads them."""
        return {name: {"url": url, "secret": self.secret(name)} for name, url in self.webhooks.items()}

    def _parameters(self, audience: AudiencePlan) -> Mapping[str, object]:
        said: dict[str, object] = {"name": audience.name, "kinds": list(audience.kinds)}
        if audience.emails:
            said["mail"] = topic_arn(self.place, self.topic(audience, "mail"))
        if audience.chats:
            said["chat"] = topic_arn(self.place, self.topic(audience, "chat"))
        if audience.webhook:
            said["webhook"] = self._function("call_webhook").function
        if audience.quiet:
            host = f"https://sqs.{self.place.region}.{self.place.domain}"
            said["queue"] = f"{host}/{self.place.account}/{self.queue(audience)}"
            said["quiet"] = [audience.quiet.begins, audience.quiet.ends, audience.quiet.rule]
        return said

    def _function(self, package: str, *statements: Statement, libraries: tuple[str, ...] = ()) -> EventFunction:
        return EventFunction(
            package=package,
            application=self.place.project,
            place=self.place,
            statements=list(statements),
            libraries=libraries,
        )

    def _reach(self, audiences: Sequence[AudiencePlan], key_arn: pulumi.Input[str]) -> list[Statement]:
        """To publish to the topics of these audiences, and to have their webhooks called."""
        topics = [self.topic(one, "mail") for one in audiences if one.emails]
        topics += [self.topic(one, "chat") for one in audiences if one.chats]
        publish = [
            statement for name in topics for statement in publish_to(topic_arn(self.place, name), key_arn, self.place)
        ]
        if not any(one.webhook for one in audiences):
            return publish
        called = self.place.arn("lambda", f"function:{self._function('call_webhook').function}")
        return [*publish, Statement(actions=("lambda:InvokeFunction",), resources=(called,))]

    def _queues(self, actions: tuple[str, ...], key_arn: pulumi.Input[str]) -> list[Statement]:
        if not self.quiet:
            return []
        queues = tuple(self.place.arn("sqs", self.queue(one)) for one in self.quiet)
        return [Statement(actions=actions, resources=queues), self._key(key_arn, "sqs")]

    def _key(self, key_arn: pulumi.Input[str], service: str) -> Statement:
        """The stack's key, as far as this service uses it in the function's name."""
        return Statement(
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(key_arn,),
            conditions={"StringEquals": {"kms:ViaService": f"{service}.{self.place.region}.amazonaws.com"}},
        )
