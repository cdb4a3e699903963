"""Which properties AWS cannot change in place: a change makes the provider replace the resource.

From the resource pages of the AWS provider ("Forces new resource") for the types this program uses. A path names a
property with list positions left out; it covers everything below it. A type that is not here updates in place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

REPLACES: Final[Mapping[str, frozenset[str]]] = {
    token: frozenset(paths.split())
    for token, paths in {
        "aws:appautoscaling/policy:Policy": "name resourceId scalableDimension serviceNamespace region",
        "aws:appautoscaling/scheduledAction:ScheduledAction": (
            "name resourceId scalableDimension serviceNamespace region"
        ),
        "aws:appautoscaling/target:Target": "resourceId scalableDimension serviceNamespace region",
        "aws:autoscaling/group:Group": "name namePrefix region",
        "aws:autoscaling/policy:Policy": "name autoscalingGroupName region",
        "aws:autoscaling/schedule:Schedule": "scheduledActionName autoscalingGroupName region",
        "aws:cloudwatch/eventRule:EventRule": "name namePrefix eventBusName region",
        "aws:cloudwatch/eventTarget:EventTarget": "rule targetId eventBusName region",
        "aws:cloudwatch/logGroup:LogGroup": "name namePrefix logGroupClass region",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter": "name logGroupName region",
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyName region",
        "aws:cloudwatch/metricAlarm:MetricAlarm": "name region",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm": "alarmName region",
        "aws:cloudwatch/dashboard:Dashboard": "dashboardName region",
        "aws:codeartifact/domain:Domain": "domain encryptionKey region",
        "aws:codeartifact/domainPermissions:DomainPermissions": "domain domainOwner region",
        "aws:codeartifact/repository:Repository": "domain repository domainOwner region",
        "aws:codebuild/project:Project": "name region",
        "aws:codebuild/reportGroup:ReportGroup": "name type region",
        "aws:codebuild/webhook:Webhook": "projectName manualCreation region",
        "aws:codecommit/repository:Repository": "region",
        "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate": "region",
        "aws:codecommit/approvalRuleTemplateAssociation:ApprovalRuleTemplateAssociation": (
            "approvalRuleTemplateName repositoryName region"
        ),
        "aws:codedeploy/application:Application": "computePlatform region",
        "aws:codedeploy/deploymentConfig:DeploymentConfig": (
            "deploymentConfigName computePlatform minimumHealthyHosts trafficRoutingConfig zonalConfig region"
        ),
        "aws:codedeploy/deploymentGroup:DeploymentGroup": "appName region",
        "aws:codepipeline/customActionType:CustomActionType": (
            "category configurationProperties inputArtifactDetails outputArtifactDetails providerName settings version "
            "region"
        ),
        "aws:codepipeline/pipeline:Pipeline": "name region",
        "aws:ec2/eip:Eip": "domain address region",
        "aws:ec2/flowLog:FlowLog": "vpcId trafficType logDestination iamRoleArn logFormat region",
        "aws:ec2/internetGateway:InternetGateway": "region",
        "aws:ec2/launchTemplate:LaunchTemplate": "name namePrefix region",
        "aws:ec2/natGateway:NatGateway": "subnetId allocationId connectivityType region",
        "aws:ec2/route:Route": (
            "routeTableId destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId region"
        ),
        "aws:ec2/routeTable:RouteTable": "vpcId region",
        "aws:ec2/routeTableAssociation:RouteTableAssociation": "subnetId gatewayId region",
        "aws:ec2/securityGroup:SecurityGroup": "name namePrefix description vpcId region",
        "aws:ec2/subnet:Subnet": "cidrBlock availabilityZone availabilityZoneId vpcId region",
        "aws:ec2/vpc:Vpc": "cidrBlock instanceTenancy ipv4IpamPoolId region",
        "aws:ec2/vpcEndpoint:VpcEndpoint": "serviceName vpcId vpcEndpointType region",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": "repository policy region",
        "aws:ecr/repository:Repository": "name encryptionConfigurations region",
        "aws:ecs/cluster:Cluster": "name region",
        "aws:ecs/service:Service": "name cluster launchType schedulingStrategy deploymentController region",
        "aws:ecs/taskDefinition:TaskDefinition": (
            "family containerDefinitions cpu memory executionRoleArn taskRoleArn networkMode requiresCompatibilities "
            "runtimePlatform volumes region"
        ),
        "aws:efs/accessPoint:AccessPoint": "fileSystemId posixUser rootDirectory region",
        "aws:efs/backupPolicy:BackupPolicy": "fileSystemId region",
        "aws:efs/fileSystem:FileSystem": (
            "availabilityZoneName creationToken encrypted kmsKeyId performanceMode region"
        ),
        "aws:efs/fileSystemPolicy:FileSystemPolicy": "fileSystemId region",
        "aws:efs/mountTarget:MountTarget": "fileSystemId subnetId ipAddress ipAddressType ipv6Address region",
        "aws:iam/instanceProfile:InstanceProfile": "name namePrefix path",
        "aws:iam/policy:Policy": "name namePrefix path description",
        "aws:iam/role:Role": "name namePrefix path",
        "aws:iam/rolePolicy:RolePolicy": "name namePrefix role",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "role policyArn",
        "aws:kms/alias:Alias": "name namePrefix region",
        "aws:kms/key:Key": "customerMasterKeySpec keyUsage multiRegion region",
        "aws:lambda/alias:Alias": "name functionName region",
        "aws:lambda/function:Function": "name packageType region",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": "functionName qualifier region",
        "aws:lambda/permission:Permission": (
            "action function principal sourceArn sourceAccount statementId qualifier region"
        ),
        "aws:lb/listener:Listener": "loadBalancerArn region",
        "aws:lb/listenerRule:ListenerRule": "listenerArn region",
        "aws:lb/loadBalancer:LoadBalancer": "name namePrefix internal loadBalancerType region",
        "aws:lb/targetGroup:TargetGroup": "name namePrefix port protocol vpcId targetType region",
        "aws:s3/bucket:Bucket": "bucket bucketPrefix region",
        "aws:s3/bucketObjectv2:BucketObjectv2": "bucket key region",
        "aws:secretsmanager/secret:Secret": "name namePrefix region",
        "aws:sns/topic:Topic": "name namePrefix fifoTopic region",
        "aws:sns/topicSubscription:TopicSubscription": "topic protocol endpoint region",
        "aws:sqs/queue:Queue": "name namePrefix fifoQueue region",
        "aws:ssm/association:Association": "automationTargetParameterName name region",
        "aws:ssm/parameter:Parameter": "name region",
        "aws:synthetics/canary:Canary": "name region",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "securityGroupId region",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "securityGroupId region",
        "aws:wafv2/webAclAssociation:WebAclAssociation": "resourceArn webAclArn region",
    }.items()
}

_BUCKET_SETTINGS = re.compile(r"^aws:s3/bucket[A-Z]")
_POSITION = re.compile(r"\[\d+\]")


def forces_replacement(*, token: str, path: str) -> bool:
    """Whether a change at `path` (for example "tags.team" or "stages[0].name") replaces a resource of type `token`."""
    plain_path = _POSITION.sub("", path)
    paths = REPLACES.get(token)
    if paths is None:
        # A setting of a bucket (versioning, encryption, policy, …) belongs to one bucket for life.
        paths = frozenset({"bucket"}) if _BUCKET_SETTINGS.match(token) else frozenset()
    return any(plain_path == each or plain_path.startswith(f"{each}.") for each in paths)
