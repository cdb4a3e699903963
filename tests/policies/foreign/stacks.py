"""Four deliveries that use none of our components, each with the faults that such stacks have.

What each must be told was decided by reading the rule and the resource, not by running it. A resource that is named in
no expectation must be told nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.policies.foreign.wire import (
    ACCOUNT,
    GROUP,
    INLINE,
    KEY,
    PIPELINE,
    PROJECT,
    action,
    allow,
    document,
    linked,
    resource,
    role,
    stage,
)
from tests.policies.harness import UNKNOWN, Given


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """A stack, and for the name of each resource the rules that it must break."""

    stack: str
    resources: tuple[Given, ...]
    broken: Mapping[str, frozenset[str]]


_KMS = {"id": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/artifacts", "type": "KMS"}
_STORE = [{"type": "S3", "location": UNKNOWN, "encryptionKey": _KMS}]


def _ssh() -> dict[str, object]:
    return {"protocol": "tcp", "fromPort": 22.0, "toPort": 22.0, "cidrBlocks": ["0.0.0.0/0"]}


# As CDK Pipelines make it: one pipeline in an account for tools, a stage for each environment, no approval. Nothing
# says which environment the stack itself is.
_TOOLS = {"defaultTags": json.dumps({"tags": {"Project": "checkout"}})}
_CDK_ROLE, _SYNTH_ROLE = role("pipeline-role", "codepipeline"), role("synth-role", "codebuild")
_SYNTH = resource(
    PROJECT,
    "synth",
    encryptionKey=UNKNOWN,
    serviceRole=UNKNOWN,
    artifacts={"type": "CODEPIPELINE"},
    source={"type": "CODEPIPELINE", "buildspec": '{"version": "0.2"}'},
    environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "privilegedMode": True},
    buildTimeout=30.0,
    concurrentBuildLimit=2.0,
)
_CDK_PIPELINE = resource(
    PIPELINE,
    "pipeline",
    protect=True,
    pipelineType="V2",
    executionMode="QUEUED",
    roleArn=UNKNOWN,
    artifactStores=_STORE,
    tags={"AppVersion": "1.4.0", "InfraVersion": "2.0.0"},
    stages=[
        stage(
            "Source",
            action(
                *("Source", "CodeStarSourceConnection", "app"),
                outputArtifacts=["source"],
                configuration={"FullRepositoryId": "acme/app", "BranchName": "main", "ConnectionArn": UNKNOWN},
            ),
        ),
        stage("Build", action("Build", "CodeBuild", "Synth", inputArtifacts=["source"], outputArtifacts=["assembly"])),
        *(
            stage(name, action("Deploy", "CloudFormation", f"{name}.Deploy", inputArtifacts=["assembly"]))
            for name in ("Dev", "Staging", "Prod")
        ),
    ],
)
CDK = Foreign(
    stack="toolchain",
    resources=tuple(
        replace(each, provider=_TOOLS)
        for each in (
            _CDK_ROLE,
            _SYNTH_ROLE,
            resource(INLINE, "synth-rights", role=UNKNOWN, policy=document(allow("cloudformation:*", "*"))),
            resource(KEY, "artifact-key", enableKeyRotation=True, deletionWindowInDays=30.0, protect=True),
            linked(_SYNTH, "toolchain", serviceRole=_SYNTH_ROLE),
            linked(_CDK_PIPELINE, "toolchain", roleArn=_CDK_ROLE),
        )
    ),
    broken={
        "pipeline": frozenset(
            {
                *("flow-prod-manual-approval", "flow-tests-before-deploy", "flow-stage-rollback"),
                *("flow-failure-notified", "supply-allowed-source-owners"),
                *("ops-environment-known", "ops-required-tags"),
            }
        ),
        "synth": frozenset({"supply-no-privileged-build", "ops-environment-known", "ops-required-tags"}),
        "synth-rights": frozenset({"iam-no-wildcard-action", "iam-no-wildcard-resource"}),
        "artifact-key": frozenset({"ops-required-tags"}),
        "pipeline-role": frozenset({"ops-required-tags"}),
        "synth-role": frozenset({"ops-required-tags"}),
    },
)

# GitHub by somebody's token, an image built with a password, a rolling deployment to ECS after a mute approval.
ECS = Foreign(
    stack="prod",
    resources=(
        resource("aws:ecr/repository:Repository", "images", name="shop"),
        resource(
            PROJECT,
            "image",
            serviceRole=f"arn:aws:iam::{ACCOUNT}:role/build",
            artifacts={"type": "CODEPIPELINE"},
            source={"type": "CODEPIPELINE"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "privilegedMode": True,
                "environmentVariables": [{"name": "DOCKER_PASSWORD", "value": "not-a-real-one", "type": "PLAINTEXT"}],
            },
        ),
        resource(
            PIPELINE,
            "road",
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/road",
            artifactStores=[{"type": "S3", "location": "shop-artifacts"}],
            stages=[
                stage(
                    "Source",
                    action(
                        *("Source", "GitHub", "Code"),
                        owner="ThirdParty",
                        outputArtifacts=["code"],
                        configuration={"Owner": "acme", "Repo": "shop", "Branch": "master", "OAuthToken": "t"},
                    ),
                ),
                stage(
                    "Build", action("Build", "CodeBuild", "Image", inputArtifacts=["code"], outputArtifacts=["image"])
                ),
                stage("Approve", action("Approval", "Manual", "Product")),
                stage(
                    "Ship",
                    action(
                        *("Deploy", "ECS", "Service"),
                        inputArtifacts=["image"],
                        configuration={"ClusterName": "shop", "ServiceName": "web"},
                    ),
                ),
            ],
        ),
    ),
    broken={
        "images": frozenset({"supply-ecr-hardened", "enc-code-services-cmk"}),
        "image": frozenset(
            {
                *("supply-no-plaintext-build-secrets", "supply-no-privileged-build"),
                *("enc-build-cmk", "ops-build-bounded"),
            }
        ),
        "road": frozenset(
            {
                *("supply-connection-not-token", "supply-allowed-source-owners", "flow-event-triggered"),
                *("flow-tests-before-deploy", "flow-approval-notifies", "flow-promotion-order", "flow-execution-mode"),
                *("flow-stage-rollback", "flow-failure-notified", "flow-protected-in-prod"),
                *("enc-artifact-store-cmk", "ops-version-tags"),
            }
        ),
    },
)

# Functions behind aliases, shifted by CodeDeploy as a canary that somebody starts by hand.
LAMBDA = Foreign(
    stack="shop-prod",
    resources=(
        role("function-role", "lambda"),
        resource(
            INLINE,
            "function-rights",
            role=UNKNOWN,
            policy=document(allow(["dynamodb:GetItem"], UNKNOWN), allow("iam:PassRole", "*")),
        ),
        resource("aws:lambda/function:Function", "checkout", s3Bucket="shop-code", s3Key="checkout.zip", role=UNKNOWN),
        resource("aws:lambda/alias:Alias", "live", functionName="checkout", functionVersion="7"),
        resource("aws:cloudwatch/logGroup:LogGroup", "logs", retentionInDays=3.0),
        resource("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", metricName="Errors", name="errors"),
        resource(
            GROUP,
            "canary",
            appName="shop",
            deploymentGroupName="checkout",
            serviceRoleArn=UNKNOWN,
            deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
            deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            alarmConfiguration={"enabled": True, "alarms": ["errors"]},
            autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
        ),
    ),
    broken={
        "checkout": frozenset({"supply-lambda-signed"}),
        "function-rights": frozenset({"iam-passrole-scoped"}),
        "logs": frozenset({"ops-log-retention", "enc-code-services-cmk"}),
        "errors": frozenset({"ops-alarm-acts"}),
        "canary": frozenset(
            {
                *("flow-auto-rollback", "flow-failure-notified", "flow-single-path-to-prod"),
                *("flow-protected-in-prod", "ops-version-tags"),
            }
        ),
    },
)

# Written years ago with an older provider: an archive in a bucket goes straight to every server in place.
_MASTER = role("delivery", "codedeploy", managedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"])
_FLEET = resource(
    GROUP,
    "fleet",
    appName="shop",
    deploymentGroupName="fleet",
    serviceRoleArn=UNKNOWN,
    deploymentConfigName="CodeDeployDefault.AllAtOnce",
    outdatedInstancesStrategy="IGNORE",
    ec2TagFilters=[{"key": "Role", "type": "KEY_AND_VALUE", "value": "web"}],
)
_ROAD = resource(
    PIPELINE,
    "road",
    roleArn=UNKNOWN,
    artifactStore={"type": "S3", "location": "shop-artifacts", "encryptionKey": _KMS},
    stages=[
        stage(
            "Source",
            action(
                *("Source", "CodeCommit", "Code"),
                outputArtifacts=["code"],
                configuration={"RepositoryName": "shop", "BranchName": "develop"},
            ),
        ),
        stage(
            "Deploy",
            action(
                *("Deploy", "CodeDeploy", "Fleet"),
                inputArtifacts=["code"],
                configuration={"ApplicationName": "shop", "DeploymentGroupName": "fleet"},
            ),
        ),
    ],
)
EC2 = Foreign(
    stack="live",
    resources=(
        _MASTER,
        linked(_FLEET, "live", serviceRoleArn=_MASTER),
        linked(_ROAD, "live", roleArn=_MASTER),
        resource("aws:ec2/securityGroup:SecurityGroup", "web", ingress=[_ssh()]),
        resource("aws:ec2/instance:Instance", "server", associatePublicIpAddress=True, keyName="ops"),
        resource("aws:iam/user:User", "deployer", name="deployer"),
    ),
    broken={
        "delivery": frozenset({"iam-no-admin", "iam-one-role-per-duty", "flow-approver-separation"}),
        "fleet": frozenset(
            {
                *("flow-prod-blue-green", "flow-auto-rollback", "flow-deploy-alarms", "flow-no-all-at-once"),
                *("flow-update-outdated-instances", "flow-failure-notified", "flow-single-path-to-prod"),
                *("flow-protected-in-prod", "ops-version-tags"),
            }
        ),
        "road": frozenset(
            {
                *("flow-prod-manual-approval", "flow-tests-before-deploy", "flow-promotion-order"),
                *("flow-deploys-built-artifact", "flow-branch-matches-environment", "flow-event-triggered"),
                *("flow-execution-mode", "flow-failure-notified", "flow-protected-in-prod", "ops-version-tags"),
            }
        ),
        "web": frozenset({"net-no-open-admin-ports"}),
        "server": frozenset({"net-imdsv2", "net-ebs-encrypted", "net-no-public-instance", "net-ssm-managed"}),
        "deployer": frozenset({"iam-no-static-keys"}),
    },
)
STACKS = {"cdk": CDK, "ecs": ECS, "lambda": LAMBDA, "ec2": EC2}
