"""Who assumes roles, how many duties a role has, users and keys."""

import json
from typing import Any

from rulebook.rules import iam_roles
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.hardening import ROLE, document
from tests.policies.harness import UNKNOWN, Given

TRUST, DUTIES, KEYS = iam_roles.RULES
GITHUB = "token.actions.githubusercontent.com"
OIDC = {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"}
SOURCE = {"StringEquals": {"aws:SourceAccount": "111122223333"}}


def role(principal: Any, condition: Any = None, *, name: str = "thing", pinned: Any = None, **more: Any) -> Given:
    """A role whose trust is an object, so that parts of it can be unknown."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    if condition:
        statement["Condition"] = condition
    return Given(
        type=ROLE,
        name=name,
        properties={"name": "shop", "assumeRolePolicy": document(statement)},
        provider={"allowedAccountIds": json.dumps(pinned)} if pinned else None,
    )


def trust(kind: Kind, what: str, given: Given, *finds: str, undecided: str = "", **parameters: Any) -> Case:
    """A case of `iam-service-trust-scoped`."""
    return Case(
        rule=TRUST, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided, parameters=parameters
    )


def github(subject: Any, operator: str = "StringLike") -> Given:
    """A role that workflows of GitHub assume."""
    return role(OIDC, {operator: {f"{GITHUB}:sub": subject}})


_ANY_ACCOUNT = trust(
    Kind.VIOLATING,
    "CodeBuild may come for anybody",
    role({"Service": "codebuild.amazonaws.com"}),
    "The role 'thing' trusts a service on behalf of any account, at `assumeRolePolicy.Statement[0].Principal.Service`",
)
ACCOUNT = "arn:aws:iam::111122223333:root"
TRUST_CASES = (
    trust(Kind.COMPLIANT, "CodeBuild comes for one account", role({"Service": "codebuild.amazonaws.com"}, SOURCE)),
    trust(
        Kind.COMPLIANT,
        "CodeDeploy of a region comes for one group",
        role(
            {"Service": ["codedeploy.eu-west-1.amazonaws.com", "codedeploy.cn-north-1.amazonaws.com.cn"]},
            {"ArnLike": {"AWS:SourceArn": "arn:aws:codedeploy:eu-west-1:111122223333:*"}},
        ),
    ),
    trust(Kind.COMPLIANT, "EC2 tells nobody's account", role({"Service": "ec2.amazonaws.com.cn"})),
    trust(Kind.COMPLIANT, "one repository of GitHub", github("repo:acme/shop:ref:refs/heads/*")),
    trust(Kind.COMPLIANT, "its own account", role({"AWS": ACCOUNT}, pinned=["111122223333"])),
    trust(Kind.COMPLIANT, "a listed account", role({"AWS": ACCOUNT}), allowedPrincipals=["*:111122223333:*"]),
    trust(Kind.COMPLIANT, "everyone is denied", role("*", Effect="Deny")),
    _ANY_ACCOUNT,
    *exempted(_ANY_ACCOUNT),
    trust(
        Kind.VIOLATING,
        "a condition that any source fulfils",
        role({"Service": "codebuild.amazonaws.com"}, {"StringLike": {"aws:SourceAccount": "*"}}),
        "any account",
    ),
    trust(
        Kind.VIOLATING,
        "one of two services isn't listed",
        role({"Service": ["codebuild.amazonaws.com", "glue.amazonaws.com"]}, SOURCE),
        "trusts a service that is not listed, at `assumeRolePolicy.Statement[0].Principal.Service[1]`",
    ),
    trust(Kind.VIOLATING, "everyone", role("*"), "may be assumed by everyone, by `assumeRolePolicy.Statement[0]`"),
    trust(Kind.VIOLATING, "everyone of AWS", role({"AWS": ["*"]}), "may be assumed by everyone"),
    trust(Kind.VIOLATING, "another account", role({"AWS": ACCOUNT}, pinned=["444455556666"]), "is not listed"),
    trust(Kind.VIOLATING, "any repository", github("repo:*"), "trusts every repository of GitHub"),
    trust(Kind.VIOLATING, "owners that begin alike", github("repo:acme*/shop:*"), "every repository"),
    trust(Kind.VIOLATING, "one of two subjects is any", github(["repo:acme/shop:*", "*"]), "every repository"),
    trust(Kind.VIOLATING, "all but one repository", github("repo:acme/shop:*", "StringNotLike"), "every repository"),
    trust(Kind.MISSING, "GitHub without a subject", role(OIDC), "every repository"),
    trust(Kind.MISSING, "a role has no trust", Given(type=ROLE, properties={"name": "shop"})),
    trust(
        Kind.UNKNOWN,
        "the whole document isn't known",
        Given(type=ROLE, properties={"assumeRolePolicy": UNKNOWN}),
        undecided="assumeRolePolicy",
    ),
    trust(
        Kind.UNKNOWN,
        "one principal isn't known, another is everyone",
        role({"AWS": [UNKNOWN, "*"]}),
        "Principal.AWS[1]",
        undecided="Principal.AWS[0]",
    ),
    trust(Kind.UNKNOWN, "the subject isn't known", github(UNKNOWN), undecided="sub"),
    trust(Kind.UNKNOWN, "nothing of the principal is known", role(UNKNOWN), undecided="Principal"),
)


def duties(kind: Kind, what: str, *given: Given, finds: tuple[str, ...] = (), undecided: str = "") -> Case:
    """A case of `iam-one-role-per-duty`."""
    return Case(rule=DUTIES, kind=kind, what=what, given=given, finds=finds, undecided=undecided)


HOLDERS = {
    "road": ("aws:codepipeline/pipeline:Pipeline", "roleArn"),
    "build": ("aws:codebuild/project:Project", "serviceRole"),
    "suite": ("aws:codebuild/project:Project", "serviceRole"),
    "group": ("aws:codedeploy/deploymentGroup:DeploymentGroup", "serviceRoleArn"),
    "profile": ("aws:iam/instanceProfile:InstanceProfile", "role"),
}
THING_URN, OTHER_URN = (f"urn:pulumi:prod::shop::{ROLE}::{name}" for name in ("thing", "other"))


def holder(name: str, role_name: Any = UNKNOWN, *on: str) -> Given:
    """What has a role: a pipeline, a build, …"""
    token, key = HOLDERS[name]
    return Given(type=token, name=name, properties={key: role_name}, depends={key: on})


THING, OTHER = (
    role({"Service": "codebuild.amazonaws.com"}),
    role({"Service": "codepipeline.amazonaws.com"}, name="other"),
)
_BOTH = duties(
    Kind.VIOLATING,
    "pipeline and build have one role",
    THING,
    holder("road", UNKNOWN, THING_URN),
    holder("build", UNKNOWN, THING_URN),
    finds=("The role 'thing' has the duties of a pipeline and a build",),
)
ARN = "arn:aws:iam::111122223333:role/delivery/shop"
DUTIES_CASES = (
    duties(
        Kind.COMPLIANT,
        "each has its own",
        THING,
        OTHER,
        holder("road", UNKNOWN, OTHER_URN),
        holder("build", UNKNOWN, THING_URN),
    ),
    duties(
        Kind.COMPLIANT,
        "two builds have one role",
        THING,
        holder("build", UNKNOWN, THING_URN),
        holder("suite", UNKNOWN, THING_URN),
    ),
    duties(Kind.COMPLIANT, "two roles of another stack", holder("road", ARN), holder("build", f"{ARN}-build")),
    _BOTH,
    *exempted(_BOTH),
    duties(
        Kind.VIOLATING,
        "names alone show it",
        THING,
        holder("group", ARN),
        holder("profile", "shop"),
        finds=("a deployment and an instance",),
    ),
    duties(
        Kind.VIOLATING,
        "one role of another stack",
        holder("road", ARN),
        holder("build", ARN),
        finds=("The build project 'build' has the role of a pipeline",),
    ),
    duties(
        Kind.VIOLATING,
        "a role trusts two services",
        role({"Service": ["codebuild.amazonaws.com", "codedeploy.eu-west-1.amazonaws.com"]}),
        finds=("The role 'thing' may be assumed by services of two duties (`assumeRolePolicy`)",),
    ),
    duties(Kind.MISSING, "a role has no trust and no duty", Given(type=ROLE, properties={"name": "shop"})),
    duties(Kind.MISSING, "a build has no role", THING, holder("build", None)),
    duties(
        Kind.UNKNOWN,
        "whose role the build has isn't known",
        THING,
        holder("road", UNKNOWN, THING_URN),
        holder("build"),
        undecided="serviceRole",
    ),
    duties(Kind.UNKNOWN, "one unknown duty is no second", THING, holder("build")),
    duties(
        Kind.UNKNOWN,
        "one of two services isn't known",
        role({"Service": ["codebuild.amazonaws.com", UNKNOWN]}),
        undecided="Principal.Service[1]",
    ),
)

USER, KEY = "aws:iam/user:User", "aws:iam/accessKey:AccessKey"


def keys(
    kind: Kind, what: str, token: str, *finds: str, undecided: str = "", allow: tuple[str, ...] = (), **properties: Any
) -> Case:
    """A case of `iam-no-static-keys`."""
    return Case(
        rule=KEYS,
        kind=kind,
        what=what,
        given=(Given(type=token, properties=properties),),
        finds=finds,
        undecided=undecided,
        parameters={"allowUsers": list(allow)},
    )


_KEY = keys(
    Kind.VIOLATING, "there is a key", KEY, "The access key 'thing' has credentials that never end", user="deployer"
)
KEYS_CASES = (
    keys(Kind.COMPLIANT, "the user is allowed", USER, name="scanner-1", allow=("scanner-*",)),
    keys(Kind.COMPLIANT, "the key is of an allowed user", KEY, user="scanner-1", allow=("scanner-*",)),
    keys(Kind.COMPLIANT, "it is named as in the program", USER, name=UNKNOWN, allow=("thing",)),
    _KEY,
    *exempted(_KEY),
    keys(Kind.VIOLATING, "there is a user", USER, "The user 'thing'", name="deployer", allow=("scanner-*",)),
    keys(Kind.MISSING, "a user has no name yet", USER, "The user 'thing'"),
    keys(Kind.UNKNOWN, "whose key it is isn't known", KEY, user=UNKNOWN, undecided="user", allow=("scanner-*",)),
    keys(Kind.UNKNOWN, "whose key it is isn't known, and nobody is allowed", KEY, "'thing'", user=UNKNOWN),
)

CASES = (*TRUST_CASES, *DUTIES_CASES, *KEYS_CASES)
