"""Deliveries of plain resources that keep every rule of the flow, each but for the one that the configuration names.

What staging tested (an object in S3) is tested once more, with the settings of a repository, approved, deployed to a
fleet between two Auto Scaling groups, and then to workers and a site. ECS moves the traffic of a service by itself.
"""

import json
from typing import Any

import pulumi
from pulumi_aws import (
    cloudformation,
    cloudwatch,
    codebuild,
    codedeploy,
    codepipeline,
    codestarnotifications,
    ecs,
    iam,
    kms,
    s3,
)

TELLS = "arn:aws:sns:eu-west-1:444455556666:releases"
TOLD: Any = {
    "trigger_name": "tell",
    "trigger_target_arn": TELLS,
    "trigger_events": ["DeploymentFailure", "DeploymentRollback"],
}
COMMIT = {
    "source": ["aws.codecommit"],
    "detail-type": ["CodeCommit Repository State Change"],
    "detail": {"referenceType": ["branch"], "referenceName": ["main"]},
}


def action(category: str, provider: str, name: str = "", **more: Any) -> dict[str, Any]:
    """An action of AWS's own."""
    return {
        "name": name or provider,
        "category": category,
        "owner": "AWS",
        "provider": provider,
        "version": "1",
        **more,
    }


def document(**statement: Any) -> str:
    """An IAM document that allows one thing."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def role(shop: str, service: str) -> iam.Role:
    """A role of one service."""
    trust = document(Action="sts:AssumeRole", Principal={"Service": f"{service}.amazonaws.com"})
    return iam.Role(f"{shop}.{service}", name=f"{shop}-{service}", assume_role_policy=trust)


def delivery(shop: str, seeded: str) -> None:
    """A whole delivery that shares nothing with another.

    Args:
        shop: begins the name of each of its resources.
        seeded: the rule that it breaks.
    """

    def unless(rule: str, right: Any, *, fault: Any) -> Any:
        """What is right, or what breaks the rule if that is the one asked for."""
        return fault if rule == seeded else right

    protected = pulumi.ResourceOptions(protect=True)
    key = kms.Key(
        f"{shop}.key",
        enable_key_rotation=True,
        opts=unless("flow-protected-in-prod", protected, fault=pulumi.ResourceOptions(protect=False)),
    )
    bucket = s3.Bucket(f"{shop}.artifacts", bucket=f"{shop}-artifacts", opts=protected)
    conductor, tester, shipper, events = (
        role(shop, service) for service in ("codepipeline", "codebuild", "codedeploy", "events")
    )
    iam.RolePolicy(
        f"{shop}.may",
        role=conductor.name,
        policy=document(
            Action=unless("flow-approver-separation", "codedeploy:CreateDeployment", fault="codepipeline:*"),
            Resource="*",
        ),
    )

    # The tests run before the approval: a role that lets them deploy is a way around it.
    iam.RolePolicy(
        f"{shop}.tests",
        role=tester.name,
        policy=document(
            Action=unless("flow-single-path-to-prod", "logs:PutLogEvents", fault="codedeploy:CreateDeployment"),
            Resource=f"arn:aws:codedeploy:eu-west-1:444455556666:deploymentgroup:{shop}/*",
        ),
    )
    codebuild.Project(
        f"{shop}.smoke",
        name=f"{shop}-smoke",
        service_role=tester.arn,
        artifacts={"type": "CODEPIPELINE"},
        source={"type": "CODEPIPELINE"},
        environment={
            "type": "LINUX_CONTAINER",
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
        },
    )

    alarm = cloudwatch.MetricAlarm(
        f"{shop}.errors",
        name=f"{shop}-errors",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        namespace="AWS/ApplicationELB",
        metric_name="HTTPCode_Target_5XX_Count",
        period=60,
        statistic="Sum",
        threshold=10,
    )
    ecs.Service(
        f"{shop}.checkout",
        name=f"{shop}-checkout",
        deployment_configuration={"strategy": "CANARY", "canary_configuration": {"canary_percent": 10}},
        deployment_circuit_breaker={"enable": True, "rollback": True},
        alarms={
            "enable": True,
            "rollback": unless("flow-ecs-own-shift-careful", True, fault=False),
            "alarm_names": [f"{shop}-errors"],
        },
    )
    application = codedeploy.Application(f"{shop}.shop", name=shop, compute_platform="Server")
    codedeploy.DeploymentGroup(
        f"{shop}.fleet",
        app_name=application.name,
        deployment_group_name="fleet",
        service_role_arn=shipper.arn,
        deployment_config_name=unless(
            "flow-no-all-at-once", "CodeDeployDefault.OneAtATime", fault="CodeDeployDefault.AllAtOnce"
        ),
        autoscaling_groups=[f"{shop}-blue"],
        outdated_instances_strategy=unless("flow-update-outdated-instances", "UPDATE", fault="IGNORE"),
        deployment_style={
            "deployment_type": unless("flow-prod-blue-green", "BLUE_GREEN", fault="IN_PLACE"),
            "deployment_option": "WITH_TRAFFIC_CONTROL",
        },
        blue_green_deployment_config={
            "deployment_ready_option": {"action_on_timeout": "CONTINUE_DEPLOYMENT"},
            "green_fleet_provisioning_option": {"action": "COPY_AUTO_SCALING_GROUP"},
            "terminate_blue_instances_on_deployment_success": {
                "action": "TERMINATE",
                "termination_wait_time_in_minutes": unless("flow-blue-green-complete", 60, fault=0),
            },
        },
        load_balancer_info={"target_group_infos": [{"name": shop}]},
        auto_rollback_configuration={
            "enabled": unless("flow-auto-rollback", True, fault=False),
            "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
        },
        alarm_configuration={"enabled": unless("flow-deploy-alarms", True, fault=False), "alarms": [alarm.name]},
        trigger_configurations=[TOLD],
        opts=pulumi.ResourceOptions(
            protect=True, ignore_changes=unless("flow-blue-green-state-safe", ["autoscalingGroups"], fault=[])
        ),
    )

    jobs = unless("flow-workers-beside-blue-green", shop, fault=f"{shop}-jobs")
    codedeploy.DeploymentGroup(
        f"{shop}.workers",
        app_name=jobs,
        deployment_group_name="workers",
        service_role_arn=shipper.arn,
        deployment_config_name="CodeDeployDefault.OneAtATime",
        autoscaling_groups=[f"{shop}-workers"],
        outdated_instances_strategy="UPDATE",
        deployment_style={"deployment_type": "IN_PLACE", "deployment_option": "WITHOUT_TRAFFIC_CONTROL"},
        auto_rollback_configuration={"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]},
        alarm_configuration={"enabled": True, "alarms": [alarm.name]},
        trigger_configurations=[TOLD],
        opts=protected,
    )

    release = action(
        "Source",
        "S3",
        output_artifacts=["release"],
        configuration={"S3Bucket": bucket.bucket, "S3ObjectKey": "release.zip", "PollForSourceChanges": "false"},
    )
    settings = action(
        "Source",
        "CodeCommit",
        output_artifacts=["settings"],
        configuration={
            "RepositoryName": f"{shop}-settings",
            "BranchName": unless("flow-branch-matches-environment", "main", fault="feature/cart"),
            "PollForSourceChanges": unless("flow-event-triggered", "false", fault="true"),
        },
    )
    smoke = action(
        "Test",
        "CodeBuild",
        input_artifacts=["release", "settings"],
        output_artifacts=["rebuilt"],
        configuration={"ProjectName": f"{shop}-smoke", "PrimarySource": "release"},
    )
    ask = action(
        "Approval",
        "Manual",
        configuration={
            "CustomData": "Is staging good?",
            **unless("flow-approval-notifies", {"NotificationArn": TELLS}, fault={}),
        },
    )
    ship = action(
        "Deploy",
        "CodeDeploy",
        input_artifacts=unless("flow-promotion-order", ["release"], fault=["rebuilt"]),
        configuration={"ApplicationName": shop, "DeploymentGroupName": "fleet"},
    )
    ship_more = action(
        "Deploy",
        "CodeDeploy",
        "More",
        input_artifacts=["release"],
        configuration={"ApplicationName": shop, "DeploymentGroupName": "more"},
    )
    workers = action(
        "Deploy",
        "CodeDeploy",
        input_artifacts=["release"],
        configuration={"ApplicationName": jobs, "DeploymentGroupName": "workers"},
    )
    site = action(
        "Deploy",
        "CloudFormation",
        input_artifacts=unless("flow-deploys-built-artifact", ["release"], fault=["release", "settings"]),
        configuration={
            "ActionMode": "CREATE_UPDATE",
            "StackName": f"{shop}-site",
            "TemplatePath": "release::site.yaml",
        },
    )
    stages: list[Any] = [
        {"name": "Fetch", "actions": [release, settings]},
        *unless("flow-tests-before-deploy", [{"name": "Try", "actions": [smoke]}], fault=[]),
        *unless("flow-prod-manual-approval", [{"name": "Ask", "actions": [ask]}], fault=[]),
        {"name": "Ship", "actions": unless("flow-limited-fanout", [ship], fault=[ship, ship_more])},
        {
            "name": "Site",
            "actions": [workers, site],
            "on_failure": unless("flow-stage-rollback", {"result": "ROLLBACK"}, fault={"result": "FAIL"}),
        },
    ]
    road = codepipeline.Pipeline(
        f"{shop}.road",
        name=f"{shop}-road",
        role_arn=conductor.arn,
        pipeline_type="V2",
        execution_mode=unless("flow-execution-mode", "QUEUED", fault="PARALLEL"),
        stages=stages,
        artifact_stores=[
            {"location": bucket.bucket, "type": "S3", "encryption_key": {"id": key.arn, "type": "KMS"}},
        ],
        opts=protected,
    )
    committed = cloudwatch.EventRule(f"{shop}.committed", event_pattern=json.dumps(COMMIT))
    cloudwatch.EventTarget(f"{shop}.starts", rule=committed.name, arn=road.arn, role_arn=events.arn)
    told = unless("flow-failure-notified", "failed", fault="succeeded")
    codestarnotifications.NotificationRule(
        f"{shop}.failures",
        resource=road.arn,
        detail_type="FULL",
        event_type_ids=[f"codepipeline-pipeline-pipeline-execution-{told}"],
        targets=[{"address": TELLS, "type": "SNS"}],
    )

    cloudformation.Stack(
        f"{shop}.extras",
        name=f"{shop}-extras",
        template_body=json.dumps(
            {
                "Resources": {
                    "Extra": {"Type": unless("flow-readable", "AWS::SNS::Topic", fault="AWS::CodePipeline::Pipeline")},
                },
            }
        ),
    )


for name, rule in pulumi.Config().require_object("shops").items():
    delivery(name, rule)
