"""The AWS clients of a function. They are typed `Any`: boto3 makes their methods at run time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import boto3
from botocore.config import Config

from pipeline_job.job import ArtifactAccess

# CreateDeployment has no client token: a call that boto3 repeats after a lost answer could start a second deployment.
# The next visit looks first, so it is the only retry that is safe.
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=5, read_timeout=10)


def runtime_client(service: str) -> Any:
    """A client with the region and the credentials of the Lambda runtime."""
    return boto3.client(service, config=ONE_ATTEMPT if service == "codedeploy" else PATIENT)


def regional_s3(region: str) -> Any:
    """A client of S3 in a region that may be another one than the function's, patient enough for a large object."""
    slow = Config(read_timeout=60, signature_version="s3v4")
    return boto3.client("s3", region_name=region, config=PATIENT.merge(slow))


def artifact_client(access: ArtifactAccess) -> Any:
    """A client of S3 with the credentials of a job's artifacts. Signature 4 is what encrypted objects ask for."""
    return boto3.client(
        "s3",
        aws_access_key_id=access.access_key,
        aws_secret_access_key=access.secret_key,
        aws_session_token=access.session_token,
        config=PATIENT.merge(Config(signature_version="s3v4")),
    )


@dataclass(frozen=True, kw_only=True)
class Clients:
    """One boto3 client for each service that a function talks to.

    Each is made when it is first asked for: a function starts without the models of services that it never calls.

    Args:
        make: makes the client of a service, by boto3's name for it.
        artifacts: makes a client of S3 for the artifacts of one job.
        s3_in: makes a client of S3 in a region.
    """

    make: Callable[[str], Any] = runtime_client
    artifacts: Callable[[ArtifactAccess], Any] = artifact_client
    s3_in: Callable[[str], Any] = regional_s3

    @cached_property
    def autoscaling(self) -> Any:
        """EC2 Auto Scaling."""
        return self.make("autoscaling")

    @cached_property
    def cloudwatch(self) -> Any:
        """CloudWatch."""
        return self.make("cloudwatch")

    @cached_property
    def codebuild(self) -> Any:
        """CodeBuild."""
        return self.make("codebuild")

    @cached_property
    def codecommit(self) -> Any:
        """CodeCommit."""
        return self.make("codecommit")

    @cached_property
    def codedeploy(self) -> Any:
        """CodeDeploy, every call made once."""
        return self.make("codedeploy")

    @cached_property
    def codepipeline(self) -> Any:
        """CodePipeline."""
        return self.make("codepipeline")

    @cached_property
    def ecr(self) -> Any:
        """ECR."""
        return self.make("ecr")

    @cached_property
    def ecs(self) -> Any:
        """ECS."""
        return self.make("ecs")

    @cached_property
    def elbv2(self) -> Any:
        """Elastic Load Balancing."""
        return self.make("elbv2")

    @cached_property
    def functions(self) -> Any:
        """Lambda."""
        return self.make("lambda")

    @cached_property
    def s3(self) -> Any:
        """S3, in the region of the function."""
        return self.make("s3")

    @cached_property
    def secretsmanager(self) -> Any:
        """Secrets Manager."""
        return self.make("secretsmanager")

    @cached_property
    def ssm(self) -> Any:
        """Systems Manager."""
        return self.make("ssm")

    @cached_property
    def sns(self) -> Any:
        """SNS."""
        return self.make("sns")

    @cached_property
    def sqs(self) -> Any:
        """SQS."""
        return self.make("sqs")


@cache
def runtime_clients() -> Clients:
    """The clients of the Lambda runtime, kept for as long as the container lives."""
    return Clients()
