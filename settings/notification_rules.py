"""What audiences have to agree on with each other and with the approvals: nobody is told twice of one thing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings.derived_names import LONGEST_ROLE, too_long
from settings.notifications import NoticeKind
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

EVERYTHING = frozenset(NoticeKind)


@dataclass(frozen=True, kw_only=True)
class _Hearer:
    """An address in one list, and what it hears by it."""

    address: str
    kinds: frozenset[str]
    by: str
    path: Path


def _told_once(stack: Stack) -> Iterator[Problem]:
    """An address hears of one kind by one list. The approvers have a mail of their own, which says more."""
    heard: list[_Hearer] = [*_approvers(stack)]
    for one in (*_everyone(stack), *_audiences(stack)):
        for other in heard:
            both = sorted(one.kinds & other.kinds)
            # Who hears everything may well approve, too.
            if both and one.address == other.address and one.by != "emails":
                message = given(one.address, f"an address that doesn't hear of {', '.join(both)} by {other.by} already")
                yield Problem(path=one.path, message=message)
                break
        heard.append(one)


def _chats_differ(stack: Stack) -> Iterator[Problem]:
    """AWS keeps one configuration for a channel, so it can belong to one audience only."""
    for chat in ("slack", "teams"):
        seen: dict[str, str] = {}
        for name, audience in _mapping(stack.values, "notifications", "audiences"):
            channel = at(audience, chat, "channel")
            if not isinstance(channel, str):
                continue
            if channel in seen:
                path: Path = ("notifications", "audiences", name, chat, "channel")
                yield Problem(path=path, message=given(channel, f"another channel: {seen[channel]} has this one"))
            seen.setdefault(channel, name)


def _roles_fit(stack: Stack) -> Iterator[Problem]:
    for name, audience in _mapping(stack.values, "notifications", "audiences"):
        for chat in ("slack", "teams"):
            message = too_long("role", f"delivery-{stack.name}-{name}-{chat}", LONGEST_ROLE)
            if at(audience, chat) and message:
                yield Problem(path=("notifications", "audiences", name), message=message)


NOTIFICATION_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (_told_once, _chats_differ, _roles_fit)


def _approvers(stack: Stack) -> Iterator[_Hearer]:
    for application, values in stack.applications():
        stages = [at(stage, "actions") or () for stage in at(values, "stages") or ()]
        for approval in (*(at(values, "approvals") or ()), *(action for actions in stages for action in actions)):
            for address in at(approval, "emails") or ():
                kinds = frozenset({str(NoticeKind.APPROVAL_NEEDED)})
                yield _Hearer(address=address, kinds=kinds, by=f"the approval of {application}", path=())


def _everyone(stack: Stack) -> Iterator[_Hearer]:
    for index, address in enumerate(at(stack.values, "notifications", "emails") or ()):
        yield _Hearer(address=address, kinds=EVERYTHING, by="emails", path=("notifications", "emails", index))


def _audiences(stack: Stack) -> Iterator[_Hearer]:
    for name, audience in _mapping(stack.values, "notifications", "audiences"):
        kinds = frozenset(at(audience, "events") or EVERYTHING)
        for index, address in enumerate(at(audience, "emails") or ()):
            path: Path = ("notifications", "audiences", name, "emails", index)
            yield _Hearer(address=address, kinds=kinds, by=f"the audience {name}", path=path)


def _mapping(values: Mapping[str, Any], *keys: str) -> Iterator[tuple[str, Any]]:
    found = at(values, *keys)
    for name, value in (found if isinstance(found, Mapping) else {}).items():
        if isinstance(name, str) and isinstance(value, Mapping):
            yield name, value
