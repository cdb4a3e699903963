"""Resources of other people's stacks as they are on the wire."""

import json
from collections.abc import Mapping
from typing import Any

from tests.policies.harness import Given

ACCOUNT = "222233334444"
PIPELINE = "aws:codepipeline/pipeline:Pipeline"
PROJECT = "aws:codebuild/project:Project"
GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
ROLE = "aws:iam/role:Role"
INLINE = "aws:iam/rolePolicy:RolePolicy"
KEY = "aws:kms/key:Key"
PROVIDER: Mapping[str, Any] = {
    "allowedAccountIds": json.dumps([ACCOUNT]),
    "region": "eu-central-1",
    "defaultTags": json.dumps({"tags": {"Project": "checkout", "Environment": "production"}}),
}


def resource(token: str, name: str, /, *, protect: bool = False, **properties: Any) -> Given:
    """A resource under the stack's own provider, with its default tags."""
    return Given(type=token, name=name, properties=properties, provider=PROVIDER, protect=protect)


def action(category: str, provider: str, name: str, **more: Any) -> dict[str, Any]:
    """An action of a pipeline; AWS's own unless it says otherwise."""
    return {"category": category, "owner": "AWS", "provider": provider, "version": "1", "name": name, **more}


def stage(name: str, *actions: dict[str, Any]) -> dict[str, Any]:
    """A stage of a pipeline."""
    return {"name": name, "actions": list(actions)}


def role(name: str, service: str, /, **more: Any) -> Given:
    """A role for one service, on behalf of the account alone."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    return resource(ROLE, name, assumeRolePolicy=document(statement), **more)


def document(*statements: Mapping[str, Any]) -> str:
    """A document of IAM as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: str | list[str], resources: str | list[str]) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def linked(given: Given, stack: str, **links: Given) -> Given:
    """The resource with what its properties depend on."""
    return Given(**{**vars(given), "depends": {key: (other.urn(stack),) for key, other in links.items()}})
