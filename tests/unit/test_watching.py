"""What watches an application: what each platform is measured by, what stops a release, and the one alarm for all."""

import json
import re

import pytest

from tests.unit.every_function import every_function, functions
from tests.unit.every_machine import every_machine, machines
from tests.unit.every_service import every_service
from tests.unit.jenkins.stacks import built_by_jenkins
from tests.unit.planning import STACKS, Config, Planned, planned
from tests.unit.planning_mocks import Resource
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, said

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
UNWELL = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
PLANS = (*STACKS, "functions", "services", "machines", "jenkins")
every_plan = pytest.mark.parametrize("name", PLANS)


def plan_of(name: str) -> Planned:
    if name in STACKS:
        return planned(name)
    others = {"functions": every_function, "services": every_service, "machines": every_machine}
    return others[name]() if name in others else built_by_jenkins("dev")


def labels(plan: Planned, application: str) -> set[str]:
    first = f"{application}-{plan.stack}-"
    names = plan.physical_names(ALARM)
    return {one.removeprefix(first) for one in names if one.startswith(first)}


def made_of(unwell: Resource) -> set[str]:
    return set(re.findall(r'ALARM\("([^"]+)"\)', unwell.inputs["alarmRule"]))


@every_plan
def test_the_one_alarm_of_an_application_is_made_of_what_stops_its_deployments(name: str) -> None:
    plan = plan_of(name)
    groups = plan.of(GROUP)
    assert groups
    for group in groups:
        own = group.inputs["deploymentGroupName"]
        unwell = plan.one(UNWELL, alarmName=f"{own}-unwell")
        watched = group.inputs["alarmConfiguration"]["alarms"]
        assert made_of(unwell) == set(watched)
        # https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
        assert len(watched) <= 10
        assert plan.outputs["applications"][own.removesuffix(f"-{plan.stack}")]["alarm"] == f"{own}-unwell"


def test_services_that_ecs_moves_itself_go_by_the_same_list() -> None:
    services = [one for one in every_service().of("aws:ecs/service:Service") if one.inputs.get("alarms")]
    assert services
    for service in services:
        unwell = every_service().one(UNWELL, alarmName=f"{service.inputs['name']}-unwell")
        assert made_of(unwell) == set(service.inputs["alarms"]["alarmNames"])


@every_plan
def test_the_one_alarm_is_made_after_those_it_is_made_of(name: str) -> None:
    plan = plan_of(name)
    for unwell in plan.of(UNWELL):
        before = plan.before(unwell)
        planned_here = plan.physical_names(ALARM) & made_of(unwell)
        assert planned_here
        assert {plan.one(ALARM, name=one).urn for one in planned_here} <= before


def test_each_platform_is_measured_by_what_it_has() -> None:
    front = {"http-5xx", "balancer-5xx", "latency", "rejected"}
    assert labels(planned("dev"), "storefront") == front | {"unhealthy", "cpu"}
    assert labels(planned("prod"), "storefront") == front | {"unhealthy", "cpu-blue", "cpu-green", "canary"}
    assert labels(every_service(), "ticker") == front | {
        "unhealthy-blue",
        "unhealthy-green",
        "cpu",
        "memory",
        "error-lines",
    }
    assert labels(every_function(), "ticker") == {"errors", "throttles", "duration", "concurrency", "error-lines"}
    assert labels(every_function(), "greeter") == {"errors", "throttles", "duration", "error-lines"}
    assert labels(every_machine(), "kiosks") == {"missing"}


def test_saturation_and_written_errors_tell_people_and_stop_nothing() -> None:
    quiet = {"rejected", "cpu", "cpu-blue", "cpu-green", "memory", "concurrency", "error-lines"}
    for name in PLANS:
        plan = plan_of(name)
        stopping = {one for unwell in plan.of(UNWELL) for one in made_of(unwell)}
        for alarm in plan.of(ALARM):
            label = alarm.name.split("-alarms-")[-1]
            if label in quiet:
                assert alarm.inputs["name"] not in stopping
            assert len(alarm.inputs["alarmActions"]) == 1


def test_a_fleet_is_busy_when_one_of_its_groups_is_for_a_quarter_of_an_hour() -> None:
    groups = planned("prod").physical_names("aws:autoscaling/group:Group")
    alarms = planned("prod").of(ALARM, metricName="CPUUtilization")
    assert {one.inputs["dimensions"]["AutoScalingGroupName"] for one in alarms} == groups
    for one in alarms:
        assert one.inputs["period"] * one.inputs["evaluationPeriods"] == 900


def test_a_function_is_near_its_limit_at_four_fifths_of_what_it_may_have() -> None:
    concurrency = every_function().one(ALARM, name="ticker-dev-concurrency").inputs
    assert (concurrency["threshold"], concurrency["dimensions"]) == (4, {"FunctionName": "ticker-dev"})


def learning(config: Config) -> None:
    config["delivery:applications"]["storefront"]["deploy"]["alarms"] = {"latency": "anomaly"}


def test_slowness_is_held_against_what_cloudwatch_has_learned_where_a_number_is_a_guess() -> None:
    latency = planned("prod", learning).one(ALARM, name="storefront-prod-latency").inputs
    assert latency["comparisonOperator"] == "GreaterThanUpperThreshold"
    measured, band = latency["metricQueries"]
    assert measured["metric"]["metricName"] == "TargetResponseTime"
    assert measured["metric"]["stat"] == "p95"
    assert band["expression"].startswith(f"ANOMALY_DETECTION_BAND({measured['id']}, ")
    assert latency["thresholdMetricId"] == band["id"]
    assert latency["treatMissingData"] == "notBreaching"
    assert {"metricName", "threshold", "statistic", "extendedStatistic", "period"} & set(latency) == set()


def test_errors_in_a_log_are_counted_in_the_metric_that_their_alarm_reads() -> None:
    for plan, application in ((every_service(), "ticker"), (every_function(), "greeter")):
        counted = plan.one(FILTER, name=f"{application}-dev-error-lines").inputs
        assert counted["logGroupName"] in plan.physical_names("aws:cloudwatch/logGroup:LogGroup")
        made = counted["metricTransformation"]
        alarm = plan.one(ALARM, name=f"{application}-dev-error-lines").inputs
        assert (alarm["namespace"], alarm["metricName"], alarm["dimensions"]) == (made["namespace"], made["name"], {})
        assert (made["value"], made["defaultValue"]) == ("1", "0")


def test_a_stack_file_says_which_lines_are_errors() -> None:
    def own(config: Config) -> None:
        config["delivery:applications"] = {
            "greeter": {
                "source": {"provider": "codecommit", "repository": "greeter", "branch": "main"},
                "deploy": {
                    "platform": "lambda",
                    "strategy": "canary",
                    "function": {"runtime": "python3.13", "handler": "app.handler"},
                    "errorLines": {"pattern": '{ $.level = "error" }', "count": 2},
                    "alarms": {"duration": "anomaly", "concurrency": 33},
                },
            }
        }

    plan = planned("dev", own)
    assert plan.one(FILTER).inputs["pattern"] == '{ $.level = "error" }'
    assert plan.one(ALARM, name="greeter-dev-error-lines").inputs["threshold"] == 2
    assert plan.one(ALARM, name="greeter-dev-concurrency").inputs["threshold"] == 33
    assert "ANOMALY_DETECTION_BAND" in json.dumps(plan.one(ALARM, name="greeter-dev-duration").inputs["metricQueries"])


@pytest.mark.parametrize(
    ("pattern", "good"),
    [
        ('"Order failed" -"retried"', True),
        (r'{ $.message = "said \"no\"" }', True),
        ("[ip, user, time, request, status=5*]", True),
        ('"Order failed', False),
        ('{ $.level = "error"', False),
        ("[ip, status=5*", False),
    ],
)
def test_a_pattern_of_lines_that_is_not_closed_is_refused(pattern: str, *, good: bool) -> None:
    config = config_of("dev")
    functions(config)
    path = ("delivery:applications", "greeter", "deploy", "errorLines")
    lines = said(changed(config, (path, {"pattern": pattern})), stack="dev")
    assert (lines == []) is good
    assert all(line.startswith("applications.greeter.deploy.errorLines.pattern: given ") for line in lines)


def test_a_condition_that_names_no_alarm_asks_that_of_the_application() -> None:
    def asking(config: Config) -> None:
        config["delivery:applications"]["storefront"]["conditions"] = {
            "Deploy": {"onSuccess": {"otherwise": "fail", "rules": [{"rule": "alarm", "waitMinutes": 5}]}}
        }

    plan = planned("dev", asking)
    stages = plan.one("aws:codepipeline/pipeline:Pipeline").inputs["stages"]
    (deploy,) = [one for one in stages if one["name"] == "Deploy"]
    (rule,) = deploy["onSuccess"]["condition"]["rules"]
    assert rule["configuration"]["AlarmName"] == plan.one(UNWELL).inputs["alarmName"]


@every_plan
def test_no_log_is_kept_for_ever_or_not_at_all(name: str) -> None:
    groups = plan_of(name).of("aws:cloudwatch/logGroup:LogGroup")
    assert groups
    for group in groups:
        assert group.inputs["retentionInDays"] >= 30, group.name


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("delivery:watch", "runbooks"),
            "https://mary:pw@example.com/x",
            "watch.runbooks: given (hidden: it looks like a secret); allowed: the address of a folder with https://",
        ),
        (("delivery:watch", "runbook"), "x", "watch.runbook: unknown key; did you mean runbooks?"),
        (
            (*STOREFRONT, "deploy", "alarms", "latency"),
            "slow",
            'applications.storefront.deploy.alarms.latency: given "slow"; allowed: fixed, anomaly',
        ),
        (
            (*STOREFRONT, "deploy", "alarms"),
            {"latency": "anomaly", "latencySeconds": 1.5},
            "applications.storefront.deploy.alarms.latencySeconds: given 1.5; allowed: no latencySeconds with latency",
        ),
        (
            (*STOREFRONT, "deploy", "alarms", "busyPercent"),
            0,
            "applications.storefront.deploy.alarms.busyPercent: given 0; allowed: 1 to 100 percent",
        ),
        (
            (*STOREFRONT, "deploy", "errorLines"),
            {},
            "applications.storefront.deploy.errorLines: unknown key",
        ),
    ],
)
def test_what_cannot_be_watched_is_refused_with_its_place(path: tuple[str, ...], value: object, message: str) -> None:
    (line,) = said(changed(config_of("prod"), (path, value)), stack="prod")
    assert line.startswith(message)


@pytest.mark.parametrize(
    ("existing", "message"),
    [
        (["a" * 256], '[0]: given "' + "a" * 20),
        (['say "no"'], ".existing[0]: given"),
        (["arn:aws:cloudwatch:eu-west-1:444455556666:alarm:queue"], ".existing[0]: given"),
        ([f"queue-{one}" for one in range(9)], ".existing: given a list of 9; allowed: at most 8 alarms"),
        (["tills-dev-missing"], '.existing[0]: given "tills-dev-missing"; allowed: alarms that others have made'),
        (["queue", "tills-dev-unwell"], '.existing[1]: given "tills-dev-unwell"; allowed: alarms that others'),
        (["queue", "queue"], ".existing: "),
    ],
)
def test_alarms_of_others_are_refused_where_aws_would_refuse_what_is_made_of_them(
    existing: list[str], message: str
) -> None:
    config = config_of("dev")
    machines(config)
    path = ("delivery:applications", "tills", "deploy", "alarms", "existing")
    (line,) = said(changed(config, (path, existing)), stack="dev")
    assert message in line


def test_as_many_alarms_of_others_as_there_may_be_make_no_more_than_codedeploy_watches() -> None:
    def with_canary(config: Config) -> None:
        machines(config)
        tills = config["delivery:applications"]["tills"]
        tills["deploy"]["alarms"] = {"existing": [f"queue-{one}" for one in range(8)]}
        tills["watch"] = {"canary": {"enabled": True}}

    group = planned("dev", with_canary).one(GROUP, deploymentGroupName="tills-dev")
    assert len(group.inputs["alarmConfiguration"]["alarms"]) == 10
