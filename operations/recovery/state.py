"""A state as `pulumi stack export` gives it: what was under way when nobody wrote on, and the same without it."""

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from operations.drift.differences import short_type

State = dict[str, Any]

CREATING = "creating"
_CHECKS: Mapping[str, str] = {
    CREATING: "It may exist in AWS, and the state doesn't know of it. Look whether it does.",
    "updating": "It may have the old values, the new ones, or some of each. A refresh reads which.",
    "deleting": "It may be gone, or be there still. A refresh finds out.",
    "reading": "Nothing was changed, it was only read.",
    "importing": "Nothing was changed in AWS; the state may lack it.",
}
"""https://www.pulumi.com/docs/iac/operations/troubleshooting/#pending-operations"""


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An operation that had begun and of which nobody knows the end.

    Args:
        operation: what was being done: `creating`, `updating`, `deleting`, `reading`, `importing`.
        resource: what it was done to, as the state has it.
    """

    operation: str
    resource: Mapping[str, Any]

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return str(self.resource["urn"])

    @property
    def name(self) -> str:
        """The name that the program has for it."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def type(self) -> str:
        """Its type as people know it: `sns.Topic`."""
        return short_type(str(self.resource["type"]))

    @property
    def typed(self) -> str:
        """Both: `sns.Topic:mail`."""
        return f"{self.type}:{self.name}"

    @property
    def physical(self) -> str:
        """What AWS calls it, as far as it was known beforehand."""
        inputs = self.resource.get("inputs") or {}
        keys = ("name", "bucket", "repositoryName", "alarmName", "functionName", "deploymentGroupName", "family")
        return str(self.resource.get("id") or next((inputs[key] for key in keys if inputs.get(key)), ""))

    @property
    def created(self) -> bool:
        """Whether it may exist without the state's knowledge."""
        return self.operation == CREATING

    @property
    def check(self) -> str:
        """What may be in AWS now, and what to look at."""
        return _CHECKS.get(self.operation, "Look at it in AWS.")


def pending(state: State) -> list[Pending]:
    """Everything that was under way."""
    operations = (state.get("deployment") or {}).get("pending_operations") or []
    return [Pending(operation=str(one["type"]), resource=one["resource"]) for one in operations]


def to_be_told(operations: Iterable[Pending]) -> dict[str, Pending]:
    """Everything that was being made, by the word that tells it from the others.

    That is its name; where two have the same, the type with it, as `sns.Topic:mail`; where that is the same, the URN.
    """
    made = {one.urn: one for one in operations if one.created}.values()
    names, typed = (Counter(getattr(one, word) for one in made) for word in ("name", "typed"))
    return {one.name if names[one.name] == 1 else one.typed if typed[one.typed] == 1 else one.urn: one for one in made}


def incomplete(state: State) -> Iterator[tuple[str, str]]:
    """Resources that the next `up` has still to do with, and why: URN and reason."""
    for one in (state.get("deployment") or {}).get("resources") or []:
        if one.get("initErrors"):
            yield one["urn"], "was made and didn't become ready"
        elif one.get("delete"):
            yield one["urn"], "was replaced, and the old one is still to be deleted"


def settled(state: State, found: Mapping[str, str]) -> State:
    """The state without anything under way.

    Args:
        state: as it is; it isn't changed.
        found: by URN, the id of what was being created and does exist.
    """
    after = copy.deepcopy(state)
    deployment = after["deployment"]
    resources = deployment.setdefault("resources", [])
    for one in pending(state):
        if one.created and (identity := found.get(one.urn)):
            same = [old for old in resources if old["urn"] == one.urn]
            if any(old.get("id") == identity for old in same):
                continue
            for old in same:
                # What was being replaced goes at the next `up`, as it would have.
                old["delete"] = True
            resources.append({**copy.deepcopy(dict(one.resource)), "id": identity, "outputs": {}})
    deployment.pop("pending_operations", None)
    return after


def to_refresh(state: State, found: Mapping[str, str]) -> list[str]:
    """The URNs of what has to be read from AWS before anybody trusts the state again."""
    known = {one["urn"] for one in state["deployment"].get("resources") or []}
    changed = {one.urn for one in pending(state) if not one.created and one.urn in known}
    return sorted(changed | set(found))
