"""Which lines of a log are errors, in a stack file."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from settings.base import Model
from settings.fields import matching, refused, within

_ENDS = {"{": "}", "[": "]"}
"""What a pattern for JSON, and one for fields, end with."""


def _closed(pattern: str) -> str:
    """Refuses what is certainly none, for AWS would refuse it in the midst of an `up`."""
    said = pattern.strip()
    end = _ENDS.get(said[:1])
    if (end and not said.endswith(end)) or len(re.sub(r"\\.", "", said).split('"')) % 2 == 0:
        raise refused('a filter pattern of CloudWatch Logs: what " { or [ opens is closed again')
    return pattern


LogPattern = Annotated[
    str,
    matching(r"[^\r\n]{1,1024}", "a filter pattern of CloudWatch Logs on one line, 1 to 1024 characters"),
    AfterValidator(_closed),
]


class ErrorLines(Model):
    """Lines of a log that say that something went wrong; people are told, and no deployment is stopped."""

    pattern: LogPattern = Field(
        default="?ERROR ?FATAL ?CRITICAL",
        description="Which lines, as a filter pattern of CloudWatch Logs; it tells capitals from small letters.",
    )
    count: Annotated[int, within(0, 1_000_000, "lines in a minute")] = Field(
        default=10, description="How many in one minute are too many, above this number."
    )
