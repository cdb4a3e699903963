"""How an application runs as a service of ECS on Fargate: a class for each way in which a new version gets traffic."""

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import TypeAliasType

from settings.base import ByTier, Derived, FromParts, Model
from settings.deployments.front import FrontWebAcl
from settings.deployments.lambda_ import ManagedPolicies, Processor
from settings.deployments.log_lines import ErrorLines
from settings.deployments.server import Alarms, FrontCertificate, FrontUrl
from settings.deployments.shift import LONGEST_SHIFT, Canary, Linear
from settings.deployments.tasks import MOST_TASKS, TaskScaling
from settings.fields import (
    Listed,
    SecretReference,
    UrlPath,
    VariableName,
    at_least,
    distinct,
    matching,
    refused,
    within,
)


def _range(value: str) -> str:
    try:
        IPv4Network(value)
    except ValueError as error:
        raise refused("an IPv4 range whose host bits are zero, such as 203.0.113.0/24") from error
    return value


REPOSITORY = r"(\d{12})\.dkr\.ecr\.([a-z0-9\-]+)\.amazonaws\.com(?:\.cn)?/([a-z0-9]+(?:[._\-/][a-z0-9]+)*)"

ImageRepository = Annotated[
    str,
    matching(
        REPOSITORY,
        "a repository of ECR without tag and digest, <account>.dkr.ecr.<region>.amazonaws.com/<repository>",
    ),
]
TaskSecret = Annotated[
    SecretReference,
    matching(
        r"(?!.*-[A-Za-z0-9]{6}(:|$)).*",
        "a secret whose name doesn't end in - and six characters, which Secrets Manager takes for the end of an ARN",
    ),
]
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html, SecretId"""

FunctionName = Annotated[str, matching(r"[A-Za-z0-9_\-]{1,64}", "the name of a Lambda function of the stack's account")]
Ipv4Range = Annotated[str, AfterValidator(_range)]


MEMORY: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
    8192: tuple(range(16384, 61441, 4096)),
    16384: tuple(range(32768, 122881, 8192)),
}
"""In MiB, by units of cpu, of which a virtual processor has 1024:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html"""


def _cpu(value: int) -> int:
    if value not in MEMORY:
        raise refused(f"{', '.join(map(str, MEMORY))} (a virtual processor is 1024)")
    return value


def _in_words(sizes: tuple[int, ...]) -> str:
    if len(sizes) <= 3:
        return f"{', '.join(map(str, sizes[:-1]))} or {sizes[-1]}"
    return f"{sizes[0]} to {sizes[-1]} in steps of {sizes[1] - sizes[0]}"


SMALLEST_PART = 3
"""In percent: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html"""


class Service(Model):
    """The tasks and the load balancer before them: everything but the image and its task definition."""

    repository: Annotated[ImageRepository | None, Derived("that of `publish` to ecr, or of a source ecr")] = Field(
        default=None,
        description="Where the images lie that the bundle's imageDetail.json names: only for images that neither "
        "`publish` nor a source brings.",
    )
    port: Annotated[int, within(1, 65535, "(a TCP port)")] = Field(
        default=8080, description="TCP port that the container `app` listens on, 1 to 65535."
    )
    health_path: UrlPath = Field(default="/health", description="Path the load balancer asks; 200 is healthy.")
    cpu: Annotated[int, AfterValidator(_cpu)] = Field(
        default=256, description="Of a task: 256, 512, 1024 (one virtual processor), 2048, 4096, 8192, 16384."
    )
    memory_mb: int = Field(default=512, description="Of a task in MiB; Fargate has sizes for each cpu.")
    processor: Annotated[Processor, Field(strict=False)] = Field(
        default=Processor.X86, description="What tasks run on; `publish` builds images for x86_64."
    )
    count: Annotated[int, within(1, MOST_TASKS, "tasks")] = Field(
        default=2, description="Tasks at the start, 1 to 1000; afterwards it is moved by people or by `scaling`."
    )
    scaling: TaskScaling | None = Field(
        default=None, description="What moves the count of tasks; not said: people alone."
    )
    start_seconds: Annotated[int, within(0, 3600, "seconds")] = Field(
        default=60, description="How long a task that starts may be unhealthy, 0 to 3600 seconds."
    )
    certificate_arn: FrontCertificate = None
    url: FrontUrl = None
    web_acl_arn: FrontWebAcl = None
    test_port: Annotated[int, within(1, 65535, "(a TCP port)")] = Field(
        default=8443, description="Port of the load balancer where the new version answers before it has traffic."
    )
    test_from: Annotated[Listed[Ipv4Range], distinct("ranges")] = Field(
        default=(), description="Who reaches that port; not said: nobody."
    )
    environment: Mapping[VariableName, str] = Field(
        default_factory=dict, description="Variables of the container, in plain text: no secrets."
    )
    secrets: Mapping[VariableName, TaskSecret] = Field(
        default_factory=dict,
        description="Variables that ECS reads from Secrets Manager, by the secret's name, with :key where it is JSON.",
    )
    policy_arns: ManagedPolicies = Field(
        default=(), description="Managed policies of the role that the application itself has."
    )

    @model_validator(mode="after")
    def _has_a_size(self) -> "Service":
        if self.memory_mb not in MEMORY[self.cpu]:
            allowed = f"{_in_words(MEMORY[self.cpu])} MiB with cpu {self.cpu}"
            raise refused(allowed, key="memoryMb", partners=("cpu",))
        return self

    @model_validator(mode="after")
    def _starts_within_its_scaling(self) -> "Service":
        scaling = self.scaling
        if scaling and not scaling.min <= self.count <= scaling.max:
            allowed = f"min <= count <= max; here min {scaling.min}, count {self.count}, max {scaling.max}"
            raise refused(allowed, key="scaling", partners=("count",))
        return self

    @model_validator(mode="after")
    def _keeps_its_names_apart(self) -> "Service":
        if self.test_port in (80, 443):
            raise refused("another port than 80 and 443, which users have", key="testPort")
        if both := sorted(set(self.environment) & set(self.secrets)):
            raise refused(f"variables that `environment` hasn't; both have: {', '.join(both)}", key="secrets")
        return self


class Controller(StrEnum):
    """Who moves the traffic of a service."""

    CODE_DEPLOY = "code-deploy"
    ECS = "ecs"


class Stage(StrEnum):
    """Where in a deployment of its own ECS may ask a function
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html)."""

    RECONCILE_SERVICE = "reconcile-service"
    PRE_SCALE_UP = "pre-scale-up"
    POST_SCALE_UP = "post-scale-up"
    TEST_TRAFFIC_SHIFT = "test-traffic-shift"
    POST_TEST_TRAFFIC_SHIFT = "post-test-traffic-shift"
    PRODUCTION_TRAFFIC_SHIFT = "production-traffic-shift"
    POST_PRODUCTION_TRAFFIC_SHIFT = "post-production-traffic-shift"


class Hook(Model):
    """A function that ECS asks whether a deployment may go on."""

    function: FunctionName = Field(description="Which function, by name.")
    stages: Annotated[Listed[Annotated[Stage, Field(strict=False)]], at_least(1, "stage"), distinct("stages")] = Field(
        description="At which stages of a deployment it is asked."
    )


class ServiceDeploy(Model):
    """What every strategy of ECS says."""

    platform: Literal["ecs"] = Field(
        description="What runs the application: EC2, Lambda, ECS on Fargate, or machines on premises."
    )
    service: Annotated[Service, FromParts()] = Field(description="The tasks behind the load balancer.")
    controller: Annotated[Controller, Field(strict=False)] = Field(
        default=Controller.CODE_DEPLOY, description="Who moves the traffic: CodeDeploy, or ECS itself."
    )
    hook_functions: Annotated[Listed[FunctionName], distinct("functions")] = Field(
        default=(),
        description="With controller code-deploy: functions that the bundle's appspec.yaml may have it ask, by name.",
    )
    lifecycle_hooks: Annotated[Listed[Hook], distinct("functions", lambda hook: hook.function)] = Field(
        default=(), description="With controller ecs: the functions that it asks, and when."
    )
    alarms: Annotated[Alarms, FromParts()] = Field(description="What stops a deployment and rolls it back.")
    error_lines: Annotated[ErrorLines, FromParts()] = Field(description="Lines of the log that are errors.")
    bake_minutes: Annotated[int, within(0, 1380, "minutes"), ByTier("bake_minutes")] = Field(
        description="How many minutes the old tasks stay after the shift, 0 to 1380 (CodePipeline waits 24 hours)."
    )

    @property
    def shift_minutes(self) -> int:
        """How long the traffic takes."""
        return 0

    @model_validator(mode="after")
    def _is_told_where_its_controller_looks(self) -> "ServiceDeploy":
        if self.controller is Controller.ECS and self.hook_functions:
            raise refused(
                "nothing with controller ecs, which is told by `lifecycleHooks` whom to ask when", key="hookFunctions"
            )
        if self.controller is Controller.CODE_DEPLOY and self.lifecycle_hooks:
            allowed = "nothing with controller code-deploy, which is told by appspec.yaml and `hookFunctions`"
            raise refused(allowed, key="lifecycleHooks")
        return self

    @model_validator(mode="after")
    def _ends_in_time(self) -> "ServiceDeploy":
        if (whole := self.shift_minutes + self.bake_minutes) > LONGEST_SHIFT:
            allowed = f"{LONGEST_SHIFT} minutes for shift and bake; {self.shift_minutes} and {self.bake_minutes} are"
            raise refused(f"{allowed} {whole}", key="bakeMinutes")
        return self


class ServiceBlueGreenDeploy(ServiceDeploy):
    """All of the traffic at once, when the new tasks are healthy."""

    strategy: Literal["blue-green"] = Field(description="How a new version gets there.")


class ServiceCanaryDeploy(Canary, ServiceDeploy):
    """A part of the traffic to the new tasks first."""


class ServiceLinearDeploy(Linear, ServiceDeploy):
    """Part after part of the traffic to the new tasks."""

    @model_validator(mode="after")
    def _has_parts_that_ecs_knows(self) -> "ServiceLinearDeploy":
        if self.controller is Controller.ECS and self.linear.percent < SMALLEST_PART:
            raise refused(f"a percent of {SMALLEST_PART} to 99 with controller ecs", key="linear")
        return self


AnyEcsDeploy = TypeAliasType(
    "AnyEcsDeploy",
    Annotated[
        ServiceBlueGreenDeploy | ServiceCanaryDeploy | ServiceLinearDeploy,
        Field(discriminator="strategy"),
    ],
)
