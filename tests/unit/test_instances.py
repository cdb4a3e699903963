"""What fleets are started from, how they are replaced, and how much of them changes at a time."""

import pytest

from tests.unit.every_fleet import every_fleet
from tests.unit.planning import Config, planned
from tests.unit.planning_mocks import Resource
from tests.unit.roles import roles_of

GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
CONFIG = "aws:codedeploy/deploymentConfig:DeploymentConfig"
DEPLOYED_TO = "aws:codedeploy/deploymentGroup:DeploymentGroup"


def group(name: str) -> Resource:
    return every_fleet().one(GROUP, name=name)


def config_of(application: str) -> Resource:
    plan = every_fleet()
    name = plan.one(DEPLOYED_TO, deploymentGroupName=application).inputs["deploymentConfigName"]
    return plan.one(CONFIG, deploymentConfigName=name)


@pytest.mark.parametrize("fleet", ["shop-dev-blue", "shop-dev-green"])
def test_a_fleet_with_spot_instances_starts_any_of_its_types_and_keeps_its_minimum_on_demand(fleet: str) -> None:
    mixed = group(fleet).inputs["mixedInstancesPolicy"]
    kinds = [one["instanceType"] for one in mixed["launchTemplate"]["overrides"]]
    assert kinds == ["m7g.large", "m6g.large", "c7g.xlarge"]
    assert mixed["instancesDistribution"] == {
        "onDemandAllocationStrategy": "prioritized",
        "onDemandBaseCapacity": 2,
        "onDemandPercentageAboveBaseCapacity": 25,
        "spotAllocationStrategy": "price-capacity-optimized",
    }
    assert group(fleet).inputs["capacityRebalance"] is True
    assert "launchTemplate" not in group(fleet).inputs


def test_two_fleets_read_the_default_version_so_that_a_changed_template_reaches_the_next_release() -> None:
    for fleet in ("shop-dev-blue", "shop-dev-green"):
        specification = group(fleet).inputs["mixedInstancesPolicy"]["launchTemplate"]["launchTemplateSpecification"]
        assert specification["version"] == "$Default"
        assert "instanceRefresh" not in group(fleet).inputs


def test_a_fleet_in_place_that_is_refreshed_follows_its_template_version_by_version() -> None:
    plan = every_fleet()
    template = plan.one(TEMPLATE, name="web-dev")
    assert group("web-dev").inputs["launchTemplate"]["version"] == str(template.outputs["latestVersion"])
    assert group("web-dev").inputs["instanceRefresh"] == {
        "strategy": "Rolling",
        "preferences": {"minHealthyPercentage": 100, "maxHealthyPercentage": 110, "instanceWarmup": "90"},
    }


def test_a_refreshed_fleet_with_spot_instances_follows_its_template_too() -> None:
    mixed = group("kiosk-dev").inputs["mixedInstancesPolicy"]
    template = every_fleet().one(TEMPLATE, name="kiosk-dev")
    version = mixed["launchTemplate"]["launchTemplateSpecification"]["version"]
    assert version == str(template.outputs["latestVersion"])
    assert mixed["instancesDistribution"]["onDemandBaseCapacity"] == 0
    assert group("kiosk-dev").inputs["instanceRefresh"]["preferences"]["instanceWarmup"] == "300"


def test_a_fleet_that_may_shrink_while_it_is_refreshed_starts_no_more_than_it_has() -> None:
    def refreshed(config: Config) -> None:
        fleet = config["delivery:applications"]["storefront"]["deploy"].setdefault("fleet", {})
        fleet["size"] = {"min": 2, "desired": 4, "max": 4}
        fleet["instanceRefresh"] = {"minHealthyPercent": 50}

    preferences = planned("dev", refreshed).one(GROUP).inputs["instanceRefresh"]["preferences"]
    assert (preferences["minHealthyPercentage"], preferences["maxHealthyPercentage"]) == (50, 100)


def test_a_configuration_of_ones_own_says_how_much_stays_healthy() -> None:
    assert config_of("shop-dev").inputs["minimumHealthyHosts"] == {"type": "FLEET_PERCENT", "value": 60}
    assert "zonalConfig" not in config_of("shop-dev").inputs
    assert config_of("web-dev").inputs["minimumHealthyHosts"] == {"type": "HOST_COUNT", "value": 1}
    assert config_of("web-dev").inputs["zonalConfig"] == {
        "monitorDurationInSeconds": 600,
        "firstZoneMonitorDurationInSeconds": 1800,
        "minimumHealthyHostsPerZone": {"type": "HOST_COUNT", "value": 0},
    }


def test_another_configuration_has_another_name_so_that_it_is_there_before_the_old_one_goes() -> None:
    def with_percent(percent: int) -> str:
        def change(config: Config) -> None:
            deploy = config["delivery:applications"]["storefront"]["deploy"]
            deploy["config"] = {"minimumHealthy": {"percent": percent}}

        return str(planned("prod", change).one(CONFIG).inputs["deploymentConfigName"])

    assert with_percent(50) != with_percent(60)
    assert with_percent(50).startswith("storefront-prod-")


@pytest.mark.parametrize(("application", "role"), [("shop", "shop-dev-shift-traffic"), ("web", "web-dev-pipeline")])
def test_who_deploys_may_read_that_configuration_and_no_other(application: str, role: str) -> None:
    name = config_of(f"{application}-dev").inputs["deploymentConfigName"]
    # Workers change by one of AWS's own.
    read = roles_of(every_fleet())[role].resources_of("codedeploy:GetDeploymentConfig")
    own = {one for one in read if "CodeDeployDefault." not in one}
    assert own == {f"arn:aws:codedeploy:eu-west-1:111122223333:deploymentconfig:{name}"}
