"""What a good stack file becomes."""

from dataclasses import asdict

import pytest
from pydantic import ValidationError

from settings.models import (
    BlueGreenDeploy,
    Build,
    ChangeDetection,
    CodeCommitSource,
    DeploymentConfig,
    ExistingNetwork,
    InPlaceDeploy,
    NatGateways,
    NewNetwork,
    PromotionSource,
    Site,
    Tier,
)
from settings.tiers import DEFAULTS
from tests.unit.settings.stack_file import STOREFRONT, good


def test_dev_is_in_place_and_continuous_without_saying_more_than_where_it_is() -> None:
    settings = good("dev")
    storefront = settings.applications["storefront"]
    assert (settings.environment.name, settings.environment.tier) == ("dev", Tier.DEVELOPMENT)
    assert settings.site == Site(environment="dev", account="111122223333", region="eu-west-1")
    assert isinstance(storefront.deploy, InPlaceDeploy)
    assert storefront.deploy.deployment_config is DeploymentConfig.HALF_AT_A_TIME
    assert storefront.approvals == ()
    assert isinstance(storefront.build, Build)
    assert storefront.build.timeout_minutes == 20
    assert isinstance(settings.network, NewNetwork)
    assert settings.network.nat_gateways is NatGateways.ONE


def test_the_branch_of_a_manual_start_is_the_one_that_starts_the_pipeline_when_no_branches_are_named() -> None:
    source = good("dev").applications["storefront"].source
    assert isinstance(source, CodeCommitSource)
    assert source.branches == ("develop",)
    assert source.change_detection is ChangeDetection.EVENTS
    assert source.owned


def test_staging_listens_to_prefixes_and_knows_where_it_promotes_to() -> None:
    storefront = good("staging").applications["storefront"]
    assert isinstance(storefront.source, CodeCommitSource)
    assert storefront.source.branches == ("release/*", "hotfix/*")
    assert storefront.promote is not None
    assert storefront.promote.destination == Site(environment="prod", account="444455556666", region="eu-west-1")


def test_prod_builds_nothing_and_knows_where_its_artifact_comes_from() -> None:
    settings = good("prod")
    storefront = settings.applications["storefront"]
    assert isinstance(storefront.source, PromotionSource)
    assert storefront.source.origin == Site(environment="staging", account="111122223333", region="eu-west-1")
    assert storefront.build is None
    assert isinstance(storefront.deploy, BlueGreenDeploy)
    assert storefront.deploy.bake_minutes == 30
    assert storefront.deploy.alarms.http5xx_count == 5
    assert storefront.deploy.alarms.latency_seconds == 1.0
    assert isinstance(settings.network, NewNetwork)
    assert settings.network.nat_gateways is NatGateways.PER_ZONE


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_what_a_file_omits_is_what_the_table_of_tiers_says(stack: str) -> None:
    settings = good(stack, ((*STOREFRONT, "deploy"), {"platform": "server", "strategy": "blue-green"}))
    defaults = DEFAULTS[settings.environment.tier]
    deploy = settings.applications["storefront"].deploy
    assert isinstance(deploy, BlueGreenDeploy)
    assert settings.defaults is defaults
    assert deploy.bake_minutes == defaults.bake_minutes
    assert deploy.deployment_config is defaults.deployment_config
    assert deploy.fleet.size.model_dump() == defaults.fleet_size
    assert deploy.fleet.instance_type == defaults.instance_type
    assert deploy.alarms.unhealthy_hosts == defaults.alarm_unhealthy_hosts


def test_production_may_be_continuous_by_its_settings_because_the_policy_pack_is_what_refuses_it() -> None:
    assert good("prod", ((*STOREFRONT, "approvals"), [])).applications["storefront"].approvals == ()


def test_an_existing_network_is_referred_to_by_its_ids() -> None:
    subnets = [f"subnet-0123456789abcdef{index}" for index in range(4)]
    ids = {"vpcId": "vpc-0123456789abcdef0", "publicSubnetIds": subnets[:2], "privateSubnetIds": subnets[2:]}
    network = good("dev", (("delivery:network",), ids)).network
    assert isinstance(network, ExistingNetwork)
    assert network.private_subnet_ids == tuple(subnets[2:])


def test_settings_can_not_be_changed_once_they_are_read() -> None:
    settings = good("dev")
    with pytest.raises(ValidationError, match="frozen"):
        settings.environment.account = "999999999999"


def test_every_tier_keeps_an_artifact_as_long_as_a_rollback_may_need_it() -> None:
    for tier, defaults in DEFAULTS.items():
        assert defaults.artifact_retention_days >= 30, tier
        assert 7 <= defaults.kms_deletion_window_days <= 30, tier
        assert 1 <= defaults.fleet_min <= defaults.fleet_desired <= defaults.fleet_max, tier


def test_logs_are_kept_for_a_number_of_days_that_cloudwatch_takes() -> None:
    taken = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731}
    assert {defaults.log_retention_days for defaults in DEFAULTS.values()} <= taken


def test_no_tier_is_less_careful_than_the_one_before_it() -> None:
    development, staging, production = (asdict(DEFAULTS[tier]) for tier in Tier)
    growing = ("log_retention_days", "artifact_retention_days", "kms_deletion_window_days", "bake_minutes", "fleet_min")
    for name in (*growing, "deletion_protection", "protect", "flow_logs"):
        assert development[name] <= staging[name] <= production[name], name
    assert production["approvals"] is None
