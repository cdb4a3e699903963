"""Whether two names are one person: AWS knows sessions and users, Git knows names and mail addresses.

In doubt they are one: a mistake then costs a word in the stack file, and the other way round it costs the second pair
of eyes.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from release_manifest import Person

_SESSION = re.compile(r"arn:[\w\-]+:sts::\d{12}:(?:assumed-role/[^/]+|federated-user)/(?P<name>.+)")
_USER = re.compile(r"arn:[\w\-]+:iam::\d{12}:user/(?:.*/)?(?P<name>[^/]+)")

_NOBODY = re.compile(
    # What SDKs, the CLI and services call a session when nobody gave it a name.
    r"(botocore-session-|aws-(cli|sdk|go-sdk|sdk-\w+)-|awscli|boto3|aws-?chatbot|chatbot|session\d*$|i-[0-9a-f]{8,}$)"
    r"|[\d\-]+$|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    re.IGNORECASE,
)

_NOREPLY = {"users.noreply.github.com": "+", "users.noreply.gitlab.com": "-"}
"""Addresses behind which the two hide others, and what stands before the account's name there."""


def name_of(principal: str) -> str:
    """Who acts, as AWS knows them: the session's name, or the user's. Empty where that names no person.

    Args:
        principal: an ARN as CodePipeline has it, or a bare name.
    """
    if not principal.startswith("arn:"):
        name = principal.strip()
    elif found := _SESSION.fullmatch(principal) or _USER.fullmatch(principal):
        name = found["name"]
    else:
        # The root of an account, a rule of EventBridge, a role without a session: no person.
        return ""
    return "" if _NOBODY.match(name) else name


@dataclass(frozen=True, kw_only=True)
class People:
    """The people that a team knows under several names.

    Args:
        known: names that Git, AWS and others have for them, by mail address.
    """

    known: Mapping[str, Collection[str]] = field(default_factory=dict)

    def who(self, names: Collection[str]) -> frozenset[str]:
        """The known people that have one of these names."""
        said = {_plain(name) for name in names if name}
        return frozenset(
            address for address, more in self.known.items() if said & {_plain(address), *map(_plain, more)}
        )

    def are_one(self, some: Collection[str], others: Collection[str]) -> bool:
        """Whether the two are one person. Two that are both known are only who they are known to be."""
        left, right = self.who(some), self.who(others)
        if left and right:
            return bool(left & right)
        return bool(self._handles(some, left) & self._handles(others, right))

    def _handles(self, names: Collection[str], known: Collection[str]) -> set[str]:
        told = [*names, *known, *(more for one in known for more in self.known[one])]
        return set().union(*(handles(one) for one in told)) if told else set()


def names_in_git(person: Person) -> tuple[str, ...]:
    """A person's names in a commit."""
    return tuple(one for one in (person.email, person.name) if one)


def handles(name: str) -> set[str]:
    """What a name comes down to: letters and digits, without accents; of a mail address its local part.

    `Jane Doe`, `jane.doe@example.com`, `jane-doe` and `12345+janedoe@users.noreply.github.com` are all `janedoe`.
    """
    local, _, domain = _plain(name).rpartition("@")
    if not local:
        return {squeezed} if (squeezed := _squeezed(domain)) else set()
    sign = _NOREPLY.get(domain)
    local = (local.partition(sign)[2] or local) if sign else local.partition("+")[0]
    return {squeezed} if (squeezed := _squeezed(local)) else set()


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(one for one in letters if not unicodedata.combining(one))


def _squeezed(name: str) -> str:
    return "".join(one for one in name if one.isalnum())
