"""What the parts of a stack file, and the stack files of a project, have to agree on."""

import copy
from typing import Any

import pytest

from settings.models import InPlaceDeploy
from settings.siblings import Unreadable
from tests.unit.settings.stack_file import OMITTED, STOREFRONT, changed, config_of, good, neighbours_of, said

APP = "applications.storefront"
CERTIFICATE = "arn:aws:acm:{region}:{account}:certificate/0a1b2c3d-1234-5678-9abc-0123456789ab"


def _named(name: str) -> dict[str, Any]:
    config = config_of("dev")
    config["delivery:applications"][name] = config["delivery:applications"].pop("storefront")
    return config


def test_a_load_balancer_name_over_32_characters_is_refused_with_the_number_that_is_too_many() -> None:
    assert said(_named("a" * 28), stack="dev") == []
    (line,) = said(_named("a" * 31), stack="dev")
    assert line.startswith(f"applications.{'a' * 31}: the name {'a' * 31}-dev has 3 characters too many; allowed: ")
    assert "at most 32" in line


def test_a_load_balancer_name_may_not_begin_with_internal() -> None:
    (line,) = said(_named("internal-shop"), stack="dev")
    assert line.startswith("applications.internal-shop: ")


def test_no_application_is_called_as_what_the_whole_stack_shares() -> None:
    (line,) = said(_named("delivery"), stack="dev")
    shared = "what the whole stack shares is called delivery-dev"
    assert line == f'applications.delivery: given "delivery"; allowed: another name; {shared}'
    assert said(_named("delivery-app"), stack="dev") == []
    assert said(_named("internals"), stack="dev") == []


@pytest.mark.parametrize("stack", ["Dev", "dev_1", "dev.1", "-dev"])
def test_a_stack_whose_name_can_not_be_part_of_resource_names_is_refused(stack: str) -> None:
    (line,) = said(config_of("dev"), stack=stack, siblings={})
    assert line.startswith("stack: ")


def test_two_owners_of_one_repository_are_refused_and_the_first_is_named() -> None:
    config = config_of("dev")
    config["delivery:applications"]["tills"] = copy.deepcopy(config["delivery:applications"]["storefront"])
    (line,) = said(config, stack="dev")
    assert line.startswith("applications.tills.source.owned: given true; allowed: one owner; ")
    assert "applications.storefront owns" in line
    assert said(changed(config, (("delivery:applications", "tills", "source", "owned"), False)), stack="dev") == []


def test_a_certificate_is_of_the_region_and_the_account_of_its_load_balancer() -> None:
    path = (*STOREFRONT, "deploy", "fleet", "certificateArn")
    right = CERTIFICATE.format(region="eu-west-1", account="111122223333")
    deploy = good("dev", (path, right)).applications["storefront"].deploy
    assert isinstance(deploy, InPlaceDeploy)
    assert deploy.fleet.certificate_arn == right
    for wrong, hint in (
        (CERTIFICATE.format(region="us-east-1", account="111122223333"), "a certificate of eu-west-1"),
        (CERTIFICATE.format(region="eu-west-1", account="444455556666"), "account 111122223333"),
    ):
        (line,) = said(changed(config_of("dev"), (path, wrong)), stack="dev")
        assert line.startswith(f"{APP}.deploy.fleet.certificateArn: ")
        assert hint in line


def test_a_subnet_is_public_or_private() -> None:
    one, two, three = (f"subnet-0123456789abcdef{index}" for index in range(3))
    ids = {"vpcId": "vpc-0123456789abcdef0", "publicSubnetIds": [one, two], "privateSubnetIds": [three, two]}
    (line,) = said(changed(config_of("dev"), (("delivery:network",), ids)), stack="dev")
    assert line.startswith("network.privateSubnetIds[1]: ")


# What is changed in staging's file, while prod's says `from: staging`.
FROM: list[tuple[str, Any, str]] = [
    ("doesn't promote", ((*STOREFRONT, "promote"), OMITTED), "doesn't promote it, it needs promote: {to: prod}"),
    ("promotes elsewhere", ((*STOREFRONT, "promote", "to"), "dev"), 'promotes it to "dev"'),
    ("other application", (STOREFRONT, OMITTED), "the application storefront; Pulumi.staging.yaml doesn't"),
    ("no account", (("delivery:environment", "account"), 1), "Pulumi.staging.yaml lacks one"),
    ("no environment", (("delivery:environment",), None), "Pulumi.staging.yaml lacks one"),
    ("other region", (("aws:region",), "us-east-1"), "bucket of its own region"),
]


@pytest.mark.parametrize(("change", "hint"), [case[1:] for case in FROM], ids=[case[0] for case in FROM])
def test_a_promotion_from_a_stack_that_does_not_promote_here_is_refused(change: Any, hint: str) -> None:
    siblings = {"staging": changed(config_of("staging"), change)}
    (line,) = said(config_of("prod"), stack="prod", siblings=siblings)
    assert line.startswith(f'{APP}.source.from: given "staging"; allowed: ')
    assert hint in line


# What is changed in prod's file, while staging's says `to: prod`.
TO: list[tuple[str, Any, str]] = [
    (
        "builds itself",
        ((*STOREFRONT, "source"), {"provider": "codecommit"}),
        "source: {provider: promotion, from: staging}",
    ),
    ("takes from elsewhere", ((*STOREFRONT, "source", "from"), "dev"), "from: staging"),
    ("other application", (STOREFRONT, OMITTED), "the application storefront; Pulumi.prod.yaml doesn't"),
    ("other region", (("aws:region",), "us-east-1"), "bucket of its own region"),
]


@pytest.mark.parametrize(("change", "hint"), [case[1:] for case in TO], ids=[case[0] for case in TO])
def test_a_promotion_to_a_stack_that_does_not_take_it_is_refused(change: Any, hint: str) -> None:
    siblings = {"prod": changed(config_of("prod"), change)}
    (line,) = said(config_of("staging"), stack="staging", siblings=siblings)
    assert line.startswith(f'{APP}.promote.to: given "prod"; allowed: ')
    assert hint in line


def test_a_stack_file_that_does_not_exist_is_named() -> None:
    (line,) = said(config_of("prod"), stack="prod", siblings={})
    assert "there is no Pulumi.staging.yaml" in line


def test_a_stack_file_that_can_not_be_read_is_named_with_the_reason() -> None:
    (line,) = said(config_of("prod"), stack="prod", siblings={"staging": Unreadable("it isn't YAML at line 3")})
    assert "Pulumi.staging.yaml: it isn't YAML at line 3" in line


def test_a_promotion_from_itself_is_refused() -> None:
    config = changed(config_of("prod"), ((*STOREFRONT, "source", "from"), "prod"))
    (line,) = said(config, stack="prod", siblings={**neighbours_of("prod"), "prod": config})
    assert line == f'{APP}.source.from: given "prod"; allowed: another stack than this one'


def test_a_promotion_back_to_where_it_comes_from_is_refused() -> None:
    config = changed(config_of("prod"), ((*STOREFRONT, "promote"), {"to": "staging"}))
    (line,) = said(config, stack="prod")
    assert line.startswith(f"{APP}.promote.to: ")
    assert "circle" in line
