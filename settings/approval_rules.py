"""What the approvals of an application have to agree on, with each other, with its source and with the people."""

from collections.abc import Iterator, Mapping
from typing import Any

from settings.derived_names import LONGEST_POLICY, too_long
from settings.problems import Path, Problem, given, shown
from settings.siblings import at
from settings.stack import Stack
from settings.tiers import FourEyes

WITH_AUTHORS = "codecommit"
"""The provider whose commits this program can read."""

PROMOTED = "promotion"
"""The provider of what another stack has promoted."""


def _approvals_fit(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        for index, approval in enumerate(at(application, "approvals") or ()):
            gate = at(approval, "name")
            if not isinstance(gate, str):
                continue
            path: Path = ("applications", name, "approvals", index, "name")
            if message := too_long("policy", f"{name}-{stack.name}-{gate}-approver", LONGEST_POLICY):
                yield Problem(path=path, message=message)
            elif f"{name}-{stack.name}-{gate}" == f"delivery-{stack.name}-events":
                yield Problem(path=path, message=given(gate, "another name: the stack's own topic is called so"))


def _authors_are_known(stack: Stack) -> Iterator[Problem]:
    """Four eyes that can't see are refused here, and not when a release waits."""
    for name, application in stack.applications():
        if _four_eyes(stack, application) != FourEyes.AUTHORS or not at(application, "approvals"):
            continue
        origin = _origin(at(application, "source"), name, stack)
        if origin not in (None, WITH_AUTHORS):
            unseen = "what was promoted twice" if origin == PROMOTED else f"what comes from {origin}"
            allowed = (
                f"{FourEyes.STARTER} or {FourEyes.NONE}: AWS doesn't tell who wrote {unseen}; let the repository ask "
                "for reviews"
            )
            yield _unfit(name, application, asked=FourEyes.AUTHORS, allowed=allowed)


def _gates_are_checked(stack: Stack) -> Iterator[Problem]:
    """What checks the approvals in stages of one's own comes with those before the deployment."""
    for name, application in stack.applications():
        asked = _four_eyes(stack, application)
        gates = [
            action
            for _, stage in Stack.free_stages(name, application)
            for action in at(stage, "actions") or ()
            if at(action, "provider") == "manual"
        ]
        if gates and not at(application, "approvals") and asked in (FourEyes.AUTHORS, FourEyes.STARTER):
            allowed = f"approvals beside the actions of provider manual, for they bring the check, or {FourEyes.NONE}"
            yield _unfit(name, application, asked=asked, allowed=allowed)


def _four_eyes(stack: Stack, application: Mapping[str, Any]) -> object:
    """Whom an approver must not be, as the file says it or by the tier."""
    return application.get("fourEyes", stack.defaults.four_eyes if stack.defaults else None)


def _unfit(name: str, application: Mapping[str, Any], *, asked: object, allowed: str) -> Problem:
    """Four eyes that the application can't have."""
    said = "fourEyes" in application
    message = given(str(asked), allowed) if said else f"missing, which means {asked} in this tier; needed: {allowed}"
    return Problem(path=("applications", name, "fourEyes"), message=message)


def _origin(source: object, application: str, stack: Stack) -> str | None:
    """The provider that tells of a release, here or where it was promoted; None where it can't be seen.

    A stack that promotes what was promoted to it hands no authors on, whatever the first one knew.
    """
    if at(source, "provider") == PROMOTED:
        other = at(source, "from")
        sibling = stack.siblings.get(other) if isinstance(other, str) and other != stack.name else None
        source = at(sibling, "delivery:applications", application, "source")
    provider = at(source, "provider")
    return provider if isinstance(provider, str) else None


def _people_differ(stack: Stack) -> Iterator[Problem]:
    """One name can't be two people."""
    people = at(stack.values, "people")
    owners: dict[str, str] = {}
    for address, names in people.items() if isinstance(people, Mapping) else ():
        for index, name in enumerate((address, *(names if isinstance(names, list | tuple) else ()))):
            if not isinstance(name, str):
                continue
            owner = owners.setdefault(name.casefold(), address)
            if owner != address:
                path: Path = ("people", address, index - 1) if index else ("people", address)
                yield Problem(path=path, message=given(name, f"a name of one person; {shown(owner)} has it as well"))


APPROVAL_RULES = (_approvals_fit, _authors_are_known, _gates_are_checked, _people_differ)
