"""A delivery that somebody else wrote: plain resources, other names, one fault if the configuration asks for it."""

import json
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, codedeploy, codepipeline, codestarnotifications, iam, kms, s3

FAULT = pulumi.Config().get("fault")
TELLS = "arn:aws:sns:eu-west-1:444455556666:releases"


def stage(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
    """A stage of one action."""
    action = {"name": name, "category": category, "owner": "AWS", "provider": provider, "version": "1", **more}
    return {"name": name, "actions": [action]}


def document(statement: dict[str, Any]) -> str:
    """An IAM document of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trusting(name: str, service: str) -> iam.Role:
    """A role of one service."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": service},
        "Condition": {"StringEquals": {"aws:SourceAccount": "444455556666"}},
    }
    return iam.Role(name, assume_role_policy=document(statement))


conductor = trusting("conductor", "codepipeline.amazonaws.com")
shipper = trusting("shipper", "codedeploy.amazonaws.com")

key = kms.Key("key", enable_key_rotation=True, deletion_window_in_days=30)
bucket = s3.Bucket("artifacts", bucket="rawshop-artifacts")
s3.BucketVersioning("versions", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
s3.BucketServerSideEncryptionConfiguration(
    "sealed",
    bucket=bucket.id,
    rules=[
        {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}},
    ],
)
s3.BucketPublicAccessBlock(
    "closed",
    bucket=bucket.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
plain_http = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::rawshop-artifacts", "arn:aws:s3:::rawshop-artifacts/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
s3.BucketPolicy("tls", bucket=bucket.id, policy=document(plain_http))
# One ARN that isn't known at preview makes the whole text unknown.
iam.RolePolicy("reads", role=conductor.id, policy=pulumi.Output.json_dumps({"Statement": {"Resource": bucket.arn}}))

application = codedeploy.Application("shop", compute_platform="Server")
alarm = cloudwatch.MetricAlarm(
    "errors",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    namespace="AWS/ApplicationELB",
    metric_name="HTTPCode_Target_5XX_Count",
    period=60,
    statistic="Sum",
    threshold=10,
    alarm_actions=[TELLS],
)
group = codedeploy.DeploymentGroup(
    "fleet",
    app_name=application.name,
    deployment_group_name="fleet",
    service_role_arn=shipper.arn,
    deployment_config_name="CodeDeployDefault.OneAtATime",
    autoscaling_groups=["shop-blue"],
    deployment_style=None
    if FAULT == "in-place"
    else {"deployment_type": "BLUE_GREEN", "deployment_option": "WITH_TRAFFIC_CONTROL"},
    blue_green_deployment_config=None
    if FAULT == "in-place"
    else {
        "deployment_ready_option": {"action_on_timeout": "CONTINUE_DEPLOYMENT"},
        "green_fleet_provisioning_option": {"action": "COPY_AUTO_SCALING_GROUP"},
        "terminate_blue_instances_on_deployment_success": {
            "action": "TERMINATE",
            "termination_wait_time_in_minutes": 60,
        },
    },
    load_balancer_info={"target_group_infos": [{"name": "shop"}]},
    auto_rollback_configuration={"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]},
    alarm_configuration={"enabled": True, "alarms": [alarm.name]},
    trigger_configurations=[
        {
            "trigger_name": "tell",
            "trigger_target_arn": TELLS,
            "trigger_events": ["DeploymentFailure", "DeploymentRollback"],
        }
    ],
    opts=pulumi.ResourceOptions(ignore_changes=["autoscalingGroups"]),
)
# What staging has tested is deployed as it is, so nothing is built here.
promoted = {"S3Bucket": bucket.bucket, "S3ObjectKey": "release.zip", "PollForSourceChanges": "false"}
asked = {
    "NotificationArn": TELLS,
    "CustomData": "Is staging good?",
    "ExternalEntityLink": "https://staging.example.com",
}
ship = {"ApplicationName": application.name, "DeploymentGroupName": group.deployment_group_name}
stages: list[Any] = [
    stage("Fetch", "Source", "S3", output_artifacts=["release"], configuration=promoted),
    stage("Try", "Test", "CodeBuild", input_artifacts=["release"], configuration={"ProjectName": "shop-smoke"}),
    *([] if FAULT == "no-approval" else [stage("Ask", "Approval", "Manual", configuration=asked)]),
    stage("Ship", "Deploy", "CodeDeploy", input_artifacts=["release"], configuration=ship),
]
road = codepipeline.Pipeline(
    "road",
    role_arn=conductor.arn,
    pipeline_type="V2",
    execution_mode="QUEUED",
    stages=stages,
    artifact_stores=[
        {"location": bucket.bucket, "type": "S3", "encryption_key": {"id": key.arn, "type": "KMS"}},
    ],
)
codestarnotifications.NotificationRule(
    "failures",
    resource=road.arn,
    detail_type="FULL",
    event_type_ids=["codepipeline-pipeline-pipeline-execution-failed"],
    targets=[{"address": TELLS, "type": "SNS"}],
)
