"""The calls that make networks and machines: EC2, load balancers, Auto Scaling."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.contract.wire_words import Calls, Inputs, Subject, renamed, tags


def tagged(inputs: Inputs, kind: str) -> Inputs:
    words = inputs.pop("tags", None)
    return {**inputs, "TagSpecifications": [{"ResourceType": kind, "Tags": tags(words)}]} if words else inputs


def ec2(operation: str, kind: str, **names: str) -> Callable[[Inputs, Subject], Calls]:
    def calls(inputs: Inputs, _: Subject) -> Calls:
        yield "ec2", operation, tagged(renamed(inputs, **names), kind)

    return calls


def vpc(inputs: Inputs, subject: Subject) -> Calls:
    names, support = inputs.pop("enableDnsHostnames"), inputs.pop("enableDnsSupport")
    yield "ec2", "CreateVpc", tagged(inputs, "vpc")
    for member, value in (("EnableDnsHostnames", names), ("EnableDnsSupport", support)):
        yield "ec2", "ModifyVpcAttribute", {"VpcId": subject.identity, member: {"Value": value}}


def internet_gateway(inputs: Inputs, subject: Subject) -> Calls:
    vpc = inputs.pop("vpcId")
    yield "ec2", "CreateInternetGateway", tagged(inputs, "internet-gateway")
    yield "ec2", "AttachInternetGateway", {"VpcId": vpc, "InternetGatewayId": subject.identity}


def subnet(inputs: Inputs, subject: Subject) -> Calls:
    public = inputs.pop("mapPublicIpOnLaunch")
    yield "ec2", "CreateSubnet", tagged(inputs, "subnet")
    yield "ec2", "ModifySubnetAttribute", {"SubnetId": subject.identity, "MapPublicIpOnLaunch": {"Value": public}}


def security_group(inputs: Inputs, subject: Subject) -> Calls:
    rules = {way: [ip_permission(rule) for rule in inputs.pop(way, [])] for way in ("ingress", "egress")}
    yield "ec2", "CreateSecurityGroup", renamed(inputs, name="GroupName")
    # AWS lets a new group out to everywhere, which the provider takes back before it adds what is said.
    everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    yield "ec2", "RevokeSecurityGroupEgress", {"GroupId": subject.identity, "IpPermissions": [everywhere]}
    for way, permissions in rules.items():
        if not permissions:
            continue
        yield (
            "ec2",
            f"AuthorizeSecurityGroup{way.capitalize()}",
            {"GroupId": subject.identity, "IpPermissions": permissions},
        )


def ip_permission(rule: Mapping[str, Any]) -> Inputs:
    rule = dict(rule)
    word = {"Description": rule.pop("description")} if "description" in rule else {}
    ranges = [{"CidrIp": cidr, **word} for cidr in rule.pop("cidrBlocks", [])]
    groups = [{"GroupId": group, **word} for group in rule.pop("securityGroups", [])]
    return {**renamed(rule, protocol="IpProtocol"), "IpRanges": ranges, "UserIdGroupPairs": groups}


def flow_log(inputs: Inputs, _: Subject) -> Calls:
    vpc = inputs.pop("vpcId")
    names = {"iamRoleArn": "DeliverLogsPermissionArn"}
    yield "ec2", "CreateFlowLogs", {**renamed(inputs, **names), "ResourceIds": [vpc], "ResourceType": "VPC"}


def launch_template(inputs: Inputs, _: Subject) -> Calls:
    name = inputs.pop("name")
    inputs["tagSpecifications"] = [{**one, "tags": tags(one["tags"])} for one in inputs["tagSpecifications"]]
    data = renamed(inputs, vpcSecurityGroupIds="SecurityGroupIds")
    yield "ec2", "CreateLaunchTemplate", {"LaunchTemplateName": name, "LaunchTemplateData": data}


def load_balancer(inputs: Inputs, subject: Subject) -> Calls:
    attributes = {
        "routing.http.drop_invalid_header_fields.enabled": inputs.pop("dropInvalidHeaderFields"),
        "deletion_protection.enabled": inputs.pop("enableDeletionProtection"),
    }
    logs = inputs.pop("accessLogs")
    attributes |= {"access_logs.s3.enabled": logs["enabled"], "access_logs.s3.bucket": logs["bucket"]}
    scheme = "internal" if inputs.pop("internal") else "internet-facing"
    yield "elbv2", "CreateLoadBalancer", {**renamed(inputs, loadBalancerType="Type"), "Scheme": scheme}
    texts = {key: str(value).lower() for key, value in attributes.items()}
    yield "elbv2", "ModifyLoadBalancerAttributes", {"LoadBalancerArn": subject.arn, "Attributes": tags(texts)}


def listener(inputs: Inputs, _: Subject) -> Calls:
    if certificate := inputs.pop("certificateArn", None):
        inputs["certificates"] = [{"certificateArn": certificate}]
    for action in inputs["defaultActions"]:
        if redirect := action.pop("redirect", None):
            action["redirectConfig"] = redirect
    yield "elbv2", "CreateListener", inputs


def listener_rule(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi names a condition by its key, and a target group by its ARN alone."""
    conditions = [
        {"Field": field, f"{config}Config": {"Values": one[key]["values"]}}
        for one in inputs.pop("conditions")
        for key, field, config in (
            ("hostHeader", "host-header", "HostHeader"),
            ("pathPattern", "path-pattern", "PathPattern"),
        )
        if key in one
    ]
    actions = []
    for action in inputs.pop("actions"):
        if "targetGroupArn" in action:
            actions.append(action)
            continue
        weighed = [
            {"TargetGroupArn": one["arn"], "Weight": int(one["weight"])} for one in action["forward"]["targetGroups"]
        ]
        actions.append({"Type": action["type"], "ForwardConfig": {"TargetGroups": weighed}})
    yield "elbv2", "CreateRule", {**inputs, "Conditions": conditions, "Actions": actions}


def target_group(inputs: Inputs, subject: Subject) -> Calls:
    delay, health = inputs.pop("deregistrationDelay"), inputs.pop("healthCheck")
    names = {
        "enabled": "HealthCheckEnabled",
        "path": "HealthCheckPath",
        "interval": "HealthCheckIntervalSeconds",
        "timeout": "HealthCheckTimeoutSeconds",
        "healthyThreshold": "HealthyThresholdCount",
        "unhealthyThreshold": "UnhealthyThresholdCount",
    }
    matcher = {"HttpCode": health.pop("matcher")}
    yield "elbv2", "CreateTargetGroup", {**inputs, **renamed(health, **names), "Matcher": matcher}
    attribute = tags({"deregistration_delay.timeout_seconds": f"{delay:g}"})
    yield "elbv2", "ModifyTargetGroupAttributes", {"TargetGroupArn": subject.arn, "Attributes": attribute}


def auto_scaling_group(inputs: Inputs, _: Subject) -> Calls:
    template = inputs.pop("launchTemplate", None)
    started = {"LaunchTemplate": renamed(template, id="LaunchTemplateId")} if template else {}
    suspended, refresh = inputs.pop("suspendedProcesses", []), inputs.pop("instanceRefresh", None)
    subnets = ",".join(inputs.pop("vpcZoneIdentifiers"))
    names = {"name": "AutoScalingGroupName"}
    yield (
        "autoscaling",
        "CreateAutoScalingGroup",
        {
            **renamed(inputs, **names),
            "VPCZoneIdentifier": subnets,
            **started,
        },
    )
    group = inputs["name"]
    if suspended:
        yield "autoscaling", "SuspendProcesses", {"AutoScalingGroupName": group, "ScalingProcesses": suspended}
    if refresh:
        # What a new version of the launch template will ask for.
        preferences = {**refresh["preferences"], "instanceWarmup": int(refresh["preferences"]["instanceWarmup"])}
        parameters = {"AutoScalingGroupName": group, **refresh, "preferences": preferences}
        yield "autoscaling", "StartInstanceRefresh", parameters


def scaling_policy(inputs: Inputs, _: Subject) -> Calls:
    tracking = inputs.pop("targetTrackingConfiguration")
    for kind in ("predefined", "customized"):
        if measured := tracking.pop(f"{kind}MetricSpecification", None):
            names = {"metricDimensions": "Dimensions"} if kind == "customized" else {}
            tracking[f"{kind}MetricSpecification"] = renamed(measured, **names)
    yield (
        "autoscaling",
        "PutScalingPolicy",
        {**renamed(inputs, name="PolicyName"), "TargetTrackingConfiguration": tracking},
    )


def scheduled_action(inputs: Inputs, _: Subject) -> Calls:
    """The provider leaves out what is -1."""
    sizes = ("minSize", "maxSize", "desiredCapacity")
    said = {key: value for key, value in inputs.items() if key not in sizes or value != -1}
    yield "autoscaling", "PutScheduledUpdateGroupAction", said


def association(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi gives a parameter one text where the API takes several."""
    parameters = {key: [value] for key, value in inputs.pop("parameters").items()}
    yield "ssm", "CreateAssociation", {**renamed(inputs, name="Name"), "Parameters": parameters}
