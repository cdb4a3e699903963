"""Applications whose pipelines have every action, waves over regions and accounts, and each execution mode."""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]

PARTNER = "arn:aws:iam::777788889999:role/storefront-delivery"
PARTNERS_BUILD = "arn:aws:iam::777788889999:role/site-check"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0f0e0d0c-1111-2222-3333-444455556666"

IN_PLACE: Values = {"platform": "server", "strategy": "in-place"}

ACTIONS: dict[str, Values] = {
    "codebuild": {
        "project": "contract-tests",
        "purpose": "test",
        "inputs": ["Source", "Bundle"],
        "outputs": ["Report"],
        "environment": {"COMMIT": "#{Source.CommitId}", "GREETING": "#{variables.GREETING}"},
        "namespace": "contract",
    },
    "codebuild-batch": {"provider": "codebuild", "project": "load-tests", "batch": True, "outputs": ["Load"]},
    "commands": {
        "commands": ["./scripts/count.sh", "export COUNT=$(cat count)"],
        "output": "Counts",
        "files": ["count", "counts/**"],
        "outputVariables": ["COUNT"],
        "namespace": "counted",
    },
    "ecr-build-and-publish": {"repository": "tools/smoke", "tags": ["latest", "7"], "input": "Source"},
    "lambda": {
        "function": "announce",
        "text": '{"commit": "#{Source.CommitId}", "count": "#{counted.COUNT}"}',
        "inputs": ["Bundle"],
        "outputs": ["Answer"],
        "order": 2,
    },
    "step-functions": {"stateMachine": "migrate", "file": "migration.json", "prefix": "release", "output": "Migrated"},
    "step-functions-text": {"provider": "step-functions", "stateMachine": "migrate", "text": '{"dry": true}'},
    "cloudformation": {
        "stack": "tables",
        "mode": "change-set-replace",
        "changeSet": "release",
        "template": {"artifact": "Source", "file": "infra/tables.yml"},
        "templateConfiguration": {"file": "infra/tables.json"},
        "parameters": {"Commit": "#{Source.CommitId}"},
        "capabilities": ["CAPABILITY_NAMED_IAM"],
        "deploymentRole": "arn:aws:iam::111122223333:role/cloudformation",
    },
    "cloudformation-execute": {
        "provider": "cloudformation",
        "stack": "tables",
        "mode": "change-set-execute",
        "changeSet": "release",
        "output": "Tables",
        "outputFile": "tables.json",
        "namespace": "tables",
        "order": 2,
    },
    "s3": {"bucket": "acme-site", "key": "v/#{Source.CommitId}", "keyArn": KEY, "cacheControl": "max-age=60"},
    "s3-zip": {"provider": "s3", "bucket": "acme-archive", "extract": False, "key": "site.zip"},
    "ecs": {
        "cluster": "web",
        "service": "site",
        "family": "site",
        "taskRoles": ["arn:aws:iam::111122223333:role/site-task", "arn:aws:iam::111122223333:role/site-execution"],
        "imageDefinitions": "images.json",
        "steadyMinutes": 10,
    },
    "codedeploy": {"application": "edge", "deploymentGroup": "edge-fleet"},
    "ec2": {
        "tag": "Role",
        "value": "batch",
        "directory": "/srv/batch",
        "preScript": "scripts/stop.sh",
        "postScript": "scripts/start.sh",
        "mostAtOnce": "50%",
        "targetGroups": ["batch"],
    },
    "ec2-nodes": {
        "provider": "ec2",
        "tag": "Role",
        "value": "till",
        "instances": "managed-node",
        "directory": "/srv/till",
        "postScript": "scripts/start.sh",
    },
    "manual": {"emails": ["lead@example.com"], "reviewUrl": "https://site.example.com"},
}
"""A good action of every provider, by its name; the provider is the name where none is said."""


def action(name: str, **more: Any) -> Values:
    """One of these, as a stack file says it; `more` overrides its keys."""
    return {"name": name, "provider": name, **ACTIONS[name], **more}


BEFORE_THE_DEPLOYMENT = ("codebuild", "codebuild-batch", "commands", "ecr-build-and-publish", "lambda")
AFTERWARDS = tuple(name for name in ACTIONS if name not in BEFORE_THE_DEPLOYMENT)


def application(**more: Any) -> Values:
    """An application that builds and deploys in place; `more` adds to it."""
    return {
        "source": {"provider": "codecommit", "repository": "storefront", "branch": "main"},
        "deploy": dict(IN_PLACE),
        **more,
    }


def every_action() -> Values:
    """Every provider, in two stages."""
    return application(
        variables={"GREETING": {"default": "hello", "description": "What the contract tests look for"}},
        stages=[
            {"name": "Integration", "before": "Deploy", "actions": [action(name) for name in BEFORE_THE_DEPLOYMENT]},
            {"name": "Everywhere", "after": "Deploy", "actions": [action(name) for name in AFTERWARDS]},
        ],
    )


def waves() -> Values:
    """A wave over two regions and an account, one place after the other, and one that runs at once."""
    accounts = [
        {"name": "partner", "roleArn": PARTNER, "region": "us-east-1", "artifactRoles": [PARTNERS_BUILD]},
        {"name": "partner-home", "roleArn": PARTNER},
    ]
    return application(
        executionMode="superseded",
        stages=[
            {
                "name": "Wave",
                "after": "Deploy",
                "wave": {"regions": ["eu-west-1", "us-east-1"], "accounts": accounts, "inOrder": True},
                "actions": [
                    {"provider": "manual", "name": "go", "emails": ["lead@example.com"]},
                    {"provider": "s3", "name": "site", "bucket": "acme-site-{account}-{region}", "order": 2},
                    {
                        "provider": "step-functions",
                        "name": "warm",
                        "stateMachine": "warm-{region}",
                        "namespace": "warm",
                        "order": 3,
                    },
                    {
                        "provider": "lambda",
                        "name": "told",
                        "function": "told",
                        "text": "#{warm.ExecutionArn} in {region}",
                        "order": 4,
                    },
                ],
            },
            {
                "name": "Checks",
                "after": "Wave",
                "wave": {"regions": ["eu-central-1", "us-east-1"]},
                "actions": [
                    {"provider": "codebuild", "name": "check", "project": "site-check", "outputs": ["Checked"]},
                    {"provider": "commands", "name": "ask", "commands": ["curl -f https://{region}.example.com"]},
                    {
                        "provider": "lambda",
                        "name": "read",
                        "function": "read",
                        "inputs": ["Checked"],
                        "order": 2,
                    },
                ],
            },
        ],
    )


def parallel() -> Values:
    """A pipeline of which several executions run at once."""
    return application(
        executionMode="parallel",
        stages=[
            {
                "name": "Abroad",
                "before": "Build",
                "actions": [{"provider": "lambda", "name": "scan", "function": "scan", "region": "eu-central-1"}],
            }
        ],
    )


APPLICATIONS = {"every-action": every_action, "waves": waves, "parallel": parallel}


def stack_config() -> Values:
    """What stands under `config` of a stack with all of them."""
    return {
        "aws:region": "eu-west-1",
        "delivery:environment": {"tier": "development", "account": "111122223333"},
        "delivery:network": {"cidr": "10.10.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]},
        "delivery:notifications": {"emails": ["developers@example.com"]},
        "delivery:applications": {name: one() for name, one in APPLICATIONS.items()},
    }
