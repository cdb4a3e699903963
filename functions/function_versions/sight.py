"""What is seen of a function and its alias, as plain values."""

from dataclasses import dataclass

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
    """

    name: str
    digest: str
    content: str
    update: str = "Successful"
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
