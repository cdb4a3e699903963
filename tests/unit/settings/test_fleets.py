"""What a stack file may say of fleets: how they scale, what they are made of."""

from typing import Any

import pytest

from tests.unit.settings.stack_file import OMITTED, STOREFRONT, changed, config_of, good, said

FLEET = (*STOREFRONT, "deploy", "fleet")
PLACE = "applications.storefront.deploy.fleet"
SIZE = {"min": 2, "desired": 3, "max": 6}


def refusals(fleet: dict[str, Any], stack: str = "prod") -> list[str]:
    changes = [((*FLEET, key), value) for key, value in fleet.items()]
    return said(changed(config_of(stack), *changes), stack=stack)


def schedule(**changes: Any) -> dict[str, Any]:
    return {"size": SIZE, "schedules": {"office": {"cron": "0 7 * * MON-FRI", "min": 4, **changes}}}


@pytest.mark.parametrize(
    "cron", ["0 7 * * MON-FRI", "*/15 8-18 1,15 JAN-MAR *", "0 0 1 1 0", "59 23 31 12 7", "5/10 * * * *"]
)
def test_a_schedule_is_a_cron_expression_of_unix(cron: str) -> None:
    assert refusals(schedule(cron=cron)) == []


@pytest.mark.parametrize(
    ("cron", "allowed"),
    [
        ("cron(0 7 ? * MON-FRI *)", "five fields"),
        ("0 7 * *", "five fields"),
        ("60 7 * * *", "minute of 0 to 59"),
        ("0 24 * * *", "hour of 0 to 23"),
        ("0 7 0 * *", "day of month of 1 to 31"),
        ("0 7 * 13 *", "month of 1 to 12 or JAN to DEC"),
        ("0 7 * * MONDAY", "day of week of 0 to 7 or SUN to SAT"),
        ("*/0 7 * * *", "minute of 0 to 59"),
        ("0 7 ? * *", "day of month of 1 to 31"),
    ],
)
def test_any_other_expression_is_refused_with_the_field_that_is_wrong(cron: str, allowed: str) -> None:
    (line,) = refusals(schedule(cron=cron))
    assert line.startswith(f"{PLACE}.schedules.office.cron")
    assert allowed in line


@pytest.mark.parametrize(
    ("fleet", "place", "allowed"),
    [
        ({"size": SIZE, "scaling": {}}, "scaling:", "cpuPercent, requestsPerMinute, or both"),
        ({"size": SIZE, "scaling": {"cpuPercent": 95}}, "scaling.cpuPercent", "10 to 90 percent"),
        ({"size": SIZE, "scaling": {"cpuPercent": 50, "warmupSeconds": 4000}}, "scaling.warmupSeconds", "0 to 3600"),
        ({"size": SIZE, "scaling": {"requestsPerMinute": 0}}, "scaling.requestsPerMinute", "1 to 1000000"),
        (
            {"size": {"min": 3, "desired": 3, "max": 3}, "scaling": {"cpuPercent": 50}},
            "scaling",
            "a fleet whose max is more than its min; both are 3",
        ),
        (schedule(min=1), "schedules", "a min of 2 to 6, the fleet's size; outside of it: office"),
        (schedule(min=7), "schedules", "a min of 2 to 6, the fleet's size; outside of it: office"),
        (schedule(desired=3), "schedules", "min <= desired <= 6, the fleet's max; office has 4 and 3"),
        (schedule(desired=7), "schedules", "min <= desired <= 6, the fleet's max; office has 4 and 7"),
        (schedule(timeZone="Berlin"), "schedules.office.timeZone", "a time zone of the IANA database"),
        (
            {"size": SIZE, "schedules": {f"s{number}": {"cron": "0 7 * * *", "min": 2} for number in range(21)}},
            "schedules",
            "at most 20 schedules; there are 21",
        ),
    ],
)
def test_scaling_that_could_not_work_is_refused(fleet: dict[str, Any], place: str, allowed: str) -> None:
    (line,) = refusals(fleet)
    assert line.startswith(f"{PLACE}.{place}")
    assert allowed in line


def test_a_fleet_scales_by_one_measure_or_two_and_warms_up_for_two_minutes() -> None:
    deploy: Any = good("prod", ((*FLEET, "size"), SIZE), ((*FLEET, "scaling"), {"cpuPercent": 60}))
    scaling = deploy.applications["storefront"].deploy.fleet.scaling
    assert (scaling.cpu_percent, scaling.requests_per_minute, scaling.warmup_seconds) == (60, None, 120)


SPOT = {"instanceTypes": ["t3a.small"]}


@pytest.mark.parametrize(
    ("fleet", "place", "allowed"),
    [
        ({"spot": {}}, "spot.instanceTypes", "missing"),
        ({"spot": {"instanceTypes": []}}, "spot.instanceTypes", "at least 1 types"),
        ({"spot": {"instanceTypes": ["t3.small"]}}, "spot", "types besides t3.small, which is instanceType"),
        ({"spot": {"instanceTypes": ["t3a.small", "t3a.small"]}}, "spot.instanceTypes", "types that differ"),
        (
            {"spot": {"instanceTypes": ["t3a.small", "t4g.small"]}},
            "spot",
            "types with the processor of t3.small, unlike t4g.small",
        ),
        (
            {"instanceType": "t4g.small", "spot": {"instanceTypes": ["t4g.medium", "t3a.small"]}},
            "spot",
            "types with the processor of t4g.small, unlike t3a.small",
        ),
        ({"size": SIZE, "spot": {**SPOT, "onDemandBase": 6}}, "spot", "less than the fleet's max, 6"),
        ({"size": {"min": 3, "desired": 3, "max": 3}, "spot": SPOT}, "spot", "less than the fleet's max, 3"),
        ({"spot": {**SPOT, "onDemandPercent": 100}}, "spot.onDemandPercent", "0 to 99 percent"),
    ],
)
def test_spot_instances_that_make_no_sense_are_refused(fleet: dict[str, Any], place: str, allowed: str) -> None:
    (line,) = refusals(fleet)
    assert line.startswith(f"{PLACE}.{place}")
    assert allowed in line


def test_a_refresh_is_of_fleets_in_place_because_a_release_of_the_others_starts_anew_anyhow() -> None:
    (line,) = refusals({"instanceRefresh": {}})
    assert "no instanceRefresh: the next release starts every instance anew" in line
    assert refusals({"instanceRefresh": {}}, stack="dev") == []


def test_no_more_than_the_whole_fleet_stays_in_service() -> None:
    (line,) = refusals({"instanceRefresh": {"minHealthyPercent": 101}}, stack="dev")
    assert line.endswith("given 101; allowed: 0 to 100 percent")


def test_a_fleet_of_one_instance_is_not_refreshed_by_taking_it_away() -> None:
    small = {"size": {"min": 1, "desired": 1, "max": 2}, "instanceRefresh": {"minHealthyPercent": 90}}
    (line,) = refusals(small, stack="dev")
    assert "a minHealthyPercent of 100 where the fleet may be one instance" in line


def configured(config: Any, size: dict[str, int] = SIZE, stack: str = "prod", **others: Any) -> list[str]:
    deploy = (*STOREFRONT, "deploy")
    changes = [((*deploy, key), value) for key, value in {"config": config, **others}.items()]
    return said(changed(config_of(stack), ((*FLEET, "size"), size), *changes), stack=stack)


@pytest.mark.parametrize(
    ("config", "allowed"),
    [
        ({}, "minimumHealthy"),
        ({"minimumHealthy": {}}, "count or percent, one of them"),
        ({"minimumHealthy": {"count": 1, "percent": 10}}, "count or percent, one of them"),
        ({"minimumHealthy": {"percent": 100}}, "0 to 99 percent"),
        ({"minimumHealthy": {"count": 1}, "zonal": {"monitorMinutes": 241}}, "0 to 240 minutes"),
        ({"minimumHealthy": {"count": 1}, "zonal": {}}, "monitorMinutes"),
    ],
)
def test_a_configuration_that_says_nothing_or_too_much_is_refused(config: Any, allowed: str) -> None:
    (line,) = configured(config)
    assert line.startswith("applications.storefront.deploy.config")
    assert allowed in line


@pytest.mark.parametrize(
    ("stack", "config"),
    [
        # Blue/green deploys to the desired size, in place to what may be the smallest.
        ("prod", {"minimumHealthy": {"count": 3}}),
        ("prod", {"minimumHealthy": {"percent": 67}}),
        ("dev", {"minimumHealthy": {"count": 2}}),
        ("dev", {"minimumHealthy": {"percent": 51}}),
        (
            "dev",
            {"minimumHealthy": {"count": 1}, "zonal": {"monitorMinutes": 5, "minimumHealthyPerZone": {"count": 2}}},
        ),
    ],
)
def test_a_configuration_with_which_every_deployment_would_fail_at_once_is_refused(stack: str, config: Any) -> None:
    (line,) = configured(config, stack=stack)
    assert line.startswith("applications.storefront.deploy.config")
    assert "every deployment would fail at once" in line


@pytest.mark.parametrize(
    ("stack", "config"),
    [
        ("prod", {"minimumHealthy": {"count": 2}}),
        ("prod", {"minimumHealthy": {"percent": 66}}),
        ("dev", {"minimumHealthy": {"percent": 50}}),
        ("dev", {"minimumHealthy": {"count": 0}}),
    ],
)
def test_one_that_lets_an_instance_change_is_taken(stack: str, config: Any) -> None:
    assert configured(config, stack=stack) == []


def test_a_configuration_of_ones_own_and_one_of_aws_exclude_each_other() -> None:
    (line,) = configured({"minimumHealthy": {"count": 1}}, deploymentConfig="CodeDeployDefault.OneAtATime")
    assert "config or deploymentConfig, one of them" in line


LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:444455556666:listener/app/shared/0123456789abcdef/fedcba9876543210"
CERTIFICATE = "arn:aws:acm:eu-west-1:444455556666:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
BALANCER = {
    "listenerArn": LISTENER,
    "securityGroupId": "sg-0123456789abcdef0",
    "priority": 10,
    "hosts": ["shop.example.com"],
}
WEB_ACL = "arn:aws:wafv2:eu-west-1:444455556666:regional/webacl/shops/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"


def shared(url: Any = "https://shop.example.com", **changes: Any) -> dict[str, Any]:
    balancer = {key: value for key, value in {**BALANCER, **changes}.items() if value is not OMITTED}
    return {"balancer": balancer} | ({} if url is None else {"url": url})


def test_a_fleet_may_be_behind_a_load_balancer_of_others() -> None:
    assert refusals(shared()) == []
    assert refusals(shared(hosts=OMITTED, paths=["/shop/*"])) == []
    assert refusals(shared(hosts=["*.example.com", "shop-?.example.com"], paths=["/a*/b?/*"])) == []


@pytest.mark.parametrize(
    ("fleet", "place", "allowed"),
    [
        (shared(listenerArn="listener/app/shared"), "balancer.listenerArn", "the ARN of a listener"),
        (
            shared(listenerArn=LISTENER.replace("/app/", "/net/")),
            "balancer.listenerArn",
            "a listener of an application load balancer",
        ),
        (shared(listenerArn=LISTENER.replace("eu-west-1", "us-east-1")), "balancer.listenerArn", "one of eu-west-1"),
        (
            shared(listenerArn=LISTENER.replace("444455556666", "999988887777")),
            "balancer.listenerArn",
            "one of the stack's account 444455556666",
        ),
        (shared(securityGroupId="front"), "balancer.securityGroupId", "a security group's id"),
        (shared(priority=0), "balancer.priority", "1 to 50000"),
        (shared(hosts=["shop example"]), "balancer.hosts", "a host name"),
        *(
            (shared(hosts=[host]), "balancer.hosts[0]", "and letters alone after its last dot")
            for host in ("localhost", "10.0.0.1", "*", "shop.example.*", "shop.example.com:8443")
        ),
        (
            shared(hosts=["*.example.com"], paths=["/a*/b?/*", "/*/c?"]),
            "balancer: ",
            "at most 5 * and ? in hosts and paths together; there are 6",
        ),
        (shared(paths=["shop/*"]), "balancer.paths", "a path of 1 to 128 characters"),
        (shared(hosts=OMITTED), "balancer", "hosts, paths, or both"),
        (
            shared(paths=["/a", "/b", "/c", "/d", "/e"]),
            "balancer.hosts",
            "at most 5 hosts and paths together; there are 6",
        ),
        (shared(url=None), "balancer", "balancer with url"),
        ({**shared(), "webAclArn": WEB_ACL}, "webAclArn", "no webAclArn beside balancer"),
        ({**shared(), "certificateArn": CERTIFICATE}, "certificateArn", "no certificateArn beside"),
        ({"webAclArn": WEB_ACL.replace("regional", "global")}, "webAclArn", "the ARN of a regional web ACL"),
        ({"webAclArn": WEB_ACL.replace("eu-west-1", "us-east-1")}, "webAclArn", "one of eu-west-1"),
        ({"webAclArn": WEB_ACL.replace("444455556666", "999988887777")}, "webAclArn", "account 444455556666"),
    ],
)
def test_a_front_that_could_not_work_is_refused(fleet: dict[str, Any], place: str, allowed: str) -> None:
    (line,) = refusals(fleet)
    assert line.startswith(f"{PLACE}.{place}")
    assert allowed in line


def test_two_applications_cannot_have_one_priority_of_one_listener() -> None:
    config = changed(config_of("prod"), *(((*FLEET, key), value) for key, value in shared().items()))
    applications = config["delivery:applications"]
    applications["desk"] = {**applications["storefront"], "source": {"provider": "codecommit", "repository": "desk"}}
    (line,) = [line for line in said(config, stack="prod") if "priority" in line]
    assert line.startswith("applications.desk.deploy.fleet.balancer.priority: given 10")
    assert line.endswith("allowed: a priority that no other rule of the listener has; storefront has it")


ALONE = {"size": {"min": 1, "desired": 1, "max": 3}}


def test_one_instance_is_changed_by_itself_where_the_file_does_not_say_how() -> None:
    deploy = (*STOREFRONT, "deploy")
    settings: Any = good(
        "dev",
        ((*FLEET, "size"), ALONE["size"]),
        ((*deploy, "workers"), {"reports": {"fleet": ALONE}, "mails": {}}),
    )
    found = settings.applications["storefront"].deploy
    workers = {name: one.deployment_config for name, one in found.workers.items()}
    assert found.deployment_config == workers["reports"] == "CodeDeployDefault.OneAtATime"
    assert workers["mails"] == "CodeDeployDefault.HalfAtATime"


@pytest.mark.parametrize("part", [(), ("workers", "reports")])
def test_half_of_one_instance_is_refused(part: tuple[str, ...]) -> None:
    place = (*STOREFRONT, "deploy", *part)
    changes: list[Any] = [
        ((*place, "fleet", "size"), ALONE["size"]),
        ((*place, "deploymentConfig"), "CodeDeployDefault.HalfAtATime"),
    ]
    (line,) = said(changed(config_of("dev"), *changes), stack="dev")
    assert line.startswith(".".join(("applications.storefront.deploy", *part, 'deploymentConfig: given "CodeDeploy')))
    assert line.endswith(
        "CodeDeployDefault.OneAtATime or CodeDeployDefault.AllAtOnce for one instance, of which half is none"
    )


def refused_workers(workers: dict[str, Any], stack: str = "prod") -> list[str]:
    return said(changed(config_of(stack), ((*STOREFRONT, "deploy", "workers"), workers)), stack=stack)


def test_workers_have_the_fleet_of_their_tier_and_change_as_carefully_as_the_main_one() -> None:
    settings: Any = good("prod", ((*STOREFRONT, "deploy", "workers"), {"reports": {}}))
    deploy = settings.applications["storefront"].deploy
    reports = deploy.workers["reports"]
    assert reports.fleet.size == deploy.fleet.size
    assert reports.fleet.instance_type == deploy.fleet.instance_type
    assert reports.deployment_config == deploy.deployment_config


@pytest.mark.parametrize(
    ("workers", "place", "allowed"),
    [
        ({"Reports": {}}, "workers.Reports", "a name of a-z 0-9 and single -"),
        ({"blue": {}}, "workers.blue", "a name that isn't blue or green"),
        ({"r" * 40: {}}, "workers." + "r" * 40, "at most 64 characters"),
        ({f"w{number}": {} for number in range(6)}, "workers", "at most 5"),
        ({"reports": {"fleet": {"balancer": {}}}}, "workers.reports.fleet.balancer", "unknown key"),
        (
            {"reports": {"fleet": {"size": SIZE, "scaling": {"requestsPerMinute": 10}}}},
            "workers.reports.fleet.scaling",
            "cpuPercent alone",
        ),
        (
            {"reports": {"fleet": {"instanceType": "m7g.large", "amiParameter": "/own/x86_64"}}},
            "workers.reports.fleet.amiParameter",
            "an image for arm64",
        ),
    ],
)
def test_workers_that_could_not_be_are_refused(workers: dict[str, Any], place: str, allowed: str) -> None:
    (line,) = refused_workers(workers)
    assert line.startswith(f"applications.storefront.deploy.{place}")
    assert allowed in line


@pytest.mark.parametrize("suite", ["reports-instance", "Reports-codedeploy"])
def test_a_suite_and_workers_cannot_have_one_role(suite: str) -> None:
    workers: tuple[Any, Any] = ((*STOREFRONT, "deploy", "workers"), {"reports": {}})
    suites = ((*STOREFRONT, "suites"), {suite: {"buildspec": "suite.yml"}})
    (line,) = [one for one in said(changed(config_of("dev"), workers, suites), stack="dev") if "workers" in one]
    assert line.startswith(f"applications.storefront.suites.{suite}: ")
    assert "a name that isn't one of workers reports: codedeploy, instance, instances" in line


@pytest.mark.parametrize(("worker", "others"), [("prod", {}), ("prod-green", {}), ("prod-mails", {"mails": {}})])
def test_workers_cannot_have_the_names_of_another_application(worker: str, others: dict[str, Any]) -> None:
    config = changed(config_of("prod"), ((*STOREFRONT, "deploy", "workers"), {worker: {}}))
    applications = config["delivery:applications"]
    other = {**applications["storefront"], "source": {"provider": "codecommit", "repository": "desk"}}
    applications["storefront-prod"] = {**other, "deploy": {**other["deploy"], "workers": others}}
    (line,) = [line for line in said(config, stack="prod") if ".workers." in line]
    assert "a name that makes no name of application storefront" in line
