"""Whole stacks: who hears when a delivery fails, and what starts a pipeline."""

import json
from typing import Any

from rulebook.rules.flow import failures, triggers
from tests.policies.cases.approvers import case, made
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.groups import GROUP
from tests.policies.cases.road import BUILD, PIPELINE, action, stage
from tests.policies.harness import UNKNOWN, Given

(NOTIFIED,) = failures.RULES
_, TRIGGERED = triggers.RULES
RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
NOTIFICATION = "aws:codestarnotifications/notificationRule:NotificationRule"
FAILED = "codepipeline-pipeline-pipeline-execution-failed"
TELLS = "arn:aws:sns:eu-west-1:111122223333:releases"


def pipeline(provider: str = "CodeCommit", poll: Any = "false", **more: Any) -> Given:
    """A pipeline called `thing` with one source."""
    configuration = {"PollForSourceChanges": poll} if poll is not None else {}
    source = stage("Source", action("Source", provider, configuration={**configuration, **more}))
    return made(PIPELINE, "thing", {"name": "road", "stages": [source, BUILD]})


PIPE = pipeline()


def notification(*events: str, of: Given = PIPE, **more: Any) -> Given:
    """A notification rule on a resource whose ARN isn't known yet."""
    properties = {"resource": UNKNOWN, "eventTypeIds": list(events), "targets": [{"address": TELLS}], **more}
    return made(NOTIFICATION, "tells", properties, resource=of)


def heard(source: str, detail_type: str = "", *, on: bool = True, **detail: Any) -> tuple[Given, Given]:
    """A rule of EventBridge with a target that is the pipeline."""
    pattern = {"source": [source], **({"detail-type": [detail_type]} if detail_type else {}), "detail": detail}
    rule = made(
        RULE, "rule", {"name": "rule", "eventPattern": json.dumps(pattern), "state": "ENABLED" if on else "DISABLED"}
    )
    return rule, made(TARGET, "target", {"rule": UNKNOWN, "arn": UNKNOWN}, rule=rule, arn=PIPE)


def group(*events: str) -> Given:
    """A deployment group called `thing` whose triggers tell of these events."""
    properties = {"appName": "shop", "deploymentGroupName": "fleet"}
    if events:
        return made(GROUP, "thing", {**properties, "triggerConfigurations": [{"triggerEvents": list(events)}]})
    return made(GROUP, "thing", properties)


EXECUTION, DEPLOYMENT = (
    "CodePipeline Pipeline Execution State Change",
    "CodeDeploy Deployment State-change Notification",
)
OF_SHOP = {
    "resource": "arn:aws:codedeploy:r:1:application:shop",
    "eventTypeIds": ["codedeploy-application-deployment-failed"],
    "targets": [{"address": "arn"}],
}
_SILENT = case(
    NOTIFIED,
    Kind.VIOLATING,
    "only success is told",
    *(PIPE, notification("codepipeline-pipeline-pipeline-execution-succeeded")),
    finds=("The pipeline 'thing' tells nobody",),
)
NOTIFIED_CASES = (
    case(NOTIFIED, Kind.COMPLIANT, "a notification rule tells", PIPE, notification(FAILED)),
    case(
        NOTIFIED,
        Kind.COMPLIANT,
        "a notification rule names the pipeline",
        *(
            PIPE,
            made(
                NOTIFICATION,
                "tells",
                {"resource": "arn:aws:codepipeline:r:1:road", "eventTypeIds": [FAILED], "targets": [{}]},
            ),
        ),
    ),
    case(NOTIFIED, Kind.COMPLIANT, "a rule hears of all failures", PIPE, *heard("aws.codepipeline", EXECUTION)),
    case(
        NOTIFIED,
        Kind.COMPLIANT,
        "a rule hears of this pipeline's",
        PIPE,
        *heard("aws.codepipeline", EXECUTION, pipeline=["road"]),
    ),
    case(
        NOTIFIED,
        Kind.COMPLIANT,
        "a rule hears of all pipelines of a stack by name",
        PIPE,
        *heard("aws.codepipeline", EXECUTION, pipeline=["shop", "road"], state=["FAILED"]),
    ),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "a rule hears of the stack's other pipelines",
        PIPE,
        *heard("aws.codepipeline", EXECUTION, pipeline=["shop", "till"], state=["FAILED"]),
        finds=("tells nobody",),
    ),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "a rule hears of pipelines that succeed",
        PIPE,
        *heard("aws.codepipeline", EXECUTION, pipeline=["road"], state=["SUCCEEDED"]),
        finds=("tells nobody",),
    ),
    case(
        NOTIFIED,
        Kind.COMPLIANT,
        "a rule hears of the end of deployments of all applications of a stack",
        group(),
        *heard("aws.codedeploy", DEPLOYMENT, application=["till", "shop"], state=["SUCCESS", "FAILURE", "STOP"]),
    ),
    case(NOTIFIED, Kind.COMPLIANT, "a group's triggers tell", group("DeploymentRollback", "DeploymentFailure")),
    case(
        NOTIFIED,
        Kind.COMPLIANT,
        "a rule hears of failed deployments",
        group(),
        *heard("aws.codedeploy", DEPLOYMENT, application=["shop"]),
    ),
    case(
        NOTIFIED,
        Kind.COMPLIANT,
        "a notification rule names the group's application",
        *(
            group(),
            made(NOTIFICATION, "tells", OF_SHOP),
        ),
    ),
    _SILENT,
    *exempted(_SILENT),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "the notification rule is off",
        PIPE,
        notification(FAILED, status="DISABLED"),
        finds=("tells nobody",),
    ),
    *(
        case(NOTIFIED, Kind.VIOLATING, what, group(), *rules, finds=("The deployment group 'thing' tells nobody",))
        for what, rules in (
            (
                "a notification rule names another application",
                [made(NOTIFICATION, "n", {**OF_SHOP, "resource": "a:x"})],
            ),
            ("a notification rule tells of success", [made(NOTIFICATION, "n", {**OF_SHOP, "eventTypeIds": ["x"]})]),
            ("a rule hears of pipelines", heard("aws.codepipeline", EXECUTION)),
            ("a rule hears of deployments that went well", heard("aws.codedeploy", DEPLOYMENT, state=["SUCCESS"])),
            ("a rule hears of another application", heard("aws.codedeploy", DEPLOYMENT, application=["x"])),
            ("a rule has no target", heard("aws.codedeploy", DEPLOYMENT)[:1]),
        )
    ),
    case(NOTIFIED, Kind.VIOLATING, "it tells nobody", PIPE, notification(FAILED, targets=[]), finds=("tells nobody",)),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "it is another's",
        PIPE,
        notification(FAILED, of=made(PIPELINE, "other", {"name": "other", "stages": []})),
        made(PIPELINE, "other", {"name": "other", "stages": []}),
        finds=("'thing' tells nobody",),
    ),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "the rule is off",
        PIPE,
        *heard("aws.codepipeline", EXECUTION, on=False),
        finds=("tells nobody",),
    ),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "the rule has no target",
        PIPE,
        heard("aws.codepipeline", EXECUTION)[0],
        finds=("tells nobody",),
    ),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "the rule hears of another pipeline",
        PIPE,
        *heard("aws.codepipeline", EXECUTION, pipeline=["x"]),
        finds=("tells nobody",),
    ),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "the rule hears of success",
        PIPE,
        *heard("aws.codepipeline", EXECUTION, state=["SUCCEEDED"]),
        finds=("tells nobody",),
    ),
    case(
        NOTIFIED,
        Kind.VIOLATING,
        "a group tells of failures only",
        group("DeploymentFailure"),
        finds=("The deployment group 'thing' tells nobody",),
    ),
    case(
        NOTIFIED,
        Kind.MISSING,
        "a group and a pipeline have nothing",
        group(),
        made(PIPELINE, "road", {}),
        finds=("The pipeline 'road'", "The deployment group 'thing'"),
    ),
    case(
        NOTIFIED,
        Kind.UNKNOWN,
        "what is told isn't known",
        PIPE,
        notification(eventTypeIds=UNKNOWN),
        undecided="eventTypeIds of tells",
    ),
    case(
        NOTIFIED,
        Kind.UNKNOWN,
        "whom it is about isn't known",
        PIPE,
        made(NOTIFICATION, "tells", {"resource": UNKNOWN, "eventTypeIds": [FAILED], "targets": [{}]}),
        undecided="resource of tells",
    ),
)

_POLLS = case(
    TRIGGERED,
    Kind.VIOLATING,
    "its source is polled",
    pipeline(poll="true"),
    finds=("The pipeline 'thing' polls its source at `stages[0].actions[0]`",),
)
ON = heard("aws.codecommit", "CodeCommit Repository State Change")
TRIGGERED_CASES = (
    case(TRIGGERED, Kind.COMPLIANT, "a commit starts it", PIPE, *ON),
    case(TRIGGERED, Kind.COMPLIANT, "an object starts it", pipeline("S3"), *heard("aws.s3", "Object Created")),
    case(TRIGGERED, Kind.COMPLIANT, "a connection detects changes", pipeline("CodeStarSourceConnection", None)),
    case(
        TRIGGERED,
        Kind.COMPLIANT,
        "the rule is of another stack",
        PIPE,
        made(TARGET, "t", {"rule": "far", "arn": "arn:aws:codepipeline:r:1:road"}),
    ),
    case(TRIGGERED, Kind.COMPLIANT, "polling is allowed", pipeline(poll="true"), parameters={"allowPolling": True}),
    _POLLS,
    *exempted(_POLLS),
    case(TRIGGERED, Kind.VIOLATING, "nothing starts it", PIPE, finds=("only by hand",)),
    case(
        TRIGGERED,
        Kind.VIOLATING,
        "commits start it, but it waits for images",
        pipeline("ECR", None),
        *ON,
        finds=("only by hand",),
    ),
    case(
        TRIGGERED,
        Kind.VIOLATING,
        "a connection is told not to look",
        pipeline("CodeStarSourceConnection", None, DetectChanges="false"),
        finds=("only by hand",),
    ),
    case(
        TRIGGERED,
        Kind.VIOLATING,
        "a schedule is no change",
        PIPE,
        made(RULE, "rule", {"name": "rule", "scheduleExpression": "rate(1 day)"}),
        made(TARGET, "t", {"rule": "rule", "arn": UNKNOWN}, arn=PIPE),
        finds=("only by hand",),
    ),
    case(
        TRIGGERED,
        Kind.MISSING,
        "CodeCommit is polled where nothing is said",
        pipeline(poll=None),
        finds=("polls its source",),
    ),
    case(
        TRIGGERED,
        Kind.UNKNOWN,
        "whether it polls isn't known",
        pipeline(poll=UNKNOWN),
        *ON,
        undecided="PollForSourceChanges of thing",
    ),
    case(
        TRIGGERED,
        Kind.UNKNOWN,
        "what the target is isn't known",
        PIPE,
        made(TARGET, "t", {"rule": "x", "arn": UNKNOWN}),
        undecided="arn of t can",
    ),
)

CASES: tuple[Case, ...] = (*NOTIFIED_CASES, *TRIGGERED_CASES)
