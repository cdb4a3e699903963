"""What a function remembers from one visit to the next: the continuation token."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from pipeline_job.failures import RefusedError

TOKEN_LIMIT = 2048
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutJobSuccessResult.html, in characters."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The little that can't be seen in AWS itself; all else is looked up anew at each visit.

    Args:
        attempt: id of the job that began this run of the action; a retried action begins with another one.
        since: when it began, in seconds since 1970 (UTC). Deadlines count from here.
        deployment: id of the deployment that this attempt started or follows, empty before.
        desired: how many instances the idle fleet shall get, 0 before that is decided.
        version: of a Lambda function, published by this attempt; empty before.
    """

    attempt: str
    since: int
    deployment: str = ""
    desired: int = 0
    version: str = ""

    @property
    def began(self) -> datetime:
        """`since` as a time."""
        return datetime.fromtimestamp(self.since, tz=UTC)

    def to_token(self) -> str:
        """This memory as a continuation token.

        Raises:
            ValueError: it grew over what CodePipeline takes.
        """
        token = json.dumps(asdict(self), separators=(",", ":"), sort_keys=True)
        if len(token) > TOKEN_LIMIT:
            raise ValueError(f"The continuation token has {len(token)} characters, CodePipeline takes {TOKEN_LIMIT}.")
        return token

    @classmethod
    def from_token(cls, token: str) -> "Memory":
        """The memory that `to_token` wrote.

        Raises:
            RefusedError: the token is not ours.
        """
        try:
            values = json.loads(token)
        except ValueError as error:
            raise RefusedError("The continuation token is not JSON; it was not written by this function.") from error
        kinds: dict[str, type] = {"attempt": str, "since": int, "deployment": str, "desired": int, "version": str}
        if not isinstance(values, dict) or set(values) != set(kinds):
            raise RefusedError(f"The continuation token must have exactly the keys {', '.join(sorted(kinds))}.")
        for key, kind in kinds.items():
            if type(values[key]) is not kind:
                raise RefusedError(f"The continuation token's `{key}` must be of type {kind.__name__}.")
        return cls(**values)
