"""Build projects, identities, artifact stores, and the exemptions themselves."""

import json
from typing import Any

from rulebook.rules import enc, iam, ops, supply
from tests.policies.cases.case import Case, Kind, exempted, exemption
from tests.policies.cases.groups import ROLLBACK, group
from tests.policies.cases.road import PIPELINE
from tests.policies.harness import UNKNOWN, Given

(SECRETS,), (ADMIN,), (STORE,), (EXEMPTIONS,) = supply.RULES, iam.RULES, enc.RULES, ops.RULES


def project(*variables: Any, **properties: Any) -> Given:
    """A build project called `thing`."""
    environment = {"image": "aws/codebuild/standard:7.0", "environmentVariables": list(variables)}
    return Given(type="aws:codebuild/project:Project", properties={"environment": environment, **properties})


def secrets(kind: Kind, what: str, *variables: Any, **more: Any) -> Case:
    """A case of `supply-no-plaintext-build-secrets`."""
    return Case(rule=SECRETS, kind=kind, what=what, given=(project(*variables),), **more)


_PLAIN = secrets(
    Kind.VIOLATING,
    "a token is plain",
    {"name": "STAGE", "value": "test"},
    {"name": "NPM_TOKEN", "value": "hush", "type": "PLAINTEXT"},
    finds=("The build project 'thing' has a credential in plain text at `environment.environmentVariables[1]`",),
)
SECRETS_CASES = (
    secrets(
        Kind.COMPLIANT,
        "the credential is named, not given",
        {"name": "NPM_TOKEN", "value": "npm:token", "type": "SECRETS_MANAGER"},
        {"name": "DB_PASSWORD", "value": "/shop/db", "type": "PARAMETER_STORE"},
    ),
    secrets(
        Kind.COMPLIANT,
        "names sound like credentials and are none",
        {"name": "DB_SECRET_ARN", "value": UNKNOWN},
        {"name": "TOKENIZER", "value": "fast"},
        {"name": "BUCKET", "value": UNKNOWN, "type": "PLAINTEXT"},
    ),
    secrets(
        Kind.COMPLIANT,
        "a name is allowed",
        {"name": "CSRF_TOKEN", "value": "on"},
        parameters={"allowNames": ["CSRF_*"]},
    ),
    _PLAIN,
    *exempted(_PLAIN),
    secrets(
        Kind.VIOLATING,
        "a plain key of AWS, in dev",
        {"name": "aws_secret_access_key", "value": "x"},
        stack="dev",
        finds=("[0]",),
    ),
    secrets(
        Kind.VIOLATING, "the value gives it away", {"name": "X", "value": "AKIA" + "IOSFODNN7EXAMPLE"}, finds=("[0]",)
    ),
    secrets(Kind.VIOLATING, "its value isn't known", {"name": "API_KEY", "value": UNKNOWN}, finds=("[0]",)),
    secrets(Kind.MISSING, "the type is absent and means plain", {"name": "DB_PASSWORD", "value": "x"}, finds=("[0]",)),
    Case(
        rule=SECRETS,
        kind=Kind.MISSING,
        what="a project has no variables",
        given=(Given(type="aws:codebuild/project:Project", properties={"name": "p"}),),
    ),
    secrets(
        Kind.UNKNOWN,
        "the type isn't known",
        {"name": "DB_PASSWORD", "value": "x", "type": UNKNOWN},
        {"name": "API_KEY", "value": "x"},
        undecided="environment.environmentVariables[0].type",
        finds=("environmentVariables[1]",),
    ),
    secrets(Kind.UNKNOWN, "the name isn't known", {"name": UNKNOWN, "value": "x"}, undecided="[0].name"),
)

ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NARROW = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::shop/*"]}


def document(*statements: Any) -> dict[str, Any]:
    """A policy document as an object."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def admin(
    kind: Kind, what: str, token: str, *, finds: tuple[str, ...] = (), undecided: str = "", **properties: Any
) -> Case:
    """A case of `iam-no-admin`."""
    given = (Given(type=token, properties=properties),)
    return Case(rule=ADMIN, kind=kind, what=what, given=given, finds=finds, undecided=undecided)


INLINE, MANAGED, ROLE = "aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/role:Role"
ATTACHED = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_ADMINISTRATOR = admin(
    Kind.VIOLATING,
    "AWS's policy for administrators is attached",
    ATTACHED,
    policyArn="arn:aws:iam::aws:policy/AdministratorAccess",
    finds=("The policy attachment 'thing' gives the permissions of an administrator by the policy at `policyArn`",),
)
ADMIN_CASES = (
    admin(Kind.COMPLIANT, "a narrow document", INLINE, policy=json.dumps(document(NARROW))),
    admin(Kind.COMPLIANT, "one statement alone", INLINE, policy=json.dumps({"Statement": NARROW})),
    admin(Kind.COMPLIANT, "everything is denied", MANAGED, policy=document({**ANYTHING, "Effect": "Deny"})),
    admin(
        Kind.COMPLIANT, "everything on one bucket", MANAGED, policy=document({**ANYTHING, "Resource": "arn:aws:s3:::b"})
    ),
    admin(
        Kind.COMPLIANT,
        "AWS's policy for CodeDeploy",
        ATTACHED,
        policyArn="arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole",
    ),
    admin(
        Kind.COMPLIANT,
        "an own policy by such a name",
        ATTACHED,
        policyArn="arn:aws:iam::111122223333:policy/FullAccess",
    ),
    _ADMINISTRATOR,
    *exempted(_ADMINISTRATOR),
    admin(
        Kind.VIOLATING,
        "the names in a statement are in another spelling",
        INLINE,
        policy=document({"effect": "Allow", "action": "*", "resource": "*"}),
        finds=("`policy.Statement[0].Effect` must be Allow or Deny",),
    ),
    admin(
        Kind.VIOLATING,
        "a document has no statement",
        INLINE,
        policy='{"statement": []}',
        finds=("`policy` must be a document with a Statement",),
    ),
    admin(
        Kind.VIOLATING,
        "full access of another partition",
        ATTACHED,
        policyArn="arn:aws-cn:iam::aws:policy/AmazonS3FullAccess",
        finds=("policyArn",),
    ),
    admin(
        Kind.VIOLATING,
        "managed and inline policies of a role",
        ROLE,
        managedPolicyArns=[UNKNOWN, "arn:aws:iam::aws:policy/IAMFullAccess"],
        inlinePolicies=[{"name": "all", "policy": json.dumps(document(NARROW, ANYTHING))}],
        finds=("managedPolicyArns[1]", "inlinePolicies[0].policy.Statement[1]"),
        undecided="managedPolicyArns[0]",
    ),
    admin(
        Kind.VIOLATING,
        "all but one action",
        INLINE,
        policy=document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        finds=("policy.Statement[0]",),
    ),
    admin(
        Kind.VIOLATING,
        "all of IAM in capitals",
        INLINE,
        policy=document({**ANYTHING, "Action": ["IAM:*"]}),
        finds=("allows everything",),
    ),
    admin(
        Kind.VIOLATING,
        "text that isn't JSON",
        INLINE,
        policy="{",
        finds=("The policy 'thing' can't be judged: `policy` must be a JSON document",),
    ),
    admin(Kind.MISSING, "a role without policies", ROLE, assumeRolePolicy="{}"),
    admin(Kind.MISSING, "a statement without a resource", INLINE, policy=document({"Effect": "Allow", "Action": "*"})),
    admin(Kind.UNKNOWN, "the whole document isn't known", INLINE, policy=UNKNOWN, undecided="policy"),
    admin(
        Kind.UNKNOWN,
        "a resource isn't known, the action harmless",
        INLINE,
        policy=document({**NARROW, "Resource": UNKNOWN}),
    ),
    admin(
        Kind.UNKNOWN,
        "a resource isn't known, the action everything",
        INLINE,
        policy=document({**ANYTHING, "Resource": [UNKNOWN]}, ANYTHING),
        undecided="policy.Statement[0].Resource[0]",
        finds=("policy.Statement[1]",),
    ),
)


def store(kind: Kind, what: str, *stores: Any, finds: tuple[str, ...] = (), undecided: str = "") -> Case:
    """A case of `enc-artifact-store-cmk`."""
    given = (Given(type=PIPELINE, properties={"artifactStores": list(stores)}),)
    return Case(rule=STORE, kind=kind, what=what, given=given, finds=finds, undecided=undecided)


KEY = {"id": "arn:aws:kms:eu-west-1:111122223333:key/1", "type": "KMS"}
_NO_KEY = store(
    Kind.VIOLATING,
    "the second region has no key",
    {"location": "a", "type": "S3", "encryptionKey": KEY},
    {"location": "b", "type": "S3", "region": "us-east-1"},
    finds=("The pipeline 'thing' has no customer key at `artifactStores[1]`",),
)
STORE_CASES = (
    store(Kind.COMPLIANT, "a key of one's own", {"location": "artifacts", "type": "S3", "encryptionKey": KEY}),
    store(
        Kind.COMPLIANT,
        "a key that will be known later",
        {"location": UNKNOWN, "type": "S3", "encryptionKey": {**KEY, "id": UNKNOWN}},
    ),
    _NO_KEY,
    *exempted(_NO_KEY),
    store(
        Kind.VIOLATING,
        "AWS's own key",
        {"encryptionKey": {**KEY, "id": "arn:aws:kms:x:1:alias/aws/s3"}},
        finds=("no customer key",),
    ),
    store(Kind.VIOLATING, "another type", {"encryptionKey": {**KEY, "type": "none"}}, finds=("isn't of KMS",)),
    store(Kind.MISSING, "no store at all", finds=("has no artifact store",)),
    store(
        Kind.UNKNOWN,
        "the key isn't known as a whole",
        {"encryptionKey": UNKNOWN},
        undecided="artifactStores[0].encryptionKey",
    ),
)


def exemptions(
    kind: Kind, what: str, entry: dict[str, str] | None, given: Given, *finds: str, **parameters: Any
) -> Case:
    """A case of `ops-exemptions-in-force`, after `flow-auto-rollback` with that exemption."""
    return Case(
        rule=EXEMPTIONS,
        kind=kind,
        what=what,
        given=(given,),
        finds=finds,
        with_rules=[ROLLBACK],
        others={ROLLBACK.id: {"exemptions": [entry]} if entry else {}},
        parameters=parameters,
    )


_BAD = group()
_OWN = exemption(urn="*", finding="EX-7", id="EX-8")
EXEMPTIONS_CASES = (
    exemptions(Kind.COMPLIANT, "there are none", None, _BAD),
    exemptions(
        Kind.VIOLATING,
        "one is in force",
        exemption(),
        _BAD,
        '"EX-7" from flow-auto-rollback is in force until 2026-12-31: ',
    ),
    exemptions(Kind.VIOLATING, "one has expired", exemption(expires="2026-01-31"), _BAD, "expired on 2026-01-31"),
    exemptions(Kind.VIOLATING, "one isn't needed", exemption(urn="*::other"), _BAD, "was not needed"),
    exemptions(
        Kind.MISSING,
        "an entry has no owner and a short reason",
        {key: "because" if key == "reason" else value for key, value in exemption().items() if key != "owner"},
        _BAD,
        "exemptions[0].owner: is missing; exemptions[0].reason: must have at least 20 characters",
    ),
    exemptions(Kind.MISSING, "a day that doesn't exist", exemption(expires="2026-02-30"), _BAD, "a day that exists"),
    exemptions(
        Kind.UNKNOWN,
        "what it withholds isn't decided",
        exemption(),
        group(autoRollbackConfiguration=UNKNOWN),
        "is in force until",
    ),
    exemptions(Kind.EXEMPT, "the report itself is exempt", exemption(), _BAD, exemptions=[_OWN]),
    exemptions(
        Kind.EXPIRED,
        "its own exemption has expired",
        exemption(),
        _BAD,
        "The exemption EX-8 expired on 2026-11-22.",
        exemptions=[{**_OWN, "expires": "2026-11-22"}],
    ),
)

CASES = (*SECRETS_CASES, *ADMIN_CASES, *STORE_CASES, *EXEMPTIONS_CASES)
