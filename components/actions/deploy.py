"""Deployments to what exists: files into a bucket, tasks of a service, instances by CodeDeploy or by their tag."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.actions.compute import write_compute_log
from components.actions.position import Position
from components.deployment.permissions import create_deployments
from components.iam import Statement
from components.stages import Action, Artifact, Category


def s3(
    position: Position,
    *,
    bucket: str,
    artifact: Artifact,
    key: str | None = None,
    extract: bool = True,
    key_arn: str | None = None,
    cache_control: str | None = None,
) -> Action:
    """Puts an artifact into a bucket, as its files or as it is
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html).

    Args:
        position: where the action stands.
        bucket: its name.
        artifact: what is put there.
        key: a folder for the files, or the object's key where nothing is extracted.
        extract: whether the files are put there instead of the zip.
        key_arn: the KMS key that encrypts them; None is the default of the bucket, which needs no permission only where
            S3's own key is that.
        cache_control: what browsers and CDNs are told.
    """
    arn = position.place.bucket_arn(bucket)
    # What is under a key that an execution chooses isn't known here.
    under = "" if key is None or "#{" in key else key
    permissions = [
        Statement(
            actions=("s3:PutObject",),
            resources=(f"{arn}/{under}/*" if under and extract else f"{arn}/{under or '*'}",),
        )
    ]
    if key_arn:
        permissions.append(Statement(actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=(key_arn,)))
    return position.action(
        category=Category.DEPLOY,
        provider="S3",
        configuration={
            "BucketName": bucket,
            "Extract": "true" if extract else "false",
            "ObjectKey": key,
            "KMSEncryptionKeyARN": key_arn,
            "CacheControl": cache_control,
        },
        inputs=(artifact,),
        target=f"s3://{bucket}",
        permissions=permissions,
    )


def ecs(
    position: Position,
    *,
    cluster: str,
    service: str,
    family: str,
    task_roles: Sequence[str],
    artifact: Artifact,
    file: str | None = None,
    timeout_minutes: int | None = None,
) -> Action:
    """Deploys an image to a service, task after task
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html).

    Args:
        position: where the action stands.
        cluster, service: what is deployed to.
        family: of the service's task definition, of which the action registers a revision.
        task_roles: the roles in that definition, which are handed on.
        artifact: what holds the image definitions.
        file: the file with them; `imagedefinitions.json` where none is said.
        timeout_minutes: how long the service has to become steady, 1 to 60.
    """
    place = position.place
    revisions = place.arn("ecs", f"task-definition/{family}:*")
    permissions = [
        Statement(actions=("ecs:DescribeTaskDefinition",), resources=("*",)),
        Statement(actions=("ecs:RegisterTaskDefinition",), resources=(revisions,)),
        Statement(
            actions=("ecs:DescribeServices", "ecs:UpdateService"),
            resources=(place.arn("ecs", f"service/{cluster}/{service}"),),
        ),
        Statement(
            actions=("ecs:TagResource",),
            resources=(revisions,),
            conditions={"StringEquals": {"ecs:CreateAction": ["RegisterTaskDefinition"]}},
        ),
    ]
    if task_roles:
        permissions.append(
            Statement(
                actions=("iam:PassRole",),
                resources=tuple(task_roles),
                conditions={"StringEquals": {"iam:PassedToService": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"]}},
            )
        )
    return position.action(
        category=Category.DEPLOY,
        provider="ECS",
        configuration={
            "ClusterName": cluster,
            "ServiceName": service,
            "FileName": file,
            "DeploymentTimeout": None if timeout_minutes is None else str(timeout_minutes),
        },
        inputs=(artifact,),
        target=f"service {cluster}/{service}",
        permissions=permissions,
    )


def codedeploy(
    position: Position, *, application: str, group: str, deployment_config: str, artifact: Artifact
) -> Action:
    """Deploys by a deployment group that exists
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeDeploy.html).

    Args:
        position: where the action stands.
        application: of CodeDeploy.
        group: its deployment group.
        deployment_config: that of the group.
        artifact: what is deployed.
    """
    return position.action(
        category=Category.DEPLOY,
        provider="CodeDeploy",
        configuration={"ApplicationName": application, "DeploymentGroupName": group},
        inputs=(artifact,),
        target=f"{application}/{group}",
        permissions=create_deployments(position.place, application, deployment_config, groups=(group,)),
    )


@dataclass(frozen=True, kw_only=True)
class TaggedInstances:
    """Instances that Systems Manager knows, by a tag.

    Args:
        tag, value: of the instances.
        managed_nodes: whether they are machines outside of EC2.
        most_at_once, most_errors: a number, or a percentage such as `50%`.
        target_groups: of a load balancer that takes them out of traffic while they change.
    """

    tag: str
    value: str
    managed_nodes: bool = False
    most_at_once: str | None = None
    most_errors: str | None = None
    target_groups: Sequence[str] = ()


def ec2(
    position: Position,
    *,
    pipeline: str,
    instances: TaggedInstances,
    directory: str,
    artifact: Artifact,
    post_script: str,
    pre_script: str | None = None,
) -> Action:
    """Puts the files of an artifact onto tagged instances and runs scripts there, by Systems Manager
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-EC2Deploy.html).

    Args:
        position: where the action stands.
        pipeline: the pipeline's name.
        instances: which.
        directory: where the files are put, an absolute path.
        artifact: what is put there.
        post_script, pre_script: paths of scripts in the artifact.
    """
    return position.action(
        category=Category.DEPLOY,
        provider="EC2",
        configuration={
            "InstanceTagKey": instances.tag,
            "InstanceTagValue": instances.value,
            "InstanceType": "SSM_MANAGED_NODE" if instances.managed_nodes else "EC2",
            "TargetDirectory": directory,
            "PreScript": pre_script,
            "PostScript": post_script,
            "MaxBatch": instances.most_at_once,
            "MaxError": instances.most_errors,
            "TargetGroupNameList": ",".join(instances.target_groups) or None,
        },
        inputs=(artifact,),
        target=f"instances with {instances.tag}={instances.value}",
        permissions=_tagged_instances(position, pipeline, instances),
    )


def _tagged_instances(position: Position, pipeline: str, instances: TaggedInstances) -> list[Statement]:
    place = position.place
    balancing = ("DescribeTargetGroupAttributes", "DescribeTargetGroups", "DescribeTargetHealth")
    machines = ("ssm", "managed-instance/*") if instances.managed_nodes else ("ec2", "instance/*")
    statements = [
        write_compute_log(position.pipeline, pipeline),
        Statement(
            actions=(
                "ec2:DescribeInstances",
                *(f"elasticloadbalancing:{call}" for call in balancing if instances.target_groups),
                "ssm:CancelCommand",
                "ssm:DescribeInstanceInformation",
                "ssm:ListCommandInvocations",
            ),
            resources=("*",),
        ),
        Statement(
            actions=("ssm:SendCommand",),
            resources=(place.arn(*machines),),
            conditions={"StringEquals": {f"aws:ResourceTag/{instances.tag}": instances.value}},
        ),
        Statement(
            actions=("ssm:SendCommand",),
            resources=tuple(
                f"arn:{place.partition}:ssm:{place.region}::document/AWS-Run{shell}Script"
                for shell in ("PowerShell", "Shell")
            ),
        ),
    ]
    if instances.target_groups:
        statements.append(
            Statement(
                actions=("elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"),
                resources=tuple(
                    place.arn("elasticloadbalancing", f"targetgroup/{group}/*") for group in instances.target_groups
                ),
            )
        )
    return statements
