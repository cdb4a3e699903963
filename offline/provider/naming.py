"""Names the provider invents: the logical name and seven hex digits, as Pulumi's AWS provider does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

SUFFIX_LENGTH: Final = 7

# The property that carries the name, where it is not `name`.
NAME_PROPERTY: Final[Mapping[str, str]] = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": "alarmName",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
    "aws:codecommit/repository:Repository": "repositoryName",
    "aws:codedeploy/deploymentGroup:DeploymentGroup": "deploymentGroupName",
    "aws:codedeploy/deploymentConfig:DeploymentConfig": "deploymentConfigName",
}

# AWS's limit on the length of a name, in characters.
LONGEST_NAME: Final[Mapping[str, int]] = {
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:iam/role:Role": 64,
    "aws:iam/policy:Policy": 128,
    "aws:iam/instanceProfile:InstanceProfile": 128,
    "aws:s3/bucket:Bucket": 63,
    "aws:lambda/function:Function": 64,
    "aws:cloudwatch/eventRule:EventRule": 64,
    "aws:codepipeline/pipeline:Pipeline": 100,
    "aws:codecommit/repository:Repository": 100,
    "aws:codedeploy/application:Application": 100,
    "aws:codedeploy/deploymentConfig:DeploymentConfig": 100,
    "aws:codedeploy/deploymentGroup:DeploymentGroup": 100,
    "aws:codebuild/project:Project": 150,
    "aws:codebuild/reportGroup:ReportGroup": 128,
    "aws:ec2/launchTemplate:LaunchTemplate": 128,
    "aws:ec2/securityGroup:SecurityGroup": 255,
    "aws:autoscaling/group:Group": 255,
    "aws:sns/topic:Topic": 256,
    "aws:sqs/queue:Queue": 80,
}


def name_property(*, token: str) -> str:
    """The input that carries the physical name of a resource of this type."""
    return NAME_PROPERTY.get(token, "name")


def invented_name(*, token: str, logical_name: str, seed: bytes, old_inputs: Mapping[str, Any]) -> str:
    """The name for a resource whose program gives none: the one it has, or a new one made from `seed`."""
    known = old_inputs.get(name_property(token=token))
    if isinstance(known, str):
        return known
    base = logical_name.lower() if token == "aws:s3/bucket:Bucket" else logical_name  # noqa: S105 - a type token
    return f"{base}-{hashlib.sha256(seed or base.encode()).hexdigest()[:SUFFIX_LENGTH]}"


def is_invented(*, name: object, logical_name: str) -> bool:
    """Whether `name` is one that `invented_name` makes, so that a replacement can stand beside the old resource."""
    pattern = re.escape(logical_name) + rf"-[0-9a-f]{{{SUFFIX_LENGTH}}}"
    return isinstance(name, str) and re.fullmatch(pattern, name, flags=re.IGNORECASE) is not None


def name_fault(*, token: str, name: object) -> str | None:
    """What AWS would say to the length of `name`, or None."""
    longest = LONGEST_NAME.get(token)
    if longest is None or not isinstance(name, str) or len(name) <= longest:
        return None
    return f"{name!r} has {len(name)} characters; AWS allows {longest} for {token}"
