"""What AWS would answer: plausible ids and outputs for a resource, from its type and inputs alone.

The stand-in provider and the unit tests' Pulumi mocks both use it, so a program sees the same world in both. Pure:
the same question has the same answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DEFAULT_ACCOUNT: Final = "111122223333"
DEFAULT_REGION: Final = "eu-west-1"


@dataclass(frozen=True)
class Answer:
    """The id and the outputs of one resource type, as templates.

    Fields: {name} physical name, {account}, {region}, {hex} 17 hex digits, {short} 8, {uuid}, {arn}, {id}, and every
    input that is a string.
    """

    id: str
    arn: str | None = None
    outputs: Mapping[str, Any] = field(default_factory=dict)


def _regional(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{{region}}:{{account}}:{resource}"


_ANSWERS: Final[Mapping[str, Answer]] = {
    "aws:appautoscaling/policy:Policy": Answer(
        "{name}", _regional("autoscaling", "scalingPolicy:{uuid}:resource/ecs/{resourceId}:policyName/{name}")
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": Answer(
        "{name}-{resourceId}",
        _regional("autoscaling", "scheduledAction:{uuid}:resource/ecs/{resourceId}:scheduledActionName/{name}"),
    ),
    "aws:appautoscaling/target:Target": Answer(
        "{resourceId}", _regional("application-autoscaling", "scalable-target/{hex}")
    ),
    "aws:autoscaling/group:Group": Answer(
        "{name}", _regional("autoscaling", "autoScalingGroup:{uuid}:autoScalingGroupName/{name}")
    ),
    "aws:autoscaling/policy:Policy": Answer(
        "{name}",
        _regional("autoscaling", "scalingPolicy:{uuid}:autoScalingGroupName/{autoscalingGroupName}:policyName/{name}"),
    ),
    "aws:autoscaling/schedule:Schedule": Answer(
        "{scheduledActionName}",
        _regional(
            "autoscaling",
            "scheduledUpdateGroupAction:{uuid}:autoScalingGroupName/{autoscalingGroupName}:scheduledActionName/"
            "{scheduledActionName}",
        ),
    ),
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": Answer(
        "arn:aws:chatbot::{account}:chat-configuration/slack-channel/{configurationName}",
        outputs={
            "chatConfigurationArn": "arn:aws:chatbot::{account}:chat-configuration/slack-channel/{configurationName}",
            "slackChannelName": "channel-{octet}",
            "slackTeamName": "team-{octet}",
        },
    ),
    "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": Answer(
        "{teamId}",
        outputs={
            "chatConfigurationArn": "arn:aws:chatbot::{account}:chat-configuration/microsoft-teams-channel/"
            "{configurationName}"
        },
    ),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": Answer("{alarmName}", _regional("cloudwatch", "alarm:{alarmName}")),
    "aws:cloudwatch/dashboard:Dashboard": Answer(
        "{dashboardName}", outputs={"dashboardArn": "arn:aws:cloudwatch::{account}:dashboard/{dashboardName}"}
    ),
    "aws:cloudwatch/eventRule:EventRule": Answer("{name}", _regional("events", "rule/{name}")),
    "aws:cloudwatch/eventTarget:EventTarget": Answer("{rule}-{short}", outputs={"targetId": "{short}"}),
    "aws:cloudwatch/logGroup:LogGroup": Answer("{name}", _regional("logs", "log-group:{name}")),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Answer("{name}"),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Answer("{policyName}"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Answer("{name}", _regional("cloudwatch", "alarm:{name}")),
    "aws:codeartifact/domain:Domain": Answer(
        "{arn}", _regional("codeartifact", "domain/{domain}"), {"owner": "{account}"}
    ),
    "aws:codeartifact/domainPermissions:DomainPermissions": Answer(
        _regional("codeartifact", "domain/{domain}"), outputs={"policyRevision": "{short}"}
    ),
    "aws:codeartifact/repository:Repository": Answer(
        "{arn}", _regional("codeartifact", "repository/{domain}/{repository}")
    ),
    "aws:codebuild/project:Project": Answer(
        "{arn}",
        _regional("codebuild", "project/{name}"),
        outputs={"badgeUrl": "https://codebuild.{region}.amazonaws.com/badges?uuid={uuid}&branch=master"},
    ),
    "aws:codebuild/reportGroup:ReportGroup": Answer("{arn}", _regional("codebuild", "report-group/{name}")),
    "aws:codebuild/webhook:Webhook": Answer(
        "{projectName}",
        outputs={
            "payloadUrl": "https://codebuild.{region}.amazonaws.com/webhooks?t={hex}&v=1",
            "url": "https://api.github.com/repos/acme/{projectName}/hooks/{octet}",
        },
    ),
    "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate": Answer(
        "{name}", outputs={"approvalRuleTemplateId": "{uuid}"}
    ),
    "aws:codecommit/approvalRuleTemplateAssociation:ApprovalRuleTemplateAssociation": Answer(
        "{approvalRuleTemplateName},{repositoryName}"
    ),
    "aws:codecommit/repository:Repository": Answer(
        "{repositoryName}",
        _regional("codecommit", "{repositoryName}"),
        {
            "repositoryId": "{uuid}",
            "cloneUrlHttp": "https://git-codecommit.{region}.amazonaws.com/v1/repos/{repositoryName}",
            "cloneUrlSsh": "ssh://git-codecommit.{region}.amazonaws.com/v1/repos/{repositoryName}",
        },
    ),
    "aws:codeconnections/connection:Connection": Answer(
        "{arn}", _regional("codeconnections", "connection/{uuid}"), {"connectionStatus": "PENDING"}
    ),
    "aws:codedeploy/application:Application": Answer(
        "{uuid}:{name}", _regional("codedeploy", "application:{name}"), {"applicationId": "{uuid}"}
    ),
    "aws:codedeploy/deploymentConfig:DeploymentConfig": Answer(
        "{deploymentConfigName}",
        _regional("codedeploy", "deploymentconfig:{deploymentConfigName}"),
        {"deploymentConfigId": "{uuid}"},
    ),
    "aws:codedeploy/deploymentGroup:DeploymentGroup": Answer(
        "{uuid}",
        _regional("codedeploy", "deploymentgroup:{appName}/{deploymentGroupName}"),
        {"deploymentGroupId": "{uuid}", "computePlatform": "Server"},
    ),
    "aws:codepipeline/customActionType:CustomActionType": Answer(
        "{category}:{providerName}:{version}",
        _regional("codepipeline", "actiontype:Custom/{category}/{providerName}/{version}"),
        {"owner": "Custom"},
    ),
    "aws:codepipeline/pipeline:Pipeline": Answer("{name}", _regional("codepipeline", "{name}")),
    "aws:codestarnotifications/notificationRule:NotificationRule": Answer(
        "{arn}", _regional("codestar-notifications", "notificationrule/{hex}")
    ),
    "aws:dynamodb/table:Table": Answer("{name}", _regional("dynamodb", "table/{name}")),
    "aws:ec2/eip:Eip": Answer(
        "eipalloc-{hex}",
        _regional("ec2", "elastic-ip/eipalloc-{hex}"),
        {"allocationId": "eipalloc-{hex}", "publicIp": "203.0.113.{octet}"},
    ),
    "aws:ec2/flowLog:FlowLog": Answer("fl-{hex}", _regional("ec2", "vpc-flow-log/fl-{hex}")),
    "aws:ec2/internetGateway:InternetGateway": Answer("igw-{hex}", _regional("ec2", "internet-gateway/igw-{hex}")),
    "aws:ec2/launchTemplate:LaunchTemplate": Answer(
        "lt-{hex}", _regional("ec2", "launch-template/lt-{hex}"), {"latestVersion": 1, "defaultVersion": 1}
    ),
    "aws:ec2/natGateway:NatGateway": Answer(
        "nat-{hex}", outputs={"publicIp": "203.0.113.{octet}", "privateIp": "10.0.0.{octet}"}
    ),
    "aws:ec2/route:Route": Answer("r-{routeTableId}{short}", outputs={"state": "active", "origin": "CreateRoute"}),
    "aws:ec2/routeTable:RouteTable": Answer("rtb-{hex}", _regional("ec2", "route-table/rtb-{hex}")),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Answer("rtbassoc-{hex}"),
    "aws:ec2/securityGroup:SecurityGroup": Answer("sg-{hex}", _regional("ec2", "security-group/sg-{hex}")),
    "aws:ec2/subnet:Subnet": Answer("subnet-{hex}", _regional("ec2", "subnet/subnet-{hex}")),
    "aws:ec2/vpc:Vpc": Answer(
        "vpc-{hex}",
        _regional("ec2", "vpc/vpc-{hex}"),
        {
            "defaultNetworkAclId": "acl-{hex}",
            "defaultRouteTableId": "rtb-{hex}",
            "defaultSecurityGroupId": "sg-{hex}",
            "mainRouteTableId": "rtb-{hex}",
        },
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Answer(
        "vpce-{hex}", _regional("ec2", "vpc-endpoint/vpce-{hex}"), {"prefixListId": "pl-{short}", "state": "available"}
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Answer("{repository}", outputs={"registryId": "{account}"}),
    "aws:ecr/repository:Repository": Answer(
        "{name}",
        _regional("ecr", "repository/{name}"),
        {"registryId": "{account}", "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}"},
    ),
    "aws:ecs/cluster:Cluster": Answer("{arn}", _regional("ecs", "cluster/{name}")),
    # The ARN of a service has its cluster's name before its own; ours are the same.
    "aws:ecs/service:Service": Answer("{arn}", _regional("ecs", "service/{name}/{name}")),
    "aws:ecs/taskDefinition:TaskDefinition": Answer(
        "{family}",
        _regional("ecs", "task-definition/{family}:1"),
        {"revision": 1, "arnWithoutRevision": _regional("ecs", "task-definition/{family}")},
    ),
    "aws:efs/accessPoint:AccessPoint": Answer(
        "fsap-{hex}",
        _regional("elasticfilesystem", "access-point/fsap-{hex}"),
        {"fileSystemArn": _regional("elasticfilesystem", "file-system/{fileSystemId}")},
    ),
    "aws:efs/backupPolicy:BackupPolicy": Answer("{fileSystemId}"),
    "aws:efs/fileSystem:FileSystem": Answer(
        "fs-{hex}",
        _regional("elasticfilesystem", "file-system/fs-{hex}"),
        {"dnsName": "fs-{hex}.efs.{region}.amazonaws.com"},
    ),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": Answer("{fileSystemId}"),
    "aws:efs/mountTarget:MountTarget": Answer(
        "fsmt-{hex}", outputs={"dnsName": "{fileSystemId}.efs.{region}.amazonaws.com"}
    ),
    "aws:iam/instanceProfile:InstanceProfile": Answer(
        "{name}", "arn:aws:iam::{account}:instance-profile/{name}", {"uniqueId": "AIPA{HEX}"}
    ),
    "aws:iam/policy:Policy": Answer("{arn}", "arn:aws:iam::{account}:policy/{name}", {"policyId": "ANPA{HEX}"}),
    "aws:iam/role:Role": Answer("{name}", "arn:aws:iam::{account}:role/{name}", {"uniqueId": "AROA{HEX}"}),
    "aws:iam/rolePolicy:RolePolicy": Answer("{role}:{name}"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Answer("{role}-{hex}"),
    "aws:kms/alias:Alias": Answer(
        "{name}", _regional("kms", "{name}"), {"targetKeyArn": _regional("kms", "key/{targetKeyId}")}
    ),
    "aws:kms/key:Key": Answer("{uuid}", _regional("kms", "key/{uuid}"), {"keyId": "{uuid}"}),
    "aws:lambda/alias:Alias": Answer(
        "{arn}",
        _regional("lambda", "function:{functionName}:{name}"),
        {"invokeArn": "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"},
    ),
    "aws:lambda/function:Function": Answer(
        "{name}",
        _regional("lambda", "function:{name}"),
        {
            "invokeArn": "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations",
            "qualifiedArn": "{arn}:1",
            "version": "1",
        },
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": Answer("{functionName}"),
    "aws:lambda/permission:Permission": Answer("{statementId}", outputs={"statementId": "{name}"}),
    "aws:lb/listener:Listener": Answer("{arn}", _regional("elasticloadbalancing", "listener/app/{name}/{short}/{hex}")),
    "aws:lb/listenerRule:ListenerRule": Answer(
        "{arn}", _regional("elasticloadbalancing", "listener-rule/app/{name}/{short}/{hex}")
    ),
    "aws:lb/loadBalancer:LoadBalancer": Answer(
        "{arn}",
        _regional("elasticloadbalancing", "loadbalancer/app/{name}/{short}"),
        {
            "arnSuffix": "app/{name}/{short}",
            "dnsName": "{name}-{octet}.{region}.elb.amazonaws.com",
            "zoneId": "Z32O12XQLNTSW2",
        },
    ),
    "aws:lb/targetGroup:TargetGroup": Answer(
        "{arn}",
        _regional("elasticloadbalancing", "targetgroup/{name}/{short}"),
        {"arnSuffix": "targetgroup/{name}/{short}"},
    ),
    "aws:s3/bucket:Bucket": Answer(
        "{bucket}",
        "arn:aws:s3:::{bucket}",
        {
            "bucketDomainName": "{bucket}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
            "hostedZoneId": "Z1BKCTXD74EZPE",
        },
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": Answer(
        "{bucket}/{key}", "arn:aws:s3:::{bucket}/{key}", {"versionId": "1", "etag": "{hex}"}
    ),
    "aws:secretsmanager/secret:Secret": Answer("{arn}", _regional("secretsmanager", "secret:{name}-{short}")),
    "aws:sns/topic:Topic": Answer("{arn}", _regional("sns", "{name}"), {"owner": "{account}"}),
    "aws:sns/topicPolicy:TopicPolicy": Answer("{topicArn}", outputs={"owner": "{account}"}),
    "aws:sns/topicSubscription:TopicSubscription": Answer("{arn}", "{topic}:{uuid}", {"ownerId": "{account}"}),
    "aws:sqs/queue:Queue": Answer(
        "{url}", _regional("sqs", "{name}"), {"url": "https://sqs.{region}.amazonaws.com/{account}/{name}"}
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Answer("{queueUrl}"),
    "aws:ssm/association:Association": Answer(
        "{uuid}", _regional("ssm", "association/{uuid}"), {"associationId": "{uuid}", "documentVersion": "$DEFAULT"}
    ),
    "aws:ssm/parameter:Parameter": Answer("{name}", _regional("ssm", "parameter{slashed}"), {"version": 1}),
    "aws:synthetics/canary:Canary": Answer(
        "{name}",
        _regional("synthetics", "canary:{name}"),
        {
            "engineArn": _regional("lambda", "function:cwsyn-{name}-{uuid}:1"),
            "sourceLocationArn": _regional("lambda", "layer:cwsyn-{name}-{uuid}:1"),
            "status": "RUNNING",
        },
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Answer(
        "sgr-{hex}", _regional("ec2", "security-group-rule/sgr-{hex}"), {"securityGroupRuleId": "sgr-{hex}"}
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Answer(
        "sgr-{hex}", _regional("ec2", "security-group-rule/sgr-{hex}"), {"securityGroupRuleId": "sgr-{hex}"}
    ),
    "aws:wafv2/webAclAssociation:WebAclAssociation": Answer("{webAclArn},{resourceArn}"),
}

# Outputs that AWS gives anew at every update of the resource.
_MOVING: Final[Mapping[str, frozenset[str]]] = {
    "aws:ec2/launchTemplate:LaunchTemplate": frozenset({"latestVersion"}),
    "aws:s3/bucketObjectv2:BucketObjectv2": frozenset({"versionId"}),
    "aws:ssm/parameter:Parameter": frozenset({"version"}),
}


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return str(self["name"])


def answer(
    type_token: str, name: str, inputs: Mapping[str, Any], account: str, region: str
) -> tuple[str, dict[str, Any]]:
    """Id and computed outputs of a resource.

    Args:
        type_token: for example "aws:sns/topic:Topic".
        name: the resource's logical name; its physical name is the input `name` where given.
        inputs: plain values by wire name.
        account: twelve digits.
        region: for example "eu-west-1".
    """
    seed = hashlib.sha256("|".join((type_token, name, account, region)).encode()).hexdigest()
    fields = _Fields({key: value for key, value in inputs.items() if isinstance(value, str)})
    physical = str(inputs.get("name") or name)
    fields.update(
        name=physical,
        slashed=physical if physical.startswith("/") else f"/{physical}",
        account=account,
        region=region,
        hex=seed[:17],
        HEX=seed[:16].upper(),
        short=seed[:8],
        octet=str(int(seed[:2], 16) % 250 + 2),
        uuid="-".join((seed[:8], seed[8:12], seed[12:16], seed[16:20], seed[20:32])),
    )
    found = _ANSWERS.get(type_token) or _guess(type_token)
    outputs: dict[str, Any] = {"region": region}
    if found.arn is not None:
        fields["arn"] = outputs["arn"] = found.arn.format_map(fields)
    for key, template in found.outputs.items():
        outputs[key] = template.format_map(fields) if isinstance(template, str) else template
        fields.setdefault(key, outputs[key])
    return found.id.format_map(fields), outputs


def known_types() -> frozenset[str]:
    """The types with an answer of their own; every other one gets a guess."""
    return frozenset(_ANSWERS)


def _guess(type_token: str) -> Answer:
    """For a type without an answer of its own: an id and an ARN of the usual shape."""
    module, kind = type_token.split(":")[1].split("/")[0], type_token.rsplit(":", 1)[-1]
    slug = re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower()
    return Answer(f"{slug}-{{hex}}", _regional(module, f"{slug}/{{name}}"))


def changes_on_update(*, type_token: str) -> frozenset[str]:
    """The outputs that are new after every update, and so unknown at the preview of one."""
    return _MOVING.get(type_token, frozenset())


def moved(*, value: object) -> int | str:
    """The next value of such an output: version numbers count up."""
    if isinstance(value, str) and value.isdigit():
        return str(int(value) + 1)
    return value + 1 if isinstance(value, int) else 1


def invoke(*, token: str, region: str) -> dict[str, Any] | None:
    """The answer to a look-up that needs no AWS, or None."""
    if token == "aws:index/getPartition:getPartition":  # noqa: S105 - a function token
        return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}
    if token == "aws:index/getRegion:getRegion":  # noqa: S105 - a function token
        return {"id": region, "region": region, "name": region, "description": region}
    return None
