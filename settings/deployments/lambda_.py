"""How an application becomes a Lambda function: a class for each way in which its alias moves to a new version."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from typing_extensions import TypeAliasType

from settings.base import ByTier, Derived, FromParts, Model
from settings.deployments.log_lines import ErrorLines
from settings.deployments.server import Bound, one_bound
from settings.deployments.shift import LONGEST_SHIFT, Canary, Linear
from settings.fields import Listed, WebUrl, at_most, distinct, matching, refused, within


class LambdaRuntime(StrEnum):
    """What Lambda runs code with, by the names of
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html."""

    PYTHON_3_12 = "python3.12"
    PYTHON_3_13 = "python3.13"
    PYTHON_3_14 = "python3.14"
    NODE_22 = "nodejs22.x"
    NODE_24 = "nodejs24.x"
    JAVA_21 = "java21"
    JAVA_25 = "java25"
    DOTNET_8 = "dotnet8"
    DOTNET_10 = "dotnet10"
    RUBY_3_4 = "ruby3.4"
    OS_ONLY = "provided.al2023"


class Processor(StrEnum):
    """What a function runs on."""

    ARM = "arm64"
    X86 = "x86_64"


Handler = Annotated[str, matching(r"[^\s]{1,128}", "1 to 128 characters without spaces, such as app.handler")]
VariableName = Annotated[
    str,
    matching(
        r"(?!AWS_|LAMBDA_)[A-Za-z][A-Za-z0-9_]+",
        "2 or more of A-Z a-z 0-9 _, a letter first, not AWS_… and LAMBDA_… which Lambda sets",
    ),
]
ManagedPolicyArn = Annotated[
    str, matching(r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]{1,512}", "the ARN of a managed policy")
]
MOST_VARIABLES = 4000
"""In bytes. Lambda takes 4096 as JSON, and a hook has one more
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""

OF_HOOKS = "FUNCTION"
"""The variable that tells a hook which function it tests."""

MOST_POLICIES = 20
"""Of a role, and only where the account has asked for more than 10
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""

ManagedPolicies = Annotated[Listed[ManagedPolicyArn], distinct("policies"), at_most(MOST_POLICIES, "policies")]


class Hooks(Model):
    """Handlers in the bundle that CodeDeploy asks around the shift; each becomes a function of its own."""

    before_allow_traffic: Handler | None = Field(
        default=None, description="Handler that tests the new version before it is invoked by anybody."
    )
    after_allow_traffic: Handler | None = Field(
        default=None, description="Handler that tests it when everything goes there; its failure rolls back."
    )


class LambdaAlarms(Model):
    """Above which measures a shift is stopped and rolled back, and of which people are told besides."""

    errors: Annotated[int, within(0, 1_000_000, "errors in a minute")] = Field(
        default=0, description="Invocations that end in an error, in one minute; 0: one is too many."
    )
    throttles: Annotated[int, within(0, 1_000_000, "throttles in a minute")] = Field(
        default=0, description="Invocations that are throttled, in one minute; 0: one is too many."
    )
    duration_ms: Annotated[int, within(1, 900_000, "milliseconds")] = Field(
        default=3000,
        description="95th percentile of the duration in milliseconds, 1 to 900000. Only with duration fixed.",
    )
    duration: Annotated[Bound, Field(strict=False)] = Field(
        default=Bound.FIXED,
        description="What the duration is held against: durationMs, or what CloudWatch has learned (anomaly).",
    )
    concurrency: Annotated[
        Annotated[int, within(1, 100_000, "invocations at a time")] | None,
        Derived("80 percent of reservedConcurrency, if there is one"),
    ] = Field(default=None, description="Invocations at a time, 1 to 100000; people are told.")

    @model_validator(mode="before")
    @classmethod
    def _has_one_bound(cls, given: Any) -> Any:
        return one_bound(given, number="durationMs", bound="duration")


class LambdaFunction(Model):
    """The function: everything but its code, which the pipeline brings."""

    runtime: Annotated[LambdaRuntime, Field(strict=False)] = Field(description="What Lambda runs the code with.")
    handler: Handler = Field(description="What it calls in the bundle, such as app.handler.")
    processor: Annotated[Processor, Field(strict=False)] = Field(
        default=Processor.ARM, description="What it runs on; code that was compiled is compiled for it."
    )
    memory_mb: Annotated[int, within(128, 10240, "MB")] = Field(default=256, description="Memory in MB, 128 to 10240.")
    timeout_seconds: Annotated[int, within(1, 900, "seconds")] = Field(
        default=30, description="After how many seconds an invocation is ended, 1 to 900."
    )
    environment: Mapping[VariableName, str] = Field(
        default_factory=dict, description="Environment variables, in plain text: no secrets, but their names."
    )
    policy_arns: ManagedPolicies = Field(
        default=(), description="Managed policies that its role gets beside writing its log."
    )
    vpc: bool = Field(default=False, description="Whether it is put into the private subnets of the network.")
    reserved_concurrency: Annotated[int, within(1, 100_000, "invocations at a time")] | None = Field(
        default=None, description="At most so many invocations at a time; not said: what the account has left."
    )

    @model_validator(mode="after")
    def _has_variables_that_fit(self) -> "LambdaFunction":
        size = len(json.dumps(dict(self.environment), separators=(",", ":"), ensure_ascii=False).encode())
        if size > MOST_VARIABLES:
            raise refused(f"variables of {MOST_VARIABLES} bytes as JSON; they have {size}", key="environment")
        return self


class LambdaDeploy(Model):
    """What both strategies of Lambda say."""

    platform: Literal["lambda"] = Field(
        description="What runs the application: EC2, Lambda, ECS on Fargate, or machines on premises."
    )
    function: Annotated[LambdaFunction, FromParts()] = Field(description="The function.")
    hooks: Annotated[Hooks, FromParts()] = Field(description="What CodeDeploy asks around the shift.")
    alarms: Annotated[LambdaAlarms, FromParts()] = Field(description="What stops a shift and rolls it back.")
    watch_minutes: Annotated[int, within(0, 1380, "minutes"), ByTier("watch_minutes")] = Field(
        description="For how many minutes after the shift an alarm rolls the deployment back by itself, 0 to 1380."
    )
    error_lines: Annotated[ErrorLines, FromParts()] = Field(description="Lines of the log that are errors.")
    url: WebUrl | None = Field(
        default=None,
        description="Address at which suites after the deployment reach it, where it has one.",
    )

    @property
    def shift_minutes(self) -> int:
        """How long the invocations take to move."""
        return 0

    @model_validator(mode="after")
    def _leaves_its_hooks_their_variable(self) -> "LambdaDeploy":
        if OF_HOOKS in self.function.environment and (
            self.hooks.before_allow_traffic or self.hooks.after_allow_traffic
        ):
            raise refused(f"an environment without {OF_HOOKS}, by which hooks are told whom they test", key="function")
        return self

    @model_validator(mode="after")
    def _watched_in_time(self) -> "LambdaDeploy":
        if self.shift_minutes <= LONGEST_SHIFT < (whole := self.shift_minutes + self.watch_minutes):
            allowed = f"{LONGEST_SHIFT} minutes for shift and watch; {self.shift_minutes} and {self.watch_minutes} are"
            raise refused(f"{allowed} {whole}", key="watchMinutes")
        return self


class CanaryDeploy(Canary, LambdaDeploy):
    """A part of the invocations first."""


class LinearDeploy(Linear, LambdaDeploy):
    """Part after part of the invocations."""

    @model_validator(mode="after")
    def _ends_in_time(self) -> "LinearDeploy":
        if self.shift_minutes > LONGEST_SHIFT:
            raise refused(
                f"{LONGEST_SHIFT} minutes for the whole shift; {self.parts} parts of {self.linear.minutes} minutes are "
                f"{self.shift_minutes}",
                key="linear",
            )
        return self


AnyLambdaDeploy = TypeAliasType(
    "AnyLambdaDeploy", Annotated[CanaryDeploy | LinearDeploy, Field(discriminator="strategy")]
)
