"""One stack's values, as the rules see them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings.problems import Path
from settings.siblings import Siblings, at
from settings.tiers import DEFAULTS, Tier, TierDefaults


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack's values, as far as each of them is good by itself.

    Args:
        name: the stack's name.
        values: a mapping with the keys of `Settings`, in the file's spelling.
        siblings: the neighbouring stack files.
    """

    name: str
    values: Mapping[str, Any]
    siblings: Siblings

    @property
    def region(self) -> str | None:
        """The stack's region."""
        return at(self.values, "region") or None

    def applications(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Name and values of each application."""
        applications = at(self.values, "applications")
        for name, application in (applications if isinstance(applications, Mapping) else {}).items():
            if isinstance(application, Mapping):
                yield name, application

    def machines(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Place and values of what an application runs on: fleets, workers, services; and of Jenkins."""
        for name, application in self.applications():
            for kind in ("fleet", "service"):
                if isinstance(front := at(application, "deploy", kind), Mapping):
                    yield ("applications", name, "deploy", kind), front
            workers = at(application, "deploy", "workers")
            for worker, group in workers.items() if isinstance(workers, Mapping) else ():
                if isinstance(machines := at(group, "fleet"), Mapping):
                    yield ("applications", name, "deploy", "workers", worker, "fleet"), machines
        if isinstance(server := at(self.values, "jenkins"), Mapping):
            yield ("jenkins",), server

    @staticmethod
    def free_stages(name: str, application: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Place and values of each stage of an application's own."""
        for index, stage in enumerate(at(application, "stages") or ()):
            yield ("applications", name, "stages", index), stage

    @property
    def defaults(self) -> TierDefaults | None:
        """The defaults of the stack's tier, if it says a tier."""
        tier = at(self.values, "environment", "tier")
        return DEFAULTS[Tier(tier)] if tier in list(Tier) else None
