"""What differs between development, staging and production: one table, and the only place that knows the tiers apart.

A stack file may override what has a key of its own (`natGateways`, `bakeMinutes`, ...); the rest is fixed by the tier.
Components read the resolved values and never compare tiers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Tier(StrEnum):
    """How much an environment matters."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


class NatGateways(StrEnum):
    """How many NAT gateways a new network gets: one for all zones (cheap), or one per zone (survives a zone)."""

    ONE = "one"
    PER_ZONE = "per-zone"


class DeploymentConfig(StrEnum):
    """How many instances CodeDeploy changes at a time; the built-in configurations of the server platform.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """

    ONE_AT_A_TIME = "CodeDeployDefault.OneAtATime"
    HALF_AT_A_TIME = "CodeDeployDefault.HalfAtATime"
    ALL_AT_ONCE = "CodeDeployDefault.AllAtOnce"


class Flow(StrEnum):
    """How a team uses its branches: Git Flow, or one trunk."""

    GIT_FLOW = "git-flow"
    TRUNK = "trunk"


class FourEyes(StrEnum):
    """Whom an approver must not be: whoever had a hand in the release or started it, who started it, or nobody."""

    AUTHORS = "authors"
    STARTER = "starter"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """Which branches of a flow feed a tier, by the keys of `branchNames`.

    Args:
        manual: the branch that a start by hand or clock builds.
        branches: those whose commits start the pipeline.
    """

    manual: str
    branches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TierDefaults:
    """The values that a tier decides.

    Args:
        nat_gateways: NAT gateways of a network that the stack makes.
        log_retention_days: how long CloudWatch keeps build, function and application logs; one of CloudWatch's values.
        audit_retention_days: how long it is kept who approved what; one of CloudWatch's values.
        artifact_retention_days: how long buckets keep a bundle, and one that a newer one replaced: promoted releases
            overwrite one key. A rollback runs a stage with its old artifact, and an instance that starts later fetches
            the last deployed one: so this is the rollback horizon, and how long a fleet may go without a deployment.
        rollback_days: how far back a release can be brought back; artifacts are kept for longer.
        kms_deletion_window_days: 7 to 30; how long AWS keeps a key that was scheduled for deletion.
        deletion_protection: whether AWS refuses to delete the load balancer.
        protect: whether Pulumi refuses to delete the key, the buckets, pipelines and deployment groups; a repository it
            never deletes.
        force_destroy: whether the artifact bucket may be deleted with its objects.
        flow_logs: whether a new network records its accepted and rejected traffic.
        deployment_config: how many instances CodeDeploy changes at a time.
        watch_minutes: blue/green only; how long after the shift an alarm rolls the deployment back by itself.
        bake_minutes: blue/green only; how long the old fleet stays after the shift.
        four_eyes: whom an approver must not be.
        approvals: what `approvals` is when the file doesn't say; None: the file has to say.
        instance_type: of the fleet.
        fleet_min, fleet_desired, fleet_max: instances of the fleet.
        alarm_http5xx_count: answers of 5xx from the targets in one minute, above which a deployment is rolled back.
        alarm_latency_seconds: 95th percentile of the target response time, above which a deployment is rolled back.
        alarm_unhealthy_hosts: unhealthy targets, above which a deployment is rolled back.
        canary: whether a browser of AWS opens the application's page, where the file doesn't say.
        feeds: which branches feed the tier, in each flow.
        pull_requests: whether code that nobody has reviewed may be delivered here, from a pull request.
    """

    nat_gateways: NatGateways
    log_retention_days: int
    audit_retention_days: int
    artifact_retention_days: int
    rollback_days: int
    kms_deletion_window_days: int
    deletion_protection: bool
    protect: bool
    force_destroy: bool
    flow_logs: bool
    deployment_config: DeploymentConfig
    watch_minutes: int
    bake_minutes: int
    four_eyes: FourEyes
    approvals: tuple[()] | None
    instance_type: str
    fleet_min: int
    fleet_desired: int
    fleet_max: int
    alarm_http5xx_count: int
    alarm_latency_seconds: float
    alarm_unhealthy_hosts: int
    canary: bool
    feeds: Mapping[Flow, Feeds]
    pull_requests: bool

    @property
    def fleet_size(self) -> dict[str, int]:
        """The fleet's size as the stack file spells it."""
        return {"min": self.fleet_min, "desired": self.fleet_desired, "max": self.fleet_max}


DEFAULTS: Mapping[Tier, TierDefaults] = MappingProxyType(
    {
        Tier.DEVELOPMENT: TierDefaults(
            nat_gateways=NatGateways.ONE,
            log_retention_days=30,
            audit_retention_days=90,
            artifact_retention_days=180,
            rollback_days=30,
            kms_deletion_window_days=7,
            deletion_protection=False,
            protect=False,
            force_destroy=True,
            flow_logs=False,
            deployment_config=DeploymentConfig.HALF_AT_A_TIME,
            watch_minutes=0,
            bake_minutes=0,
            four_eyes=FourEyes.NONE,
            approvals=(),
            instance_type="t3.micro",
            fleet_min=1,
            fleet_desired=2,
            fleet_max=2,
            alarm_http5xx_count=10,
            alarm_latency_seconds=2.0,
            alarm_unhealthy_hosts=0,
            canary=False,
            feeds={
                Flow.GIT_FLOW: Feeds(manual="develop", branches=("develop",)),
                Flow.TRUNK: Feeds(manual="main", branches=("main",)),
            },
            pull_requests=True,
        ),
        Tier.STAGING: TierDefaults(
            nat_gateways=NatGateways.ONE,
            log_retention_days=90,
            audit_retention_days=365,
            artifact_retention_days=365,
            rollback_days=90,
            kms_deletion_window_days=14,
            deletion_protection=False,
            protect=False,
            force_destroy=True,
            flow_logs=True,
            deployment_config=DeploymentConfig.HALF_AT_A_TIME,
            watch_minutes=5,
            bake_minutes=10,
            four_eyes=FourEyes.NONE,
            approvals=(),
            instance_type="t3.small",
            fleet_min=2,
            fleet_desired=2,
            fleet_max=4,
            alarm_http5xx_count=10,
            alarm_latency_seconds=1.5,
            alarm_unhealthy_hosts=0,
            canary=False,
            feeds={
                Flow.GIT_FLOW: Feeds(manual="main", branches=("release", "hotfix")),
                Flow.TRUNK: Feeds(manual="main", branches=("main",)),
            },
            pull_requests=False,
        ),
        Tier.PRODUCTION: TierDefaults(
            nat_gateways=NatGateways.PER_ZONE,
            log_retention_days=365,
            audit_retention_days=1827,
            artifact_retention_days=1825,
            rollback_days=365,
            kms_deletion_window_days=30,
            deletion_protection=True,
            protect=True,
            force_destroy=False,
            flow_logs=True,
            deployment_config=DeploymentConfig.ONE_AT_A_TIME,
            watch_minutes=15,
            bake_minutes=60,
            four_eyes=FourEyes.AUTHORS,
            approvals=None,
            instance_type="t3.small",
            fleet_min=2,
            fleet_desired=3,
            fleet_max=6,
            alarm_http5xx_count=10,
            alarm_latency_seconds=1.5,
            alarm_unhealthy_hosts=0,
            canary=True,
            feeds={
                Flow.GIT_FLOW: Feeds(manual="main", branches=("main",)),
                Flow.TRUNK: Feeds(manual="main", branches=("main",)),
            },
            pull_requests=False,
        ),
    }
)
