"""Each kind of bad value: one mistake, one line, with its place and what is allowed."""

from typing import Any

import pytest

from tests.unit.settings.stack_file import OMITTED, STOREFRONT, changed, config_of, said

APP = "applications.storefront"
FLEET = (*STOREFRONT, "deploy", "fleet")
ENVIRONMENT = ("delivery:environment",)
NETWORK = ("delivery:network",)
APPROVAL = (*STOREFRONT, "approvals", 0)

# stack, place, value, the line's beginning (its place), and what else the line has to say
CASES: list[tuple[str, tuple[str | int, ...], Any, str, str]] = [
    # unknown keys
    (
        "dev",
        ("delivery:colour",),
        "blue",
        "delivery:colour",
        "known here: aws:region, delivery:applications",
    ),
    ("dev", (*ENVIRONMENT, "name"), "dev", "environment.name", "unknown key; known here: account, tier"),
    ("dev", (*ENVIRONMENT, "teir"), "x", "environment.teir", "unknown key"),
    ("dev", (*FLEET, "instance_type"), "t3.small", f"{APP}.deploy.fleet.instance_type", "did you mean instanceType?"),
    (
        "dev",
        (*STOREFRONT, "deploy", "bakeMinutes"),
        5,
        f"{APP}.deploy.bakeMinutes",
        "only where strategy is blue-green",
    ),
    ("prod", (*STOREFRONT, "source", "branch"), "x", f"{APP}.source.branch", "only where provider is codecommit"),
    ("prod", (*STOREFRONT, "source", "origin"), {}, f"{APP}.source.origin", "unknown key"),
    ("dev", (*NETWORK, "vpcId"), "vpc-0123456789abcdef0", "network.vpcId", "only for an existing network"),
    ("dev", (*STOREFRONT, "source", "codecommit"), 1, f"{APP}.source.codecommit", "unknown key"),
    ("dev", ("delivery:network2",), {}, "delivery:network2", "did you mean delivery:network, which is there as well?"),
    ("dev", (*ENVIRONMENT, "acount"), "1", "environment.acount", "did you mean account, which is there as well?"),
    # wrong types
    ("dev", (*FLEET, "port"), "80", f"{APP}.deploy.fleet.port", 'given "80"; allowed: a whole number, without quotes'),
    ("dev", (*FLEET, "port"), True, f"{APP}.deploy.fleet.port", "given true; allowed: a whole number"),
    ("dev", (*FLEET, "port"), 80.5, f"{APP}.deploy.fleet.port", "given 80.5; allowed: a whole number"),
    ("dev", (*STOREFRONT, "source", "owned"), "yes", f"{APP}.source.owned", 'given "yes"; allowed: true or false'),
    ("dev", (*STOREFRONT, "source", "branch"), 7, f"{APP}.source.branch", "given 7; allowed: text: quote it"),
    ("dev", (*STOREFRONT, "deploy"), [], f"{APP}.deploy", "given an empty list; allowed: a mapping"),
    ("dev", (*STOREFRONT, "approvals"), {}, f"{APP}.approvals", "given an empty mapping; allowed: a list"),
    ("dev", FLEET, None, f"{APP}.deploy.fleet", "given nothing (null); allowed: a mapping"),
    ("dev", ENVIRONMENT, "development", "environment", 'given "development"; allowed: a mapping'),
    ("dev", ("delivery:notifications", "emails"), "a@example.com", "notifications.emails", "allowed: a list"),
    # environment and region
    ("dev", (*ENVIRONMENT, "tier"), "qa", "environment.tier", "allowed: development, staging, production"),
    ("prod", (*ENVIRONMENT, "tier"), "prod", "environment.tier", "did you mean production?"),
    ("dev", (*ENVIRONMENT, "tier"), OMITTED, "environment.tier", "needed: one of development, staging, production: "),
    ("dev", (*ENVIRONMENT, "account"), 111122223333, "environment.account", "quote it"),
    ("dev", (*ENVIRONMENT, "account"), "1111", "environment.account", "12 digits"),
    ("dev", ("aws:region",), "europe", "aws:region", "an AWS region"),
    ("dev", ("aws:region",), OMITTED, "aws:region", "missing"),
    # network
    ("dev", (*NETWORK, "cidr"), "10.10.0.0/33", "network.cidr", "an IPv4 range"),
    ("dev", (*NETWORK, "cidr"), "10.10.0.1/16", "network.cidr", "host bits"),
    ("dev", (*NETWORK, "cidr"), "8.8.0.0/16", "network.cidr", "a private range"),
    ("dev", (*NETWORK, "cidr"), "10.0.0.0/8", "network.cidr", "/16 to /24"),
    ("dev", (*NETWORK, "cidr"), "10.0.0.0/25", "network.cidr", "/16 to /24"),
    ("dev", (*NETWORK, "cidr"), "10.10.0.0/15", "network.cidr", "/16 to /24"),
    ("dev", (*NETWORK, "cidr"), OMITTED, "network.cidr", "missing"),
    ("dev", (*NETWORK, "availabilityZones"), ["eu-west-1a"], "network.availabilityZones", "at least 2 zones"),
    ("dev", (*NETWORK, "availabilityZones"), ["eu-west-1a"] * 2, "network.availabilityZones", "differ"),
    ("dev", (*NETWORK, "availabilityZones", 1), "us-east-1b", "network.availabilityZones[1]", "zones of eu-west-1"),
    ("dev", (*NETWORK, "availabilityZones", 1), "eu-west-1", "network.availabilityZones[1]", "an availability zone"),
    ("dev", (*NETWORK, "natGateways"), "two", "network.natGateways", "one, per-zone"),
    # notifications
    ("dev", ("delivery:notifications", "emails", 0), "team", "notifications.emails[0]", "a mail address"),
    # source
    ("dev", (*STOREFRONT, "source", "provider"), "svn", f"{APP}.source.provider", "codecommit, github, gitlab"),
    ("dev", (*STOREFRONT, "source", "provider"), OMITTED, f"{APP}.source.provider", "one of codecommit, github"),
    ("dev", (*STOREFRONT, "source", "repository"), "a b", f"{APP}.source.repository", "1 to 100 of"),
    ("dev", (*STOREFRONT, "source", "repository"), OMITTED, f"{APP}.source.repository", "missing"),
    ("dev", (*STOREFRONT, "source", "branch"), OMITTED, f"{APP}.source.branch", "missing"),
    ("dev", (*STOREFRONT, "source", "branch"), "release/*", f"{APP}.source.branch", "without a wildcard"),
    ("dev", (*STOREFRONT, "source", "branch"), "refs/heads/x", f"{APP}.source.branch", "a branch name"),
    ("staging", (*STOREFRONT, "source", "branches", 1), "hot*", f"{APP}.source.branches[1]", "ends in /*"),
    ("staging", (*STOREFRONT, "source", "branches", 1), "*/fix", f"{APP}.source.branches[1]", "ends in /*"),
    ("staging", (*STOREFRONT, "source", "branches", 1), "a//b", f"{APP}.source.branches[1]", "a branch name"),
    ("staging", (*STOREFRONT, "source", "branches"), [], f"{APP}.source.branches", "at least 1 branch"),
    ("dev", (*STOREFRONT, "source", "changeDetection"), "hourly", f"{APP}.source.changeDetection", "events, polling"),
    # what is blamed isn't in the file: the object that lacks it is
    (
        "dev",
        (*STOREFRONT, "source"),
        {"provider": "codecommit", "repository": "storefront", "branch": "develop", "tags": []},
        f"{APP}.source",
        "at least 1 branch, or tags",
    ),
    # build and suites
    ("staging", (*STOREFRONT, "build", "timeoutMinutes"), 4, f"{APP}.build.timeoutMinutes", "5 to 2160 minutes"),
    ("staging", (*STOREFRONT, "build", "timeoutMinutes"), 2161, f"{APP}.build.timeoutMinutes", "5 to 2160 minutes"),
    ("staging", (*STOREFRONT, "build", "image"), "Standard 5", f"{APP}.build.image", "a Linux image of CodeBuild"),
    (
        "staging",
        (*STOREFRONT, "build", "image"),
        "aws/codebuild/windows-base:2022-1.0",
        f"{APP}.build.image",
        "a Linux image of CodeBuild",
    ),
    (
        "staging",
        (*STOREFRONT, "build", "image"),
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ci:1",
        f"{APP}.build.image",
        "a Linux image of CodeBuild",
    ),
    ("dev", (*STOREFRONT, "suites"), {"pipeline": {"buildspec": "b.yml"}}, f"{APP}.suites.pipeline", "isn't one of"),
    (
        "dev",
        (*STOREFRONT, "suites"),
        {"smoke": {"buildspec": "b.yml"}, "Smoke": {"buildspec": "b.yml"}},
        f"{APP}.suites.Smoke",
        "more than case",
    ),
    (
        "dev",
        (*STOREFRONT, "suites"),
        {f"s{number}": {"buildspec": "b.yml"} for number in range(21)},
        f"{APP}.suites",
        "at most 20",
    ),
    ("prod", (*STOREFRONT, "approvals", 0, "name"), "qa.head", f"{APP}.approvals[0].name", "A-Z a-z 0-9 - _"),
    ("prod", (*STOREFRONT, "approvals", 0, "name"), "q" * 101, f"{APP}.approvals[0].name", "1 to 100"),
    (
        "dev",
        FLEET,
        {"instanceType": "t4g.small", "amiParameter": "/golden/al2023-x86_64"},
        f"{APP}.deploy.fleet.amiParameter",
        "an image for arm64",
    ),
    ("staging", (*STOREFRONT, "build", "computeType"), "small", f"{APP}.build.computeType", "BUILD_GENERAL1_SMALL"),
    ("staging", (*STOREFRONT, "build", "buildspec"), "/etc/x.yml", f"{APP}.build.buildspec", "relative to its root"),
    ("staging", (*STOREFRONT, "build", "buildspec"), "../x.yml", f"{APP}.build.buildspec", "relative to its root"),
    ("prod", (*STOREFRONT, "build"), {}, f"{APP}.build", "another stack has built it"),
    ("dev", (*STOREFRONT, "suites", "e2e", "buildspec"), OMITTED, f"{APP}.suites.e2e", "either buildspec or commands"),
    ("dev", (*STOREFRONT, "suites", "end_2_end"), {"buildspec": "a.yml"}, f"{APP}.suites.end_2_end", "1 to 40 of"),
    ("dev", (*STOREFRONT, "suites", "x" * 41), {"buildspec": "a.yml"}, f"{APP}.suites.{'x' * 41}", "1 to 40 of"),
    # approvals
    ("prod", (*STOREFRONT, "approvals"), OMITTED, f"{APP}.approvals", "[] is continuous deployment"),
    ("prod", (*APPROVAL, "emails"), OMITTED, f"{APP}.approvals[0].emails", "at least one"),
    ("prod", (*APPROVAL, "emails"), [], f"{APP}.approvals[0].emails", "someone to tell"),
    ("prod", (*APPROVAL, "emails", 0), "qa head@", f"{APP}.approvals[0].emails[0]", "a mail address"),
    ("prod", (*APPROVAL, "name"), "QA head", f"{APP}.approvals[0].name", "1 to 100 of"),
    ("prod", (*APPROVAL, "reviewUrl"), "ftp://x", f"{APP}.approvals[0].reviewUrl", "http:// or https://"),
    ("prod", (*APPROVAL, "timeoutMinutes"), 4, f"{APP}.approvals[0].timeoutMinutes", "5 to 86400 minutes"),
    ("prod", (*APPROVAL, "timeoutMinutes"), 86401, f"{APP}.approvals[0].timeoutMinutes", "5 to 86400 minutes"),
    ("prod", (*APPROVAL, "message"), "x" * 401, f"{APP}.approvals[0].message", "at most 400 characters"),
    # deployment
    ("dev", (*STOREFRONT, "deploy", "platform"), "host", f"{APP}.deploy.platform", "allowed: server, lambda"),
    ("dev", (*STOREFRONT, "deploy", "strategy"), "canary", f"{APP}.deploy.strategy", "in-place, blue-green"),
    ("dev", (*STOREFRONT, "deploy", "strategy"), OMITTED, f"{APP}.deploy.strategy", "one of in-place, blue-green"),
    ("dev", (*STOREFRONT, "deploy", "deploymentConfig"), "Canary", f"{APP}.deploy.deploymentConfig", "OneAtATime"),
    ("prod", (*STOREFRONT, "deploy", "bakeMinutes"), 1381, f"{APP}.deploy.bakeMinutes", "0 to 1380 minutes"),
    ("prod", (*FLEET, "size", "min"), 4, f"{APP}.deploy.fleet.size.min", "min <= desired <= max"),
    ("prod", (*FLEET, "size", "max"), 2, f"{APP}.deploy.fleet.size.max", "min <= desired <= max"),
    ("prod", (*FLEET, "size", "min"), 0, f"{APP}.deploy.fleet.size.min", "1 to 1000 instances"),
    ("prod", (*FLEET, "size", "desired"), OMITTED, f"{APP}.deploy.fleet.size.desired", "missing"),
    ("dev", (*FLEET, "port"), 0, f"{APP}.deploy.fleet.port", "1 to 65535"),
    ("dev", (*FLEET, "port"), 65536, f"{APP}.deploy.fleet.port", "1 to 65535"),
    ("dev", (*FLEET, "healthPath"), "health", f"{APP}.deploy.fleet.healthPath", "begins with /"),
    ("dev", (*FLEET, "volumeGib"), 7, f"{APP}.deploy.fleet.volumeGib", "8 to 16384 GiB"),
    ("dev", (*FLEET, "amiParameter"), "aws/x", f"{APP}.deploy.fleet.amiParameter", "beginning with /"),
    ("dev", (*FLEET, "instanceType"), "small", f"{APP}.deploy.fleet.instanceType", "such as t3.small"),
    ("dev", (*FLEET, "certificateArn"), "arn:aws:iam::1:x", f"{APP}.deploy.fleet.certificateArn", "ACM certificate"),
    ("dev", (*STOREFRONT, "deploy", "alarms", "http5xxCount"), 0, f"{APP}.deploy.alarms.http5xxCount", "1 to"),
    ("dev", (*STOREFRONT, "deploy", "alarms", "latencySeconds"), 0, f"{APP}.deploy.alarms.latencySeconds", "more than"),
    ("dev", (*STOREFRONT, "deploy", "alarms", "unhealthyHosts"), -1, f"{APP}.deploy.alarms.unhealthyHosts", "0 to"),
    # applications
    ("dev", ("delivery:applications",), {}, "applications", "at least 1 application"),
    ("dev", ("delivery:applications",), OMITTED, "applications", "missing"),
]


@pytest.mark.parametrize(("stack", "path", "value", "place", "hint"), CASES)
def test_a_bad_value_is_one_line_with_its_place_and_what_is_allowed(
    stack: str, path: tuple[str | int, ...], value: Any, place: str, hint: str
) -> None:
    lines = said(changed(config_of(stack), (path, value)), stack=stack)
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{place}: ")
    assert hint in lines[0]


@pytest.mark.parametrize("name", ["Store", "store_front", "store front", "2nd", "store-", "a--b", "[key]", ""])
def test_an_application_named_with_characters_that_aws_refuses_is_refused(name: str) -> None:
    config = config_of("dev")
    config["delivery:applications"][name] = config["delivery:applications"].pop("storefront")
    (line,) = said(config, stack="dev")
    assert line.startswith("applications")
    assert "beginning with a letter" in line


@pytest.mark.parametrize(
    ("image"),
    [
        "aws/codebuild/standard:7.0",
        "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        "aws/codebuild/amazonlinux-aarch64-standard:3.0",
    ],
)
def test_linux_images_of_codebuild_are_taken(image: str) -> None:
    assert said(changed(config_of("dev"), ((*STOREFRONT, "build", "image"), image)), stack="dev") == []


@pytest.mark.parametrize("kind", ["t4g.nano", "m7i-flex.2xlarge", "c7g.metal", "u-6tb1.112xlarge", "m7i.metal-24xl"])
def test_instance_types_of_every_family_are_taken(kind: str) -> None:
    assert said(changed(config_of("dev"), ((*FLEET, "instanceType"), kind)), stack="dev") == []


@pytest.mark.parametrize(
    ("key", "where"),
    [
        ("service", "where platform is ecs"),
        ("agents", "where platform is on-premises"),
        ("canary", "where strategy is canary"),
        ("bakeMinutes", "where strategy is blue-green or where platform is ecs"),
    ],
)
def test_a_key_of_another_platform_is_refused_with_no_more_than_what_it_needs(key: str, where: str) -> None:
    (line,) = said(changed(config_of("dev"), ((*STOREFRONT, "deploy", key), {})), stack="dev")
    assert line == f"applications.storefront.deploy.{key}: unknown key; it exists only {where}"


@pytest.mark.parametrize(
    ("cidr", "zones", "largest"), [("10.0.0.0/24", "abcdef", 23), ("10.0.0.0/23", "abcdefghi", 22)]
)
def test_a_network_too_small_for_load_balancers_in_all_its_zones_is_refused(
    cidr: str, zones: str, largest: int
) -> None:
    given = [((*NETWORK, "cidr"), cidr), ((*NETWORK, "availabilityZones"), [f"eu-west-1{zone}" for zone in zones])]
    (line,) = said(changed(config_of("dev"), *given), stack="dev")
    assert line.startswith(
        f'network.cidr: given "{cidr}"; allowed: /{largest} or larger with {len(zones)} zones, as load'
    )
    fits = cidr.replace(cidr[-2:], str(largest))
    assert said(changed(config_of("dev"), *given, ((*NETWORK, "cidr"), fits)), stack="dev") == []


@pytest.mark.parametrize("kind", ["a1.medium", "mac2.metal", "mac2-m2pro.metal"])
def test_instance_types_that_run_no_amazon_linux_2023_are_refused(kind: str) -> None:
    (line,) = said(changed(config_of("dev"), ((*FLEET, "instanceType"), kind)), stack="dev")
    assert line.startswith("applications.storefront.deploy.fleet.instanceType: ")
    assert line.endswith("but for a1 and mac, which have no Amazon Linux 2023")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*STOREFRONT, "build"), {"timeoutMinutes": 5}),
        ((*STOREFRONT, "build"), {"timeoutMinutes": 2160}),
        ((*STOREFRONT, "approvals"), [{"name": "a", "emails": ["a@example.com"], "timeoutMinutes": 5}]),
        ((*STOREFRONT, "approvals"), [{"name": "x" * 100, "emails": ["a@example.com"], "timeoutMinutes": 86400}]),
        ((*STOREFRONT, "approvals"), [{"name": "a", "emails": ["a@example.com"], "message": "x" * 400}]),
        ((*STOREFRONT, "deploy"), {"platform": "server", "strategy": "blue-green", "bakeMinutes": 0}),
        ((*STOREFRONT, "deploy"), {"platform": "server", "strategy": "blue-green", "bakeMinutes": 1380}),
        ((*STOREFRONT, "suites"), {}),
        ((*STOREFRONT, "suites", "x" * 40), {"buildspec": "a.yml"}),
        ((*STOREFRONT, "source", "branches"), ["develop", "feature/a/*"]),
        ((*STOREFRONT, "source", "changeDetection"), "manual"),
        ((*FLEET, "port"), 1),
        ((*FLEET, "port"), 65535),
        ((*FLEET, "volumeGib"), 8),
        ((*FLEET, "size"), {"min": 1, "desired": 1, "max": 1}),
        ((*STOREFRONT, "deploy", "alarms"), {"http5xxCount": 1, "latencySeconds": 0.1, "unhealthyHosts": 0}),
        ((*NETWORK, "cidr"), "172.16.0.0/16"),
        ((*NETWORK, "cidr"), "192.168.1.0/24"),
    ],
)
def test_the_limits_themselves_are_allowed(path: tuple[str | int, ...], value: Any) -> None:
    assert said(changed(config_of("dev"), (path, value)), stack="dev") == []
