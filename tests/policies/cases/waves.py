"""Stages that are put before the gate of a road, and waves over regions and accounts."""

from typing import Any

from tests.policies.cases.case import Case, Kind
from tests.policies.cases.pipelines import approval, tests
from tests.policies.cases.road import BUILD, DEPLOY, GATE, SOURCE, TEST, action, stage

REGIONS = ("eu-west-1", "us-east-1")
ROLE = "arn:aws:iam::444455556666:role/"


def wave_step(region: str, before: int) -> tuple[dict[str, Any], ...]:
    """What a wave does in one region: somebody is asked, then it is deployed."""
    return (
        action("Approval", "Manual", f"go-{region}", runOrder=before + 1.0),
        action("Deploy", "S3", f"site-{region}", region=region, runOrder=before + 2.0),
    )


def commands(name: str, *lines: str) -> dict[str, Any]:
    """An action that runs commands."""
    return action("Compute", "Commands", name, commands=list(lines))


CASES: tuple[Case, ...] = (
    approval(
        Kind.COMPLIANT,
        "a wave asks in each place before it deploys there",
        *(SOURCE, BUILD, TEST),
        stage("Wave", *(step for number, region in enumerate(REGIONS) for step in wave_step(region, 2 * number))),
    ),
    approval(
        Kind.COMPLIANT,
        "commands that only look run before the approval",
        *(SOURCE, BUILD, stage("Early", commands("Look", "kubectl get pods")), TEST, GATE, DEPLOY),
    ),
    approval(
        Kind.VIOLATING,
        "a free stage before the approval deploys by commands, under a harmless name",
        *(SOURCE, BUILD, TEST, stage("Early", commands("Smoke", "make", "kubectl apply -f site.yml")), GATE, DEPLOY),
        finds=("`stages[3].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "a free stage before the approval changes a service",
        *(SOURCE, BUILD, TEST, stage("Early", action("Deploy", "ECS", "site")), GATE, DEPLOY),
        finds=("`stages[3].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "the second place of a wave is reached beside its approval",
        *(SOURCE, BUILD, TEST),
        stage("Wave", *wave_step("eu-west-1", 0), action("Deploy", "S3", "site-us-east-1", region="us-east-1")),
        finds=("`stages[3].actions[2]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "a staging stack deploys by a role that is called after production",
        *(SOURCE, BUILD, TEST, stage("Wave", action("Deploy", "S3", "site", roleArn=f"{ROLE}shop-prod-delivery"))),
        stack="staging",
        finds=("`stages[3].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "a staging stack deploys by a role of an account of production",
        *(SOURCE, BUILD, TEST, stage("Wave", action("Deploy", "S3", "site", roleArn=f"{ROLE}delivery"))),
        stack="staging",
        parameters={"prodAccounts": ["444455556666"]},
        finds=("`stages[3].actions[0]` without",),
    ),
    approval(
        Kind.COMPLIANT,
        "a staging stack deploys by a role of an account that isn't production's",
        *(SOURCE, BUILD, TEST, stage("Wave", action("Deploy", "S3", "site", roleArn=f"{ROLE}delivery"))),
        stack="staging",
        parameters={"prodAccounts": ["999900001111"]},
    ),
    tests(
        Kind.VIOLATING,
        "a free stage before the tests deploys to a service abroad",
        *(SOURCE, BUILD, stage("Early", action("Deploy", "ECS", "site", region="us-east-1")), TEST, GATE, DEPLOY),
        finds=("at `stages[2].actions[0]` with fewer than 1 test",),
    ),
    tests(
        Kind.VIOLATING,
        "a free stage before the tests deploys by commands",
        *(SOURCE, BUILD, stage("Early", commands("site", "helm upgrade site charts/site")), TEST, GATE, DEPLOY),
        finds=("at `stages[2].actions[0]` with fewer than 1 test",),
    ),
)
