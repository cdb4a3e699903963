"""What a rule may mend by itself: a safe value at a path, and nothing else of the resource.

A remedy is applied to the properties as they travel (`analyzer_pb2`), where a secret is an object that says so and an
unknown value a text that says so. What isn't on the path is never read nor written again, so secrets stay secret and
unknown values unknown; the SDK's own way through Python objects would turn an archive into an asset.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi_policy import proxy
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from rulebook.tiers import Tier


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a remedy may know: the value there is (`None` where there is none), the rule's parameters, the tier."""

    current: Any
    parameters: Mapping[str, Any]
    tier: Tier


class _Leave:
    """The type of `LEAVE`."""


LEAVE: Final = _Leave()
"""The answer of a remedy that has nothing to mend."""


@dataclass(frozen=True)
class Remedy:
    """One value that is put right.

    Args:
        path: where it is, `a.b` or `a[].b`; `[]` is every element there is, a single object counts as a list of one.
        wanted: the value to set, or `LEAVE`; see `constant`, `listed`, `at_most`, `joined`, `entries`.
        makes: whether an absent object on the way is made. Not where its presence alone means something.
    """

    path: str
    wanted: Callable[[Asked], Any]
    makes: bool = True


def constant(value: Any, *, keeps: Collection[Any] = ()) -> Callable[[Asked], Any]:
    """Always this value, but for those that are as good."""
    return lambda asked: LEAVE if asked.current in keeps else value


def listed(parameter: str) -> Callable[[Asked], Any]:
    """The first value that a parameter lists, in the place of one that isn't on the list; what is absent stays so."""

    def wanted(asked: Asked) -> Any:
        values = asked.parameters[parameter]
        return LEAVE if not values or asked.current is None or asked.current in values else values[0]

    return wanted


def at_most(parameter: str, *, absent: float) -> Callable[[Asked], Any]:
    """A parameter's number in the place of a greater one; `absent` is what AWS takes where none is given."""

    def wanted(asked: Asked) -> Any:
        bound = asked.parameters[parameter]
        try:
            return LEAVE if float(absent if asked.current is None else asked.current) <= bound else bound
        except (TypeError, ValueError):
            return LEAVE

    return wanted


def joined(values: Callable[[Asked], Sequence[Any]]) -> Callable[[Asked], Any]:
    """The list there is, and after it those of `values` that it hasn't."""

    def wanted(asked: Asked) -> Any:
        current = [] if asked.current is None else asked.current
        if not isinstance(current, list):
            return LEAVE
        return [*current, *(value for value in values(asked) if value not in current)]

    return wanted


def entries(values: Callable[[Asked], Mapping[str, Any]]) -> Callable[[Asked], Any]:
    """The object there is, with these entries set."""

    def wanted(asked: Asked) -> Any:
        current = {} if asked.current is None else asked.current
        return {**current, **given} if (given := values(asked)) and isinstance(current, dict) else LEAVE

    return wanted


def mend(
    properties: Mapping[str, Any],
    remedies: Sequence[Remedy],
    *,
    parameters: Mapping[str, Any],
    tier: Tier,
    found: Collection[str] = ("",),
    spared: Collection[str] = (),
) -> dict[str, Any] | None:
    """The properties with remedies applied, or `None` where there is nothing to mend.

    Args:
        properties: the resource's properties as they travel, from `json_format.MessageToDict`.
        remedies: what the broken rule has.
        parameters: the rule's.
        tier: what the resource is held to.
        found: the paths of what is wrong: only what is at, under or above one of them is mended.
        spared: findings that are exempt: what is at, under or above such a path stays as it is.
    """

    def wanted_at(path: str, current: Any, remedy: Remedy) -> Any:
        if any(_related(path, one) for one in spared) or not any(_related(path, one) for one in found):
            return LEAVE
        return remedy.wanted(Asked(current=current, parameters=parameters, tier=tier))

    result: Any = properties
    for remedy in remedies:
        mended = _mended(result, _steps(remedy.path), "", remedy, wanted_at)
        result = result if mended is LEAVE else mended
    return None if result is properties else result


def _steps(path: str) -> list[str]:
    return path.replace("[]", ".[]").split(".")


def _mended(
    node: Any, steps: Sequence[str], path: str, remedy: Remedy, wanted_at: Callable[[str, Any, Remedy], Any]
) -> Any:
    """What a node becomes, or `LEAVE`; only the objects and lists on the path are made anew."""
    if isinstance(node, dict) and node.get(SPECIAL_SIG_KEY) == SPECIAL_SECRET_SIG:
        inside = _mended(node.get("value"), steps, path, remedy, wanted_at)
        return LEAVE if inside is LEAVE else {**node, "value": inside}
    if proxy._is_unknown(node):
        return LEAVE
    if not steps:
        wanted = wanted_at(path, node, remedy)
        # 1 == True, and AWS takes only one of them.
        return LEAVE if wanted == node and isinstance(wanted, bool) == isinstance(node, bool) else wanted
    step, rest = steps[0], steps[1:]
    if step == "[]":
        return _mended_list(node, rest, path, remedy, wanted_at)
    if node is None and remedy.makes:
        node = {}
    if not isinstance(node, dict) or SPECIAL_SIG_KEY in node:
        return LEAVE
    child = _mended(node.get(step), rest, f"{path}.{step}" if path else step, remedy, wanted_at)
    return LEAVE if child is LEAVE else {**node, step: child}


def _mended_list(
    node: Any, rest: Sequence[str], path: str, remedy: Remedy, wanted_at: Callable[[str, Any, Remedy], Any]
) -> Any:
    if node is None:
        return LEAVE
    if not isinstance(node, list):
        return _mended(node, rest, path, remedy, wanted_at)
    items = [_mended(item, rest, f"{path}[{index}]", remedy, wanted_at) for index, item in enumerate(node)]
    if all(item is LEAVE for item in items):
        return LEAVE
    return [old if new is LEAVE else new for old, new in zip(node, items, strict=True)]


def _related(path: str, finding: str) -> bool:
    """Whether one path is the other or leads to it; an empty finding is the whole resource."""
    mine, other = (re.split(r"[.\[:]", text.replace("]", "")) for text in (path, finding))
    return not finding or all(one == another for one, another in zip(mine, other, strict=False))
