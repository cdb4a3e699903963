"""Who may write and read in the release bucket and with its key, by the policies of both stacks together."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.contract.iam_decision import Call, allowed
from tests.unit.planning import Config, Planned, planned
from tests.unit.roles import roles_of

STAGING, PROD = "111122223333", "444455556666"
BUCKET = "arn:aws:s3:::delivery-prod-releases-444455556666-eu-west-1"
RELEASE = f"{BUCKET}/storefront/release.zip"
MANIFEST = f"{BUCKET}/storefront/manifests/{'ab' * 32}.json"
ROLE = "storefront-staging-promote-release"
GIVER = f"arn:aws:iam::{STAGING}:role/{ROLE}"
ONCE = {"s3:if-none-match": "*"}
THROUGH_S3 = {"kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": BUCKET}
EVERYTHING = [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]
"""What an administrator may do by policies of IAM."""


def in_one_account(config: Config) -> None:
    """prod in the account of staging."""
    config["delivery:environment"]["account"] = STAGING
    fleet = config["delivery:applications"]["storefront"]["deploy"]["fleet"]
    fleet["certificateArn"] = fleet["certificateArn"].replace(PROD, STAGING)


def own(principal: str) -> list[Any]:
    """What IAM lets a principal do: our roles what is planned for them, everybody else all there is."""
    account, _, name = principal.removeprefix("arn:aws:iam::").partition(":role/")
    for stack, number in (("staging", STAGING), ("prod", PROD)):
        role = roles_of(planned(stack)).get(name)
        if role and account == number:
            return list(role.statements)
    return EVERYTHING


def may(action: str, resource: str, principal: str, context: Mapping[str, str] | None = None) -> bool:
    """Whether prod's release bucket lets it through."""
    policy = planned("prod").named("releases-policy").json("policy")["Statement"]
    call = Call(action=action, resource=resource, principal=principal, context=context or {})
    return allowed(call, own=own(principal), resource=policy, owner=PROD)


def may_use_key(action: str, principal: str, context: Mapping[str, str]) -> bool:
    """Whether prod's key lets it through."""
    key = planned("prod").named("artifacts-key")
    call = Call(action=action, resource=key.arn, principal=principal, context=context)
    return allowed(call, own=own(principal), resource=key.json("policy")["Statement"], owner=PROD, in_key=True)


OTHERS = [
    pytest.param(f"arn:aws:iam::{STAGING}:role/storefront-staging-pipeline", id="staging's pipeline"),
    pytest.param(f"arn:aws:iam::{STAGING}:role/storefront-staging-build", id="staging's build"),
    pytest.param(f"arn:aws:iam::{STAGING}:role/warehouse-staging-promote-release", id="another application's"),
    pytest.param(f"arn:aws:iam::{STAGING}:role/storefront-dev-promote-release", id="another environment's"),
    pytest.param(f"arn:aws:iam::{STAGING}:role/administrator", id="staging's administrator"),
    pytest.param(f"arn:aws:iam::{STAGING}:root", id="staging's root user"),
    pytest.param(f"arn:aws:iam::999999999999:role/{ROLE}", id="a role of that name elsewhere"),
    pytest.param(f"arn:aws:iam::{PROD}:role/{ROLE}", id="a role of that name in prod"),
    pytest.param(f"arn:aws:iam::{PROD}:role/storefront-prod-pipeline", id="prod's pipeline"),
    pytest.param(f"arn:aws:iam::{PROD}:role/deployer", id="prod's deployer"),
    pytest.param(f"arn:aws:iam::{PROD}:root", id="prod's root user"),
]


def test_the_role_that_promotes_writes_a_manifest_and_a_release_with_prods_key() -> None:
    assert may("s3:PutObject", MANIFEST, GIVER, ONCE)
    assert may("s3:PutObject", RELEASE, GIVER)
    assert may("s3:GetObject", RELEASE, GIVER)
    assert may("s3:ListBucket", BUCKET, GIVER, {"s3:prefix": "storefront/release.zip"})
    assert may_use_key("kms:GenerateDataKey", GIVER, THROUGH_S3)
    assert may_use_key("kms:Decrypt", GIVER, THROUGH_S3)


@pytest.mark.parametrize("principal", OTHERS)
def test_nobody_else_writes_one_in_any_account(principal: str) -> None:
    for resource in (RELEASE, MANIFEST):
        assert not may("s3:PutObject", resource, principal)
        assert not may("s3:PutObject", resource, principal, ONCE)
        assert not may("s3:ReplicateObject", resource, principal)


def test_a_manifest_is_written_once() -> None:
    assert not may("s3:PutObject", MANIFEST, GIVER)
    for resource in (MANIFEST, RELEASE):
        for action in ("s3:DeleteObject", "s3:DeleteObjectVersion"):
            assert not may(action, resource, GIVER)
    policy = planned("prod").named("releases-policy").json("policy")["Statement"]
    with_more = Call(action="s3:DeleteObject", resource=MANIFEST, principal=GIVER)
    assert not allowed(with_more, own=EVERYTHING, resource=policy, owner=STAGING), "not even in one account"


@pytest.mark.parametrize(
    "resource", [f"{BUCKET}/warehouse/release.zip", f"{BUCKET}/storefront/release.zip.bak", f"{BUCKET}/release.zip"]
)
def test_the_role_that_promotes_writes_nothing_of_another_application(resource: str) -> None:
    assert not may("s3:PutObject", resource, GIVER, ONCE)


NOT_STAGINGS = [
    ("s3:GetObject", MANIFEST, {}),
    ("s3:GetObjectVersion", RELEASE, {}),
    ("s3:GetObject", f"{BUCKET}/warehouse/release.zip", {}),
    ("s3:ListBucket", BUCKET, {}),
    ("s3:ListBucket", BUCKET, {"s3:prefix": "warehouse/"}),
    ("s3:PutBucketPolicy", BUCKET, {}),
]


@pytest.mark.parametrize(("action", "resource", "context"), NOT_STAGINGS)
def test_staging_reads_nothing_of_prod_but_the_release_that_it_put_there(
    action: str, resource: str, context: Mapping[str, str]
) -> None:
    assert not may(action, resource, GIVER, context)
    # Nor would it if somebody in staging gave its role more.
    policy = planned("prod").named("releases-policy").json("policy")["Statement"]
    call = Call(action=action, resource=resource, principal=GIVER, context=context)
    assert not allowed(call, own=EVERYTHING, resource=policy, owner=PROD)


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
        THROUGH_S3 | {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"},
        THROUGH_S3 | {"kms:EncryptionContext:aws:s3:arn": BUCKET.replace("releases", "artifacts")},
    ],
    ids=["directly", "without a bucket", "through another service", "for another bucket"],
)
def test_prods_key_is_used_through_s3_and_for_the_release_bucket_only(context: Mapping[str, str]) -> None:
    assert not may_use_key("kms:Decrypt", GIVER, context)
    assert not may_use_key("kms:GenerateDataKey", GIVER, context)


@pytest.mark.parametrize("name", ["storefront-staging-pipeline", "administrator", "storefront-dev-promote-release"])
def test_prods_key_knows_nobody_else_of_stagings_account(name: str) -> None:
    assert not may_use_key("kms:Decrypt", f"arn:aws:iam::{STAGING}:role/{name}", THROUGH_S3)


def test_prods_admission_reads_manifests_and_writes_nothing() -> None:
    admits = f"arn:aws:iam::{PROD}:role/storefront-prod-admit-release"
    assert may("s3:GetObject", MANIFEST, admits)
    assert may("s3:ListBucket", BUCKET, admits)
    assert may_use_key("kms:Decrypt", admits, {})
    assert not may("s3:PutObject", MANIFEST, admits, ONCE)
    assert not may("s3:DeleteObject", MANIFEST, admits)
    assert not may("s3:GetObject", f"{BUCKET}/warehouse/manifests/{'ab' * 32}.json", admits)


def test_prod_can_mend_and_take_down_its_bucket() -> None:
    deployer, root = f"arn:aws:iam::{PROD}:role/deployer", f"arn:aws:iam::{PROD}:root"
    for principal in (deployer, root):
        assert may("s3:PutBucketPolicy", BUCKET, principal)
        assert may("s3:DeleteBucketPolicy", BUCKET, principal)
        assert may("s3:DeleteObjectVersion", RELEASE, principal)


def test_in_one_account_the_door_is_as_narrow() -> None:
    def prod_here(action: str, resource: str, principal: str, context: Mapping[str, str]) -> bool:
        plan: Planned = planned("prod", in_one_account)
        policy = plan.named("releases-policy").json("policy")["Statement"]
        here = resource.replace(PROD, STAGING)
        call = Call(action=action, resource=here, principal=principal, context=context)
        return allowed(call, own=EVERYTHING, resource=policy, owner=STAGING)

    assert prod_here("s3:PutObject", RELEASE, GIVER, {})
    assert not prod_here("s3:PutObject", RELEASE, f"arn:aws:iam::{STAGING}:role/administrator", {})
    assert not prod_here("s3:PutObject", MANIFEST, f"arn:aws:iam::{STAGING}:role/administrator", ONCE)
    assert not prod_here("s3:DeleteObject", MANIFEST, GIVER, {})


def test_a_call_without_tls_is_refused_whoever_makes_it() -> None:
    assert not may("s3:PutObject", RELEASE, GIVER, {"aws:SecureTransport": "false"})
