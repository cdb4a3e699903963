"""What stands beside pipelines: the topics of their approvals, the buckets of their artifacts."""

from collections.abc import Iterator, Mapping
from functools import partial

from rulebook.kit.facts import BUCKET, BUCKET_LIFECYCLE, PIPELINE, TOPIC, TOPIC_SUBSCRIPTION
from rulebook.kit.links import declared, linked, says, token_of
from rulebook.kit.pipeline import Action, actions
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, Severity, Stack, StackRule, Violation, each
from rulebook.kit.telling import about_each
from rulebook.kit.values import Node, all_of, some
from rulebook.rules.frameworks import owasp, security_hub
from rulebook.tiers import Tier

_STORES = ("artifactStores", "artifactStore")
_EXPIRATIONS = ("expiration", "expirations", "noncurrentVersionExpiration", "noncurrentVersionExpirations")
_FOLDER = 20
_DAYS = {"type": "integer", "minimum": 1}


def approval_topics(stack: Stack) -> Iterator[Outcome]:
    """Somebody has subscribed to the topic on which a pipeline asks for an approval."""

    def judge(pipeline: Resource, action: Action) -> Iterator[Outcome]:
        if action.is_manual_approval and _asks_nobody(stack, pipeline, action.node["configuration"]["NotificationArn"]):
            message = f"{pipeline} asks for an approval on a topic to which nobody has subscribed, at `{action.path}`."
            yield Violation(message=message, finding=action.path, urn=pipeline.urn)

    def whole(pipeline: Resource) -> Iterator[Outcome]:
        yield from each(actions(pipeline.properties), lambda action: judge(pipeline, action))

    yield from about_each(stack.of(PIPELINE), whole)


def _asks_nobody(stack: Stack, pipeline: Resource, arn: Node) -> bool:
    if not arn.present:
        return False
    topics = stack.of(TOPIC)
    if arn.known:
        # A topic of another stack isn't seen, nor who has subscribed to it.
        meant = [topic for topic in topics if says(arn, topic)]
        return any(_is_silent(stack, topic) for topic in meant)
    # Which of the topics that the stages depend on it is can't be told; it needn't be where all are alike.
    candidates = [topic for topic in topics if topic.urn in pipeline.dependencies.get("stages", ())]
    answers = {_is_silent(stack, topic) for topic in candidates}
    return answers.pop() if len(answers) == 1 else bool(arn.text())


def _is_silent(stack: Stack, topic: Resource) -> bool:
    return not linked(topic, stack, TOPIC_SUBSCRIPTION, key="topic")


def artifact_lifecycle(stack: Stack) -> Iterator[Outcome]:
    """A bucket of artifacts forgets what is old, and uploads that never ended."""

    def judge(bucket: Resource) -> Iterator[Outcome]:
        if not some(stack.of(PIPELINE), lambda pipeline: _keeps_artifacts_in(pipeline, bucket)):
            return
        rules = _lifecycle_of(bucket, stack)
        if not some(rules, lambda rule: all_of(lambda: _is_on(rule), lambda: _expires(rule))):
            yield Violation(message=f"{bucket} keeps every artifact for ever.", finding="expiration", urn=bucket.urn)
        if not some(rules, lambda rule: all_of(lambda: _is_on(rule), lambda: _aborts(rule))):
            message = f"{bucket} keeps the parts of uploads that never ended."
            yield Violation(message=message, finding="abortIncompleteMultipartUpload", urn=bucket.urn)

    yield from about_each(stack.of(BUCKET), judge)


def artifact_window(stack: Stack) -> Iterator[Outcome]:
    """An artifact is there for as long as a release can be brought back."""
    window: Mapping[str, float] = stack.parameters["minDays"]
    least = window.get(stack.environment.tier.value, 0)

    def judge(bucket: Resource) -> Iterator[Outcome]:
        if some(stack.of(PIPELINE), lambda pipeline: _keeps_artifacts_in(pipeline, bucket)):
            yield from each(_lifecycle_of(bucket, stack), partial(expiring, bucket))

    def expiring(bucket: Resource, rule: Node) -> Iterator[Outcome]:
        early = _is_on(rule) and some(_EXPIRATIONS, lambda key: some(rule[key].items(), too_early))
        if early and some(stack.of(PIPELINE), lambda pipeline: _is_about(rule, pipeline)):
            message = f"{bucket} forgets artifacts before {least:g} days are over."
            yield Violation(message=message, finding="expiration", urn=bucket.urn)

    def too_early(expiration: Node) -> bool:
        # Neither absent nor 0 is a number of days.
        return some(("days", "noncurrentDays"), lambda key: 0 < expiration[key].number(0) < least)

    yield from about_each(stack.of(BUCKET), judge)


def _lifecycle_of(bucket: Resource, stack: Stack) -> list[Node]:
    parts = linked(bucket, stack, BUCKET_LIFECYCLE, key="bucket", name="bucket")
    rules = [rule for part in parts for rule in part.properties["rules"].items()]
    # The older buckets carry it themselves.
    return [*rules, *declared(bucket, "lifecycleRules").items()]


def _keeps_artifacts_in(pipeline: Resource, bucket: Resource) -> bool:
    on = [urn for key in _STORES for urn in pipeline.dependencies.get(key, ()) if token_of(urn) in BUCKET.tokens]
    if on:
        return bucket.urn in on
    stores = [store for key in _STORES for store in pipeline.properties[key].items()]
    return some(stores, lambda store: store["location"].text() == bucket.properties["bucket"].text())


def _is_about(rule: Node, pipeline: Resource) -> bool:
    """Whether a rule reaches the artifacts of a pipeline: their keys begin with the first 20 letters of its name
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html)."""
    places = (rule["filter"]["prefix"], rule["filter"]["and"]["prefix"], rule["prefix"])
    prefix = next((one.text() for one in places if one.text()), "")
    if not prefix or not (name := pipeline.properties["name"].text()):
        return True
    folder = f"{name[:_FOLDER]}/"
    return prefix.startswith(folder) or folder.startswith(prefix)


def _is_on(rule: Node) -> bool:
    return rule["status"].text() == "Enabled" or rule["enabled"].flag(default=False)


def _expires(rule: Node) -> bool:
    return some(_EXPIRATIONS, lambda key: some(rule[key].items(), _names_a_day))


def _names_a_day(expiration: Node) -> bool:
    days = ("days", "date", "noncurrentDays")
    return some(days, lambda key: expiration[key].present and expiration[key].text() not in {"0", ""})


def _aborts(rule: Node) -> bool:
    wait = rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"]
    return wait.number(0) > 0 or rule["abortIncompleteMultipartUploadDays"].number(0) > 0


RULES = (
    StackRule(
        id="ops-approval-topic-subscribed",
        title="Somebody has subscribed to the topic on which a pipeline asks for an approval.",
        why="Without a subscriber a release waits for a person who was never asked. That a subscription by mail was "
        "confirmed, and who has subscribed to a topic of another stack, isn't seen.",
        fix="add a TopicSubscription to the topic of the approval's NotificationArn.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE, TOPIC, TOPIC_SUBSCRIPTION),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html",
        frameworks=(owasp(1),),
        check=approval_topics,
    ),
    StackRule(
        id="ops-artifact-lifecycle",
        title="A bucket of artifacts forgets what is old, and uploads that never ended.",
        why="Every run of a pipeline leaves its artifacts behind; kept for ever they cost more each month, and old "
        "software lies ready to be deployed.",
        fix="add a BucketLifecycleConfiguration with an expiration and an abortIncompleteMultipartUpload.",
        severity=Severity.LOW,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.ADVISORY),
        kinds=(PIPELINE, BUCKET, BUCKET_LIFECYCLE),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-13",
        frameworks=(owasp(9), security_hub("S3.13")),
        check=artifact_lifecycle,
    ),
    StackRule(
        id="ops-artifact-rollback-window",
        title="An artifact is there for as long as its release can be brought back.",
        why="A rollback deploys the artifact that ran before; when the ledger of releases still offers one whose "
        "artifact has expired, the way back ends in the middle of an incident.",
        fix="let expiration and noncurrentVersionExpiration wait for at least minDays.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE, BUCKET, BUCKET_LIFECYCLE),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html",
        parameters=(
            Parameter(
                name="minDays",
                schema={
                    "type": "object",
                    "properties": {tier.value: _DAYS for tier in Tier},
                    "additionalProperties": False,
                },
                default={Tier.DEVELOPMENT.value: 30, Tier.STAGING.value: 90, Tier.PRODUCTION.value: 365},
                description="How many days back a release can be brought, by tier; an application's stack says it as "
                "`ledger.rollbackDays`.",
            ),
        ),
        frameworks=(owasp(9),),
        check=artifact_window,
    ),
)
