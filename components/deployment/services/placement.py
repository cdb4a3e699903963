"""What a delivered service is: plain values, and the names that follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.deployment.services.scaling import TaskScaling
from components.place import Place

CONTAINER = "app"
"""The container that the load balancer asks; a task may have others beside it."""


@dataclass(frozen=True, kw_only=True)
class ImageRepository:
    """Where the images of an application lie.

    Args:
        registry: `<account>.dkr.ecr.<region>.amazonaws.com`.
        name: of the repository.
    """

    registry: str
    name: str

    def __str__(self) -> str:
        """As an image's name begins."""
        return f"{self.registry}/{self.name}"

    def arn(self, partition: str) -> str:
        """Its ARN, in whichever account and region it lies."""
        account, _, _, region, *_ = self.registry.split(".")
        return f"arn:{partition}:ecr:{region}:{account}:repository/{self.name}"


@dataclass(frozen=True, kw_only=True)
class ServicePlacement:
    """A service on Fargate but for what its tasks run.

    Args:
        application: what it runs.
        place: where.
        repository: where its images lie.
        port: what the container `app` listens on.
        health_path: what the load balancer asks.
        cpu, memory_mb: of a task.
        processor: `arm64` or `x86_64`.
        count: tasks at the start.
        scaling: what moves that; None is people.
        start_seconds: how long a task that starts may be unhealthy.
        certificate_arn: with it, HTTPS.
        test_port: where the new version answers before it has traffic.
        test_from: who reaches that.
        environment: variables in plain text.
        secrets: variable to the name of a secret, with `:key` where it holds JSON.
        policy_arns: managed policies of the application's own role.
        hooks: functions that CodeDeploy may ask.
        deletion_protection: whether AWS refuses to delete the load balancer.
        web_acl_arn: what WAF lets through to it; None is everything.
    """

    application: str
    place: Place
    repository: ImageRepository
    port: int
    health_path: str
    cpu: int
    memory_mb: int
    processor: str
    count: int
    start_seconds: int
    certificate_arn: str | None
    test_port: int
    test_from: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    policy_arns: Sequence[str] = ()
    hooks: Sequence[str] = ()
    deletion_protection: bool = False
    web_acl_arn: str | None = None
    scaling: TaskScaling | None = None

    @property
    def name(self) -> str:
        """Cluster, service, family of task definitions, load balancer, CodeDeploy application and group."""
        return f"{self.application}-{self.place.environment}"

    @property
    def log_group(self) -> str:
        """Where every container of a task writes to."""
        return f"/aws/ecs/{self.name}"

    @property
    def insights_log_group(self) -> str:
        """Where Container Insights writes to. ECS would make it itself, without encryption and without an end
        (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html)."""
        return f"/aws/ecs/containerinsights/{self.name}/performance"

    @property
    def colours(self) -> tuple[str, str]:
        """The target groups, of which one serves; the first does until the first deployment."""
        return (f"{self.name}-blue", f"{self.name}-green")

    @property
    def role_arns(self) -> tuple[str, str]:
        """The role by which ECS starts a task, and the application's own."""
        return (self.place.iam_arn(f"role/{self.name}-execution"), self.place.iam_arn(f"role/{self.name}-task"))

    def secret_arn(self, reference: str) -> str:
        """A secret as a task definition names it
        (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html)."""
        name, _, key = reference.partition(":")
        return self.place.arn("secretsmanager", f"secret:{name}{f':{key}::' if key else ''}")
