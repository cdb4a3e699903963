"""Type tokens, in the current spelling and in those of older providers.

`opaque` tokens are other providers' spellings of the same AWS resource with other properties: a rule can't read them
and says so instead of passing in silence.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """An AWS resource as rules name it: `noun` for messages, the tokens it is read under, and those it can't be."""

    noun: str
    tokens: frozenset[str]
    opaque: frozenset[str] = frozenset()


def _kind(noun: str, *tokens: str, opaque: tuple[str, ...] = ()) -> Kind:
    return Kind(noun, frozenset(tokens), frozenset(opaque))


PIPELINE = _kind("pipeline", "aws:codepipeline/pipeline:Pipeline", opaque=("aws-native:codepipeline:Pipeline",))
DEPLOYMENT_GROUP = _kind(
    "deployment group",
    "aws:codedeploy/deploymentGroup:DeploymentGroup",
    opaque=("aws-native:codedeploy:DeploymentGroup",),
)
BUILD_PROJECT = _kind("build project", "aws:codebuild/project:Project", opaque=("aws-native:codebuild:Project",))
ROLE = _kind("role", "aws:iam/role:Role", opaque=("aws-native:iam:Role",))
INLINE_POLICY = _kind(
    "policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    opaque=("aws-native:iam:RolePolicy", "aws-native:iam:UserPolicy", "aws-native:iam:GroupPolicy"),
)
MANAGED_POLICY = _kind("policy", "aws:iam/policy:Policy", opaque=("aws-native:iam:ManagedPolicy",))
POLICY_ATTACHMENT = _kind(
    "policy attachment",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
)
EXCLUSIVE_ATTACHMENT = _kind(
    "policy attachments", "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
)
BUCKET = _kind("bucket", "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", opaque=("aws-native:s3:Bucket",))
LOAD_BALANCER = _kind(
    "load balancer",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
    opaque=("aws-native:elasticloadbalancingv2:LoadBalancer",),
)
LISTENER = _kind(
    "listener",
    "aws:lb/listener:Listener",
    "aws:alb/listener:Listener",
    "aws:applicationloadbalancing/listener:Listener",
    "aws:elasticloadbalancingv2/listener:Listener",
    opaque=("aws-native:elasticloadbalancingv2:Listener",),
)
TARGET_GROUP = _kind(
    "target group",
    "aws:lb/targetGroup:TargetGroup",
    "aws:alb/targetGroup:TargetGroup",
    "aws:applicationloadbalancing/targetGroup:TargetGroup",
    "aws:elasticloadbalancingv2/targetGroup:TargetGroup",
    opaque=("aws-native:elasticloadbalancingv2:TargetGroup",),
)
ACCESS_KEY = _kind("access key", "aws:iam/accessKey:AccessKey", opaque=("aws-native:iam:AccessKey",))
ACCOUNT_PUBLIC_ACCESS = _kind(
    "account's block of public access", "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
)
ALARM = _kind(
    "alarm",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    opaque=("aws-native:cloudwatch:Alarm", "aws-native:cloudwatch:CompositeAlarm"),
)
APPROVAL_TEMPLATE = _kind("approval rule template", "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate")
APPROVAL_ASSOCIATION = _kind(
    "approval rule association", "aws:codecommit/approvalRuleTemplateAssociation:ApprovalRuleTemplateAssociation"
)
AUTOSCALING_GROUP = _kind(
    "Auto Scaling group",
    "aws:autoscaling/group:Group",
    opaque=("aws-native:autoscaling:AutoScalingGroup",),
)
AWS_PROVIDER = _kind("AWS provider", "pulumi:providers:aws")
BUCKET_ACL = _kind("access list", "aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
BUCKET_ENCRYPTION = _kind(
    "bucket encryption",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
BUCKET_LIFECYCLE = _kind(
    "bucket lifecycle",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
BUCKET_LOGGING = _kind("bucket logging", "aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2")
BUCKET_POLICY = _kind("bucket policy", "aws:s3/bucketPolicy:BucketPolicy", opaque=("aws-native:s3:BucketPolicy",))
BUCKET_PUBLIC_ACCESS = _kind("block of public access", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
BUCKET_VERSIONING = _kind(
    "bucket versioning", "aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"
)
BUILD_WEBHOOK = _kind("webhook", "aws:codebuild/webhook:Webhook")
CODE_REPOSITORY = _kind(
    "repository", "aws:codecommit/repository:Repository", opaque=("aws-native:codecommit:Repository",)
)
CODE_SIGNING = _kind(
    "code signing configuration",
    "aws:lambda/codeSigningConfig:CodeSigningConfig",
    opaque=("aws-native:lambda:CodeSigningConfig",),
)
DELIVERY_OF_ANOTHER_PROVIDER = _kind(
    "delivery resource", *sorted(PIPELINE.opaque | DEPLOYMENT_GROUP.opaque | BUILD_PROJECT.opaque)
)
DEPLOYMENT_CONFIGURATION = _kind(
    "deployment configuration",
    "aws:codedeploy/deploymentConfig:DeploymentConfig",
    opaque=("aws-native:codedeploy:DeploymentConfig",),
)
EVENT_RULE = _kind("event rule", "aws:cloudwatch/eventRule:EventRule", opaque=("aws-native:events:Rule",))
EVENT_TARGET = _kind("event target", "aws:cloudwatch/eventTarget:EventTarget")
FUNCTION = _kind("function", "aws:lambda/function:Function", opaque=("aws-native:lambda:Function",))
GENERIC_RESOURCE = _kind(
    "Cloud Control resource", "aws:cloudcontrol/resource:Resource", "aws-native:index:ExtensionResource"
)
IMAGE_LIFECYCLE = _kind("image lifecycle policy", "aws:ecr/lifecyclePolicy:LifecyclePolicy")
IMAGE_REPOSITORY = _kind("image repository", "aws:ecr/repository:Repository", opaque=("aws-native:ecr:Repository",))
IMAGE_REPOSITORY_POLICY = _kind("image repository policy", "aws:ecr/repositoryPolicy:RepositoryPolicy")
IMAGE_SCANNING = _kind(
    "registry scanning configuration", "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
)
INSTANCE = _kind("instance", "aws:ec2/instance:Instance", opaque=("aws-native:ec2:Instance",))
INSTANCE_PROFILE = _kind(
    "instance profile", "aws:iam/instanceProfile:InstanceProfile", opaque=("aws-native:iam:InstanceProfile",)
)
KEY = _kind("key", "aws:kms/key:Key", opaque=("aws-native:kms:Key",))
KEY_POLICY = _kind("key policy", "aws:kms/keyPolicy:KeyPolicy")
LAUNCH_CONFIGURATION = _kind(
    "launch configuration",
    "aws:ec2/launchConfiguration:LaunchConfiguration",
    opaque=("aws-native:autoscaling:LaunchConfiguration",),
)
LAUNCH_TEMPLATE = _kind(
    "launch template", "aws:ec2/launchTemplate:LaunchTemplate", opaque=("aws-native:ec2:LaunchTemplate",)
)
LOG_GROUP = _kind("log group", "aws:cloudwatch/logGroup:LogGroup", opaque=("aws-native:logs:LogGroup",))
NOTIFICATION_RULE = _kind(
    "notification rule",
    "aws:codestarnotifications/notificationRule:NotificationRule",
    opaque=("aws-native:codestarnotifications:NotificationRule",),
)
PACKAGE_DOMAIN = _kind("package domain", "aws:codeartifact/domain:Domain", opaque=("aws-native:codeartifact:Domain",))
PACKAGE_REPOSITORY = _kind(
    "package repository", "aws:codeartifact/repository:Repository", opaque=("aws-native:codeartifact:Repository",)
)
REPORT_GROUP = _kind(
    "report group", "aws:codebuild/reportGroup:ReportGroup", opaque=("aws-native:codebuild:ReportGroup",)
)
SECURITY_GROUP = _kind(
    "security group",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    opaque=("aws-native:ec2:SecurityGroup",),
)
SECURITY_GROUP_INGRESS = _kind(
    "ingress rule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    opaque=("aws-native:ec2:SecurityGroupIngress",),
)
SECURITY_GROUP_RULE = _kind("security group rule", "aws:ec2/securityGroupRule:SecurityGroupRule")
SERVICE = _kind("service", "aws:ecs/service:Service", opaque=("aws-native:ecs:Service",))
SOURCE_CREDENTIAL = _kind("source credential", "aws:codebuild/sourceCredential:SourceCredential")
TRAFFIC_ATTACHMENT = _kind(
    "traffic attachment",
    "aws:autoscaling/attachment:Attachment",
    "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment",
)
TEMPLATE = _kind(
    "CloudFormation stack",
    "aws:cloudformation/stack:Stack",
    "aws:cloudformation/stackSet:StackSet",
    "aws-native:cloudformation:Stack",
    "aws-native:cloudformation:StackSet",
)
TOPIC = _kind("topic", "aws:sns/topic:Topic", opaque=("aws-native:sns:Topic",))
TOPIC_POLICY = _kind("topic policy", "aws:sns/topicPolicy:TopicPolicy", opaque=("aws-native:sns:TopicPolicy",))
TOPIC_SUBSCRIPTION = _kind(
    "subscription", "aws:sns/topicSubscription:TopicSubscription", opaque=("aws-native:sns:Subscription",)
)
USER = _kind("user", "aws:iam/user:User", opaque=("aws-native:iam:User",))
STACK_TAG = _kind("stack tag", "pulumiservice:index:StackTag")


def name_of(urn: str) -> str:
    """A resource's logical name: the last part of its URN."""
    return urn.rsplit("::", 1)[-1]


def stack_of(urn: str) -> str:
    """The stack's name, from `urn:pulumi:<stack>::<project>::…`; the runtime's own answer is wrong under `analyze`."""
    return urn.removeprefix("urn:pulumi:").split("::", 1)[0]


def project_of(urn: str) -> str:
    """The project's name, from `urn:pulumi:<stack>::<project>::…`."""
    parts = urn.split("::")
    return parts[1] if len(parts) > 1 else ""
