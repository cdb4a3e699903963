"""The AWS clients of a function. They are typed `Any`: boto3 makes their methods at run time."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

# CreateDeployment has no client token: a call that boto3 repeats after a lost answer could start a second deployment.
# The next visit looks first, so it is the only retry that is safe.
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=5, read_timeout=10)


@dataclass(frozen=True, kw_only=True)
class Clients:
    """One boto3 client for each service that a pipeline function talks to."""

    autoscaling: Any
    cloudwatch: Any
    codedeploy: Any
    codepipeline: Any
    elbv2: Any


@cache
def runtime_clients() -> Clients:
    """Clients with the region and the credentials of the Lambda runtime, made once for a container."""
    return Clients(
        autoscaling=boto3.client("autoscaling", config=PATIENT),
        cloudwatch=boto3.client("cloudwatch", config=PATIENT),
        codedeploy=boto3.client("codedeploy", config=ONE_ATTEMPT),
        codepipeline=boto3.client("codepipeline", config=PATIENT),
        elbv2=boto3.client("elbv2", config=PATIENT),
    )
