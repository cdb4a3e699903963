"""What a CodeBuild project runs on, and what its role may do there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pulumi

from components.iam import Statement
from components.network import NetworkPlacement
from components.place import Place

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""What it takes to pull an image from one repository of ECR."""


class Origin(StrEnum):
    """Where the value of a variable comes from, in CodeBuild's words."""

    PLAINTEXT = "PLAINTEXT"
    PARAMETER_STORE = "PARAMETER_STORE"
    SECRETS_MANAGER = "SECRETS_MANAGER"


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable of a build.

    Args:
        name: `A-Z a-z 0-9 _`.
        value: text that is no secret; the path of a parameter; the name of a secret, with `:key` where it holds JSON.
        origin: which of them.
    """

    name: str
    value: str
    origin: Origin = Origin.PLAINTEXT


class CacheKind(StrEnum):
    """What a build may find of the one before it."""

    NONE = "NO_CACHE"
    S3 = "S3"
    LOCAL = "LOCAL"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A build machine, as data
    (https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html).

    Args:
        image: one of CodeBuild's, or one in ECR with its digest.
        compute_type: in AWS's words, for example `BUILD_GENERAL1_SMALL` or `BUILD_LAMBDA_1GB`.
        arm: whether its processor is AWS's own.
        timeout_minutes: 5 to 2160; None on Lambda, where AWS fixes 15.
        concurrency: how many builds of a project may run at once.
        docker: whether it builds container images; only then it is privileged.
        vpc: whether it runs in the stack's private subnets.
        cache: what it may find of the build before.
        logs_in_s3: whether its log is kept in a bucket, besides CloudWatch.
        variables: what its commands find in their environment.
    """

    image: str
    compute_type: str
    timeout_minutes: int | None
    arm: bool = False
    concurrency: int = 2
    docker: bool = False
    vpc: bool = False
    cache: CacheKind = CacheKind.NONE
    logs_in_s3: bool = False
    variables: Sequence[Variable] = ()

    @property
    def on_lambda(self) -> bool:
        """Whether it is a Lambda function."""
        return self.compute_type.startswith("BUILD_LAMBDA")

    @property
    def kind(self) -> str:
        """The type of its environment, in AWS's words
        (https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html)."""
        processor = "ARM" if self.arm else "LINUX"
        return f"{processor}_LAMBDA_CONTAINER" if self.on_lambda else f"{processor}_CONTAINER"

    @property
    def keeps(self) -> bool:
        """Whether its cache or its log goes to the stack's bucket for builds, which the stack's key encrypts."""
        return self.cache is CacheKind.S3 or self.logs_in_s3

    @property
    def registry(self) -> str | None:
        """The ARN of the image's repository, where the image isn't one of CodeBuild's."""
        host, _, rest = self.image.partition("/")
        if ".dkr.ecr." not in host:
            return None
        account, _, _, region, *_ = host.split(".")
        partition = "aws-cn" if host.endswith(".cn") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
        return f"arn:{partition}:ecr:{region}:{account}:repository/{rest.partition('@')[0]}"

    def permissions(self, place: Place, project: str, network: NetworkPlacement | None) -> list[Statement]:
        """What the role of a project on it may do, for each thing that it uses."""
        if self.vpc and network is None:
            raise AssertionError(f"{project} runs in a network, and is given none")
        return [
            *self._pull_image(),
            *self._read_variables(place),
            *self._keep(place, project),
            *(_join_network(place, network) if self.vpc and network else ()),
        ]

    def _pull_image(self) -> list[Statement]:
        """https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html"""
        if self.registry is None:
            return []
        return [
            # The token is the account's, not one repository's.
            Statement(actions=("ecr:GetAuthorizationToken",), resources=("*",)),
            Statement(actions=PULL, resources=(self.registry,)),
        ]

    def _read_variables(self, place: Place) -> list[Statement]:
        parameters = [one.value for one in self.variables if one.origin is Origin.PARAMETER_STORE]
        secrets = sorted(
            {one.value.partition(":")[0] for one in self.variables if one.origin is Origin.SECRETS_MANAGER}
        )
        statements = []
        if parameters:
            arns = (place.arn("ssm", f"parameter{path}") for path in sorted(set(parameters)))
            statements.append(Statement(actions=("ssm:GetParameters",), resources=tuple(arns)))
        if secrets:
            # AWS ends the ARN of a secret with six characters of its own.
            arns = (place.arn("secretsmanager", f"secret:{name}-??????") for name in secrets)
            statements.append(Statement(actions=("secretsmanager:GetSecretValue",), resources=tuple(arns)))
        return statements

    def _keep(self, place: Place, project: str) -> list[Statement]:
        """Cache and log in the stack's bucket for builds, each project under its own prefix."""
        if not self.keeps:
            return []
        arn = place.bucket_arn(place.build_bucket)
        statements = [Statement(actions=("s3:GetBucketAcl", "s3:GetBucketLocation"), resources=(arn,))]
        if self.cache is CacheKind.S3:
            statements.append(
                Statement(actions=("s3:GetObject", "s3:PutObject"), resources=(f"{arn}/{cache_prefix(project)}/*",))
            )
        if self.logs_in_s3:
            statements.append(Statement(actions=("s3:PutObject",), resources=(f"{arn}/{log_prefix(project)}/*",)))
        return statements


def cache_prefix(project: str) -> str:
    """Where in the bucket a project's cache lies."""
    return f"cache/{project}"


def log_prefix(project: str) -> str:
    """Where in the bucket a project's logs lie."""
    return f"logs/{project}"


def _join_network(place: Place, network: NetworkPlacement) -> list[Statement]:
    """https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html"""
    subnets = [pulumi.Output.concat(place.arn("ec2", "subnet/"), subnet_id) for subnet_id in network.private_subnet_ids]
    interfaces = place.arn("ec2", "network-interface/*")
    return [
        Statement(
            actions=("ec2:CreateNetworkInterface",),
            resources=(interfaces, place.arn("ec2", "security-group/*"), *subnets),
        ),
        Statement(
            actions=("ec2:DeleteNetworkInterface",),
            resources=(interfaces,),
            conditions={"ArnEquals": {"ec2:Subnet": subnets}},
        ),
        # AWS knows no resource level for what only looks.
        Statement(
            actions=(
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ),
            resources=("*",),
        ),
        Statement(
            actions=("ec2:CreateNetworkInterfacePermission",),
            resources=(interfaces,),
            conditions={
                "StringEquals": {"ec2:AuthorizedService": "codebuild.amazonaws.com"},
                "ArnEquals": {"ec2:Subnet": subnets},
            },
        ),
    ]
