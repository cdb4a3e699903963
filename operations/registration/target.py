"""What a machine is registered for, read from a stack file."""

import re
from dataclasses import dataclass
from pathlib import Path

from components.deployment import OnPremisesDeploymentPlan
from operations.command import UnusableError
from plans.deployments import on_premises_plan
from plans.places import place_of
from settings import SettingsError, read
from settings.deployments import Agents, OnPremisesDeploy, System

PLAIN = re.compile(r"[A-Za-z0-9._/:-]+")
"""What both shells read as it stands."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """An application on premises, and what its machines of one system get.

    Args:
        plan: the deployment, as the program makes it.
        system: what the machine runs.
        agents: what is installed on it.
        machines: how many one activation registers.
        days: how long that lasts.
    """

    plan: OnPremisesDeploymentPlan
    system: System
    agents: Agents
    machines: int
    days: int

    @property
    def settings(self) -> dict[str, str]:
        """What the scripts have to know; nothing of it is secret."""
        place = self.plan.place
        values = {
            "APPLICATION": self.plan.name,
            "ACCOUNT": place.account,
            "PARTITION": place.partition,
            "REGION": place.region,
            "ROLE": self.plan.machine_role,
            "SYSTEM": self.system.value,
            "AGENT_PACKAGE": self.agents.code_deploy.package,
            "AGENT_SHA256": self.agents.code_deploy.sha256,
            "SETUP_TOOL": self.agents.systems_manager.tool,
            "SETUP_SHA256": self.agents.systems_manager.sha256,
        }
        if wrong := [key for key, value in values.items() if not PLAIN.fullmatch(value)]:
            raise UnusableError(f"not plain enough for a shell: {', '.join(wrong)}")
        return values


def target_of(file: Path, *, application: str | None, system: System) -> Target:
    """What machines of this system are registered for; None is the only application on premises.

    Raises:
        UnusableError: the file is refused, there is no such application or system, or the application is elsewhere.
    """
    try:
        settings = read(file)
    except SettingsError as error:
        raise UnusableError(str(error)) from error
    known = {
        name: one.deploy for name, one in settings.applications.items() if isinstance(one.deploy, OnPremisesDeploy)
    }
    there = ", ".join(known) or "none"
    if application is None and len(known) == 1:
        (application,) = known
    if application is None:
        raise UnusableError(f"say --application; {file.name} has on premises: {there}")
    if application not in known:
        raise UnusableError(f"{file.name} has no application {application} on premises; there are: {there}")
    deploy = known[application]
    if system not in deploy.agents:
        there = ", ".join(one.value for one in deploy.agents)
        raise UnusableError(f"{application} has no agents for {system.value} in {file.name}; there are: {there}")
    return Target(
        plan=on_premises_plan(application, deploy, place_of(settings.site)),
        system=system,
        agents=deploy.agents[system],
        machines=deploy.registration.machines,
        days=deploy.registration.days,
    )
