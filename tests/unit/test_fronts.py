"""What stands before applications that isn't the stack's: load balancers of others, and web ACLs."""

import pytest

from tests.unit.every_fleet import WEB_ACL, every_fleet
from tests.unit.every_service import every_service
from tests.unit.planning import Config, Planned, planned

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
RULE = "aws:lb/listenerRule:ListenerRule"
TARGETS = "aws:lb/targetGroup:TargetGroup"
FIREWALL = "aws:wafv2/webAclAssociation:WebAclAssociation"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
BUCKET = "aws:s3/bucket:Bucket"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"


@pytest.mark.parametrize(("plan", "balancer"), [(every_fleet, "web-dev"), (every_service, "shop-dev")])
def test_a_web_acl_is_put_before_the_load_balancer_of_a_fleet_and_of_a_service(plan: object, balancer: str) -> None:
    made: Planned = plan()  # type: ignore[operator]
    (firewall,) = made.of(FIREWALL)
    assert firewall.inputs["webAclArn"] == WEB_ACL
    assert firewall.inputs["resourceArn"] == made.one(BALANCER, name=balancer).arn


def test_without_a_web_acl_there_is_no_firewall() -> None:
    assert planned("prod").of(FIREWALL) == []


def test_an_application_behind_a_listener_of_others_gets_a_rule_of_it_and_no_load_balancer() -> None:
    plan = every_fleet()
    rule = plan.one(RULE)
    assert rule.inputs["listenerArn"].endswith(":listener/app/shared/0123456789abcdef/fedcba9876543210")
    assert rule.inputs["priority"] == 120
    assert rule.inputs["conditions"] == [
        {"hostHeader": {"values": ["desk.example.com"]}},
        {"pathPattern": {"values": ["/desk/*"]}},
    ]
    assert rule.inputs["actions"] == [{"type": "forward", "targetGroupArn": plan.one(TARGETS, name="desk-dev").arn}]
    assert plan.of(BALANCER, name="desk-dev") == []
    assert plan.of(SECURITY_GROUP, name="desk-dev-front") == []


def test_its_instances_are_reached_from_that_load_balancer_alone() -> None:
    (way_in,) = every_fleet().one(SECURITY_GROUP, name="desk-dev-instances").inputs["ingress"]
    assert way_in["securityGroups"] == ["sg-0123456789abcdef0"]
    assert way_in.get("cidrBlocks") is None


def test_codedeploy_gets_the_target_group_when_the_rule_leads_to_it() -> None:
    plan = every_fleet()
    group = plan.one(GROUP, appName="desk-dev")
    assert group.inputs["loadBalancerInfo"] == {"targetGroupInfos": [{"name": "desk-dev"}]}


def test_users_reach_it_where_the_file_says() -> None:
    assert every_fleet().outputs["applications"]["desk"]["url"] == "https://desk.example.com"


def test_its_alarms_hear_of_its_own_targets_and_not_of_the_other_applications_of_the_load_balancer() -> None:
    plan = every_fleet()
    own = {"app/shared/0123456789abcdef", str(plan.one(TARGETS, name="desk-dev").outputs["arnSuffix"])}
    dimensions = {
        one.inputs["name"]: set(one.inputs["dimensions"].values())
        for one in plan.of(ALARM, namespace="AWS/ApplicationELB")
        if one.inputs["name"].startswith("desk-dev")
    }
    assert dimensions == {f"desk-dev-{what}": own for what in ("http-5xx", "latency", "unhealthy")}
    others = {one.inputs["name"] for one in plan.of(ALARM)}
    assert {"shop-dev-balancer-5xx", "shop-dev-rejected"} <= others


def test_a_stack_whose_applications_are_all_behind_others_keeps_no_access_log() -> None:
    def shared(config: Config) -> None:
        from tests.unit.every_fleet import DESK

        config["delivery:applications"]["storefront"]["deploy"] = DESK

    buckets = {one.name for one in planned("dev", shared).of(BUCKET)}
    assert not [name for name in buckets if "access-log" in name]
    assert [name for name in {one.name for one in planned("dev").of(BUCKET)} if "access-log" in name]
