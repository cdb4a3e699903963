"""A Lambda function: its code from `functions/`, its logs, its role, and who invokes it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pulumi
from pulumi_aws import lambda_

from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.log_group import log_group, write_logs
from components.place import Place
from components.stages import Action, Artifact, Category

FUNCTIONS = Path("functions")
"""Relative to the program's folder, where Pulumi runs it: a path of one machine in the state would be a difference on
the next."""

RUNTIME = "python3.13"


def invoke_function(place: Place, function: str) -> Statement:
    """Invoking one function. AWS's example also lists functions, which only the console does
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html)."""
    return Statement(actions=("lambda:InvokeFunction",), resources=(place.arn("lambda", f"function:{function}"),))


@dataclass(frozen=True, kw_only=True)
class FunctionSize:
    """What a function runs on (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).

    Args:
        timeout_seconds: after which Lambda ends it, at most 900.
        memory_mib: its memory, 128 to 10240; 1769 come with a whole processor.
        disk_mib: its `/tmp`, 512 to 10240.
    """

    timeout_seconds: int = 120
    memory_mib: int = 256
    disk_mib: int = 512


@dataclass(frozen=True, kw_only=True)
class FunctionPlan:
    """A function of one application, as data.

    Args:
        package: its package in `functions/`, for example `shift_traffic`.
        application: the application it works for.
        place: where it runs.
        statements: what it may do, besides what every function of its kind does.
        libraries: the packages of `functions/` that it needs, besides those of its kind.
        files: what lies beside its handler besides, name to text.
        size: what it runs on.
    """

    package: str
    application: str
    place: Place
    statements: Sequence[Statement]
    libraries: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    size: FunctionSize = field(default_factory=FunctionSize)

    shared_packages: ClassVar[tuple[str, ...]] = ()
    """What of `functions/` its kind has in common."""

    @property
    def function(self) -> str:
        """The function's name."""
        return f"{self.application}-{self.place.environment}-{self.package.replace('_', '-')}"

    @property
    def log_group(self) -> str:
        """Where Lambda writes the function's log."""
        return f"/aws/lambda/{self.function}"

    def permissions(self) -> list[Statement]:
        """Everything the function's role may do."""
        return [write_logs(self.place, self.log_group), *self.statements]


@dataclass(frozen=True, kw_only=True)
class PipelineFunction(FunctionPlan):
    """A function that the pipeline invokes, and that answers it."""

    shared_packages: ClassVar[tuple[str, ...]] = ("pipeline_job",)

    def action(
        self,
        *,
        name: str,
        inputs: tuple[Artifact, ...] = (),
        outputs: tuple[Artifact, ...] = (),
        target: str | None = None,
        parameters: Mapping[str, str] | None = None,
        namespace: str | None = None,
    ) -> Action:
        """The action that invokes the function
        (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html).

        Args:
            name: of the action.
            inputs: artifacts it is handed.
            outputs: artifacts it makes.
            target: what it changes, for pictures.
            parameters: what it has to know of the execution, with references such as `#{variables.GIT_BRANCH}`.
            namespace: under which later actions read its variables; its name where it says nothing.
        """
        given = {"execution": "#{codepipeline.PipelineExecutionId}", **(parameters or {})}
        return Action(
            name=name,
            category=Category.INVOKE,
            provider="Lambda",
            configuration={"FunctionName": self.function, "UserParameters": json.dumps(given)},
            inputs=inputs,
            outputs=outputs,
            namespace=namespace or name,
            target=target,
            permissions=(invoke_function(self.place, self.function),),
        )

    def permissions(self) -> list[Statement]:
        """Everything the function's role may do."""
        # A job has no ARN: these two actions have no resource level.
        answer = Statement(
            actions=("codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"), resources=("*",)
        )
        logs, *own = super().permissions()
        return [logs, answer, *own]


@dataclass(frozen=True, kw_only=True)
class EventFunction(FunctionPlan):
    """A function that EventBridge invokes. Lambda tries a failed event twice more, then tells the stack's topic."""

    shared_packages: ClassVar[tuple[str, ...]] = ("pipeline_job", "repository_events")


@dataclass(frozen=True, kw_only=True)
class DeliveryFunctionArgs:
    """Inputs of a `DeliveryFunction`.

    Args:
        function: the function as data.
        parameters: what it works on; they reach it as the variable `PARAMETERS`. They are not part of the pipeline, so
            that changing one leaves the pipeline's structure, and with it its roll-back targets, as they are.
        key_arn: encrypts its log.
        log_retention_days: how long the log is kept.
    """

    function: FunctionPlan
    parameters: Mapping[str, object]
    key_arn: pulumi.Input[str]
    log_retention_days: int


class DeliveryFunction(pulumi.ComponentResource):
    """A function with its encrypted log and a role that fits it."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: DeliveryFunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:DeliveryFunction", name, None, opts)
        spec = args.function
        logs = log_group(
            f"{name}-logs",
            log_group_name=spec.log_group,
            retention_days=args.log_retention_days,
            key_arn=args.key_arn,
            parent=self,
        )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=spec.function,
                service="lambda.amazonaws.com",
                account=spec.place.account,
                statements=spec.permissions(),
                description=f"Lambda function {spec.function}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        function = lambda_.Function(
            name,
            name=spec.function,
            description=f"{spec.package} for {spec.application} in {spec.place.environment}",
            runtime=RUNTIME,
            architectures=["arm64"],
            handler=f"{spec.package}.handler.handle",
            code=source_code(spec),
            role=role.arn,
            timeout=spec.size.timeout_seconds,
            memory_size=spec.size.memory_mib,
            ephemeral_storage={"size": spec.size.disk_mib},
            environment={"variables": {"PARAMETERS": pulumi.Output.json_dumps(dict(args.parameters))}},
            logging_config={"log_format": "Text", "log_group": logs.name},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = function.arn
        self.name = function.name
        self.register_outputs({"name": self.name})


def source_code(plan: FunctionPlan) -> pulumi.Archive:
    """The code of one function and of the packages it shares with its kind, file by file.

    A folder as it lies would take compiled files along, and every `up` would find another archive.
    """
    packages = (*plan.shared_packages, *plan.libraries, plan.package)
    files = [path for name in packages for path in sorted((FUNCTIONS / name).glob("*.py"))]
    if not any(path.parent.name == plan.package for path in files):
        raise FileNotFoundError(f"no function {plan.package} in {FUNCTIONS}/")
    code: dict[str, pulumi.Asset | pulumi.Archive] = {
        path.relative_to(FUNCTIONS).as_posix(): pulumi.FileAsset(path.as_posix()) for path in files
    }
    texts = {f"{plan.package}/{name}": pulumi.StringAsset(text) for name, text in plan.files.items()}
    return pulumi.AssetArchive({**code, **texts})
