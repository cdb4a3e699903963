"""A file with many mistakes is refused once, with all of them."""

import copy
import random
from typing import Any

import pulumi
import pytest

from settings import SettingsError, parse
from settings.problems import nearest, secretive, shown, spelled
from tests.unit.settings.stack_file import OMITTED, STOREFRONT, changed, config_of, neighbours_of, said

APP = "applications.storefront"
FLEET = (*STOREFRONT, "deploy", "fleet")


def test_eight_different_mistakes_are_eight_lines_sorted_by_place() -> None:
    config = changed(
        config_of("prod"),
        (("delivery:environment", "account"), 444455556666),
        (("delivery:network", "availabilityZones", 2), "us-east-1c"),
        ((*STOREFRONT, "aprovals"), []),
        ((*STOREFRONT, "build"), {"timeoutMinutes": "20"}),
        ((*STOREFRONT, "approvals", 0, "emails"), []),
        ((*FLEET, "size"), {"min": 5, "desired": 3, "max": 2, "mid": 3}),
        ((*STOREFRONT, "promote"), {"to": "moon"}),
    )
    assert [line.split(": ")[0] for line in said(config, stack="prod")] == [
        f"{APP}.approvals[0].emails",
        f"{APP}.aprovals",
        f"{APP}.build",
        f"{APP}.build.timeoutMinutes",
        f"{APP}.deploy.fleet.size.mid",
        f"{APP}.deploy.fleet.size.min",
        f"{APP}.promote.to",
        "environment.account",
        "network.availabilityZones[2]",
    ]


def test_the_first_line_names_the_file_and_says_how_many_problems_there_are() -> None:
    with pytest.raises(SettingsError) as refusal:
        parse(changed(config_of("dev"), ((*FLEET, "port"), 0)), stack="dev")
    first, second = str(refusal.value).splitlines()
    assert first == "Pulumi.dev.yaml: 1 problem; nothing was planned."
    assert second == f"  {APP}.deploy.fleet.port: given 0; allowed: 1 to 65535 (a TCP port)"


def test_pulumi_ends_a_program_with_the_message_alone() -> None:
    assert issubclass(SettingsError, pulumi.RunError)


def test_an_empty_configuration_says_everything_that_is_missing() -> None:
    places = [line.split(": ")[0] for line in said({}, stack="dev")]
    assert places == ["applications", "aws:region", "environment", "network"]


def test_a_misspelled_key_is_not_reported_as_missing_too_and_what_is_in_it_is_checked() -> None:
    config = config_of("dev")
    config["delivery:aplications"] = changed(config.pop("delivery:applications"), (("storefront", "deploy", "x"), 1))
    known = "alarms, config, deploymentConfig, fleet, platform, strategy, workers"
    assert said(config, stack="dev") == [
        f"aplications.storefront.deploy.x: unknown key; known here: {known}",
        "delivery:aplications: unknown key; did you mean delivery:applications?",
    ]


def test_a_misspelled_discriminator_is_one_problem_and_the_rest_of_its_object_is_checked() -> None:
    deploy = {"platform": "server", "strategi": "blue-green", "bakeMinutes": -1}
    assert said(changed(config_of("dev"), ((*STOREFRONT, "deploy"), deploy)), stack="dev") == [
        f"{APP}.deploy.bakeMinutes: given -1; allowed: 0 to 1380 minutes",
        f"{APP}.deploy.strategi: unknown key; did you mean strategy?",
    ]


def test_a_function_of_which_nothing_is_said_is_told_each_part_that_has_no_default_and_its_values() -> None:
    config = changed(config_of("dev"), ((*STOREFRONT, "deploy"), {"platform": "lambda", "strategy": "canary"}))
    handler, runtime = said(config, stack="dev")
    assert handler.startswith(f"{APP}.deploy.function.handler: missing; needed: What it calls in the bundle")
    assert runtime.startswith(f"{APP}.deploy.function.runtime: missing; needed: one of python3.12, python3.13, ")


def test_beside_a_strategy_that_the_platform_has_not_what_all_of_its_strategies_share_is_checked_too() -> None:
    function = {"runtime": "python3.13", "handler": "app.handler", "memoryMb": 1}
    deploy = {"platform": "lambda", "strategy": "in-place", "function": function, "canary": {"percent": 0}, "fleet": {}}
    assert said(changed(config_of("dev"), ((*STOREFRONT, "deploy"), deploy)), stack="dev") == [
        f"{APP}.deploy.fleet: unknown key; it exists only where platform is server",
        f"{APP}.deploy.function.memoryMb: given 1; allowed: 128 to 10240 MB",
        f'{APP}.deploy.strategy: given "in-place"; allowed: canary, linear',
    ]


def test_of_an_unknown_platform_nothing_is_said_but_the_platforms_there_are() -> None:
    deploy = {"platform": "kubernetes", "strategy": "rolling", "fleet": {}}
    (line,) = said(changed(config_of("dev"), ((*STOREFRONT, "deploy"), deploy)), stack="dev")
    assert line == f'{APP}.deploy.platform: given "kubernetes"; allowed: server, lambda, ecs, on-premises'


def test_a_misspelled_tier_has_the_defaults_of_the_one_that_was_meant_while_the_rest_is_checked() -> None:
    config = changed(
        config_of("prod"), (("delivery:environment", "tier"), "prod"), ((*STOREFRONT, "approvals"), OMITTED)
    )
    assert [line.split(": ")[0] for line in said(config, stack="prod")] == [f"{APP}.approvals", "environment.tier"]


def test_both_wrong_items_of_a_list_keep_their_own_positions() -> None:
    config = changed(config_of("prod"), (("delivery:network", "availabilityZones"), ["x", "eu-west-1a", "y"]))
    places = [line.split(": ")[0] for line in said(config, stack="prod")]
    assert places == ["network.availabilityZones[0]", "network.availabilityZones[2]"]


def test_a_network_that_is_both_new_and_existing_is_told_which_keys_to_take_away() -> None:
    config = changed(
        config_of("dev"),
        (("delivery:network", "vpcId"), "vpc-0123456789abcdef0"),
        (("delivery:network", "publicSubnetIds"), []),
    )
    places = [line.split(": ")[0] for line in said(config, stack="dev")]
    assert places == ["network.publicSubnetIds", "network.vpcId"]


def test_two_approvals_of_one_name_are_refused() -> None:
    approval = {"name": "qa", "emails": ["qa@example.com"]}
    (line,) = said(changed(config_of("prod"), ((*STOREFRONT, "approvals"), [approval, approval])), stack="prod")
    assert line.startswith(f"{APP}.approvals: ")
    assert "more than once: qa" in line


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_abcdefghijklmnopqrstuvwxyz012345",
        "https://admin:hunter2@example.com",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "-----BEGIN RSA PRIVATE KEY-----",
        "password=hunter2",
    ],
)
def test_what_looks_like_a_secret_is_never_printed(secret: str) -> None:
    config = changed(
        config_of("prod"),
        ((*STOREFRONT, "approvals", 0, "name"), f"{secret} "),
        ((*STOREFRONT, "approvals", 0, "reviewUrl"), secret),
        ((*STOREFRONT, "approvals", 0, "emails"), [secret]),
        ((*STOREFRONT, secret), secret),
        ((*STOREFRONT, "deploy", "fleet"), [secret]),
        ((*STOREFRONT, "build"), secret),
        (("delivery:environment", "tier"), {secret: secret}),
        (("delivery:network", "cidr"), secret),
        (("delivery:applications", secret), {}),
    )
    lines = said(config, stack="prod")
    assert len(lines) >= 8
    assert secret not in "\n".join(lines)
    assert "hunter2" not in "\n".join(lines)


def test_a_value_under_a_key_that_is_called_like_a_secret_is_never_printed() -> None:
    assert "hunter2" not in shown("hunter2", ("build", "dbPassword"))
    assert shown("storefront", ("build", "repository")) == '"storefront"'


def test_names_and_addresses_of_aws_are_not_taken_for_secrets() -> None:
    arn = "arn:aws:acm:eu-west-1:444455556666:certificate/0a1b2c3d-1234-5678-9abc-0123456789ab"
    for harmless in (arn, "CodeDeployDefault.HalfAtATime", "subnet-0123456789abcdef0", "https://example.com/a"):
        assert not secretive(harmless), harmless


def test_a_long_value_is_cut_and_a_value_of_several_lines_stays_in_one() -> None:
    assert len(shown("x" * 500)) == 60
    assert "\n" not in shown("a\nb\x1b[31m")
    assert "\x1b" not in shown("a\nb\x1b[31m")


def test_a_path_is_written_as_a_person_would_write_it() -> None:
    assert spelled(("applications", "storefront", "approvals", 0, "emails")) == f"{APP}.approvals[0].emails"
    assert spelled(("applications", "Big App", "deploy")) == 'applications["Big App"].deploy'


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("aplications", "applications"),
        ("instance_type", "instanceType"),
        ("prod", "production"),
        ("zebra", None),
        (3, None),
    ],
)
def test_the_nearest_known_word_is_the_one_that_was_meant(word: object, meant: str | None) -> None:
    assert nearest(word, ["applications", "instanceType", "production", "staging"]) == meant


def _damaged(value: Any, chance: random.Random) -> Any:
    """A copy with every fourth value replaced, dropped or renamed."""
    junk: list[Any] = [None, -1, "", "x y", [], {}, ["x"], {"a": {"b": 1}}, True, 1.5, "prod", "in-place", "release/*"]
    if chance.random() < 0.12:
        return copy.deepcopy(chance.choice(junk))
    if isinstance(value, dict):
        kept = {key: _damaged(one, chance) for key, one in value.items() if chance.random() > 0.08}
        return {(f"{key}s" if chance.random() < 0.08 else key): one for key, one in kept.items()}
    return [_damaged(one, chance) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_however_broken_a_file_is_it_is_refused_with_each_place_once_and_in_finite_time(stack: str) -> None:
    for seed in range(400):
        config = _damaged(config_of(stack), random.Random(seed))  # noqa: S311 (a repeatable choice, no secret)
        if not isinstance(config, dict):
            continue
        siblings = {name: _damaged(one, random.Random(seed + 1)) for name, one in neighbours_of(stack).items()}  # noqa: S311
        siblings = {name: one for name, one in siblings.items() if isinstance(one, dict)}
        lines = said(config, stack=stack, siblings=siblings)
        assert len(set(lines)) == len(lines), (seed, lines)
        # A misspelled key with a bad value is two mistakes in one place.
        places = [line.split(": ")[0] for line in lines if ": unknown key" not in line]
        assert len(set(places)) == len(places), (seed, lines)
        assert not any("\n" in line for line in lines)
