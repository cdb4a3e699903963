"""The wire: one repository of a Git server, asked for its references and given a tag."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

import botocore.session
from botocore.exceptions import NoCredentialsError

from git_push.login import Address, Login, login
from git_push.packet import FETCH, SERVICE, Advertisement, ProtocolError, advertisement, creation, refusal
from git_push.tag import Tag
from pipeline_job.failures import RefusedError

TIMEOUT = 20
"""In seconds, for a connection and for each answer."""

TAGS, PEELED = "refs/tags/", "^{}"

_CLOSED = frozenset({401, 403, 404})


class PushError(Exception):
    """The server is in trouble or did not take the push; the next try sees what it has by then."""


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A repository behind smart HTTP.

    Args:
        url: without the service's path.
        login: makes a fresh login for each request, for a password lives 15 minutes. None where none is asked for.
    """

    url: str
    login: Callable[[], Login] | None = field(default=None, repr=False)

    def references(self) -> Mapping[str, str]:
        """Ids by full names of all branches and tags; for an annotated tag the id of the tag, not of its commit.

        Raises:
            RefusedError: the server doesn't let us in, or there is no such repository.
            PushError, ProtocolError, OSError, HTTPException: trouble of the server or on the way.
        """
        return self._offer().references

    def tags(self) -> Mapping[str, str]:
        """The commits at which tags stand, by the tags' short names. Reading takes `codecommit:GitPull` alone.

        Raises:
            RefusedError: the server doesn't let us in, or there is no such repository.
            PushError, ProtocolError, OSError, HTTPException: trouble of the server or on the way.
        """
        found = {
            name.removeprefix(TAGS): one for name, one in self._offer(FETCH).references.items() if name.startswith(TAGS)
        }
        # An annotated tag is named twice: by itself, and with this sign by its commit.
        return {name: found.get(f"{name}{PEELED}", one) for name, one in found.items() if not name.endswith(PEELED)}

    def create(self, tag: Tag) -> None:
        """Create the tag. One that exists by now is left as it is.

        Raises:
            RefusedError: the server doesn't let us in, or there is no such repository.
            PushError: the server did not take it, for example because the name is taken.
            ProtocolError, OSError, HTTPException: trouble of the server or on the way.
        """
        offered = self._offer().capabilities
        if "report-status" not in offered or any(one.startswith("object-format=sha256") for one in offered):
            raise ProtocolError("The Git server reports no status or names objects by SHA-256.")
        answer = self._send(
            "POST", f"/{SERVICE}", body=creation(tag), content=f"application/x-{SERVICE}-request", wants="result"
        )
        if reason := refusal(answer, tag):
            raise PushError(f"The Git server did not take {tag.reference}: {reason}")

    def _offer(self, service: str = SERVICE) -> Advertisement:
        answer = self._send("GET", f"/info/refs?service={service}", wants="advertisement", service=service)
        return advertisement(answer, service=service)

    def _send(
        self, method: str, path: str, *, wants: str, service: str = SERVICE, body: bytes = b"", content: str = ""
    ) -> bytes:
        """One request; no redirect is followed, for the login goes to no other server."""
        place = urlsplit(self.url)
        # A Git server may answer Git alone, so the client says that it speaks as one.
        headers = {"User-Agent": "git/2.39 (git_push)", "Accept": f"application/x-{service}-{wants}"}
        if content:
            headers["Content-Type"] = content
        if self.login:
            known = self.login()
            headers["Authorization"] = f"Basic {b64encode(f'{known.name}:{known.password}'.encode()).decode()}"
        secure = place.scheme == "https"
        connection = (HTTPSConnection if secure else HTTPConnection)(place.netloc, timeout=TIMEOUT)
        try:
            connection.request(method, f"{place.path}{path}", body=body or None, headers=headers)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.status in _CLOSED:
            raise RefusedError(
                f"{place.netloc} answers {answer.status} for {place.path}: the repository is not there, or the role "
                f"may not do codecommit:{'GitPush' if service == SERVICE else 'GitPull'}."
            )
        if answer.status != 200:
            raise PushError(f"{place.netloc} answers {answer.status} for {place.path}.")
        return data


def codecommit_remote(address: Address) -> Remote:
    """A repository of CodeCommit, with the credentials of the Lambda runtime."""
    session = botocore.session.get_session()

    def fresh() -> Login:
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        return login(address, credentials=credentials.get_frozen_credentials(), now=datetime.now(tz=UTC))

    return Remote(url=address.url, login=fresh)
