"""What is seen of a function and its alias, as plain values."""

from dataclasses import dataclass
from datetime import datetime

UNPUBLISHED = "$LATEST"
"""What an alias points to until the first deployment; a deployment can't shift away from it."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """The unpublished code of a function.

    Args:
        name: of the function.
        digest: SHA-256 of its code, in base64 as Lambda says it.
        content: code and settings as one text: what a version of it would be.
        update: `Successful`, `InProgress` or `Failed`.
        reason: why the last update failed, empty where it didn't.
        changed: when that began, None where nobody says.
    """

    name: str
    digest: str
    content: str
    update: str = "Successful"
    reason: str = ""
    changed: datetime | None = None

    def failed(self, *, since: datetime) -> bool:
        """Whether an update has failed since then. An older failure stays written there until the next update, and
        that one may well succeed (https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html)."""
        return self.update == "Failed" and (self.changed is None or self.changed >= since)


@dataclass(frozen=True, kw_only=True)
class Version:
    """A published version, which Lambda makes ready before it can be invoked
    (https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html).

    Args:
        state: `Pending`, `Active`, `Inactive` or `Failed`.
        reason: why it is in that state, empty where Lambda doesn't say.
    """

    state: str = "Active"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Alias:
    """Where an alias sends its invocations.

    Args:
        version: the version, or `$LATEST`.
        shifting: whether a part goes to another version.
        revision: changes with every change of the alias; a change that names an older one is refused.
    """

    version: str
    shifting: bool = False
    revision: str = ""
