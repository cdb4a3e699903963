"""A deployment to machines on premises, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.deployment.codedeploy_action import codedeploy_action
from components.deployment.on_premises import permissions
from components.deployment.on_premises.group import (
    VISIT_MINUTES,
    MachineGroup,
    MachineGroupArgs,
    missing_machines,
)
from components.deployment.plan import ByHand, Deployed, DeploymentSurroundings
from components.event_function import EventDrivenFunction, EventDrivenFunctionArgs, VisitPlan
from components.function import EventFunction
from components.iam import ServiceRole, ServiceRoleArgs
from components.notifications import notification_topic
from components.place import Place
from components.stages import Artifact, Stage
from components.watching import ApplicationAlarms, ApplicationAlarmsArgs, Canary, measured

NAMESPACE = "Delivery/OnPremises"


@dataclass(frozen=True, kw_only=True)
class OnPremisesDeploymentPlan:
    """A deployment to machines on premises, as data.

    Args:
        application: what is deployed.
        place: where it is deployed from; the machines are elsewhere.
        deployment_config: how many machines may change at the same time.
        tag: key of the tag by which CodeDeploy finds the machines; its value is `name`.
        tags: further tags of the machines, at most 9.
        systems: what the machines run, for pictures.
        most_missing: more machines that don't report stop a deployment.
        alarms: names of alarms that stop it besides.
        canary: what opens its page, if anything does.
        target_url: where suites after the deployment reach it, where it has an address.
    """

    application: str
    place: Place
    deployment_config: str
    tag: str
    systems: Sequence[str]
    tags: Mapping[str, str] = field(default_factory=dict)
    most_missing: int = 0
    alarms: Sequence[str] = ()
    canary: Canary | None = None
    target_url: str | None = None

    @property
    def name(self) -> str:
        """The CodeDeploy application with its one group, and what the machines are tagged with."""
        return f"{self.application}-{self.place.environment}"

    @property
    def machine_role(self) -> str:
        """The role of the machines: what an activation names, and their sessions are sessions of."""
        return f"{self.name}-machine"

    @property
    def target(self) -> str:
        """The machines in a line."""
        return f"machines on premises: {', '.join(self.systems)}"

    def stages(self, artifact: Artifact, *, proof: Sequence[Stage] = ()) -> tuple[Stage, ...]:
        """One stage that deploys, and what proves it.

        It has no roll-back of its own: CodeDeploy puts the last good revision back, and a group takes one deployment
        at a time.
        """
        action = codedeploy_action(
            self.place,
            self.name,
            deployment_config=self.deployment_config,
            artifact=artifact,
            target=f"{self.name}: in place, on premises",
        )
        return (Stage(name="Deploy", actions=(action,)), *proof)

    @property
    def watch(self) -> EventFunction:
        """The function that keeps CodeDeploy's list of machines, and counts those that are silent."""
        return EventFunction(
            package="watch_machines",
            application=self.application,
            place=self.place,
            statements=permissions.watch_machines(self.place, NAMESPACE),
        )

    @property
    def parameters(self) -> dict[str, object]:
        """What that function works on."""
        place = self.place
        return {
            "application": self.name,
            "role": self.machine_role,
            "sessions": f"arn:{place.partition}:sts::{place.account}:assumed-role/{self.machine_role}",
            "tag": self.tag,
            "tags": dict(self.tags),
            "namespace": NAMESPACE,
        }

    def make(self, name: str, *, surroundings: DeploymentSurroundings, opts: pulumi.ResourceOptions) -> Deployed:
        """The machines' role, the group that deploys to them, and the function that watches them.

        No activation: its code would lie in the state. `operations register-script` asks for one when it is needed.
        """
        topic = notification_topic(self.place)
        role = ServiceRole(
            f"{name}-machine-role",
            ServiceRoleArgs(
                role_name=self.machine_role,
                service="ssm.amazonaws.com",
                account=self.place.account,
                statements=permissions.machine(self.place, surroundings.key_arn),
                managed_policies=[f"arn:{self.place.partition}:iam::aws:policy/{permissions.MACHINE_CORE}"],
                description=f"Machines on premises of {self.application} in {self.place.environment}",
            ),
            opts=opts,
        )
        told = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[surroundings.notifications]))
        alarms = ApplicationAlarms(
            f"{name}-alarms",
            ApplicationAlarmsArgs(
                application=self.application,
                place=self.place,
                measures=[
                    missing_machines(self.name, namespace=NAMESPACE, most=self.most_missing),
                    *measured(self.canary),
                ],
                besides=self.alarms,
                topic_arn=topic,
                runbooks=surroundings.runbooks,
            ),
            opts=told,
        )
        group = MachineGroup(
            f"{name}-deployment",
            MachineGroupArgs(
                name=self.name,
                tag=self.tag,
                place=self.place,
                deployment_config=self.deployment_config,
                alarms=alarms.stopping,
                statements=permissions.deploy_to_machines(),
                protect=surroundings.protect,
            ),
            opts=told,
        )
        watch = EventDrivenFunction(
            f"{name}-watch-machines",
            EventDrivenFunctionArgs(
                function=self.watch,
                rules=[
                    VisitPlan(
                        name="visit",
                        description=f"Looks at the machines of {self.name}",
                        schedule=f"rate({VISIT_MINUTES} minutes)",
                    )
                ],
                parameters=self.parameters,
                topic_arn=topic,
                key_arn=surroundings.key_arn,
                log_retention_days=surroundings.log_retention_days,
            ),
            opts=told,
        )
        group_names = {"application": self.name, "deploymentGroup": self.name}
        return Deployed(
            parts=(role, group, watch),
            alarms=alarms,
            by_hand=ByHand(platform="on-premises", strategy="in-place", parameters=group_names),
            outputs={"machineRole": role.arn},
        )
