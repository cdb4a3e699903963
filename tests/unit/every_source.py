"""Every source with every change detection it has, planned once: one stack of many applications."""

from functools import cache

from tests.sources import MONOREPO, PAIRS, source
from tests.unit.every_fleet import every_fleet
from tests.unit.every_function import every_function
from tests.unit.every_machine import every_machine
from tests.unit.every_service import every_service
from tests.unit.every_stage import every_stage
from tests.unit.gates import every_gate
from tests.unit.planning import STACKS, Config, Planned, planned

BESIDES = (
    "every source",
    "every stage",
    "promotion by schedule",
    "every function",
    "every service",
    "every gate",
    "every machine",
    "every fleet",
)
EVERY_PLAN = (*STACKS, *BESIDES)
"""The stacks of the repository, and those that have what the repository's don't: see `plan_named`."""

IN_DEV = [pair for pair in PAIRS if pair[0] != "promotion"]
"""Promotion needs another stack that gives: see `promoted`."""


def application_of(provider: str, way: str) -> str:
    """The application with this source."""
    return f"{provider}-{way}"


@cache
def every_source() -> Planned:
    """A development stack with an application for each pair of `IN_DEV`, and those of `MONOREPO`."""

    def change(config: Config) -> None:
        applications = config["delivery:applications"]
        (smallest,) = applications.values()
        del smallest["suites"]
        applications.clear()
        for provider, way in IN_DEV:
            said = source(provider, way)
            if way == "events" and provider in {"codecommit", "s3"}:
                said["owned"] = True
            applications[application_of(provider, way)] = {**smallest, "source": said}
        applications |= {name: {**smallest, "source": dict(said)} for name, said in MONOREPO.items()}

    return planned("dev", change)


@cache
def promoted(way: str) -> Planned:
    """Production, which staging's artifact starts in this way."""

    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["source"] = source("promotion", way)

    return planned("prod", change)


def plan_of(provider: str, way: str) -> tuple[Planned, str]:
    """The plan with this source, and the application it belongs to."""
    return (promoted(way), "storefront") if provider == "promotion" else (every_source(), application_of(provider, way))


def plan_named(name: str) -> Planned:
    """A plan by its name in `EVERY_PLAN`."""
    match name:
        case "every service":
            return every_service()
        case "every source":
            return every_source()
        case "every stage":
            return every_stage()
        case "every gate":
            return every_gate()
        case "promotion by schedule":
            return promoted("schedule")
        case "every function":
            return every_function()
        case "every machine":
            return every_machine()
        case "every fleet":
            return every_fleet()
        case _:
            return planned(name)
