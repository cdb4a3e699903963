"""What AWS documents that a pipeline's role needs, for each action as CodePipeline is told it: nothing of ours decides.

https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html and the page of each action in
https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html. Left out are only what the console asks
for its own lists (`lambda:ListFunctions`), ACLs where no ACL is set, and calls that another mode of the action makes.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Needs = set[tuple[str, str, str]]
"""Action, resource, and the condition as JSON."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a declaration doesn't say.

    Args:
        pipeline: the pipeline's name.
        region: its region.
        account: its account.
        configs: by deployment group of CodeDeploy, its deployment configuration.
        family: of the ECS service's task definition, with the roles in it.
        task_roles: the roles in that definition.
    """

    pipeline: str
    region: str = "eu-west-1"
    account: str = "111122223333"
    configs: Mapping[str, str]
    family: str = ""
    task_roles: tuple[str, ...] = ()


class Told:
    """One action as CodePipeline is told it, and what its provider asks for."""

    def __init__(self, declaration: Mapping[str, Any], facts: Facts) -> None:
        self.facts = facts
        self.configuration: Mapping[str, str] = declaration["configuration"]
        self.provider = f"{declaration['category']}/{declaration['owner']}/{declaration['provider']}"
        self.role: str | None = declaration.get("roleArn")
        self.region = declaration.get("region") or facts.region
        self.account = self.role.split(":")[4] if self.role else facts.account

    def arn(self, service: str, resource: str) -> str:
        """An ARN of the place in which the action works."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    @property
    def needs(self) -> Needs:
        """What whoever does it must be allowed."""
        return DOCUMENTED[self.provider](self)


def on(resources: str | Iterable[str], *actions: str, condition: Mapping[str, Any] | None = None) -> Needs:
    """Actions on resources."""
    several = [resources] if isinstance(resources, str) else resources
    said = json.dumps(condition or {}, sort_keys=True)
    return {(action, resource, said) for action in actions for resource in several}


def needs_of(statements: Iterable[Mapping[str, Any]]) -> Needs:
    """The same of a policy's statements."""
    found: Needs = set()
    for statement in statements:
        found |= on(statement["Resource"], *statement["Action"], condition=statement.get("Condition"))
    return found


def artifacts(bucket: str, key: str, account: str = "111122223333") -> Needs:
    """Exchanging artifacts with one store."""
    owned = {"StringEquals": {"aws:ResourceAccount": account}}
    arn = f"arn:aws:s3:::{bucket}"
    return {
        *on(f"{arn}/*", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", condition=owned),
        *on(arn, "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"),
        *on(key, "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
    }


def tags(bucket: str) -> Needs:
    """The tags of artifacts."""
    tagging = ("s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging")
    return on(f"arn:aws:s3:::{bucket}/*", *tagging)


def _codecommit(told: Told) -> Needs:
    calls = ("CancelUploadArchive", "GetBranch", "GetCommit", "GetUploadArchiveStatus", "UploadArchive")
    repository = told.arn("codecommit", told.configuration["RepositoryName"])
    return on(repository, *(f"codecommit:{call}" for call in calls))


def _connection(told: Told) -> Needs:
    arn = told.configuration["ConnectionArn"]
    either = (arn, arn.replace(":codeconnections:", ":codestar-connections:"))
    bucket = f"arn:aws:s3:::delivery-dev-artifacts-{told.account}-{told.region}/*"
    use = ("codeconnections:UseConnection", "codestar-connections:UseConnection")
    return on(either, *use) | on(bucket, "s3:PutObjectAcl")


def _s3_source(told: Told) -> Needs:
    arn = f"arn:aws:s3:::{told.configuration['S3Bucket']}"
    read = ("s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging")
    look = ("s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket")
    return on(f"{arn}/{told.configuration['S3ObjectKey']}", *read) | on(arn, *look)


def _codebuild(told: Told) -> Needs:
    batch = told.configuration.get("BatchEnabled") == "true"
    calls = ("BatchGetBuildBatches", "StartBuildBatch", "StopBuildBatch")
    project = told.arn("codebuild", f"project/{told.configuration['ProjectName']}")
    return on(
        project,
        *(f"codebuild:{call}" for call in (calls if batch else ("BatchGetBuilds", "StartBuild", "StopBuild"))),
    )


def _log(told: Told) -> Needs:
    arn = told.arn("logs", f"log-group:/aws/codepipeline/{told.facts.pipeline}")
    return on((arn, f"{arn}:*"), "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


def _image(told: Told) -> Needs:
    upload = ("BatchCheckLayerAvailability", "CompleteLayerUpload", "GetDownloadUrlForLayer", "InitiateLayerUpload")
    calls = (*upload, "DescribeRepositories", "PutImage", "UploadLayerPart")
    repository = told.arn("ecr", f"repository/{told.configuration['ECRRepositoryName']}")
    return {
        *_log(told),
        *on("*", "ecr:GetAuthorizationToken"),
        *on(repository, *(f"ecr:{call}" for call in calls)),
    }


def _codedeploy(told: Told) -> Needs:
    application, group = told.configuration["ApplicationName"], told.configuration["DeploymentGroupName"]
    register = ("codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision")
    deploy = ("codedeploy:CreateDeployment", "codedeploy:GetDeployment")
    config = told.arn("codedeploy", f"deploymentconfig:{told.facts.configs[group]}")
    return {
        *on(told.arn("codedeploy", f"application:{application}"), *register),
        *on(told.arn("codedeploy", f"deploymentgroup:{application}/{group}"), *deploy),
        *on(config, "codedeploy:GetDeploymentConfig"),
    }


def _s3(told: Told) -> Needs:
    said = told.configuration
    # A folder that an execution names can't be told apart beforehand.
    under = "*" if said["Extract"] == "true" else said["ObjectKey"]
    key = said.get("KMSEncryptionKeyARN")
    sealed = on(key, "kms:Decrypt", "kms:GenerateDataKey") if key else set()
    return on(f"arn:aws:s3:::{said['BucketName']}/{under}", "s3:PutObject") | sealed


def _ecs(told: Told) -> Needs:
    revisions = told.arn("ecs", f"task-definition/{told.facts.family}:*")
    service = f"service/{told.configuration['ClusterName']}/{told.configuration['ServiceName']}"
    made = {"StringEquals": {"ecs:CreateAction": ["RegisterTaskDefinition"]}}
    to_ecs = {"StringEquals": {"iam:PassedToService": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"]}}
    return {
        *on("*", "ecs:DescribeTaskDefinition"),
        *on(revisions, "ecs:RegisterTaskDefinition"),
        *on(revisions, "ecs:TagResource", condition=made),
        *on(told.arn("ecs", service), "ecs:DescribeServices", "ecs:UpdateService"),
        *on(told.facts.task_roles, "iam:PassRole", condition=to_ecs),
    }


def _ec2(told: Told) -> Needs:
    said = told.configuration
    groups = [group for group in said.get("TargetGroupNameList", "").split(",") if group]
    look = ("ec2:DescribeInstances", "ssm:CancelCommand", "ssm:DescribeInstanceInformation")
    balancing = ("DescribeTargetGroupAttributes", "DescribeTargetGroups", "DescribeTargetHealth")
    targets = [told.arn("elasticloadbalancing", f"targetgroup/{group}/*") for group in groups]
    tagged = {"StringEquals": {f"aws:ResourceTag/{said['InstanceTagKey']}": said["InstanceTagValue"]}}
    machines = ("ec2", "instance/*") if said["InstanceType"] == "EC2" else ("ssm", "managed-instance/*")
    scripts = [f"arn:aws:ssm:{told.region}::document/AWS-Run{kind}Script" for kind in ("Shell", "PowerShell")]
    return {
        *_log(told),
        *on("*", *look, "ssm:ListCommandInvocations"),
        *on("*" if groups else [], *(f"elasticloadbalancing:{call}" for call in balancing)),
        *on(targets, "elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"),
        *on(told.arn(*machines), "ssm:SendCommand", condition=tagged),
        *on(scripts, "ssm:SendCommand"),
    }


_STACK_CALLS = {
    "CREATE_UPDATE": ("CreateStack", "DescribeStacks", "UpdateStack"),
    "REPLACE_ON_FAILURE": ("CreateStack", "DeleteStack", "DescribeStacks", "UpdateStack"),
    "DELETE_ONLY": ("DeleteStack", "DescribeStacks"),
    "CHANGE_SET_REPLACE": ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "DescribeStacks"),
    "CHANGE_SET_EXECUTE": ("DescribeChangeSet", "DescribeStacks", "ExecuteChangeSet"),
}


def _cloudformation(told: Told) -> Needs:
    calls = (f"cloudformation:{call}" for call in _STACK_CALLS[told.configuration["ActionMode"]])
    role = told.configuration.get("RoleArn")
    to_service = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    passed = on(role, "iam:PassRole", condition=to_service) if role else set()
    return on(told.arn("cloudformation", f"stack/{told.configuration['StackName']}/*"), *calls) | passed


def _lambda(told: Told) -> Needs:
    return on(told.arn("lambda", f"function:{told.configuration['FunctionName']}"), "lambda:InvokeFunction")


def _step_functions(told: Told) -> Needs:
    machine = told.configuration["StateMachineArn"]
    executions = f"{machine.replace(':stateMachine:', ':execution:')}:*"
    return on(machine, "states:DescribeStateMachine", "states:StartExecution") | on(
        executions, "states:DescribeExecution"
    )


def _image_source(told: Told) -> Needs:
    return on(told.arn("ecr", f"repository/{told.configuration['RepositoryName']}"), "ecr:DescribeImages")


def _manual(told: Told) -> Needs:
    return on(told.configuration["NotificationArn"], "sns:Publish")


def _nothing(_: Told) -> Needs:
    return set()


DOCUMENTED: Mapping[str, Callable[[Told], Needs]] = {
    "Source/AWS/CodeCommit": _codecommit,
    "Source/AWS/CodeStarSourceConnection": _connection,
    "Source/AWS/S3": _s3_source,
    "Source/AWS/ECR": _image_source,
    "Build/AWS/CodeBuild": _codebuild,
    "Test/AWS/CodeBuild": _codebuild,
    "Build/AWS/ECRBuildAndPublish": _image,
    "Build/Custom/delivery-dev-jenkins": _nothing,
    "Compute/AWS/Commands": _log,
    "Approval/AWS/Manual": _manual,
    "Deploy/AWS/CodeDeploy": _codedeploy,
    "Deploy/AWS/CloudFormation": _cloudformation,
    "Deploy/AWS/S3": _s3,
    "Deploy/AWS/ECS": _ecs,
    "Deploy/AWS/EC2": _ec2,
    "Invoke/AWS/Lambda": _lambda,
    "Invoke/AWS/StepFunctions": _step_functions,
}
"""By category, owner and provider."""
