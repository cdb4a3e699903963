"""From planned resources to the calls that make them: Pulumi's words on one side, the AWS APIs' on the other.

A name is written here once for each difference between the two; everything else keeps its name, and
`aws_model.Request.fitted` refuses what the API doesn't know. So nothing that is planned gets lost on the way.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy

from offline.answers import answer
from tests.contract import wire_containers as containers
from tests.contract import wire_jenkins as jenkins
from tests.contract import wire_machines as machines
from tests.contract import wire_messages as messages
from tests.contract import wire_services as services
from tests.contract import wire_stores as stores
from tests.contract.aws_model import Request
from tests.contract.wire_words import Calls, Inputs, Subject, renamed
from tests.unit.planning import Planned, config_of
from tests.unit.planning_mocks import Resource, region_of

PULUMIS_OWN = {"forceDestroy", "updateDefaultVersion", "waitForCapacityTimeout", "deleteReports", "enableKeyRotation"}
"""Inputs that steer the provider, or become a call of their own; no member of the creating request."""

NOT_CREATED = {"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"}
"""AWS makes it with the VPC; the provider only empties it."""


def created(plan: Planned) -> list[Resource]:
    """The resources of a stack that calls to AWS make, in an order in which they can be made."""
    return [one for one in plan.resources if one.type.startswith("aws:") and one.type not in NOT_CREATED]


def subject_of(plan: Planned, resource: Resource) -> Subject:
    """The resource with the id that the plan knows it by."""
    config = config_of(plan.stack)
    account = str(config["delivery:environment"]["account"])
    region = region_of(resource.provider) or str(config["aws:region"])
    identity, _ = answer(resource.type, resource.name, resource.inputs, account, region)
    return Subject(resource=resource, identity=identity)


def requests(subject: Subject) -> list[Request]:
    """The calls that make a planned resource, in order.

    Raises:
        KeyError: its type has no translation yet; a new type of resource needs one here.
    """
    # A copy: plans are shared by the tests of a session, and the translations take their inputs apart.
    inputs = {key: deepcopy(value) for key, value in subject.resource.inputs.items() if key not in PULUMIS_OWN}
    return [
        Request(service=service, operation=operation, parameters=parameters, resource=subject.resource.name)
        for service, operation, parameters in _CALLS[subject.resource.type](inputs, subject)
    ]


def _direct(service: str, operation: str, **names: str) -> Callable[[Inputs, Subject], Calls]:
    def calls(inputs: Inputs, _: Subject) -> Calls:
        yield service, operation, renamed(inputs, **names)

    return calls


_CALLS: Mapping[str, Callable[[Inputs, Subject], Calls]] = {
    "aws:appautoscaling/policy:Policy": containers.scaling_policy,
    "aws:appautoscaling/scheduledAction:ScheduledAction": _direct(
        "application-autoscaling", "PutScheduledAction", name="ScheduledActionName"
    ),
    "aws:appautoscaling/target:Target": _direct("application-autoscaling", "RegisterScalableTarget"),
    "aws:autoscaling/group:Group": machines.auto_scaling_group,
    "aws:autoscaling/policy:Policy": machines.scaling_policy,
    "aws:autoscaling/schedule:Schedule": machines.scheduled_action,
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": messages.chat("CreateSlackChannelConfiguration"),
    "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": messages.chat(
        "CreateMicrosoftTeamsChannelConfiguration"
    ),
    "aws:cloudwatch/dashboard:Dashboard": _direct("cloudwatch", "PutDashboard"),
    "aws:cloudwatch/eventRule:EventRule": _direct("events", "PutRule"),
    "aws:cloudwatch/eventTarget:EventTarget": services.event_target,
    "aws:cloudwatch/logGroup:LogGroup": services.log_group,
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": services.log_policy,
    "aws:s3/bucketObjectv2:BucketObjectv2": services.script,
    "aws:synthetics/canary:Canary": services.canary,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": services.composite_alarm,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": services.metric_filter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": services.alarm,
    "aws:codeartifact/domain:Domain": _direct("codeartifact", "CreateDomain"),
    "aws:codeartifact/domainPermissions:DomainPermissions": _direct("codeartifact", "PutDomainPermissionsPolicy"),
    "aws:codeartifact/repository:Repository": stores.package_repository,
    "aws:codebuild/project:Project": services.project,
    "aws:codebuild/reportGroup:ReportGroup": services.report_group,
    "aws:codebuild/webhook:Webhook": services.webhook,
    "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate": _direct(
        "codecommit",
        "CreateApprovalRuleTemplate",
        name="approvalRuleTemplateName",
        content="approvalRuleTemplateContent",
        description="approvalRuleTemplateDescription",
    ),
    "aws:codecommit/approvalRuleTemplateAssociation:ApprovalRuleTemplateAssociation": _direct(
        "codecommit", "AssociateApprovalRuleTemplateWithRepository"
    ),
    "aws:codecommit/repository:Repository": _direct(
        "codecommit", "CreateRepository", description="repositoryDescription"
    ),
    "aws:codeconnections/connection:Connection": _direct("codeconnections", "CreateConnection", name="ConnectionName"),
    "aws:codedeploy/application:Application": _direct("codedeploy", "CreateApplication", name="applicationName"),
    "aws:codedeploy/deploymentConfig:DeploymentConfig": services.deployment_config,
    "aws:codedeploy/deploymentGroup:DeploymentGroup": services.deployment_group,
    "aws:codepipeline/customActionType:CustomActionType": jenkins.action_type,
    "aws:codepipeline/pipeline:Pipeline": services.pipeline,
    "aws:ec2/eip:Eip": _direct("ec2", "AllocateAddress"),
    "aws:ec2/flowLog:FlowLog": machines.flow_log,
    "aws:ec2/internetGateway:InternetGateway": machines.internet_gateway,
    "aws:ec2/launchTemplate:LaunchTemplate": machines.launch_template,
    "aws:ec2/natGateway:NatGateway": machines.ec2("CreateNatGateway", "natgateway"),
    "aws:ec2/route:Route": _direct("ec2", "CreateRoute"),
    "aws:ec2/routeTable:RouteTable": machines.ec2("CreateRouteTable", "route-table"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _direct("ec2", "AssociateRouteTable"),
    "aws:ec2/securityGroup:SecurityGroup": machines.security_group,
    "aws:ec2/subnet:Subnet": machines.subnet,
    "aws:ec2/vpc:Vpc": machines.vpc,
    "aws:ec2/vpcEndpoint:VpcEndpoint": machines.ec2("CreateVpcEndpoint", "vpc-endpoint"),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": _direct(
        "ecr", "PutLifecyclePolicy", repository="repositoryName", policy="lifecyclePolicyText"
    ),
    "aws:ecr/repository:Repository": stores.image_repository,
    "aws:ecs/cluster:Cluster": _direct("ecs", "CreateCluster", name="clusterName"),
    "aws:ecs/service:Service": containers.service,
    "aws:ecs/taskDefinition:TaskDefinition": containers.task_definition,
    "aws:efs/accessPoint:AccessPoint": jenkins.access_point,
    "aws:efs/backupPolicy:BackupPolicy": _direct("efs", "PutBackupPolicy"),
    "aws:efs/fileSystem:FileSystem": jenkins.file_system,
    "aws:efs/fileSystemPolicy:FileSystemPolicy": _direct("efs", "PutFileSystemPolicy"),
    "aws:efs/mountTarget:MountTarget": _direct("efs", "CreateMountTarget"),
    "aws:iam/instanceProfile:InstanceProfile": services.instance_profile,
    "aws:iam/policy:Policy": _direct("iam", "CreatePolicy", name="PolicyName", policy="PolicyDocument"),
    "aws:iam/role:Role": _direct("iam", "CreateRole", name="RoleName", assumeRolePolicy="AssumeRolePolicyDocument"),
    "aws:iam/rolePolicy:RolePolicy": services.role_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _direct("iam", "AttachRolePolicy", role="RoleName"),
    "aws:kms/alias:Alias": _direct("kms", "CreateAlias", name="AliasName"),
    "aws:kms/key:Key": services.key,
    "aws:lambda/alias:Alias": _direct("lambda", "CreateAlias"),
    "aws:lambda/function:Function": services.function,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _direct("lambda", "PutFunctionEventInvokeConfig"),
    "aws:lambda/permission:Permission": services.permission,
    "aws:lb/listener:Listener": machines.listener,
    "aws:lb/listenerRule:ListenerRule": machines.listener_rule,
    "aws:lb/loadBalancer:LoadBalancer": machines.load_balancer,
    "aws:lb/targetGroup:TargetGroup": machines.target_group,
    "aws:s3/bucket:Bucket": services.bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": services.bucket_part(
        "PutBucketLifecycleConfiguration", "LifecycleConfiguration"
    ),
    "aws:s3/bucketNotification:BucketNotification": services.bucket_events,
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": stores.object_lock,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": services.bucket_ownership,
    "aws:s3/bucketPolicy:BucketPolicy": services.bucket_part("PutBucketPolicy", "Policy", "policy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": services.bucket_part(
        "PutPublicAccessBlock", "PublicAccessBlockConfiguration"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": services.bucket_part(
        "PutBucketEncryption", "ServerSideEncryptionConfiguration"
    ),
    "aws:s3/bucketVersioning:BucketVersioning": services.bucket_part(
        "PutBucketVersioning", "VersioningConfiguration", "versioningConfiguration"
    ),
    "aws:scheduler/schedule:Schedule": _direct("scheduler", "CreateSchedule"),
    "aws:secretsmanager/secret:Secret": jenkins.secret,
    "aws:sns/topic:Topic": services.topic,
    "aws:sns/topicPolicy:TopicPolicy": services.topic_policy,
    "aws:sns/topicSubscription:TopicSubscription": _direct("sns", "Subscribe", topic="TopicArn"),
    "aws:sqs/queue:Queue": messages.queue,
    "aws:sqs/queuePolicy:QueuePolicy": messages.queue_policy,
    "aws:ssm/association:Association": machines.association,
    "aws:ssm/parameter:Parameter": _direct("ssm", "PutParameter", insecureValue="Value"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": jenkins.security_group_rule("Egress"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": jenkins.security_group_rule("Ingress"),
    "aws:wafv2/webAclAssociation:WebAclAssociation": _direct("wafv2", "AssociateWebACL", webAclArn="WebACLArn"),
}
