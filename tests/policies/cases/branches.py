"""Pipelines, webhooks and rules of EventBridge, and the branches that they take in."""

import json
from typing import Any

from rulebook.rules.flow import triggers
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.road import BUILD, SOURCE, action, pipeline, stage
from tests.policies.harness import UNKNOWN, Given

BRANCH, _ = triggers.RULES
EVENT_RULE, WEBHOOK = "aws:cloudwatch/eventRule:EventRule", "aws:codebuild/webhook:Webhook"


def starting(
    kind: Kind, what: str, branch: Any = "main", *, pushes: Any = (), key: str = "BranchName", **more: Any
) -> Case:
    """A pipeline whose source names a branch, with filters of pushes."""
    source = action("Source", "CodeStarSourceConnection", configuration={key: branch})
    filters = {"triggers": [{"gitConfiguration": {"pushes": list(pushes)}}]} if pushes else {}
    given = pipeline(stage("Source", source), BUILD, **filters)
    return Case(rule=BRANCH, kind=kind, what=what, given=(given,), **more)


def hook(kind: Kind, what: str, ref: Any, *, event: str = "PUSH", finds: tuple[str, ...] = (), **more: Any) -> Case:
    """A build project's webhook with one filter on the ref."""
    filters = [{"type": "EVENT", "pattern": event}, {"type": "HEAD_REF", "pattern": ref}]
    given = Given(type=WEBHOOK, properties={"filterGroups": [{"filters": filters}]})
    return Case(rule=BRANCH, kind=kind, what=what, given=(given,), finds=finds, **more)


def committed(kind: Kind, what: str, names: Any, *, finds: tuple[str, ...] = (), **more: Any) -> Case:
    """A rule of EventBridge that hears of commits."""
    pattern = {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "detail": {"referenceType": ["branch"], **({} if names is None else {"referenceName": names})},
    }
    given = Given(type=EVENT_RULE, properties={"eventPattern": json.dumps(pattern)})
    return Case(rule=BRANCH, kind=kind, what=what, given=(given,), finds=finds, **more)


def only(*includes: str) -> dict[str, Any]:
    """A filter of pushes to these branches."""
    return {"branches": {"includes": list(includes)}}


IN_REF = ("filterGroups[0].filters[1].pattern",)
IN_RULE = ("eventPattern.detail.referenceName",)
_FEATURE = starting(Kind.VIOLATING, "a feature reaches production", "feature/x", finds=("configuration.BranchName",))
CASES = (
    starting(Kind.COMPLIANT, "main reaches production"),
    starting(Kind.COMPLIANT, "tags are no branches", pushes=[{"tags": {"includes": ["v*"]}}]),
    starting(Kind.COMPLIANT, "hotfixes reach it too", pushes=[only("main"), only("hotfix/**")]),
    starting(Kind.COMPLIANT, "develop reaches dev", "develop", stack="dev"),
    starting(Kind.COMPLIANT, "a branch is allowed", "live", parameters={"allowedBranches": {"production": ["live"]}}),
    committed(
        Kind.COMPLIANT, "releases reach staging", [{"prefix": "release/"}, {"wildcard": "hotfix/*"}], stack="staging"
    ),
    hook(Kind.COMPLIANT, "a push to main or a hotfix builds", r"^refs/heads/(main|hotfix\/.*)$"),
    hook(
        Kind.COMPLIANT,
        "a pull request of a feature is checked",
        "^refs/heads/feature/.*$",
        event="PULL_REQUEST_CREATED",
    ),
    hook(Kind.COMPLIANT, "a tag builds", "^refs/tags/v.*$"),
    Case(
        rule=BRANCH,
        kind=Kind.COMPLIANT,
        what="a rule hears of something else",
        given=(
            Given(
                type=EVENT_RULE,
                properties={"eventPattern": '{"source": ["aws.s3"], "detail-type": ["Object Created"]}'},
            ),
        ),
    ),
    _FEATURE,
    *exempted(_FEATURE),
    starting(
        Kind.VIOLATING, "the older GitHub action has another word", "x", key="Branch", finds=("configuration.Branch`",)
    ),
    starting(Kind.VIOLATING, "develop reaches staging", "develop", stack="staging", finds=("BranchName",)),
    starting(Kind.VIOLATING, "an unknown branch reaches dev", "x", stack="dev", finds=("BranchName",)),
    starting(
        Kind.VIOLATING,
        "pushes to any release start it",
        pushes=[only("main", "release/**")],
        finds=("pushes[0].branches.includes[1]",),
    ),
    starting(
        Kind.VIOLATING,
        "all branches but one start it",
        pushes=[{"branches": {"excludes": ["x"]}}],
        finds=("pushes[0].branches.includes",),
    ),
    committed(Kind.VIOLATING, "features start it", ["main", {"prefix": "feature/"}], finds=IN_RULE),
    committed(Kind.VIOLATING, "all but features start it", [{"anything-but": "feature/x"}], finds=IN_RULE),
    hook(Kind.VIOLATING, "a push to what only begins with main builds", "^refs/heads/main", finds=IN_REF),
    hook(Kind.VIOLATING, "a push to what only ends in main builds", "main$", finds=IN_REF),
    hook(Kind.VIOLATING, "nobody can read the expression", "^refs/heads/m[ae]in$", finds=IN_REF),
    committed(Kind.MISSING, "a commit on any branch starts it", None, finds=IN_RULE),
    Case(
        rule=BRANCH,
        kind=Kind.MISSING,
        what="a schedule, a webhook and a pipeline name no branch",
        given=(
            Given(type=EVENT_RULE, name="schedule", properties={"scheduleExpression": "rate(1 day)"}),
            Given(type=WEBHOOK, name="hook", properties={}),
            pipeline(SOURCE, BUILD),
        ),
    ),
    starting(
        Kind.UNKNOWN, "the branch isn't known", UNKNOWN, undecided="stages[0].actions[0].configuration.BranchName"
    ),
    Case(
        rule=BRANCH,
        kind=Kind.UNKNOWN,
        what="what the rule hears isn't known",
        given=(Given(type=EVENT_RULE, properties={"eventPattern": UNKNOWN}),),
        undecided="eventPattern",
    ),
)
