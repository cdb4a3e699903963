"""Which lines of a log are errors, in a stack file."""

from typing import Annotated

from pydantic import Field

from settings.base import Model
from settings.fields import matching, within

LogPattern = Annotated[
    str, matching(r"[^\r\n]{1,1024}", "a filter pattern of CloudWatch Logs on one line, 1 to 1024 characters")
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
