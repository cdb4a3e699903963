"""What a stack publishes to, and how: asked of AWS's API models, and of moto where it plays them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

from components.packages import CONNECTIONS
from components.publishing import BucketTarget, ImageTarget
from runtimes import PackageFormat
from tests.contract.aws_model import Request, problems, service_model
from tests.contract.wire import created, requests, subject_of
from tests.unit.planning import STACKS, Planned, planned
from tests.unit.publishing.packages import file_of
from tests.unit.publishing.planned import everything
from tests.unit.publishing.registry import registry
from tests.unit.publishing.runs import PLACE, Machine, at_codeartifact

OF_THE_CLI = {"--output", "--query"}
"""What the command line itself reads."""

CUSTOMS = {("ecr", "get-login-password")}
"""Commands of the CLI that are no operation of the API."""


@cache
def publishes(stack: str) -> Planned:
    return planned(stack, everything)


def calls(stack: str) -> list[Request]:
    """Everything that the stack asks of AWS."""
    plan = publishes(stack)
    return [request for resource in created(plan) for request in requests(subject_of(plan, resource))]


@pytest.mark.parametrize("stack", STACKS)
def test_aws_takes_every_request_of_a_stack_that_publishes_everywhere(stack: str) -> None:
    assert [problem for request in calls(stack) for problem in problems(request)] == []
    services = {request.service for request in calls(stack)}
    assert {"codeartifact", "codebuild", "ecr", "s3"} <= services


@pytest.mark.parametrize("stack", STACKS)
def test_a_repository_has_one_external_connection_and_few_upstreams(stack: str) -> None:
    """https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html: ten direct upstreams."""
    connected = [one.fitted for one in calls(stack) if one.operation == "AssociateExternalConnection"]
    names = [one["repository"] for one in connected]
    assert len(names) == len(set(names)) == len(CONNECTIONS)
    assert {one["externalConnection"] for one in connected} == set(CONNECTIONS.values())
    for one in calls(stack):
        if (one.service, one.operation) == ("codeartifact", "CreateRepository"):
            assert len(one.fitted.get("upstreams", [])) <= 10


def test_formats_are_called_as_codeartifact_calls_them() -> None:
    assert {one.of_aws for one in PackageFormat} <= set(service_model("codeartifact").shape_for("PackageFormat").enum)


@pytest.fixture
def images() -> Iterator[Any]:
    """ECR, with the repository that prod plans."""
    with mock_aws():
        ecr = boto3.client("ecr", "eu-west-1", aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="example")
        for request in calls("prod"):
            if request.service == "ecr":
                getattr(ecr, xform_name(request.operation))(**request.fitted)
        yield ecr


def test_the_image_repository_is_made_as_it_is_planned(images: Any) -> None:
    (made,) = images.describe_repositories()["repositories"]
    assert made["repositoryName"] == "storefront-prod/image"
    assert made["imageTagMutability"] == "IMMUTABLE"
    assert made["imageScanningConfiguration"] == {"scanOnPush": True}
    assert made["encryptionConfiguration"]["encryptionType"] == "KMS"
    policy = images.get_lifecycle_policy(repositoryName="storefront-prod/image")["lifecyclePolicyText"]
    assert "untagged" in policy


def test_ecr_says_what_the_commands_look_for_when_there_is_no_such_image(images: Any) -> None:
    with pytest.raises(ClientError) as refusal:
        images.describe_images(repositoryName="storefront-prod/image", imageIds=[{"imageTag": "1.0"}])
    assert refusal.value.response["Error"]["Code"] == "ImageNotFoundException"


def test_s3_refuses_a_second_object_with_the_word_that_the_commands_look_for() -> None:
    with mock_aws():
        s3 = boto3.client("s3", "eu-west-1", aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="example")
        s3.create_bucket(Bucket="published", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_object(Bucket="published", Key="k", Body=b"1", IfNoneMatch="*", Metadata={"sha256": "a"})
        with pytest.raises(ClientError) as refusal:
            s3.put_object(Bucket="published", Key="k", Body=b"2", IfNoneMatch="*")
        assert refusal.value.response["Error"]["Code"] == "PreconditionFailed"
        assert s3.head_object(Bucket="published", Key="k")["Metadata"] == {"sha256": "a"}


def test_codeartifact_knows_the_error_that_the_commands_look_for() -> None:
    listing = service_model("codeartifact").operation_model("ListPackageVersionAssets")
    assert "ResourceNotFoundException" in {shape.name for shape in listing.error_shapes}


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Every call of the AWS CLI that publishing makes, at the first time and at the second."""
    machine = Machine(folder=tmp_path_factory.mktemp("machine"))
    machine.add("VERSION", "2.0.1")
    machine.add(*file_of(PackageFormat.RUBYGEMS))
    machine.add(*file_of(PackageFormat.GENERIC))
    found = []
    with registry() as kept:
        kept.token = "a-token-of-codeartifact"
        machine.tell("endpoint", kept.url)
        for target in (
            BucketTarget(name="s3", application="shop", place=PLACE, files=("dist/*", "VERSION")),
            at_codeartifact(PackageFormat.RUBYGEMS, "pkg/*.gem"),
            at_codeartifact(PackageFormat.GENERIC, "dist/*", "VERSION"),
            ImageTarget(name="image", application="shop", place=PLACE, dockerfile="Dockerfile", context="."),
        ):
            for _ in range(2):
                run = machine.publish(target)
                assert run.rc == 0, run.text
                found += run.of("aws")
    return found


def test_the_cli_has_every_command_and_every_option_that_publishing_uses(called: list[list[str]]) -> None:
    for _, client, command, *arguments in called:
        if (client, command) in CUSTOMS:
            continue
        model = service_model({"s3api": "s3"}.get(client, client))
        operations = {xform_name(name, "-"): name for name in model.operation_names}
        shape = model.operation_model(operations[command]).input_shape
        assert shape is not None
        known = {f"--{xform_name(member, '-')}" for member in shape.members} | OF_THE_CLI
        options = {one for one in arguments if one.startswith("--")}
        assert options <= known, f"aws {client} {command} has no {options - known}"
        needed = {f"--{xform_name(member, '-')}" for member in shape.required_members}
        assert needed <= options, f"aws {client} {command} needs {needed - options}"


def test_everything_that_commands_ask_of_aws_is_a_permission_of_their_role(called: list[list[str]]) -> None:
    allowed = {
        action
        for policy in publishes("prod").of("aws:iam/rolePolicy:RolePolicy")
        if "publish-" in policy.inputs["role"]
        for statement in policy.json("policy")["Statement"]
        for action in statement["Action"]
    }
    of_operations = {"s3:HeadObject": "s3:GetObject"}
    for _, client, command, *_ in called:
        if (client, command) == ("ecr", "get-login-password"):
            assert "ecr:GetAuthorizationToken" in allowed
            continue
        service = {"s3api": "s3"}.get(client, client)
        operations = {xform_name(name, "-"): name for name in service_model(service).operation_names}
        action = f"{service}:{operations[command]}"
        assert of_operations.get(action, action) in allowed
