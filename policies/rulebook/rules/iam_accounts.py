"""Which accounts and regions a stack may reach."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rulebook.kit.facts import AWS_PROVIDER, INLINE_POLICY, MANAGED_POLICY, ROLE
from rulebook.kit.iam import document, permission_documents
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    each,
    guarded,
)
from rulebook.kit.values import Node, UnreadableError
from rulebook.rules.frameworks import owasp
from rulebook.rules.names import NAMES
from rulebook.tiers import TABLE, Tier

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_BY_TIER: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {tier.value: {"type": "array", "items": {"type": "string", "pattern": r"^\d{12}$"}} for tier in Tier},
}
_ACCOUNTS = Parameter(
    name="accounts",
    schema=_BY_TIER,
    default={},
    description="AWS account ids of each tier, beside those in the table of tiers; an account may be of several.",
)


def pinned_accounts(provider: Node | None) -> list[str]:
    """The accounts that a provider is pinned to; none where it isn't, or where that isn't known yet."""
    try:
        return document((provider or Node(None))["allowedAccountIds"]).texts()
    except UnreadableError:
        return []


def _tiers_of(given: Mapping[str, Iterable[str]]) -> dict[str, set[Tier]]:
    """Each known account with the tiers it is of."""
    found: dict[str, set[Tier]] = {}
    for row in TABLE:
        for account in row.accounts:
            found.setdefault(account, set()).add(row.tier)
    for name, accounts in given.items():
        for account in accounts:
            found.setdefault(account, set()).add(Tier(name))
    return found


def environment_isolation(resource: Resource) -> Iterator[Outcome]:
    """Nothing of production may reach another environment's account, nor the other way round."""
    known = _tiers_of(resource.parameters["accounts"])
    mine = resource.environment.tier

    def is_foreign(account: str) -> bool:
        tiers = known.get(account, {mine})
        return mine not in tiers and Tier.PRODUCTION in {mine, *tiers}

    def judge(leaf: Node) -> Iterator[Outcome]:
        if any(is_foreign(account) for account in _ACCOUNT.findall(leaf.text())):
            yield Violation(
                message=f"{resource} names an account of another environment at `{leaf.path}`.", finding=leaf.path
            )

    def read(node: Node) -> Iterator[Outcome]:
        yield from each(_leaves(document(node)), judge)

    if known:
        if resource.kind is ROLE:
            yield from guarded(lambda: read(resource.properties["assumeRolePolicy"]))
        yield from guarded(lambda: each(permission_documents(resource), read))


def _leaves(node: Node) -> Iterator[Node]:
    """Every text of a document; account ids are keys of conditions nowhere."""
    if isinstance(node.value, dict):
        for key in node.value:
            yield from _leaves(node[key])
    elif isinstance(node.value, list):
        for index in range(len(node.value)):
            yield from _leaves(node[index])
    elif node.present:
        yield node


def provider_pinned(resource: Resource) -> Iterator[Outcome]:
    """Credentials of another account, or a forgotten region, stop the update before anything is touched."""
    tier = resource.environment.tier
    allowed = {account for account, tiers in _tiers_of(resource.parameters["accounts"]).items() if tier in tiers}
    regions = resource.parameters["regions"]

    def accounts() -> Iterator[Outcome]:
        node = resource.properties["allowedAccountIds"]
        given = document(node).texts()
        if not given:
            yield Violation(message=f"{resource} takes the credentials of any account.", finding=node.path)
        elif allowed and not allowed.issuperset(given):
            yield Violation(message=f"{resource} may reach an account that is not of {tier}.", finding=node.path)

    def region() -> Iterator[Outcome]:
        node = resource.properties["region"]
        given = node.text().strip('"')
        if not given:
            yield Violation(message=f"{resource} takes its `region` from wherever it is run.", finding=node.path)
        elif regions and given not in regions:
            yield Violation(message=f"{resource} works in a `region` that is not listed.", finding=node.path)

    yield from guarded(accounts)
    yield from guarded(region)


RULES = (
    ResourceRule(
        id="iam-environment-isolation",
        title="Permissions of production name no other environment's account, and the reverse.",
        why="A role that reaches both is the way from a test system into production. Which account is whose must be "
        "told by `accounts` or the table of tiers; without that nothing is found. Development and staging may name "
        "each other, and an ARN of a bucket shows no account unless its name does.",
        fix="remove the statement, or hand over through a bucket that the receiving account opens.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(ROLE, INLINE_POLICY, MANAGED_POLICY),
        reference="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_securely_operate_multi_accounts.html",
        parameters=(_ACCOUNTS,),
        frameworks=(owasp(5),),
        check=environment_isolation,
    ),
    ResourceRule(
        id="env-provider-pinned",
        title="The AWS provider is pinned to the accounts and the region of its environment.",
        why="With the wrong credentials in the shell, the stack of one environment is otherwise made in another.",
        fix="set `allowedAccountIds` and `region` on the provider, or as configuration of `aws`.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(AWS_PROVIDER,),
        reference="https://www.pulumi.com/registry/packages/aws/installation-configuration/",
        parameters=(
            _ACCOUNTS,
            Parameter(
                name="regions",
                schema=NAMES,
                default=[],
                description="Regions that may be used; empty: any, as long as one is set.",
            ),
        ),
        frameworks=(owasp(5),),
        check=provider_pinned,
    ),
)
