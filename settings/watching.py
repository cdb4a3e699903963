"""How a stack's applications are watched."""

from typing import Annotated

from pydantic import Field

from settings.base import Model
from settings.fields import matching

RunbookAddress = Annotated[
    str,
    matching(
        r"(?=.{1,300}$)(https://[^\s/@]+(/[^\s?#]*)?|[A-Za-z0-9._\-/]+)",
        "the address of a folder with https://, without a password, or a path of the repository; 1 to 300 characters",
    ),
]


class Watch(Model):
    """What all alarms of a stack have in common."""

    runbooks: RunbookAddress = Field(
        default="docs/runbooks",
        description="Where people find the pages of docs/runbooks: every alarm names the one that says what to do.",
    )
