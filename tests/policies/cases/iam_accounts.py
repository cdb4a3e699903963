"""Accounts that documents name, and accounts and regions that a provider is pinned to."""

import json
from typing import Any

from rulebook.rules import iam_accounts
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.hardening import INLINE, MANAGED, ROLE, document
from tests.policies.harness import UNKNOWN, Given

ISOLATION, PINNED = iam_accounts.RULES
DEV, PROD = "111122223333", "444455556666"
ACCOUNTS = {"development": [DEV], "staging": [DEV], "production": [PROD]}


def isolation(
    kind: Kind,
    what: str,
    *resources: Any,
    finds: tuple[str, ...] = (),
    undecided: str = "",
    stack: str = "prod",
    accounts: Any = None,
) -> Case:
    """A case of `iam-environment-isolation` on a policy whose one statement is on these resources."""
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": list(resources)}
    return Case(
        rule=ISOLATION,
        kind=kind,
        what=what,
        given=(Given(type=MANAGED, properties={"policy": document(statement)}),),
        finds=finds,
        undecided=undecided,
        stack=stack,
        parameters={"accounts": ACCOUNTS if accounts is None else accounts},
    )


def key(account: str) -> str:
    """The ARN of a key of an account."""
    return f"arn:aws:kms:eu-west-1:{account}:key/a"


_TO_DEV = isolation(
    Kind.VIOLATING,
    "production reaches into the account of dev",
    key(PROD),
    key(DEV),
    finds=("The policy 'thing' names an account of another environment at `policy.Statement[0].Resource[1]`",),
)
ISOLATION_CASES = (
    isolation(Kind.COMPLIANT, "its own account and one nobody listed", key(PROD), key("777788889999")),
    isolation(Kind.COMPLIANT, "a number that isn't an account", f"arn:aws:s3:::x{DEV}0"),
    isolation(Kind.COMPLIANT, "staging and dev", key(DEV), accounts={"development": [DEV]}, stack="staging"),
    isolation(Kind.COMPLIANT, "an account of both", key(DEV), accounts={**ACCOUNTS, "production": [PROD, DEV]}),
    isolation(Kind.COMPLIANT, "nobody said whose accounts they are", key(DEV), UNKNOWN, accounts={}),
    isolation(Kind.COMPLIANT, "dev isn't asked", key(PROD), stack="dev"),
    _TO_DEV,
    *exempted(_TO_DEV),
    isolation(
        Kind.VIOLATING,
        "staging reaches a bucket of production",
        f"arn:aws:s3:::r-{PROD}/*",
        finds=("Resource[0]",),
        stack="staging",
    ),
    Case(
        rule=ISOLATION,
        kind=Kind.VIOLATING,
        what="the trust and an inline policy of a role",
        given=(
            Given(
                type=ROLE,
                properties={
                    "assumeRolePolicy": json.dumps(document({"Effect": "Allow", "Principal": {"AWS": DEV}})),
                    "inlinePolicies": [{"name": "a", "policy": json.dumps(document({"Resource": key(DEV)}))}],
                },
            ),
        ),
        finds=("assumeRolePolicy.Statement[0].Principal.AWS", "inlinePolicies[0].policy.Statement[0].Resource"),
        parameters={"accounts": ACCOUNTS},
    ),
    Case(
        rule=ISOLATION,
        kind=Kind.MISSING,
        what="a policy has no document",
        given=(Given(type=INLINE, properties={"role": "a"}),),
        parameters={"accounts": ACCOUNTS},
    ),
    isolation(
        Kind.UNKNOWN,
        "one resource isn't known, another is of dev",
        UNKNOWN,
        key(DEV),
        finds=("Resource[1]",),
        undecided="Resource[0]",
    ),
)


def pinned(
    kind: Kind,
    what: str,
    *finds: str,
    undecided: str = "",
    accounts: Any = None,
    regions: tuple[str, ...] = (),
    **properties: Any,
) -> Case:
    """A case of `env-provider-pinned`."""
    return Case(
        rule=PINNED,
        kind=kind,
        what=what,
        given=(Given(type="pulumi:providers:aws", properties=properties),),
        finds=finds,
        undecided=undecided,
        parameters={"accounts": ACCOUNTS if accounts is None else accounts, "regions": list(regions)},
    )


IN_PROD, IN_DEV = json.dumps([PROD]), json.dumps([DEV])
_FOREIGN = pinned(
    Kind.VIOLATING,
    "production is pinned to the account of dev",
    "The AWS provider 'thing' may reach an account that is not of production (`allowedAccountIds`)",
    allowedAccountIds=IN_DEV,
    region="eu-west-1",
)
PINNED_CASES = (
    pinned(Kind.COMPLIANT, "account and region are its own", allowedAccountIds=IN_PROD, region="eu-west-1"),
    pinned(Kind.COMPLIANT, "no accounts are listed", accounts={}, allowedAccountIds=IN_DEV, region="eu-west-1"),
    pinned(
        Kind.COMPLIANT,
        "the region is listed",
        allowedAccountIds=IN_PROD,
        region="eu-west-1",
        regions=("eu-west-1", "eu-central-1"),
    ),
    _FOREIGN,
    *exempted(_FOREIGN),
    pinned(
        Kind.VIOLATING,
        "one account too many, in a region that isn't listed",
        "not of production",
        "works in a `region` that is not listed",
        allowedAccountIds=json.dumps([PROD, DEV]),
        region="us-east-1",
        regions=("eu-west-1",),
    ),
    pinned(
        Kind.VIOLATING,
        "no account at all, by an empty list",
        "takes the credentials of any account (`allowedAccountIds`)",
        allowedAccountIds="[]",
        region="eu-west-1",
    ),
    pinned(Kind.MISSING, "nothing is set", "of any account", "takes its `region` from wherever it is run"),
    pinned(
        Kind.UNKNOWN,
        "the accounts aren't known, and there is no region",
        "`region`",
        allowedAccountIds=UNKNOWN,
        undecided="allowedAccountIds",
    ),
)

CASES = (*ISOLATION_CASES, *PINNED_CASES)
