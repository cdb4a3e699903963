"""What documents allow: actions, resources, roles that are passed on."""

import json
from typing import Any

from rulebook.kit.rule import Rule
from rulebook.rules import iam_documents
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.hardening import INLINE, MANAGED, ROLE, document
from tests.policies.harness import UNKNOWN, Given

ACTIONS, RESOURCES, PASSING = iam_documents.RULES
ONE = "arn:aws:s3:::shop/*"


def allow(action: Any, resource: Any = ONE, **more: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def inline(
    rule: Rule, kind: Kind, what: str, *statements: Any, finds: tuple[str, ...] = (), undecided: str = "", **more: Any
) -> Case:
    """A case of a rule on an inline policy, whose document is text."""
    given = Given(type=INLINE, properties={"policy": json.dumps(document(*statements))})
    return Case(rule=rule, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided, parameters=more)


def mapped(
    rule: Rule, kind: Kind, what: str, *statements: Any, finds: tuple[str, ...] = (), undecided: str = ""
) -> Case:
    """A case of a rule on a managed policy, whose document is an object, so that parts of it can be unknown."""
    given = Given(type=MANAGED, properties={"policy": document(*statements)})
    return Case(rule=rule, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided)


def unread(rule: Rule) -> tuple[Case, Case]:
    """The cases of any rule on documents: one that isn't known, and a role without any."""
    unknown = Given(type=INLINE, properties={"policy": UNKNOWN})
    without = Given(type=ROLE, properties={"name": "builder"})
    return (
        Case(rule=rule, kind=Kind.UNKNOWN, what="the whole document isn't known", given=(unknown,), undecided="policy"),
        Case(rule=rule, kind=Kind.MISSING, what="a role has no documents", given=(without,)),
    )


_SERVICE = inline(
    ACTIONS,
    Kind.VIOLATING,
    "one of three actions is a whole service",
    allow(["s3:GetObject", "s3:*", "s3:Put*"]),
    finds=("The policy 'thing' allows every action of a service at `policy.Statement[0].Action[1]`",),
)
ACTIONS_CASES = (
    inline(ACTIONS, Kind.COMPLIANT, "actions have names, and beginnings of names", allow(["s3:GetObject", "kms:Re*"])),
    inline(ACTIONS, Kind.COMPLIANT, "a whole service is denied", {**allow("s3:*"), "Effect": "Deny"}),
    inline(ACTIONS, Kind.COMPLIANT, "a service may be given whole", allow("XRay:*"), allowed=["xray:*"]),
    _SERVICE,
    *exempted(_SERVICE),
    inline(ACTIONS, Kind.VIOLATING, "everything", allow("*"), finds=("`policy.Statement[0].Action`",)),
    inline(ACTIONS, Kind.VIOLATING, "in other signs", allow(["s3:?*", "ec2:**"]), finds=("Action[0]", "Action[1]")),
    inline(
        ACTIONS,
        Kind.VIOLATING,
        "all but one",
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": ONE},
        finds=("allows all actions but a few at `policy.Statement[0].NotAction`",),
    ),
    Case(
        rule=ACTIONS,
        kind=Kind.VIOLATING,
        what="in the trust and in an inline policy of a role",
        given=(
            Given(
                type=ROLE,
                properties={
                    "assumeRolePolicy": json.dumps(document({"Effect": "Allow", "Action": "sts:*", "Principal": {}})),
                    "inlinePolicies": [{"name": "a", "policy": json.dumps(document(allow("s3:*")))}],
                },
            ),
        ),
        finds=("assumeRolePolicy.Statement[0].Action", "inlinePolicies[0].policy.Statement[0].Action"),
    ),
    inline(ACTIONS, Kind.MISSING, "a statement has no action", {"Effect": "Allow", "Resource": ONE}),
    *unread(ACTIONS),
    mapped(
        ACTIONS,
        Kind.UNKNOWN,
        "one action isn't known, another is a whole service",
        allow([UNKNOWN, "s3:*"]),
        finds=("Action[1]",),
        undecided="policy.Statement[0].Action[0]",
    ),
    mapped(
        ACTIONS, Kind.UNKNOWN, "the effect isn't known, the action is one", {**allow("s3:GetObject"), "Effect": UNKNOWN}
    ),
)

_ANYWHERE = inline(
    RESOURCES,
    Kind.VIOLATING,
    "objects are written anywhere",
    allow(["s3:GetObject", "s3:PutObject"], ["*"]),
    finds=("The policy 'thing' allows a change of any resource by the action at `policy.Statement[0].Action[1]`",),
)
RESOURCES_CASES = (
    inline(RESOURCES, Kind.COMPLIANT, "what changes has a name", allow("s3:PutObject")),
    inline(RESOURCES, Kind.COMPLIANT, "what only reads", allow(["ec2:Describe*", "sqs:ReceiveMessage"], "*")),
    inline(RESOURCES, Kind.COMPLIANT, "actions without resources", allow(["codepipeline:PutJobSuccessResult"], "*")),
    inline(
        RESOURCES, Kind.COMPLIANT, "the organization knows one more", allow("x:Make", "*"), starOnlyActions=["x:m*"]
    ),
    inline(RESOURCES, Kind.COMPLIANT, "roles are passed: another rule", allow("iam:PassRole", "*")),
    inline(
        RESOURCES,
        Kind.COMPLIANT,
        "resources have a tag",
        allow("ec2:StopInstances", "*", Condition={"StringEquals": {"aws:ResourceTag/Project": "shop"}}),
    ),
    inline(RESOURCES, Kind.COMPLIANT, "one bucket of any partition", allow("s3:PutObject", "arn:*:s3:::shop/*")),
    _ANYWHERE,
    *exempted(_ANYWHERE),
    inline(RESOURCES, Kind.VIOLATING, "any ARN", allow("s3:PutObject", "arn:aws:*:*:*:*"), finds=("Action",)),
    inline(
        RESOURCES,
        Kind.VIOLATING,
        "anything but one",
        {"Effect": "Allow", "Action": "s3:PutObject", "NotResource": ONE},
        finds=("Action",),
    ),
    inline(RESOURCES, Kind.VIOLATING, "a beginning that reads and writes", allow("s3:*Object", "*"), finds=("Action",)),
    inline(
        RESOURCES,
        Kind.VIOLATING,
        "any tag will do",
        allow("ec2:StopInstances", "*", Condition={"StringLike": {"aws:ResourceTag/Project": "*"}}),
        finds=("Action",),
    ),
    inline(
        RESOURCES,
        Kind.VIOLATING,
        "all but one tag",
        allow("ec2:StopInstances", "*", Condition={"StringNotEquals": {"aws:ResourceTag/Project": "shop"}}),
        finds=("Action",),
    ),
    inline(RESOURCES, Kind.MISSING, "a statement has no resource", {"Effect": "Allow", "Action": "s3:PutObject"}),
    *unread(RESOURCES),
    mapped(
        RESOURCES, Kind.UNKNOWN, "a resource isn't known", allow("s3:PutObject", [UNKNOWN]), undecided="Resource[0]"
    ),
    mapped(
        RESOURCES,
        Kind.UNKNOWN,
        "a resource isn't known, another is any",
        allow("s3:PutObject", [UNKNOWN, "*"]),
        finds=("Action",),
    ),
    mapped(RESOURCES, Kind.UNKNOWN, "a resource isn't known that is only read", allow("s3:GetObject", UNKNOWN)),
)

BUILDER = "arn:aws:iam::111122223333:role/builder"
TO_EC2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
_ANY_ROLE = inline(
    PASSING,
    Kind.VIOLATING,
    "any role is passed to any service",
    allow("iam:PassRole", "*"),
    finds=(
        "The policy 'thing' may pass any role, by `policy.Statement[0]`",
        "to any service, by `policy.Statement[0]`",
    ),
)
PASSING_CASES = (
    inline(PASSING, Kind.COMPLIANT, "one role to one service", allow("iam:PassRole", BUILDER, Condition=TO_EC2)),
    inline(
        PASSING,
        Kind.COMPLIANT,
        "as AWS's own documents have it",
        allow(
            "iam:PassRole", BUILDER, Condition={"StringEqualsIfExists": {"IAM:PassedToService": ["ec2.amazonaws.com"]}}
        ),
    ),
    inline(PASSING, Kind.COMPLIANT, "roles are only read", allow(["iam:GetRole", "iam:List*"], "*")),
    inline(PASSING, Kind.COMPLIANT, "passing is denied", {**allow("iam:PassRole", "*"), "Effect": "Deny"}),
    inline(
        PASSING,
        Kind.COMPLIANT,
        "all but passing",
        {"Effect": "Allow", "NotAction": ["iam:Pass*"], "Resource": "*"},
    ),
    _ANY_ROLE,
    *exempted(_ANY_ROLE),
    inline(
        PASSING,
        Kind.VIOLATING,
        "every role of the account",
        allow("iam:P*", "arn:aws:iam::111122223333:role/*", Condition=TO_EC2),
        finds=("may pass any role",),
    ),
    inline(
        PASSING,
        Kind.VIOLATING,
        "any service is as good as none",
        allow("iam:PassRole", BUILDER, Condition={"StringLike": {"iam:PassedToService": "*"}}),
        finds=("to any service",),
    ),
    inline(
        PASSING,
        Kind.VIOLATING,
        "all but another action",
        {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*", "Condition": TO_EC2},
        finds=("may pass any role",),
    ),
    inline(PASSING, Kind.MISSING, "there is no condition", allow("iam:PassRole", BUILDER), finds=("any service",)),
    *unread(PASSING),
    mapped(
        PASSING,
        Kind.UNKNOWN,
        "the role isn't known, and it goes to any service",
        allow("iam:PassRole", UNKNOWN),
        finds=("to any service",),
        undecided="policy.Statement[0].Resource",
    ),
    mapped(
        PASSING,
        Kind.UNKNOWN,
        "the service isn't known",
        allow("iam:PassRole", BUILDER, Condition={"StringEquals": {"iam:PassedToService": UNKNOWN}}),
        undecided="PassedToService",
    ),
)

CASES = (*ACTIONS_CASES, *RESOURCES_CASES, *PASSING_CASES)
