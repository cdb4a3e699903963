"""Name and password for CodeCommit's Git server, made from the credentials of a role.

The name is the access key, with the session token after a `%`. The password is a time and a signature (Signature
Version 4) of a request that nobody sends: method `GIT`, the repository's path, and the host as its only header. The
time is signed without the `Z` that it has in the password.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest


@dataclass(frozen=True, kw_only=True)
class Login:
    """What HTTP's basic authentication takes; the password is good for 15 minutes."""

    name: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where CodeCommit's Git server has a repository."""

    region: str
    repository: str

    @property
    def host(self) -> str:
        """The server's name (https://docs.aws.amazon.com/codecommit/latest/userguide/regions.html)."""
        return f"git-codecommit.{self.region}.amazonaws.com" + (".cn" if self.region.startswith("cn-") else "")

    @property
    def path(self) -> str:
        """The repository's path, which is what is signed."""
        return f"/v1/repos/{self.repository}"

    @property
    def url(self) -> str:
        """Both together."""
        return f"https://{self.host}{self.path}"


def login(address: Address, *, credentials: Any, now: datetime) -> Login:
    """The login to one repository.

    Args:
        address: the repository's.
        credentials: botocore's, with `access_key`, `secret_key` and `token`.
        now: with its zone.
    """
    request = AWSRequest(method="GIT", url=address.url)
    request.context["timestamp"] = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
    signer = SigV4Auth(credentials, "codecommit", address.region)
    # An empty query, one header, an empty line after it, the list of headers, and no hash of a body.
    canonical = "\n".join(("GIT", address.path, "", f"host:{address.host}", "", "host", ""))
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    return Login(
        name=f"{credentials.access_key}%{credentials.token}" if credentials.token else credentials.access_key,
        password=f"{request.context['timestamp']}Z{signature}",
    )
