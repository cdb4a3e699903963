"""The pipeline of a plan, read back from what AWS would get."""

from dataclasses import dataclass
from typing import Any

from tests.unit.planning import STOREFRONT, Planned
from tests.unit.planning_mocks import Resource


@dataclass(frozen=True, kw_only=True)
class PlannedAction:
    """One action with the stage it stands in."""

    stage: str
    declaration: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.declaration["name"])

    @property
    def configuration(self) -> dict[str, str]:
        """What its provider is told."""
        configuration: dict[str, str] = self.declaration["configuration"]
        return configuration

    @property
    def provider(self) -> str:
        """Category and provider, as `Deploy/S3`."""
        return f"{self.declaration['category']}/{self.declaration['provider']}"


def pipeline_of(plan: Planned, application: str = STOREFRONT) -> Resource:
    """The pipeline of an application."""
    return plan.one("aws:codepipeline/pipeline:Pipeline", name=f"{application}-{plan.stack}")


def stages_of(plan: Planned, application: str = STOREFRONT) -> list[tuple[str, list[str]]]:
    """Names of stages and of their actions, in order."""
    stages = pipeline_of(plan, application).inputs["stages"]
    return [(stage["name"], [action["name"] for action in stage["actions"]]) for stage in stages]


def actions_of(plan: Planned, application: str = STOREFRONT) -> list[PlannedAction]:
    """Every action, in order."""
    return [
        PlannedAction(stage=stage["name"], declaration=action)
        for stage in pipeline_of(plan, application).inputs["stages"]
        for action in stage["actions"]
    ]


def action_of(plan: Planned, name: str, application: str = STOREFRONT) -> PlannedAction:
    """The action of this name."""
    (found,) = [action for action in actions_of(plan, application) if action.name == name]
    return found
