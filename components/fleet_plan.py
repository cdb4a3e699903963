"""The machines of an application as data: their names, sizes, and what they may do."""

from dataclasses import dataclass, field

import pulumi

from components.agent import PinnedAgent
from components.artifact_store import read_artifacts, read_key
from components.iam import Statement
from components.instance_mix import SpotMix
from components.place import Place
from components.scaling import Scaling
from components.shared_listener import SharedListener


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How many instances a fleet has: `0 <= minimum <= desired <= maximum`."""

    minimum: int
    desired: int
    maximum: int


@dataclass(frozen=True, kw_only=True)
class FleetPlan:
    """The machines of one application, as data.

    Args:
        application: the application they run.
        place: where.
        blue_green: two groups, one serving and one idle, instead of one.
        instance_type: for example `t3.small`.
        capacity: of the serving group.
        ami_parameter: the public or own Systems Manager parameter that holds the AMI's id; EC2 reads it at each launch.
        port: what the application listens on.
        health_path: what the load balancer asks; 200 is healthy.
        volume_gib: size of the encrypted root volume.
        certificate_arn: with it, HTTPS, and plain HTTP is sent there.
        deletion_protection: whether AWS refuses to delete the load balancer.
        web_acl_arn: what WAF lets through to it; None is everything.
        shared: a listener of others, in the place of a load balancer of the application's own.
        scaling: what moves a fleet by itself.
        spot: instances besides that AWS may take back.
        refresh_percent: how much of a fleet in place stays in service while its instances are replaced; None: they are
            not, and new ones have what has changed.
        agent: which agent of CodeDeploy its instances install; None is AWS's latest.
        agent_updates: when running instances get AWS's latest; None is never.
        worker: what the fleet is called beside the main one, where no load balancer is before it; None is the main one.
    """

    application: str
    place: Place
    blue_green: bool
    instance_type: str
    capacity: Capacity
    ami_parameter: str
    port: int
    health_path: str
    volume_gib: int
    certificate_arn: str | None
    deletion_protection: bool
    web_acl_arn: str | None = None
    shared: SharedListener | None = None
    scaling: Scaling = field(default_factory=Scaling)
    spot: SpotMix | None = None
    refresh_percent: int | None = None
    agent: PinnedAgent | None = None
    agent_updates: str | None = None
    worker: str | None = None

    @property
    def name(self) -> str:
        """Load balancer, target group, and the group of an in-place fleet; at most 32 characters behind a balancer."""
        main = f"{self.application}-{self.place.environment}"
        return f"{main}-{self.worker}" if self.worker else main

    @property
    def whose(self) -> str:
        """Whose it is, as descriptions say it."""
        whole = f"{self.application} in {self.place.environment}"
        return f"the workers {self.worker} of {whole}" if self.worker else whole

    @property
    def groups(self) -> dict[str, str]:
        """The names of the Auto Scaling groups, by what we call them; the first serves until the first deployment."""
        if not self.blue_green:
            return {"group": self.name}
        return {colour: f"{self.name}-{colour}" for colour in ("blue", "green")}

    @property
    def group_names(self) -> tuple[str, ...]:
        """The names alone."""
        return tuple(self.groups.values())

    @property
    def group_arns(self) -> tuple[str, ...]:
        """Their ARNs; the id in the middle is AWS's own and not known before."""
        return tuple(
            self.place.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}")
            for name in self.group_names
        )

    @property
    def target_group_arn_pattern(self) -> str:
        """The target group's ARN with AWS's own id left open."""
        return self.place.arn("elasticloadbalancing", f"targetgroup/{self.name}/*")

    @property
    def instance_role_arn(self) -> str:
        """The role of the instances."""
        return self.place.iam_arn(f"role/{self.name}-instance")

    def instance_permissions(self, key_arn: pulumi.Input[str]) -> list[Statement]:
        """What an instance may do: fetch the agent and the revisions it is told to run."""
        agent = self.place.bucket_arn(f"aws-codedeploy-{self.place.region}")
        return [
            *read_artifacts(self.place),
            read_key(key_arn),
            Statement(actions=("s3:GetObject", "s3:GetObjectVersion"), resources=(f"{agent}/*",)),
        ]
