"""What each thing that a build may say makes of its project, and what its role may do for it."""

import json
from typing import Any

import pytest

from settings.rules import ROLES_OF_THE_PROGRAM
from tests.unit.every_build import FEATURES, FOREIGN_IMAGE, OWN_IMAGE, RUNTIMES, every_build
from tests.unit.every_fleet import every_fleet
from tests.unit.every_function import every_function
from tests.unit.every_machine import every_machine
from tests.unit.every_service import every_service
from tests.unit.needs import OF_ANY_BUILD, allowed, needed
from tests.unit.planning import STACKS, Config, Planned, planned
from tests.unit.roads import action_of, pipeline_of
from tests.unit.roles import roles_of

PROJECT = "aws:codebuild/project:Project"
VARIABLES = "environmentVariables"
BUCKET = "arn:aws:s3:::delivery-dev-builds-111122223333-eu-west-1"
PULL = {"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}


def project(name: str) -> Any:
    return every_build().one(PROJECT, name=f"{name}-dev-build").inputs


def role(name: str) -> Any:
    return roles_of(every_build())[f"{name}-dev-build"]


@pytest.mark.parametrize("name", [*RUNTIMES, *FEATURES])
def test_a_build_may_do_what_it_asks_for_and_nothing_else(name: str) -> None:
    assert allowed(every_build(), f"{name}-dev-build") == needed(*OF_ANY_BUILD, name)
    assert role(name).managed == ()


def test_an_image_is_pulled_by_the_builds_role_from_its_one_repository() -> None:
    for name, image, repository in (
        ("own-image", OWN_IMAGE, "arn:aws:ecr:eu-west-1:111122223333:repository/ci/build"),
        ("foreign-image", FOREIGN_IMAGE, "arn:aws:ecr:eu-central-1:444455556666:repository/ci"),
    ):
        machine = project(name)["environment"]
        assert (machine["image"], machine["imagePullCredentialsType"]) == (image, "SERVICE_ROLE")
        assert role(name).resources_of("ecr:BatchGetImage") == {repository}
    assert project("plain")["environment"]["imagePullCredentialsType"] == "CODEBUILD"


def test_an_image_of_another_account_comes_with_the_policy_that_its_owner_needs() -> None:
    outputs = every_build().outputs["applications"]
    (statement,) = json.loads(outputs["foreign-image"]["imageRepositoryPolicy"])["Statement"]
    assert set(statement["Action"]) == PULL
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    named = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]
    assert named == ["arn:aws:iam::111122223333:role/foreign-image-dev-build"]
    assert "imageRepositoryPolicy" not in outputs["own-image"]


def test_a_check_on_the_same_image_is_in_that_policy_too() -> None:
    def tuned(config: Config) -> None:
        config["delivery:applications"]["storefront"]["build"] = {"image": FOREIGN_IMAGE}

    policy = json.loads(planned("dev", tuned).outputs["applications"]["storefront"]["imageRepositoryPolicy"])
    (statement,) = policy["Statement"]
    named = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]
    roles = {one.rpartition("/")[2] for one in named}
    assert roles == {f"storefront-dev-{one}" for one in ("build", "check", "component", "e2e")}


def test_a_build_in_the_network_runs_in_its_private_subnets_and_nobody_gets_in() -> None:
    plan = every_build()
    network = project("vpc")["vpcConfig"]
    private = {
        one.inputs["subnetId"]
        for one in plan.of("aws:ec2/routeTableAssociation:RouteTableAssociation")
        if "private" in one.name
    }
    group = plan.one("aws:ec2/securityGroup:SecurityGroup", name="vpc-dev-build")
    assert set(network["subnets"]) == private
    assert len(private) == 2
    assert not group.inputs.get("ingress")
    assert project("plain").get("vpcConfig") is None


def test_only_a_build_that_declares_docker_is_privileged() -> None:
    assert [name for name in FEATURES if project(name)["environment"]["privilegedMode"]] == ["docker"]


def test_a_cache_and_a_log_lie_under_the_projects_own_prefix() -> None:
    assert project("cached")["cache"]["type"] == "S3"
    assert project("cached")["cache"]["location"] == f"{BUCKET.rpartition(':')[2]}/cache/cached-dev-build"
    own = f"{BUCKET}/cache/cached-dev-build/*"
    assert own in role("cached").resources_of("s3:PutObject")
    assert not any("/cache/" in one for one in role("logged").resources_of("s3:PutObject"))
    log = project("logged")["logsConfig"]
    assert log["s3Logs"]["location"] == f"{BUCKET.rpartition(':')[2]}/logs/logged-dev-build"
    assert log["s3Logs"]["encryptionDisabled"] is False
    # CloudWatch has it all the same.
    assert log["cloudwatchLogs"]["status"] == "ENABLED"
    modes = {"LOCAL_DOCKER_LAYER_CACHE", "LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"}
    assert set(project("docker")["cache"]["modes"]) == modes


def test_a_stack_whose_builds_keep_nothing_has_no_bucket_for_that() -> None:
    buckets = "aws:s3/bucket:Bucket"
    assert "builds" in {one.name.partition("-")[0] for one in every_build().of(buckets)}
    assert not [one for one in planned("dev").of(buckets) if one.name.startswith("builds")]


def test_a_variable_says_where_its_value_is_and_its_role_reads_that_alone() -> None:
    variables = {one["name"]: (one["type"], one["value"]) for one in project("secrets")["environment"][VARIABLES]}
    assert variables == {
        "TOKEN": ("SECRETS_MANAGER", "ci/token:value"),
        "USER": ("SECRETS_MANAGER", "ci/token:user"),
    }
    secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ci/token-??????"
    assert role("secrets").resources_of("secretsmanager:GetSecretValue") == {secret}
    kinds = {one["type"] for one in project("parameters")["environment"][VARIABLES]}
    assert kinds == {"PARAMETER_STORE"}
    parameter = "arn:aws:ssm:eu-west-1:111122223333:parameter/ci"
    assert role("parameters").resources_of("ssm:GetParameters") == {f"{parameter}/licence", f"{parameter}/seat"}


def test_whoever_starts_the_pipeline_by_hand_may_choose_what_the_build_sees() -> None:
    variables = pipeline_of(every_build(), "by-hand").inputs["variables"]
    assert {"name": "TARGET", "defaultValue": "fast"}.items() <= next(
        one for one in variables if one["name"] == "TARGET"
    ).items()
    seen = json.loads(action_of(every_build(), "Build", "by-hand").configuration["EnvironmentVariables"])
    assert seen == [{"name": "TARGET", "value": "#{variables.TARGET}", "type": "PLAINTEXT"}]
    assert project("by-hand")["environment"][VARIABLES] == [{"name": "MODE", "type": "PLAINTEXT", "value": "ci"}]


def test_builds_run_beside_each_other_up_to_the_number_that_is_said() -> None:
    assert (project("by-hand")["concurrentBuildLimit"], project("plain")["concurrentBuildLimit"]) == (5, 2)


def test_a_batch_is_limited_and_starts_its_builds_by_a_role_that_does_only_that() -> None:
    batch = project("batch")["buildBatchConfig"]
    assert batch["restrictions"] == {
        "maximumBuildsAllowed": 4,
        "computeTypesAlloweds": ["BUILD_GENERAL1_MEDIUM"],
    }
    assert (batch["timeoutInMins"], batch["combineArtifacts"]) == (30, True)
    made = roles_of(every_build())["batch-dev-build-batch"]
    assert made.actions == {"codebuild:RetryBuild", "codebuild:StartBuild", "codebuild:StopBuild"}
    arn = every_build().one(PROJECT, name="batch-dev-build").arn
    assert made.resources_of("codebuild:StartBuild") == {arn}
    assert "codebuild:StartBuildBatch" in roles_of(every_build())["batch-dev-pipeline"].actions


def test_a_check_runs_on_the_builds_machine_without_its_secrets_cache_and_network() -> None:
    def tuned(config: Config) -> None:
        config["delivery:applications"]["storefront"]["build"] = {
            "image": OWN_IMAGE,
            "vpc": True,
            "cache": "s3",
            "logsInS3": True,
            "secrets": {"TOKEN": "ci/token"},
            "parameterStore": {"LICENCE": "/ci/licence"},
            "environment": {"MODE": "ci"},
        }

    plan = planned("dev", tuned)
    check = plan.one(PROJECT, name="storefront-dev-check").inputs
    assert check["environment"]["image"] == OWN_IMAGE
    assert check["environment"][VARIABLES] == [{"name": "MODE", "type": "PLAINTEXT", "value": "ci"}]
    assert (check.get("vpcConfig"), check.get("cache"), check["logsConfig"].get("s3Logs")) == (None, None, None)
    services = {action.partition(":")[0] for action in roles_of(plan)["storefront-dev-check"].actions}
    assert services == {"codebuild", "codecommit", "ecr", "logs"}


def test_only_a_check_that_asks_for_one_has_a_badge_and_its_address_is_said() -> None:
    def asked(config: Config) -> None:
        config["delivery:applications"]["storefront"]["source"]["checks"] = {"badge": True}

    plan = planned("dev", asked)
    with_badge = [one.inputs["name"] for one in plan.of(PROJECT) if one.inputs.get("badgeEnabled")]
    assert with_badge == ["storefront-dev-check"]
    assert plan.outputs["applications"]["storefront"]["badge"].startswith("https://codebuild.eu-west-1.")
    assert "badge" not in planned("dev").outputs["applications"]["storefront"]


def taken(plan: Planned, *applications: str) -> set[str]:
    """What follows `<application>-<stack>-` in names that a suite's own would meet."""
    kinds = (PROJECT, "aws:iam/role:Role", "aws:ec2/securityGroup:SecurityGroup")
    names = {name for kind in kinds for name in plan.physical_names(kind)}
    starts = [f"{application}-{plan.stack}-" for application in applications]
    return {name.removeprefix(start) for name in names for start in starts if name.startswith(start)}


def test_no_suite_can_be_called_as_another_role_project_or_security_group() -> None:
    found = taken(every_build(), *RUNTIMES, *FEATURES)
    for stack in STACKS:
        found |= taken(planned(stack), "storefront") - {"component", "e2e"}
    for platform in (every_fleet(), every_function(), every_machine(), every_service()):
        found |= taken(platform, *platform.outputs["applications"]) - {"e2e"}
    # The batch of a project is refused by a rule of its own, as are the projects that publish and groups of workers.
    workers = {one for one in found if one.startswith(("reports-", "mails-"))}
    assert found - ROLES_OF_THE_PROGRAM - workers == {"build-batch", "publish-image"}
