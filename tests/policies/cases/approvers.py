"""Whole stacks: which role may approve what it is itself asked to deliver."""

import json
from collections.abc import Mapping
from typing import Any

from rulebook.kit.rule import Rule
from rulebook.rules.flow import separation
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.harness import UNKNOWN, Given

(APART,) = separation.RULES


def made(type_: str, name: str, properties: Mapping[str, Any], **depends: Given) -> Given:
    """A resource whose properties may depend on others of a prod stack."""
    urns = {key: (on.urn("prod"),) for key, on in depends.items()}
    return Given(type=type_, name=name, properties=properties, depends=urns)


def case(rule: Rule, kind: Kind, what: str, *given: Given, **more: Any) -> Case:
    """A case of several resources."""
    return Case(rule=rule, kind=kind, what=what, given=given, **more)


def allowing(*actions: str, on: Any = "*") -> dict[str, Any]:
    """A policy document."""
    return {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": on}]}


def role(service: str, called: str = "worker", **more: Any) -> Given:
    """A role that a service of AWS takes."""
    trust = {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    }
    return made("aws:iam/role:Role", called, {"name": called, "assumeRolePolicy": json.dumps(trust), **more})


def inline(of: Given, document: Any, name: str = "thing") -> Given:
    """A policy that the engine knows to be of a role, though its name isn't known yet."""
    return made("aws:iam/rolePolicy:RolePolicy", name, {"role": UNKNOWN, "policy": document}, role=of)


APPROVE = allowing("codepipeline:PutApprovalResult")
BUILDER = role("codebuild")
MANAGED = made("aws:iam/policy:Policy", "thing", {"name": "approver", "policy": json.dumps(APPROVE)})
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def trusting(principal: Any, effect: str = "Allow") -> tuple[Given, Given]:
    """A role that this principal takes, or must not, and may approve."""
    trust = {"Statement": [{"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}]}
    trusted = made("aws:iam/role:Role", "worker", {"name": "worker", "assumeRolePolicy": trust})
    return trusted, inline(trusted, APPROVE)


_APPROVES = case(
    APART,
    Kind.VIOLATING,
    "a build may approve",
    *(BUILDER, inline(BUILDER, APPROVE)),
    finds=(
        "The role 'worker', which the delivery itself takes, may approve or change a pipeline by `policy` of 'thing'",
    ),
)
_OVERRIDES = tuple(
    case(
        APART,
        Kind.VIOLATING,
        f"a build may call {action}",
        *(BUILDER, inline(BUILDER, allowing(f"codepipeline:{action}"))),
        finds=("The role 'worker', which the delivery itself takes, may approve or change a pipeline by `policy`",),
    )
    for action in ("EnableStageTransition", "DisableStageTransition", "RollbackStage", "OverrideStageCondition")
)
CASES = (
    case(
        APART, Kind.COMPLIANT, "a build builds", BUILDER, inline(BUILDER, allowing("s3:*", "codepipeline:GetPipeline"))
    ),
    case(APART, Kind.COMPLIANT, "a build looks", BUILDER, inline(BUILDER, allowing("codepipeline:GetPipelineState"))),
    case(APART, Kind.COMPLIANT, "an approver's policy is attached to nobody", BUILDER, MANAGED),
    case(APART, Kind.COMPLIANT, "nobody's function is meant", role("events"), inline(role("events"), APPROVE)),
    case(
        APART,
        Kind.COMPLIANT,
        "everything is allowed on a bucket",
        BUILDER,
        inline(BUILDER, allowing("*", on="arn:aws:s3:::x/*")),
    ),
    case(
        APART,
        Kind.COMPLIANT,
        "approving is denied",
        *(BUILDER, inline(BUILDER, {"Statement": {**APPROVE["Statement"][0], "Effect": "Deny"}})),
    ),
    case(
        APART, Kind.COMPLIANT, "builds are denied the role", *trusting({"Service": "codebuild.amazonaws.com"}, "Deny")
    ),
    case(APART, Kind.COMPLIANT, "one account takes the role", *trusting({"AWS": "1"})),
    case(
        APART,
        Kind.COMPLIANT,
        "a chat bot answers for a person",
        *(role("lambda", "chat-bot", name=UNKNOWN), inline(role("lambda", "chat-bot"), APPROVE)),
        parameters={"approverRolePattern": "^chat-"},
    ),
    _APPROVES,
    *_OVERRIDES,
    *exempted(_APPROVES),
    *(
        case(
            APART,
            Kind.VIOLATING,
            f"{service} may do {verb}",
            role(service),
            inline(role(service), allowing(verb)),
            finds=("may approve",),
        )
        for service, verb in (
            ("codepipeline", "codepipeline:*"),
            ("codedeploy", "*"),
            ("ec2", "CodePipeline:Update*"),
            ("lambda", "codepipeline:OverrideStageCondition"),
        )
    ),
    case(APART, Kind.VIOLATING, "anybody takes the role", *trusting("*"), finds=("may approve",)),
    case(
        APART,
        Kind.VIOLATING,
        "all but reading is allowed",
        *(BUILDER, inline(BUILDER, {"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}})),
        finds=("may approve",),
    ),
    case(
        APART,
        Kind.VIOLATING,
        "the approver's policy is attached to it",
        *(BUILDER, MANAGED, made(ATTACHMENT, "on", {"role": "worker", "policyArn": UNKNOWN}, policyArn=MANAGED)),
        finds=("`policy` of 'thing'",),
    ),
    case(
        APART,
        Kind.VIOLATING,
        "AWS's own policy for approvers is attached to it",
        *(
            BUILDER,
            made(
                ATTACHMENT,
                "on",
                {"role": "worker", "policyArn": "arn:aws:iam::aws:policy/AWSCodePipelineApproverAccess"},
            ),
        ),
        finds=("`policyArn` of 'on'",),
    ),
    case(
        APART,
        Kind.VIOLATING,
        "it says so itself",
        role("codebuild", inlinePolicies=[{"policy": json.dumps(APPROVE)}]),
        finds=("`inlinePolicies[0].policy`",),
    ),
    case(
        APART,
        Kind.MISSING,
        "a policy names no role and a role trusts nobody",
        made("aws:iam/role:Role", "r", {}),
        made("aws:iam/rolePolicy:RolePolicy", "p", {"policy": APPROVE}),
    ),
    case(
        APART,
        Kind.UNKNOWN,
        "what a build may isn't known",
        BUILDER,
        inline(BUILDER, UNKNOWN),
        undecided="policy of thing",
    ),
    case(APART, Kind.UNKNOWN, "what a stranger may doesn't matter", role("events"), inline(role("events"), UNKNOWN)),
)
