"""AWS's own API model takes the machine of every runtime in every version, and so does moto as far as it knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from components.build_project import environment
from plans.builds import check_machine
from runtimes import Architecture, Runtime, versions_of
from settings.builds import Build, ComputeType
from tests.contract.aws_model import Request, problems, service_model

SIZES = (ComputeType.SMALL, ComputeType.LAMBDA_2GB)
MACHINES = [
    (runtime, architecture, size, version)
    for runtime in Runtime
    for architecture in Architecture
    for size in SIZES
    for version in versions_of(runtime, architecture=architecture, compute=size.compute)
]
ON_LAMBDA = {"LINUX_LAMBDA_CONTAINER", "ARM_LAMBDA_CONTAINER"}


def create_project(runtime: Runtime, architecture: Architecture, size: ComputeType, version: str) -> Request:
    """The call that makes a project with the machine of such a build."""
    build = Build.model_validate(
        {"runtime": runtime, "version": version, "architecture": architecture, "computeType": size}
    )
    machine = {key.replace("_", ""): value for key, value in environment(check_machine(build, 20)).items()}
    parameters = {
        "name": f"{runtime}-{version.replace('.', '-')}-{architecture}-{size}",
        "source": {"type": "CODEPIPELINE"},
        "artifacts": {"type": "CODEPIPELINE"},
        "serviceRole": "arn:aws:iam::123456789012:role/build",
        "environment": machine,
    }
    return Request(service="codebuild", operation="CreateProject", parameters=parameters, resource=f"{runtime}")


CALLS = [create_project(*one) for one in MACHINES]


def test_aws_takes_the_machine_of_every_runtime_in_every_version() -> None:
    assert [problem for call in CALLS for problem in problems(call)] == []
    kinds = {call.fitted["environment"]["type"] for call in CALLS}
    assert kinds == {"LINUX_CONTAINER", "ARM_CONTAINER", *ON_LAMBDA}


@pytest.fixture(scope="module")
def codebuild() -> Iterator[Any]:
    """moto's CodeBuild."""
    with mock_aws():
        yield boto3.client("codebuild", "eu-west-1", aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="example")


def test_moto_takes_them_all_but_those_on_lambda_which_its_own_list_of_kinds_lacks(codebuild: Any) -> None:
    refused: dict[str, str] = {}
    for call in CALLS:
        # moto wants locations, which a project that works for a pipeline has not.
        located = {key: {**call.fitted[key], "location": "bucket"} for key in ("source", "artifacts")}
        try:
            codebuild.create_project(**{**call.fitted, **located})
        except ClientError as error:
            refused[call.fitted["environment"]["type"]] = error.response["Error"]["Message"]
    assert refused == {kind: f"Invalid type provided: {kind}" for kind in ON_LAMBDA}
    # It is moto's limit: AWS's own list has them.
    assert set(service_model("codebuild").shape_for("EnvironmentType").enum) >= ON_LAMBDA
