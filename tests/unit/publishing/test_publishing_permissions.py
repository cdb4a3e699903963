"""Each permission of what publishes and resolves, with the feature that needs it; one without a feature fails here."""

from functools import cache

import pytest

from tests.unit.authorization import actions_meant, can_be_narrowed, fits
from tests.unit.planning import STACKS, Planned, planned
from tests.unit.publishing.planned import EVERY_TARGET, FORMATS, NAMES, everything, publishing
from tests.unit.roles import Role, roles_of

BUNDLE = {
    "reads the bundle": {"s3:GetBucketLocation", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"},
    "decrypts it": {"kms:Decrypt", "kms:DescribeKey"},
    "writes its log": {"logs:CreateLogStream", "logs:PutLogEvents"},
}
TOKEN = {"gets a token of CodeArtifact": {"codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"}}
READ = {**TOKEN, "reads packages": {"codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"}}
PUBLISH = {**READ, "publishes a version": {"codeartifact:PublishPackageVersion"}}
METADATA = {"writes what lists the versions": {"codeartifact:PutPackageMetadata"}}
SECRET = {"is given credentials": {"secretsmanager:GetSecretValue"}}
NETWORK = {
    "joins the network": {
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    }
}
NEEDED: dict[str, dict[str, set[str]]] = {
    "s3": {"puts a file": {"s3:PutObject"}, "encrypts it": {"kms:GenerateDataKey"}},
    **{
        f"codeartifact-{one}": {**PUBLISH, **(METADATA if one in {"maven", "npm"} else {})}
        for one in FORMATS
        if one != "generic"
    },
    "codeartifact-generic": {
        "looks what is there": {"codeartifact:ListPackageVersionAssets"},
        "publishes a version": {"codeartifact:PublishPackageVersion"},
    },
    **{f"nexus-{one}": {**SECRET, **NETWORK} for one in FORMATS},
    **{f"artifactory-{one}": SECRET for one in FORMATS},
    "image": {
        "logs in": {"ecr:GetAuthorizationToken"},
        "looks what is there": {"ecr:DescribeImages"},
        "pushes layers": {
            "ecr:BatchCheckLayerAvailability",
            "ecr:CompleteLayerUpload",
            "ecr:InitiateLayerUpload",
            "ecr:UploadLayerPart",
        },
        "pushes the image, and gives it its version": {"ecr:BatchGetImage", "ecr:PutImage"},
    },
}


@cache
def roles(stack: str) -> dict[str, Role]:
    return roles_of(planned(stack, everything))


def role(name: str, stack: str = "prod") -> Role:
    return roles(stack)[f"storefront-{stack}-publish-{name}"]


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("name", NAMES)
def test_what_publishes_may_do_what_its_target_needs_and_nothing_more(name: str, stack: str) -> None:
    needed = {action for feature in (*BUNDLE.values(), *NEEDED[name].values()) for action in feature}
    assert role(name, stack).actions == needed


def test_whatever_publishes_has_a_row_in_that_table() -> None:
    of_codebuild = {name for name, one in roles("prod").items() if one.service == "codebuild.amazonaws.com"}
    assert NEEDED.keys() == set(NAMES)
    suites = {f"storefront-prod-{one}" for one in ("component", "e2e")}
    assert of_codebuild - suites == {f"storefront-prod-publish-{one}" for one in NEEDED}


@pytest.mark.parametrize("stack", STACKS)
def test_every_permission_exists_is_as_narrow_as_aws_knows_and_works_on_what_it_names(stack: str) -> None:
    for name, one in roles(stack).items():
        for statement in one.statements:
            for action in (meant for pattern in statement["Action"] for meant in actions_meant(pattern) or [""]):
                assert action, f"{name}: none of {statement['Action']} exists"
                if "*" in statement["Resource"]:
                    assert not can_be_narrowed(action), f"{name}: {action} on everything"
                elif "publish-" in name:
                    assert any(fits(resource, action) for resource in statement["Resource"]), f"{name}: {action}"


@pytest.mark.parametrize("stack", STACKS)
def test_roles_with_everything_published_fit_into_iam(stack: str) -> None:
    assert {name: one.inline_size for name, one in roles(stack).items() if one.inline_size > 10_240} == {}
    assert [name for name in roles(stack) if len(name) > 64] == []


def test_versions_are_put_below_the_applications_own_folder_and_only_where_nothing_is() -> None:
    bucket = "arn:aws:s3:::delivery-prod-published-444455556666-eu-west-1"
    (writing,) = [one for one in role("s3").statements if "s3:PutObject" in one["Action"]]
    assert writing["Resource"] == [f"{bucket}/storefront/*"]
    assert writing["Condition"] == {"Null": {"s3:if-none-match": "false"}}


@pytest.mark.parametrize("name", NAMES)
def test_what_publishes_can_not_change_the_bundle_that_is_deployed(name: str) -> None:
    written = role(name).resources_of("s3:PutObject")
    assert not any("-artifacts-" in resource for resource in written)


def test_packages_go_into_the_applications_repository_in_their_own_format_alone() -> None:
    base = "arn:aws:codeartifact:eu-west-1:444455556666"
    for one in FORMATS:
        made = role(f"codeartifact-{one}").resources_of("codeartifact:PublishPackageVersion")
        in_aws = "ruby" if one == "rubygems" else one
        assert made == {f"{base}:package/delivery-prod/storefront-packages/{in_aws}/*/*"}
    assert role("codeartifact-pypi").resources_of("codeartifact:ReadFromRepository") == {
        f"{base}:repository/delivery-prod/storefront-packages"
    }


def test_images_are_pushed_to_one_repository() -> None:
    assert role("image").resources_of("ecr:PutImage") == {
        "arn:aws:ecr:eu-west-1:444455556666:repository/storefront-prod/image"
    }


def test_credentials_are_those_of_the_target() -> None:
    for server in ("nexus", "artifactory"):
        assert role(f"{server}-npm").resources_of("secretsmanager:GetSecretValue") == {
            f"arn:aws:secretsmanager:eu-west-1:444455556666:secret:ci/{server}-??????"
        }


@pytest.mark.parametrize("stack", STACKS)
def test_builds_and_suites_of_a_stack_with_packages_read_them_and_publish_none(stack: str) -> None:
    before, after = roles_of(planned(stack)), roles(stack)
    reading = {action for feature in READ.values() for action in feature}
    jobs = ("component", "e2e") if stack == "prod" else ("build", "component", "e2e")
    for job in jobs:
        name = f"storefront-{stack}-{job}"
        assert after[name].actions - before[name].actions == reading
        (bearer,) = [one for one in after[name].statements if "sts:GetServiceBearerToken" in one["Action"]]
        assert bearer["Condition"] == {"StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"}}


@pytest.mark.parametrize("stack", STACKS)
def test_builds_and_suites_find_their_repository_by_variables_and_never_a_token(stack: str) -> None:
    plan: Planned = planned(stack, everything)
    account = plan.one("aws:codeartifact/domain:Domain").arn.split(":")[4]
    for job in ("component", "e2e") if stack == "prod" else ("build", "component", "e2e"):
        made = plan.one("aws:codebuild/project:Project", name=f"storefront-{stack}-{job}").inputs
        variables = {one["name"]: one["value"] for one in made["environment"]["environmentVariables"]}
        assert variables == {
            "CODEARTIFACT_DOMAIN": f"delivery-{stack}",
            "CODEARTIFACT_DOMAIN_OWNER": account,
            "CODEARTIFACT_REPOSITORY": "storefront-packages",
        }


def test_packages_of_another_account_are_asked_for_there() -> None:
    existing = {"domain": "acme", "domainOwner": "999988887777", "repository": "shared"}
    plan = planned("dev", publishing(EVERY_TARGET[3], packages=existing))
    build = roles_of(plan)["storefront-dev-build"]
    base = "arn:aws:codeartifact:eu-west-1:999988887777"
    assert build.resources_of("codeartifact:GetAuthorizationToken") == {f"{base}:domain/acme"}
    assert build.resources_of("codeartifact:ReadFromRepository") == {f"{base}:repository/acme/shared"}
