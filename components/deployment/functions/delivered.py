"""The function that a pipeline delivers, with its alias, its hooks and their roles."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, lambda_

from components.deployment.functions.placement import FunctionPlacement
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.log_group import log_group, write_logs
from components.network import NetworkPlacement
from components.place import Place
from components.reach import anything, rules

BROUGHT_BY_DEPLOYMENTS = ["code", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash"]
"""What a deployment changes in a function, and Pulumi therefore leaves alone."""

MOVED_BY_DEPLOYMENTS = ["functionVersion", "routingConfig"]
"""The same of its alias."""

IN_NETWORK = "service-role/AWSLambdaVPCAccessExecutionRole"
HOOK_SECONDS = 300
"""How long a hook may test. CodeDeploy waits an hour for its answer."""


@dataclass(frozen=True, kw_only=True)
class DeliveredFunctionArgs:
    """Inputs of a `DeliveredFunction`.

    Args:
        name: of the function.
        alias: through which it is invoked.
        hooks: name and handler of each function that CodeDeploy asks.
        placement: the function but for its code.
        place: where it runs.
        network: where it is put, if it asks for that.
        key_arn: encrypts its log and its variables.
        log_retention_days: how long logs are kept.
        hook_statements: what a hook may do, besides writing its log.
    """

    name: str
    alias: str
    hooks: Sequence[tuple[str, str]]
    placement: FunctionPlacement
    place: Place
    network: NetworkPlacement
    key_arn: pulumi.Input[str]
    log_retention_days: int
    hook_statements: Sequence[Statement]


class DeliveredFunction(pulumi.ComponentResource):
    """A function, its alias, and the functions that test its versions: settings of the program, code of the pipeline.

    The first code is none: until the first deployment an invocation fails, and the alias names what is unpublished.
    What the program changes in the settings serves with the next deployment, for a version has its settings, too.
    """

    alias_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DeliveredFunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:DeliveredFunction", name, None, opts)
        placement = args.placement
        function = self._function(name, args, function_name=args.name, handler=placement.handler, hook=False)
        alias = lambda_.Alias(
            f"{name}-{args.alias}",
            name=args.alias,
            description=f"The version of {args.name} that serves",
            function_name=function.name,
            function_version="$LATEST",
            opts=pulumi.ResourceOptions(parent=function, ignore_changes=MOVED_BY_DEPLOYMENTS),
        )
        for hook_name, handler in args.hooks:
            label = hook_name.rsplit("-", 1)[-1]
            self._function(f"{name}-{label}", args, function_name=hook_name, handler=handler, hook=True)
        self.alias_arn = alias.arn
        self.register_outputs({"aliasArn": self.alias_arn})

    def _function(
        self, name: str, args: DeliveredFunctionArgs, *, function_name: str, handler: str, hook: bool
    ) -> lambda_.Function:
        placement = args.placement
        logs = log_group(
            f"{name}-logs",
            log_group_name=f"/aws/lambda/{function_name}",
            retention_days=args.log_retention_days,
            key_arn=args.key_arn,
            parent=self,
        )
        own = args.hook_statements if hook else ()
        variables = {**placement.environment, **({"FUNCTION": args.name} if hook else {})}
        policies = [*([] if hook else placement.policy_arns), *self._network_policy(args)]
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=function_name,
                service="lambda.amazonaws.com",
                account=args.place.account,
                statements=[
                    write_logs(args.place, f"/aws/lambda/{function_name}"),
                    Statement(actions=("kms:Decrypt",), resources=(args.key_arn,)),
                    *own,
                ],
                managed_policies=policies,
                description=f"Lambda function {function_name}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return lambda_.Function(
            name,
            name=function_name,
            description=f"{'Tests new versions of ' if hook else ''}{args.name}; its code is brought by the pipeline",
            runtime=placement.runtime,
            architectures=[placement.processor],
            handler=handler,
            code=pulumi.AssetArchive({"README": pulumi.StringAsset("The first deployment brings the code.\n")}),
            role=role.arn,
            timeout=HOOK_SECONDS if hook else placement.timeout_seconds,
            memory_size=placement.memory_mb,
            kms_key_arn=args.key_arn,
            # Lambda tells nothing of variables that are none, and the next refresh would miss them.
            environment={"variables": variables} if variables else None,
            reserved_concurrent_executions=None if hook else placement.reserved_concurrency,
            logging_config={"log_format": "Text", "log_group": logs.name},
            tracing_config={"mode": "PassThrough"},
            vpc_config=self._network(name, args, function_name) if placement.in_network else None,
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=BROUGHT_BY_DEPLOYMENTS),
        )

    @staticmethod
    def _network_policy(args: DeliveredFunctionArgs) -> list[str]:
        return [f"arn:{args.place.partition}:iam::aws:policy/{IN_NETWORK}"] if args.placement.in_network else []

    def _network(self, name: str, args: DeliveredFunctionArgs, function_name: str) -> lambda_.FunctionVpcConfigArgsDict:
        group = ec2.SecurityGroup(
            f"{name}-network",
            name=function_name,
            description=f"Lambda function {function_name}",
            vpc_id=args.network.vpc_id,
            ingress=[],
            egress=rules(anything("What the function asks of others")),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {"subnet_ids": list(args.network.private_subnet_ids), "security_group_ids": [group.id]}
