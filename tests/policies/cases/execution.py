"""Pipelines' approvals, modes, roll-backs and fan-out, and what must not be deleted."""

from typing import Any

from rulebook.kit.rule import Rule
from rulebook.rules.flow import approvals, execution, protection
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.groups import GROUP
from tests.policies.cases.road import BUILD, DEPLOY, GATE, PIPELINE, SHIFT, SOURCE, TEST, action, pipeline, stage
from tests.policies.harness import UNKNOWN, Given

(NOTIFIES,) = (rule for rule in approvals.RULES if rule.id == "flow-approval-notifies")
MODE, ROLLBACK, FANOUT = execution.RULES
(PROTECTED,) = protection.RULES


def case(rule: Rule, kind: Kind, what: str, *stages: Any, pipe: dict[str, Any] | None = None, **more: Any) -> Case:
    """A case of one pipeline called `thing`; `pipe` holds its properties beside the stages."""
    return Case(rule=rule, kind=kind, what=what, given=(pipeline(*stages, **(pipe or {})),), **more)


def gate(timeout: Any = None, **configuration: Any) -> dict[str, Any]:
    """A stage with one approval."""
    more = {} if timeout is None else {"timeoutInMinutes": timeout}
    return stage("Approval", action("Approval", "Manual", configuration=configuration, **more))


AT = "stages[1].actions[0]"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:approvals"
ASKED = "Is staging good?"
_UNHEARD = case(NOTIFIES, Kind.VIOLATING, "nobody hears of it", SOURCE, gate(CustomData=ASKED), finds=("tells nobody",))
NOTIFIES_CASES = (
    case(NOTIFIES, Kind.COMPLIANT, "a topic and a text", SOURCE, gate(2880, NotificationArn=TOPIC, CustomData=ASKED)),
    case(
        NOTIFIES, Kind.COMPLIANT, "a link", SOURCE, gate(NotificationArn="arn", ExternalEntityLink="https://x.example")
    ),
    case(
        NOTIFIES,
        Kind.COMPLIANT,
        "the topic isn't known yet, but given",
        SOURCE,
        gate(NotificationArn=UNKNOWN, CustomData=UNKNOWN),
    ),
    case(NOTIFIES, Kind.COMPLIANT, "a pipeline has no approval", SOURCE, BUILD),
    case(NOTIFIES, Kind.COMPLIANT, "dev may be silent", SOURCE, GATE, stack="dev"),
    _UNHEARD,
    *exempted(_UNHEARD),
    case(
        NOTIFIES,
        Kind.VIOLATING,
        "it stays open for months, and that is told with the path",
        *(SOURCE, gate(86400.0, NotificationArn="arn", CustomData="x")),
        finds=(f"the approval at `{AT}` open for more than 10080 minutes (`{AT}.timeoutInMinutes`)",),
    ),
    case(
        NOTIFIES,
        Kind.VIOLATING,
        "it stays open for AWS's default, and less is wanted",
        *(SOURCE, gate(NotificationArn="arn", CustomData="x")),
        parameters={"maxApprovalMinutes": 1440},
        finds=("more than 1440",),
    ),
    case(
        NOTIFIES,
        Kind.VIOLATING,
        "a text is no link",
        *(SOURCE, gate(NotificationArn="arn", CustomData="x")),
        parameters={"requireReviewLink": True},
        finds=("no link",),
    ),
    case(
        NOTIFIES,
        Kind.VIOLATING,
        "the approval of an outsider asks nothing, AWS's own does",
        *(SOURCE, stage("Two", {**action("Approval", "Ticket"), "owner": "Custom"}, action("Approval", "Manual"))),
        finds=("`stages[1].actions[1]`", "`stages[1].actions[1]`"),
    ),
    case(NOTIFIES, Kind.MISSING, "it has no configuration", SOURCE, GATE, finds=("tells nobody", "doesn't say")),
    case(
        NOTIFIES,
        Kind.UNKNOWN,
        "how long it stays open isn't known",
        *(SOURCE, gate(UNKNOWN, CustomData="x")),
        finds=("tells nobody",),
        undecided=f"{AT}.timeoutInMinutes",
    ),
)

_OLD = case(MODE, Kind.VIOLATING, "it is of type V1", SOURCE, DEPLOY, pipe={"pipelineType": "V1"}, finds=("type V2",))
MODE_CASES = (
    case(MODE, Kind.COMPLIANT, "one after the other", SOURCE, DEPLOY, pipe={"executionMode": "QUEUED"}),
    case(MODE, Kind.COMPLIANT, "absent is SUPERSEDED", SOURCE, SHIFT),
    case(MODE, Kind.COMPLIANT, "what only verifies runs at once", SOURCE, BUILD, pipe={"executionMode": "PARALLEL"}),
    case(MODE, Kind.COMPLIANT, "what only verifies may be old", SOURCE, BUILD, pipe={"pipelineType": "V1"}),
    _OLD,
    *exempted(_OLD),
    case(
        MODE,
        Kind.VIOLATING,
        "deployments run at once",
        *(SOURCE, SHIFT),
        pipe={"executionMode": "PARALLEL"},
        finds=("(`executionMode`)",),
    ),
    case(
        MODE,
        Kind.VIOLATING,
        "only queues are allowed",
        *(SOURCE, DEPLOY),
        parameters={"allowedModes": ["QUEUED"]},
        finds=("(`executionMode`)",),
    ),
    Case(
        rule=MODE,
        kind=Kind.MISSING,
        what="absent is V1",
        given=(Given(type=PIPELINE, properties={"stages": [SOURCE, DEPLOY]}),),
        finds=("(`pipelineType`)",),
    ),
    case(
        MODE,
        Kind.UNKNOWN,
        "the mode isn't known",
        *(SOURCE, DEPLOY),
        pipe={"executionMode": UNKNOWN},
        undecided="executionMode",
    ),
    case(MODE, Kind.UNKNOWN, "the mode isn't known, but nothing is deployed", SOURCE, pipe={"executionMode": UNKNOWN}),
)

BACK = {"onFailure": {"result": "ROLLBACK"}}
ECS = stage("Deploy", action("Deploy", "ECS"))
_FORWARD = case(
    ROLLBACK, Kind.VIOLATING, "it stays as it failed", SOURCE, ECS, finds=("the deployment of `stages[1]` fails",)
)
ROLLBACK_CASES = (
    case(ROLLBACK, Kind.COMPLIANT, "our own road", SOURCE, TEST, GATE, {**SHIFT, **BACK}),
    case(
        ROLLBACK,
        Kind.COMPLIANT,
        "a condition rolls back",
        *(SOURCE, {**ECS, "onFailure": {"condition": {"result": "ROLLBACK", "rules": []}}}),
    ),
    case(ROLLBACK, Kind.COMPLIANT, "CodeDeploy rolls back itself", SOURCE, DEPLOY),
    case(
        ROLLBACK,
        Kind.COMPLIANT,
        "an artifact is only handed over",
        *(SOURCE, stage("Promote", action("Deploy", "S3", configuration={"Extract": "false"}))),
    ),
    case(
        ROLLBACK,
        Kind.COMPLIANT,
        "one pipeline may leave dev as it is",
        SOURCE,
        stage("Dev", *ECS["actions"]),
        stack="tools",
    ),
    _FORWARD,
    *exempted(_FORWARD),
    case(ROLLBACK, Kind.VIOLATING, "a function shifts traffic", SOURCE, SHIFT, finds=("`stages[1]`",)),
    case(
        ROLLBACK,
        Kind.VIOLATING,
        "a website is unpacked",
        *(SOURCE, stage("Site", action("Deploy", "S3", configuration={"Extract": "true"}))),
        finds=("`stages[1]`",),
    ),
    case(
        ROLLBACK,
        Kind.VIOLATING,
        "it is tried again",
        *(SOURCE, {**ECS, "onFailure": {"result": "RETRY"}}),
        finds=("`stages[1]`",),
    ),
    case(
        ROLLBACK,
        Kind.MISSING,
        "an S3 action has no configuration",
        SOURCE,
        stage("S", action("Deploy", "S3")),
        finds=("`stages[1]`",),
    ),
    case(
        ROLLBACK,
        Kind.UNKNOWN,
        "what happens isn't known",
        *(SOURCE, {**ECS, "onFailure": UNKNOWN}),
        undecided="stages[1].onFailure",
    ),
)


def regions(*names: str | None, of: str = "Deploy") -> dict[str, Any]:
    """A stage that deploys to each of these regions."""
    return stage(of, *(action("Deploy", "ECS", **({"region": name} if name else {})) for name in names))


_BOTH = case(
    FANOUT, Kind.VIOLATING, "the first stage deploys twice", SOURCE, regions(None, None), finds=("than 1 time(s)",)
)
FANOUT_CASES = (
    case(FANOUT, Kind.COMPLIANT, "first one, then three", SOURCE, regions(None), regions("a", "b", "c", of="Others")),
    case(
        FANOUT,
        Kind.COMPLIANT,
        "regions before make more possible",
        SOURCE,
        regions(None),
        regions("a", "b"),
        regions(*"cdefg"),
    ),
    case(FANOUT, Kind.COMPLIANT, "nothing is deployed", SOURCE, BUILD),
    _BOTH,
    *exempted(_BOTH),
    case(
        FANOUT,
        Kind.VIOLATING,
        "one is followed by four regions",
        *(SOURCE, regions(None), regions(*"abcd")),
        finds=("more than 3 region(s) at `stages[2]`",),
    ),
    case(
        FANOUT,
        Kind.VIOLATING,
        "six deployments are more than five",
        *(SOURCE, regions(None), regions(*"aabbcc")),
        finds=("more than 5 time(s) at `stages[2]`",),
    ),
    case(
        FANOUT,
        Kind.VIOLATING,
        "two are more than one",
        *(SOURCE, regions(None), regions("a", "b")),
        parameters={"deploymentLimit": 1, "regionFactor": 1},
        finds=("more than 1 time(s)", "more than 1 region(s)"),
    ),
    case(FANOUT, Kind.MISSING, "no region is the pipeline's own", SOURCE, regions(None), regions(None, None)),
    case(
        FANOUT,
        Kind.UNKNOWN,
        "two deployments are known, a third isn't",
        *(SOURCE, stage("Deploy", *regions(None, None)["actions"], UNKNOWN)),
        finds=("`stages[1]`",),
        undecided="stages[1].actions[2]",
    ),
)

KEY, BUCKET = "aws:kms/key:Key", "aws:s3/bucket:Bucket"


def bare(
    kind: Kind,
    what: str,
    type_: str,
    *,
    protect: bool = False,
    tags: Any = UNKNOWN,
    finds: tuple[str, ...] = (),
    **more: Any,
) -> Case:
    """A case of one resource of which only the options matter."""
    given = Given(type=type_, properties={"tags": tags}, protect=protect)
    return Case(rule=PROTECTED, kind=kind, what=what, given=(given,), finds=finds, **more)


SHOP = {"Project": "shop"}
_DELETABLE = bare(Kind.VIOLATING, "a key may be deleted", KEY, tags=SHOP, finds=("The key 'thing' isn't protected",))
PROTECTED_CASES = (
    bare(Kind.COMPLIANT, "a key is protected", KEY, tags=SHOP, protect=True),
    *(
        bare(Kind.COMPLIANT, f"{token} is protected", token, protect=True)
        for token in (KEY, BUCKET, PIPELINE, GROUP, "aws:s3/bucketV2:BucketV2")
    ),
    bare(Kind.COMPLIANT, "staging may be deleted", KEY, stack="staging"),
    bare(Kind.COMPLIANT, "keys alone are listed", BUCKET, parameters={"protectedTypes": ["aws:kms/*"]}),
    _DELETABLE,
    *exempted(_DELETABLE),
    *(
        bare(Kind.VIOLATING, f"{token} may be deleted", token, finds=("protected from deletion",))
        for token in (BUCKET, PIPELINE, GROUP, "aws:s3/bucketV2:BucketV2")
    ),
    Case(
        rule=PROTECTED,
        kind=Kind.MISSING,
        what="a bucket has no property at all",
        given=(Given(type=BUCKET, properties={}),),
        finds=("The bucket 'thing'",),
    ),
    bare(Kind.UNKNOWN, "another provider's key", "aws-native:kms:Key", undecided="aws-native:kms:Key"),
)

CASES = (*NOTIFIES_CASES, *MODE_CASES, *ROLLBACK_CASES, *FANOUT_CASES, *PROTECTED_CASES)
