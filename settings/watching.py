"""How a stack's applications are watched."""

from typing import Annotated

from pydantic import Field

from settings.base import Derived, FromParts, Model
from settings.fields import UrlPath, matching, within

RunbookAddress = Annotated[
    str,
    matching(
        r"(?=.{1,300}$)(https://[^\s/@]+(/[^\s?#]*)?|[A-Za-z0-9._\-/]+)",
        "the address of a folder with https://, without a password, or a path of the repository; 1 to 300 characters",
    ),
]
CanaryRuntime = Annotated[
    str,
    matching(
        r"syn-python-selenium-\d{1,3}\.\d{1,3}", "a runtime for Python and Selenium, such as syn-python-selenium-14.0"
    ),
]
Expected = Annotated[str, matching(r"[^\r\n]{1,200}", "text on one line, 1 to 200 characters")]


class Watch(Model):
    """What all that watches a stack has in common."""

    runbooks: RunbookAddress = Field(
        default="docs/runbooks",
        description="Where people find the pages of docs/runbooks: every alarm names the one that says what to do.",
    )
    canary_runtime: CanaryRuntime = Field(
        default="syn-python-selenium-14.0",
        description="What canaries run on, of Python and Selenium; AWS takes old ones away.",
    )


class PageCanary(Model):
    """A browser that opens a page of the application, as a user would."""

    enabled: Annotated[
        bool | None, Derived("true in production, where the application has an address that it can open")
    ] = Field(default=None, description="Whether there is one.")
    path: UrlPath = Field(default="/", description="The page that it opens.")
    every_minutes: Annotated[int, within(1, 60, "minutes")] = Field(
        default=5, description="How often, 1 to 60; two failures in a row ring."
    )
    expects: Expected | None = Field(default=None, description="What a user reads there; not said: any page will do.")


class ApplicationWatch(Model):
    """What watches one application besides its alarms."""

    canary: Annotated[PageCanary, FromParts()] = Field(description="A browser that opens a page of it.")
