"""A deployment to Lambda, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.conditions import ROLL_BACK
from components.deployment.functions import permissions
from components.deployment.functions.delivered import DeliveredFunction, DeliveredFunctionArgs
from components.deployment.functions.group import FunctionGroup, FunctionGroupArgs
from components.deployment.functions.measures import function_measures
from components.deployment.functions.placement import FunctionPlacement, FunctionThresholds
from components.deployment.plan import ByHand, Deployed, DeploymentSurroundings
from components.deployment.shift import TrafficShift
from components.function import DeliveryFunction, DeliveryFunctionArgs, PipelineFunction
from components.iam import Statement
from components.monitoring import Measure, alarm_names
from components.notifications import notification_topic
from components.place import Place
from components.stages import Artifact, Stage
from components.watching import (
    ApplicationAlarms,
    ApplicationAlarmsArgs,
    Canary,
    ErrorLines,
    ErrorLinesMetric,
    error_lines,
    measured,
)

DEPLOY = "DeployFunction"
ALIAS = "live"
"""Through which everything outside invokes the function: it always names the version that serves."""


@dataclass(frozen=True, kw_only=True)
class FunctionDeploymentPlan:
    """A deployment to Lambda, as data.

    Args:
        application: what is deployed.
        place: where.
        function: what it becomes.
        shift: how its alias moves to a new version.
        hooks: lifecycle event to handler of the bundle.
        thresholds: above which an alarm stops the shift.
        watch_minutes: how long an alarm rolls back after all invocations have moved, 0 to 1380 with the shift.
        lines: which lines of its log are errors.
        canary: what opens its page, if anything does.
        target_url: where suites after the deployment reach it, where it has an address.
    """

    application: str
    place: Place
    function: FunctionPlacement
    shift: TrafficShift
    thresholds: FunctionThresholds
    lines: ErrorLines
    watch_minutes: int = 0
    hooks: Mapping[str, str] = field(default_factory=dict)
    canary: Canary | None = None
    target_url: str | None = None

    @property
    def name(self) -> str:
        """The function, and the CodeDeploy application with its one group."""
        return f"{self.application}-{self.place.environment}"

    @property
    def target(self) -> str:
        """The function in a line."""
        return f"{self.function.runtime} on {self.function.processor}, {self.function.memory_mb} MB"

    @property
    def hook_functions(self) -> dict[str, str]:
        """Lifecycle event to function. The prefix is what AWS's own policies for CodeDeploy let be invoked."""
        return {event: f"CodeDeployHook_{self.name}-{_plain(event)}" for event in self.hooks}

    @property
    def functions(self) -> tuple[str, ...]:
        """Every function whose code is the bundle."""
        return (self.name, *self.hook_functions.values())

    def deployer(self, *besides: Statement) -> PipelineFunction:
        """The function that the pipeline invokes to deploy, with what it may do besides."""
        return PipelineFunction(
            package="deploy_function",
            application=self.application,
            place=self.place,
            statements=(*permissions.deploy(self.place, self.name, self.functions, self.shift), *besides),
            libraries=("deployments", "function_versions"),
        )

    def stages(self, artifact: Artifact, *, proof: Sequence[Stage] = ()) -> tuple[Stage, ...]:
        """One stage that deploys, and what proves it.

        CodeDeploy itself brings the alias back where it fails, and the action fails after that. The roll-back of the
        stage then finds the alias where it wants it, and only brings back the code that is not published.
        """
        action = self.deployer().action(name=DEPLOY, inputs=(artifact,), target=f"{self.name}:{ALIAS}, {self.shift}")
        return (Stage(name="Deploy", actions=(action,), on_failure=ROLL_BACK), *proof)

    def make(self, name: str, *, surroundings: DeploymentSurroundings, opts: pulumi.ResourceOptions) -> Deployed:
        """The function with its alias, its hooks and alarms, and the CodeDeploy application that moves the alias."""
        delivered = DeliveredFunction(
            f"{name}-function",
            DeliveredFunctionArgs(
                name=self.name,
                alias=ALIAS,
                hooks=[(self.hook_functions[event], handler) for event, handler in self.hooks.items()],
                placement=self.function,
                place=self.place,
                network=surroundings.network,
                key_arn=surroundings.key_arn,
                log_retention_days=surroundings.log_retention_days,
                hook_statements=permissions.answer_as_hook(self.place, self.name),
            ),
            opts=opts,
        )
        told = pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(depends_on=[surroundings.notifications, delivered])
        )
        ErrorLinesMetric(
            f"{name}-errors",
            owner=self.name,
            log_group_name=f"/aws/lambda/{self.name}",
            lines=self.lines,
            opts=told,
        )
        alarms = ApplicationAlarms(
            f"{name}-alarms",
            ApplicationAlarmsArgs(
                application=self.application,
                place=self.place,
                measures=self.measures,
                topic_arn=notification_topic(self.place),
                runbooks=surroundings.runbooks,
            ),
            opts=told,
        )
        group = FunctionGroup(
            f"{name}-deployment",
            FunctionGroupArgs(
                name=self.name,
                alias=ALIAS,
                place=self.place,
                shift=self.shift,
                alarms=alarms.stopping,
                statements=permissions.shift_alias(self.place, self.name, self.hook_functions.values()),
                protect=surroundings.protect,
            ),
            opts=told,
        )
        deployer = DeliveryFunction(
            f"{name}-deploy-function",
            DeliveryFunctionArgs(
                function=self.deployer(
                    *permissions.read_bundle(self.place, surroundings.key_arn),
                    *permissions.pass_variables_on(self.place, surroundings.key_arn),
                ),
                parameters=self.parameters,
                key_arn=surroundings.key_arn,
                log_retention_days=surroundings.log_retention_days,
            ),
            opts=opts,
        )
        return Deployed(
            parts=(delivered, group, deployer),
            alarms=alarms,
            log_group=f"/aws/lambda/{self.name}",
            by_hand=ByHand(platform="lambda", strategy=self.shift.strategy, parameters=self.parameters),
            outputs={"function": delivered.alias_arn},
        )

    @property
    def parameters(self) -> dict[str, object]:
        """What the deployer works on."""
        hooks = {f"{event[0].lower()}{event[1:]}": function for event, function in self.hook_functions.items()}
        return {
            # The pipeline, the application of CodeDeploy, its one group and the function have one name.
            "pipeline": self.name,
            "application": self.name,
            "deploymentGroup": self.name,
            "function": self.name,
            "alias": ALIAS,
            "alarms": list(alarm_names(self.name, self.measures)),
            "watchMinutes": self.watch_minutes,
            **hooks,
        }

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it is watched by."""
        return (
            *function_measures(self.name, ALIAS, self.thresholds),
            error_lines(self.name, self.lines),
            *measured(self.canary),
        )


def _plain(event: str) -> str:
    """`before` of `BeforeAllowTraffic`."""
    return event.removesuffix("AllowTraffic").lower()
