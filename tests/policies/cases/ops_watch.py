"""Logs, alarms, the limits of builds, and what stands beside pipelines."""

from typing import Any

from rulebook.rules import ops_stores, ops_watch
from tests.policies.cases.judging import Kind, after, exempted, judging, making, thing
from tests.policies.cases.road import action, stage
from tests.policies.harness import UNKNOWN, Given

LOGS, BOUNDED, RETENTION, ALARMS = ops_watch.RULES
SUBSCRIBED, LIFECYCLE, WINDOW = ops_stores.RULES
project = making("aws:codebuild/project:Project")

_logs = judging(LOGS)
OFF = {"status": "DISABLED"}
_UNLOGGED = _logs(
    Kind.VIOLATING,
    "both are switched off",
    project(logsConfig={"cloudwatchLogs": OFF, "s3Logs": OFF}),
    finds=("The build project 'thing' keeps no log",),
)
LOGS_CASES = (
    _logs(Kind.COMPLIANT, "CloudWatch is on", project(logsConfig={"cloudwatchLogs": {"status": "ENABLED"}})),
    _logs(
        Kind.COMPLIANT, "S3 alone is on", project(logsConfig={"cloudwatchLogs": OFF, "s3Logs": {"status": "ENABLED"}})
    ),
    _UNLOGGED,
    *exempted(_UNLOGGED),
    _logs(
        Kind.VIOLATING,
        "CloudWatch is off, and nothing is said of S3",
        project(logsConfig={"cloudwatchLogs": OFF}),
        finds=("keeps no log",),
    ),
    _logs(Kind.MISSING, "nothing is said, and AWS logs to CloudWatch", project(name="p")),
    _logs(
        Kind.UNKNOWN,
        "S3 isn't known",
        project(logsConfig={"cloudwatchLogs": OFF, "s3Logs": {"status": UNKNOWN}}),
        undecided="logsConfig.s3Logs.status",
    ),
)

_bounded = judging(BOUNDED)
_LONG = _bounded(
    Kind.VIOLATING,
    "a build may run for two hours",
    project(buildTimeout=120, concurrentBuildLimit=2),
    finds=("The build project 'thing' may run too long (`buildTimeout`)",),
)
BOUNDED_CASES = (
    _bounded(Kind.COMPLIANT, "both are limited", project(buildTimeout=60, concurrentBuildLimit=1)),
    _bounded(
        Kind.COMPLIANT,
        "the organization has longer builds",
        project(buildTimeout=120, concurrentBuildLimit=1),
        parameters={"maxMinutes": 240},
    ),
    _LONG,
    *exempted(_LONG),
    _bounded(
        Kind.MISSING, "nothing is said, and AWS gives it an hour", project(name="p"), finds=("`concurrentBuildLimit`",)
    ),
    _bounded(
        Kind.UNKNOWN,
        "the time isn't known",
        project(buildTimeout=UNKNOWN),
        finds=("at once",),
        undecided="buildTimeout",
    ),
)

log_group = making("aws:cloudwatch/logGroup:LogGroup")
_retention = judging(RETENTION)
_SHORT = _retention(
    Kind.VIOLATING,
    "logs of production are kept for three months",
    log_group(retentionInDays=90),
    finds=("The log group 'thing' keeps its entries too short a time",),
)
RETENTION_CASES = (
    _retention(Kind.COMPLIANT, "a year", log_group(retentionInDays=365)),
    _retention(Kind.COMPLIANT, "three months, in staging", log_group(retentionInDays=90), stack="staging"),
    _retention(Kind.COMPLIANT, "a month, in dev", log_group(retentionInDays=30), stack="dev"),
    _retention(Kind.COMPLIANT, "0 is for ever", log_group(retentionInDays=0)),
    _SHORT,
    *exempted(_SHORT),
    _retention(
        Kind.VIOLATING,
        "the organization wants ten years",
        log_group(retentionInDays=365),
        parameters={"minDays": {"production": 3650}},
        finds=("`retentionInDays`",),
    ),
    _retention(Kind.MISSING, "nothing is said, which is for ever", log_group(name="l")),
    _retention(Kind.UNKNOWN, "the days aren't known", log_group(retentionInDays=UNKNOWN), undecided="retentionInDays"),
)

alarm = making("aws:cloudwatch/metricAlarm:MetricAlarm")
_alarms = judging(ALARMS)
_SILENT = _alarms(
    Kind.VIOLATING,
    "it has no action",
    alarm(alarmActions=[]),
    finds=("The alarm 'thing' does nothing when it goes off",),
)
ALARM_CASES = (
    _alarms(Kind.COMPLIANT, "it tells a topic", alarm(alarmActions=["arn:aws:sns:eu-west-1:111122223333:releases"])),
    _alarms(Kind.COMPLIANT, "it tells a topic to come", alarm(alarmActions=[UNKNOWN], actionsEnabled=True)),
    _alarms(
        Kind.COMPLIANT,
        "an alarm of alarms tells a topic",
        making("aws:cloudwatch/compositeAlarm:CompositeAlarm")(alarmActions=["arn:aws:sns:eu-west-1:1:t"]),
    ),
    _SILENT,
    *exempted(_SILENT),
    _alarms(
        Kind.VIOLATING,
        "its actions are switched off",
        alarm(alarmActions=[UNKNOWN], actionsEnabled=False),
        finds=("`actionsEnabled`",),
    ),
    _alarms(Kind.MISSING, "nothing is said of actions", alarm(okActions=[UNKNOWN]), finds=("`alarmActions`",)),
    _alarms(
        Kind.UNKNOWN,
        "its actions aren't known, but they are switched off",
        alarm(alarmActions=UNKNOWN, actionsEnabled=False),
        finds=("`actionsEnabled`",),
        undecided="alarmActions",
    ),
)

ARN = "arn:aws:sns:eu-west-1:111122223333:"
TOPIC = thing("aws:sns/topic:Topic", {"name": "approvals", "arn": UNKNOWN}, "topic")
EVENTS = thing("aws:sns/topic:Topic", {"name": "events", "arn": UNKNOWN}, "events")


def asking(arn: Any, *, depends: tuple[Given, ...] = ()) -> Given:
    """A pipeline that asks for an approval."""
    configuration = {} if arn is None else {"NotificationArn": arn}
    stages = [stage("Gate", action("Approval", "Manual", "head", configuration=configuration))]
    given = thing("aws:codepipeline/pipeline:Pipeline", {"stages": stages})
    return after(given, key="stages", others=depends)


def subscribed(topic: Given) -> Given:
    """A subscription to a topic."""
    given = thing(
        "aws:sns/topicSubscription:TopicSubscription", {"topic": UNKNOWN, "protocol": "email"}, "subscription"
    )
    return after(given, key="topic", others=(topic,))


_subscribed = judging(SUBSCRIBED)
_NOBODY = _subscribed(
    Kind.VIOLATING,
    "nobody has subscribed",
    asking(ARN + "approvals"),
    TOPIC,
    EVENTS,
    subscribed(EVENTS),
    finds=("on a topic to which nobody has subscribed, at `stages[0].actions[0]`",),
)
SUBSCRIBED_CASES = (
    _subscribed(Kind.COMPLIANT, "somebody has subscribed", asking(ARN + "approvals"), TOPIC, subscribed(TOPIC)),
    _subscribed(
        Kind.COMPLIANT,
        "somebody has subscribed by name, and the topic is known by its dependency",
        asking(UNKNOWN, depends=(TOPIC,)),
        TOPIC,
        thing("aws:sns/topicSubscription:TopicSubscription", {"topic": ARN + "approvals"}, "subscription"),
    ),
    _subscribed(Kind.COMPLIANT, "the topic is of another stack", asking(ARN + "elsewhere"), TOPIC),
    _subscribed(Kind.COMPLIANT, "dev asks nobody", asking(ARN + "approvals"), TOPIC, stack="dev"),
    _NOBODY,
    *exempted(_NOBODY),
    _subscribed(
        Kind.VIOLATING,
        "its topic is known by its dependency, and silent",
        asking(UNKNOWN, depends=(TOPIC,)),
        TOPIC,
        finds=("nobody has subscribed",),
    ),
    _subscribed(Kind.MISSING, "the approval names no topic, which another rule is about", asking(None), TOPIC),
    _subscribed(
        Kind.UNKNOWN,
        "which of two topics it is isn't known",
        asking(UNKNOWN, depends=(TOPIC, EVENTS)),
        TOPIC,
        EVENTS,
        subscribed(EVENTS),
        undecided="stages[0].actions[0].configuration.NotificationArn",
    ),
    _subscribed(
        Kind.UNKNOWN,
        "to which topic somebody has subscribed isn't known",
        asking(ARN + "approvals"),
        TOPIC,
        thing("aws:sns/topicSubscription:TopicSubscription", {"topic": UNKNOWN}, "subscription"),
        undecided="topic",
    ),
)

BUCKET = thing("aws:s3/bucket:Bucket", {"bucket": "artifacts", "lifecycleRules": UNKNOWN})
STORED = thing(
    "aws:codepipeline/pipeline:Pipeline",
    {"name": "the-pipeline-of-the-shop", "artifactStores": [{"location": "artifacts"}]},
    "pipeline",
)
DEPENDENT = after(
    thing("aws:codepipeline/pipeline:Pipeline", {"artifactStores": [{"location": UNKNOWN}]}, "pipeline"),
    key="artifactStores",
    others=(BUCKET,),
)
EXPIRES = {"id": "old", "status": "Enabled", "expiration": {"days": 90}}
ABORTS = {"id": "parts", "status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}


def lifecycle(*rules: Any) -> Given:
    """The lifecycle of the bucket."""
    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    return after(thing(token, {"bucket": UNKNOWN, "rules": list(rules)}, "lifecycle"), key="bucket", others=(BUCKET,))


_lifecycle = judging(LIFECYCLE)
_FOR_EVER = _lifecycle(
    Kind.VIOLATING,
    "the rule that expires is switched off",
    BUCKET,
    STORED,
    lifecycle({**EXPIRES, "status": "Disabled"}, ABORTS),
    finds=("The bucket 'thing' keeps every artifact for ever",),
)
LIFECYCLE_CASES = (
    _lifecycle(Kind.COMPLIANT, "two rules do both", BUCKET, DEPENDENT, lifecycle(EXPIRES, ABORTS)),
    _lifecycle(
        Kind.COMPLIANT,
        "an older bucket carries its own rules",
        thing(
            "aws:s3/bucket:Bucket",
            {
                "bucket": "artifacts",
                "lifecycleRules": [
                    {
                        "enabled": True,
                        "abortIncompleteMultipartUploadDays": 7,
                        "noncurrentVersionExpiration": {"days": 30},
                    }
                ],
            },
        ),
        STORED,
    ),
    _lifecycle(
        Kind.COMPLIANT, "another bucket holds no artifacts", thing("aws:s3/bucket:Bucket", {"bucket": "b"}), STORED
    ),
    _lifecycle(
        Kind.COMPLIANT,
        "another bucket isn't the one on which the store depends",
        thing("aws:s3/bucket:Bucket", {"bucket": "b"}, "other"),
        BUCKET,
        DEPENDENT,
        lifecycle(EXPIRES, ABORTS),
    ),
    _FOR_EVER,
    *exempted(_FOR_EVER),
    _lifecycle(
        Kind.VIOLATING,
        "uploads are never ended",
        BUCKET,
        STORED,
        lifecycle(EXPIRES),
        finds=("keeps the parts of uploads that never ended",),
    ),
    _lifecycle(Kind.MISSING, "it has no lifecycle", BUCKET, STORED, finds=("for ever", "parts of uploads")),
    _lifecycle(
        Kind.UNKNOWN,
        "which bucket holds the artifacts isn't known",
        BUCKET,
        thing("aws:codepipeline/pipeline:Pipeline", {"artifactStore": {"location": UNKNOWN}}, "pipeline"),
        undecided="artifactStore.location",
    ),
)

_window = judging(WINDOW)
YEARS = {"id": "old", "status": "Enabled", "expiration": {"days": 1825}}
_SHORT = _window(
    Kind.VIOLATING,
    "artifacts expire after 90 days",
    BUCKET,
    STORED,
    lifecycle(EXPIRES),
    finds=("The bucket 'thing' forgets artifacts before 365 days are over",),
)
WINDOW_CASES = (
    _window(Kind.COMPLIANT, "they are kept for five years", BUCKET, DEPENDENT, lifecycle(YEARS)),
    _window(
        Kind.COMPLIANT,
        "the organization goes back a month",
        BUCKET,
        STORED,
        lifecycle(EXPIRES),
        parameters={"minDays": {"production": 30}},
    ),
    _window(
        Kind.COMPLIANT,
        "the rule that expires them is switched off",
        BUCKET,
        STORED,
        lifecycle({**EXPIRES, "status": "Disabled"}),
    ),
    _window(
        Kind.COMPLIANT,
        "what expires are the caches of builds beside them",
        BUCKET,
        STORED,
        lifecycle(YEARS, {**EXPIRES, "filter": {"prefix": "cache/"}}, {**EXPIRES, "prefix": "reports/"}),
    ),
    _window(
        Kind.COMPLIANT,
        "another bucket holds no artifacts",
        BUCKET,
        thing("aws:codepipeline/pipeline:Pipeline", {"artifactStores": [{"location": "elsewhere"}]}, "pipeline"),
        lifecycle(EXPIRES),
    ),
    _SHORT,
    *exempted(_SHORT),
    _window(
        Kind.VIOLATING,
        "what expires are those of one pipeline",
        BUCKET,
        STORED,
        lifecycle({**EXPIRES, "filter": {"and": {"prefix": "the-pipeline-of-the-/Bundle", "tags": {"a": "b"}}}}),
        finds=("forgets artifacts",),
    ),
    _window(
        Kind.VIOLATING,
        "versions that were replaced go after a month",
        BUCKET,
        STORED,
        lifecycle({**YEARS, "noncurrentVersionExpiration": {"noncurrentDays": 30}}),
        finds=("forgets artifacts",),
    ),
    _window(
        Kind.VIOLATING,
        "an older bucket forgets by itself",
        thing(
            "aws:s3/bucket:Bucket",
            {"bucket": "artifacts", "lifecycleRules": [{"enabled": True, "expiration": {"days": 7}}]},
        ),
        STORED,
        finds=("forgets artifacts",),
    ),
    _window(Kind.MISSING, "nothing expires", BUCKET, STORED, lifecycle(ABORTS)),
    _window(
        Kind.UNKNOWN,
        "after how many days isn't known",
        BUCKET,
        STORED,
        lifecycle({**EXPIRES, "expiration": {"days": UNKNOWN}}),
        undecided="expiration.days",
    ),
)

CASES = (
    *LOGS_CASES,
    *BOUNDED_CASES,
    *RETENTION_CASES,
    *ALARM_CASES,
    *SUBSCRIBED_CASES,
    *LIFECYCLE_CASES,
    *WINDOW_CASES,
)
