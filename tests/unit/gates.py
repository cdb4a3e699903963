"""A stack in which every kind of source waits for three approvals: two beside each other, and one after them."""

from functools import cache
from typing import Any

from tests.sources import PROVIDERS, source
from tests.unit.planning import Config, Planned, apart, planned

GATES: list[dict[str, Any]] = [
    {"name": "qa-head", "emails": ["qa-head@example.com"], "reviewUrl": "https://staging.example.com"},
    {"name": "board", "emails": ["board@example.com"], "message": "Is it the right day?"},
    {
        "name": "owner",
        "emails": ["owner@example.com"],
        "order": 2,
        "message": "Tag #{Evidence.tag}",
        "timeoutMinutes": 60,
    },
]
PEOPLE = {"jane@example.com": ["jdoe", "12345+jane@users.noreply.github.com"]}

BUILDING = tuple(one for one in PROVIDERS if one != "promotion")


@apart
def gated(config: Config) -> None:
    """An application for each source that isn't a promotion."""
    config["delivery:people"] = dict(PEOPLE)
    applications = config["delivery:applications"]
    (smallest,) = applications.values()
    del smallest["suites"]
    applications.clear()
    for provider in BUILDING:
        rule = "authors" if provider == "codecommit" else "starter"
        said = {**smallest, "source": source(provider), "approvals": GATES, "fourEyes": rule}
        applications[f"{provider}-gated"] = said


@cache
def every_gate() -> Planned:
    """That stack; production has the approval of what was promoted."""
    return planned("dev", gated)
