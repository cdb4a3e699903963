"""What is written down, how long, and who is told."""

from collections.abc import Iterator, Mapping

from rulebook.kit.facts import ALARM, BUILD_PROJECT, LOG_GROUP
from rulebook.kit.remedy import LEAVE, Remedy, at_most
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, ResourceRule, Severity, Violation, each
from rulebook.kit.values import all_of
from rulebook.rules.frameworks import owasp, security_hub
from rulebook.tiers import Tier

_AWS_TIMEOUT = 60
_DAYS = {"type": "integer", "minimum": 1}


def build_logs(resource: Resource) -> Iterator[Outcome]:
    """A build's log is kept somewhere."""
    logs = resource.properties["logsConfig"]
    # https://docs.aws.amazon.com/codebuild/latest/APIReference/API_LogsConfig.html: absent, CloudWatch is on.
    if all_of(
        lambda: logs["cloudwatchLogs"]["status"].text("ENABLED") != "ENABLED",
        lambda: logs["s3Logs"]["status"].text("DISABLED") != "ENABLED",
    ):
        yield Violation(message=f"{resource} keeps no log, neither in CloudWatch nor in S3.", finding="logsConfig")


def build_bounded(resource: Resource) -> Iterator[Outcome]:
    """A build ends, and builds don't pile up."""
    properties = resource.properties

    def time(_: str) -> Iterator[Outcome]:
        if properties["buildTimeout"].number(_AWS_TIMEOUT) > resource.parameters["maxMinutes"]:
            yield Violation(message=f"{resource} may run too long.", finding="buildTimeout")

    def number(_: str) -> Iterator[Outcome]:
        if not properties["concurrentBuildLimit"].present:
            yield Violation(message=f"{resource} may run any number of times at once.", finding="concurrentBuildLimit")

    yield from each((time, number), lambda judge: judge(""))


def log_retention(resource: Resource) -> Iterator[Outcome]:
    """A log is kept for as long as people may ask for it."""
    minimum: Mapping[str, float] = resource.parameters["minDays"]
    tier = resource.environment.tier.value
    # Absent and 0 mean for ever.
    days = resource.properties["retentionInDays"].number(0)
    if 0 < days < minimum.get(tier, 0):
        yield Violation(message=f"{resource} keeps its entries too short a time.", finding="retentionInDays")


def alarm_acts(resource: Resource) -> Iterator[Outcome]:
    """An alarm tells somebody."""
    properties = resource.properties

    def switched_off(_: str) -> Iterator[Outcome]:
        if not properties["actionsEnabled"].flag(default=True):
            yield Violation(message=f"{resource} has its actions switched off.", finding="actionsEnabled")

    def silent(_: str) -> Iterator[Outcome]:
        if not properties["alarmActions"].items():
            yield Violation(message=f"{resource} does nothing when it goes off.", finding="alarmActions")

    yield from each((switched_off, silent), lambda judge: judge(""))


RULES = (
    ResourceRule(
        id="ops-build-logs",
        title="The log of a build is kept.",
        why="Without it nobody can tell what a build did, and with whose code. CloudWatch is on unless it is "
        "switched off.",
        fix="enable logsConfig.cloudwatchLogs or logsConfig.s3Logs.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-4",
        frameworks=(owasp(10), security_hub("CodeBuild.4")),
        check=build_logs,
    ),
    ResourceRule(
        id="ops-build-bounded",
        title="A build has a limit of time, and a project one of builds at once.",
        why="A build that hangs is paid for and keeps others waiting; a flood of them uses up the account's limit.",
        fix="set buildTimeout in minutes, and concurrentBuildLimit.",
        severity=Severity.LOW,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.ADVISORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html",
        parameters=(
            Parameter(
                name="maxMinutes",
                schema={"type": "integer", "minimum": 5},
                default=_AWS_TIMEOUT,
                description="How many minutes a build may run; AWS gives it 60 by default.",
            ),
        ),
        frameworks=(owasp(7),),
        check=build_bounded,
        remedies=(Remedy("buildTimeout", at_most("maxMinutes", absent=_AWS_TIMEOUT)),),
    ),
    ResourceRule(
        id="ops-log-retention",
        title="Logs are kept long enough.",
        why="An intrusion is often found months later, and then the log is all there is.",
        fix="raise retentionInDays, or leave it out to keep the log for ever.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(LOG_GROUP,),
        reference="https://docs.aws.amazon.com/config/latest/developerguide/cw-loggroup-retention-period-check.html",
        parameters=(
            Parameter(
                name="minDays",
                schema={
                    "type": "object",
                    "properties": {tier.value: _DAYS for tier in Tier},
                    "additionalProperties": False,
                },
                default={Tier.DEVELOPMENT.value: 30, Tier.STAGING.value: 90, Tier.PRODUCTION.value: 365},
                description="How many days logs must be kept at least, by tier.",
            ),
        ),
        frameworks=(owasp(10), security_hub("CloudWatch.16")),
        check=log_retention,
        remedies=(Remedy("retentionInDays", lambda asked: asked.parameters["minDays"].get(asked.tier.value, LEAVE)),),
    ),
    ResourceRule(
        id="ops-alarm-acts",
        title="An alarm tells somebody.",
        why="An alarm without an action is seen by nobody who isn't looking. One that only stops deployments, or is "
        "part of another alarm, still says nothing to people.",
        fix="name a topic in alarmActions, and leave actionsEnabled on.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(ALARM,),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-15",
        frameworks=(owasp(10), security_hub("CloudWatch.15"), security_hub("CloudWatch.17")),
        check=alarm_acts,
    ),
)
