"""What a stack that publishes is made of: where it publishes in its pipeline, from what, and into what."""

import json
from functools import cache
from typing import Any

import pytest
import yaml

from settings.tiers import DEFAULTS, Tier
from tests.unit.planning import STACKS, Planned, planned
from tests.unit.publishing.planned import EVERY_TARGET, FORMATS, NAMES, STORES, everything, publishing
from tests.unit.roads import action_of, pipeline_of, stages_of

PROJECT = "aws:codebuild/project:Project"
PACKAGES = "aws:codeartifact/repository:Repository"
TIERS = {"dev": Tier.DEVELOPMENT, "staging": Tier.STAGING, "prod": Tier.PRODUCTION}


@cache
def publishes(stack: str) -> Planned:
    """The stack with every target."""
    return planned(stack, everything)


def project(stack: str, name: str) -> Any:
    return publishes(stack).one(PROJECT, name=f"storefront-{stack}-publish-{name}").inputs


@pytest.mark.parametrize("stack", STACKS)
def test_only_what_passed_every_test_is_published_and_before_anybody_approves_or_deploys(stack: str) -> None:
    stages = stages_of(publishes(stack))
    names = [name for name, _ in stages]
    # What a hotfix may skip is a stage of its own.
    last_tests = "TestUnlessHotfix" if stack == "staging" else "Test"
    assert names[names.index(last_tests) + 1] == "Publish"
    assert names[names.index("Publish") + 1] == ("Approval" if stack == "prod" else "Deploy")
    assert dict(stages)["Publish"] == NAMES
    assert [name for name in names if name != "Publish"] == [name for name, _ in stages_of(planned(stack))]


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_published_is_the_bundle_that_was_tested(stack: str, name: str) -> None:
    tested = action_of(publishes(stack), "component").declaration["inputArtifacts"]
    published = action_of(publishes(stack), name)
    assert published.declaration["inputArtifacts"] == tested
    assert "outputArtifacts" not in published.declaration or not published.declaration["outputArtifacts"]


@pytest.mark.parametrize("name", NAMES)
def test_a_project_publishes_by_our_own_commands_on_codebuilds_own_image(name: str) -> None:
    made = project("prod", name)
    assert yaml.safe_load(made["source"]["buildspec"])["version"] == 0.2
    assert made["environment"]["image"] == "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    assert made["environment"]["imagePullCredentialsType"] == "CODEBUILD"
    # Two versions at once could both find that nothing is there.
    assert made["concurrentBuildLimit"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_only_what_builds_an_image_is_privileged(name: str) -> None:
    assert project("prod", name)["environment"]["privilegedMode"] is (name == "image")


@pytest.mark.parametrize("name", NAMES)
def test_only_what_says_so_joins_the_network(name: str) -> None:
    assert ("vpcConfig" in project("prod", name)) is name.startswith("nexus")


@pytest.mark.parametrize("name", NAMES)
def test_credentials_are_names_of_secrets_and_nothing_else_is_in_a_projects_environment(name: str) -> None:
    environment = project("prod", name)["environment"].get("environmentVariables", [])
    variables = {one["name"]: (one["type"], one["value"]) for one in environment}
    server = name.split("-")[0]
    expected = (
        {
            "REGISTRY_USERNAME": ("SECRETS_MANAGER", f"ci/{server}:username"),
            "REGISTRY_PASSWORD": ("SECRETS_MANAGER", f"ci/{server}:password"),
        }
        if server in {"nexus", "artifactory"}
        else {}
    )
    assert variables == expected


@pytest.mark.parametrize("stack", STACKS)
def test_commands_learn_execution_and_commit_and_the_commit_only_where_the_source_has_one(stack: str) -> None:
    said = json.loads(action_of(publishes(stack), "s3").configuration["EnvironmentVariables"])
    variables = {one["name"]: one["value"] for one in said}
    expected = {"EXECUTION": "#{codepipeline.PipelineExecutionId}"}
    # What was promoted brings its version in the bundle.
    assert variables == (expected if stack == "prod" else {**expected, "COMMIT": "#{Source.CommitId}"})


def test_later_actions_can_read_the_digest_of_an_image() -> None:
    assert action_of(publishes("dev"), "image").declaration["namespace"] == "Publish-image"
    exported = yaml.safe_load(project("dev", "image")["source"]["buildspec"])["env"]["exported-variables"]
    assert exported == ["IMAGE_DIGEST", "IMAGE_URI"]


@pytest.mark.parametrize("stack", STACKS)
def test_versions_lie_in_a_bucket_that_refuses_every_write_over_another(stack: str) -> None:
    plan = publishes(stack)
    bucket = plan.named("published")
    assert bucket.inputs["bucket"].startswith(f"delivery-{stack}-published-")
    assert bucket.protect is (stack == "prod")
    _, refusal = plan.named("published-policy").json("policy")["Statement"]
    assert refusal == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:PutObject"],
        "Resource": [f"{bucket.arn}/*"],
        "Condition": {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}},
    }
    (rule,) = plan.named("published-lifecycle").inputs["rules"]
    assert rule["expiration"] == {"days": DEFAULTS[TIERS[stack]].artifact_retention_days}
    assert plan.named("published-versioning").inputs["versioningConfiguration"] == {"status": "Enabled"}
    (encryption,) = plan.named("published-encryption").inputs["rules"]
    assert encryption["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == plan.named("artifacts-key").arn


@pytest.mark.parametrize("stack", STACKS)
def test_packages_lie_in_a_domain_of_the_stacks_key_that_no_other_account_enters(stack: str) -> None:
    plan = publishes(stack)
    domain = plan.one("aws:codeartifact/domain:Domain")
    assert domain.inputs == {"domain": f"delivery-{stack}", "encryptionKey": plan.named("artifacts-key").arn}
    assert domain.protect is (stack == "prod")
    (refusal,) = plan.one("aws:codeartifact/domainPermissions:DomainPermissions").json("policyDocument")["Statement"]
    assert (refusal["Effect"], refusal["Principal"], refusal["Action"]) == ("Deny", "*", ["codeartifact:*"])
    account = domain.arn.split(":")[4]
    assert refusal["Condition"] == {"StringNotEquals": {"aws:PrincipalAccount": account}}


def test_each_ecosystem_has_a_store_with_one_way_out_and_the_application_has_none_of_its_own() -> None:
    repositories = {one.inputs["repository"]: one.inputs for one in publishes("dev").of(PACKAGES)}
    application = repositories.pop("storefront-packages")
    assert "externalConnections" not in application
    connections = {name: one["externalConnections"] for name, one in repositories.items()}
    stores = {
        "maven-store": {"externalConnectionName": "public:maven-central"},
        "npm-store": {"externalConnectionName": "public:npmjs"},
        "pypi-store": {"externalConnectionName": "public:pypi"},
        "nuget-store": {"externalConnectionName": "public:nuget-org"},
        "rubygems-store": {"externalConnectionName": "public:ruby-gems-org"},
    }
    assert connections == stores
    assert [one["repositoryName"] for one in application["upstreams"]] == list(stores)


@pytest.mark.parametrize("stack", STACKS)
def test_images_keep_their_tags_are_scanned_and_end_without_one(stack: str) -> None:
    plan = publishes(stack)
    repository = plan.one("aws:ecr/repository:Repository")
    assert repository.inputs == {
        "name": f"storefront-{stack}/image",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": plan.named("artifacts-key").arn}],
        "forceDelete": stack != "prod",
    }
    assert repository.protect is (stack == "prod")
    (rule,) = plan.one("aws:ecr/lifecyclePolicy:LifecyclePolicy").json("policy")["rules"]
    assert rule["selection"]["tagStatus"] == "untagged"
    assert plan.of("aws:ecr/repositoryPolicy:RepositoryPolicy") == []
    pushed = yaml.safe_load(project(stack, "image")["source"]["buildspec"])["env"]["variables"]["IMAGE_REPOSITORY"]
    assert pushed == repository.outputs["repositoryUrl"]


@pytest.mark.parametrize("stack", STACKS)
def test_a_pipeline_begins_after_everything_that_it_publishes_to(stack: str) -> None:
    plan = publishes(stack)
    stores = [plan.named("published"), *plan.of(PACKAGES), plan.one("aws:ecr/repository:Repository")]
    assert {one.urn for one in stores} <= plan.before(pipeline_of(plan))


def test_a_stack_says_where_others_find_what_it_publishes() -> None:
    assert publishes("dev").outputs["publishing"] == {
        "bucket": "delivery-dev-published-111122223333-eu-west-1",
        "packageDomain": "delivery-dev",
        "images": {"storefront-dev/image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/storefront-dev/image"},
    }
    assert "publishing" not in planned("dev").outputs


def test_each_target_makes_only_what_it_needs() -> None:
    kinds = {
        "aws:s3/bucket:Bucket": "published",
        "aws:codeartifact/domain:Domain": "packages-domain",
        "aws:ecr/repository:Repository": "images-storefront-dev-image",
    }

    def made(*targets: dict[str, Any]) -> set[str]:
        def change(config: Any) -> None:
            config["delivery:applications"]["storefront"]["publish"] = list(targets)

        plan = planned("dev", change)
        return {one.name for kind in kinds for one in plan.of(kind)} & set(kinds.values())

    s3, nexus, image = EVERY_TARGET[0], EVERY_TARGET[7], EVERY_TARGET[-1]
    assert made() == made(nexus) == set()
    assert made(s3) == {"published"}
    assert made(image) == {"images-storefront-dev-image"}
    packages = planned("dev", lambda config: config.update({"delivery:codeArtifact": {"formats": ["pypi"]}}))
    assert {one.inputs["repository"] for one in packages.of(PACKAGES)} == {"pypi-store", "storefront-packages"}


def test_a_domain_that_is_there_is_used_and_not_made() -> None:
    existing = {"domain": "acme", "domainOwner": "999988887777", "repository": "shared"}
    plan = planned("dev", publishing({"to": "codeartifact", "format": "pypi", "files": "dist/*"}, packages=existing))
    assert plan.of("aws:codeartifact/domain:Domain") == plan.of(PACKAGES) == []
    published = plan.one(PROJECT, name="storefront-dev-publish-codeartifact-pypi").inputs["source"]["buildspec"]
    variables = yaml.safe_load(published)["env"]["variables"]
    assert (variables["CODEARTIFACT_DOMAIN"], variables["CODEARTIFACT_DOMAIN_OWNER"]) == ("acme", "999988887777")
    assert variables["CODEARTIFACT_REPOSITORY"] == "shared"


def test_two_images_of_an_application_have_a_repository_each() -> None:
    plan = planned("dev", publishing({"to": "ecr"}, {"to": "ecr", "name": "worker", "dockerfile": "worker/Dockerfile"}))
    assert plan.physical_names("aws:ecr/repository:Repository") == {"storefront-dev/image", "storefront-dev/worker"}


def test_the_tests_know_every_format_and_store() -> None:
    assert set(STORES) < set(FORMATS)
    assert len(NAMES) == len(EVERY_TARGET)
