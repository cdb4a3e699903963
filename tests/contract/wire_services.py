"""The calls that make everything but networks and machines."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.contract.function_archive import zipped
from tests.contract.wire_words import Calls, Inputs, Subject, renamed


def bucket_part(operation: str, member: str, key: str | None = None) -> Callable[[Inputs, Subject], Calls]:
    def calls(inputs: Inputs, _: Subject) -> Calls:
        bucket = inputs.pop("bucket")
        yield "s3", operation, {"Bucket": bucket, member: inputs[key] if key else inputs}

    return calls


def bucket(inputs: Inputs, subject: Subject) -> Calls:
    # The first region of S3 has no name there: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    inputs = renamed(inputs, objectLockEnabled="ObjectLockEnabledForBucket")
    located = {"CreateBucketConfiguration": {"LocationConstraint": subject.region}}
    yield "s3", "CreateBucket", inputs if subject.region == "us-east-1" else {**inputs, **located}


def bucket_events(inputs: Inputs, _: Subject) -> Calls:
    assert inputs.pop("eventbridge") is True
    bucket = inputs.pop("bucket")
    configuration = {**inputs, "EventBridgeConfiguration": {}}
    yield "s3", "PutBucketNotificationConfiguration", {"Bucket": bucket, "NotificationConfiguration": configuration}


def key(inputs: Inputs, subject: Subject) -> Calls:
    waiting = inputs.pop("deletionWindowInDays")
    yield "kms", "CreateKey", inputs
    if subject.resource.inputs.get("enableKeyRotation"):
        yield "kms", "EnableKeyRotation", {"KeyId": subject.identity}
    # What `pulumi destroy` will ask for; found too late if nobody looks before.
    yield "kms", "ScheduleKeyDeletion", {"KeyId": subject.identity, "PendingWindowInDays": waiting}


def log_group(inputs: Inputs, _: Subject) -> Calls:
    days = inputs.pop("retentionInDays")
    yield "logs", "CreateLogGroup", renamed(inputs, name="logGroupName")
    yield "logs", "PutRetentionPolicy", {"logGroupName": inputs["name"], "retentionInDays": days}


def log_policy(inputs: Inputs, _: Subject) -> Calls:
    yield "logs", "PutResourcePolicy", inputs


def role_policy(inputs: Inputs, subject: Subject) -> Calls:
    # Without a name of its own the provider gives the logical one and a random end of seven characters.
    name = f"{subject.resource.name}-1234567"
    yield "iam", "PutRolePolicy", {**renamed(inputs, role="RoleName", policy="PolicyDocument"), "PolicyName": name}


def instance_profile(inputs: Inputs, _: Subject) -> Calls:
    role = inputs.pop("role")
    yield "iam", "CreateInstanceProfile", renamed(inputs, name="InstanceProfileName")
    yield "iam", "AddRoleToInstanceProfile", {"InstanceProfileName": inputs["name"], "RoleName": role}


def topic(inputs: Inputs, _: Subject) -> Calls:
    yield (
        "sns",
        "CreateTopic",
        {"Name": inputs.pop("name"), "Attributes": renamed(inputs, kmsMasterKeyId="KmsMasterKeyId")},
    )


def topic_policy(inputs: Inputs, _: Subject) -> Calls:
    value = {"AttributeName": "Policy", "AttributeValue": inputs.pop("policy")}
    yield "sns", "SetTopicAttributes", {**renamed(inputs, arn="TopicArn"), **value}


def alarm(inputs: Inputs, _: Subject) -> Calls:
    if queries := inputs.pop("metricQueries", None):
        inputs["metrics"] = [_metric_query(one) for one in queries]
    else:
        inputs["dimensions"] = _dimensions(inputs["dimensions"])
    yield "cloudwatch", "PutMetricAlarm", renamed(inputs, name="AlarmName")


def _dimensions(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": key, "Value": value} for key, value in named.items()]


def _metric_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Pulumi has in one what the API divides into a metric and what is asked of it."""
    if (metric := query.get("metric")) is None:
        return renamed(query)
    what = {"Namespace": metric["namespace"], "MetricName": metric["metricName"]}
    stat = {
        "Metric": {**what, "Dimensions": _dimensions(metric["dimensions"])},
        "Stat": metric["stat"],
        "Period": metric["period"],
    }
    return {"Id": query["id"], "ReturnData": query["returnData"], "MetricStat": stat}


def canary(inputs: Inputs, _: Subject) -> Calls:
    """Code and retention have other names in the provider, and a canary is started by a call of its own."""
    name = inputs["name"]
    code = {"S3Bucket": inputs.pop("s3Bucket"), "S3Key": inputs.pop("s3Key"), "S3Version": inputs.pop("s3Version")}
    assert inputs.pop("deleteLambda") is True
    started = inputs.pop("startCanary")
    kept = {
        "successRetentionPeriod": "SuccessRetentionPeriodInDays",
        "failureRetentionPeriod": "FailureRetentionPeriodInDays",
    }
    code["Handler"] = inputs.pop("handler")
    yield "synthetics", "CreateCanary", {**renamed(inputs, **kept), "Code": code}
    if started:
        yield "synthetics", "StartCanary", {"Name": name}


def script(inputs: Inputs, _: Subject) -> Calls:
    inputs["body"] = zipped(inputs.pop("source"))
    yield "s3", "PutObject", inputs


def composite_alarm(inputs: Inputs, _: Subject) -> Calls:
    yield "cloudwatch", "PutCompositeAlarm", renamed(inputs)


def metric_filter(inputs: Inputs, _: Subject) -> Calls:
    transformation = inputs.pop("metricTransformation")
    made = {
        "metricNamespace": transformation["namespace"],
        "metricName": transformation["name"],
        "metricValue": transformation["value"],
        "defaultValue": float(transformation["defaultValue"]),
    }
    yield (
        "logs",
        "PutMetricFilter",
        {**renamed(inputs, name="filterName", pattern="filterPattern"), "metricTransformations": [made]},
    )


def event_target(inputs: Inputs, _: Subject) -> Calls:
    if transformer := inputs.pop("inputTransformer", None):
        inputs["inputTransformer"] = renamed(transformer, inputPaths="InputPathsMap")
    rule = inputs.pop("rule")
    yield "events", "PutTargets", {"Rule": rule, "Targets": [renamed(inputs, targetId="Id")]}


def function(inputs: Inputs, _: Subject) -> Calls:
    code = {"ZipFile": zipped(inputs.pop("code"))}
    most = inputs.pop("reservedConcurrentExecutions", None)
    name = inputs["name"]
    yield "lambda", "CreateFunction", {**renamed(inputs, name="FunctionName"), "Code": code}
    if most is not None:
        yield "lambda", "PutFunctionConcurrency", {"FunctionName": name, "ReservedConcurrentExecutions": most}


def deployment_config(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi speaks of an interval and a percentage where the API says which of what."""
    routing = inputs.pop("trafficRoutingConfig", None)
    if routing is None:
        yield "codedeploy", "CreateDeploymentConfig", inputs
        return
    for kind in ("timeBasedCanary", "timeBasedLinear"):
        if step := routing.pop(kind, None):
            routing[kind] = {f"{kind[9:].lower()}{key.capitalize()}": value for key, value in step.items()}
    yield "codedeploy", "CreateDeploymentConfig", {**inputs, "trafficRoutingConfig": routing}


def permission(inputs: Inputs, subject: Subject) -> Calls:
    # Without an id of its own the provider gives a random one.
    identity = {"StatementId": f"{subject.resource.name}-1234567"}
    yield "lambda", "AddPermission", {**renamed(inputs, function="FunctionName"), **identity}


def webhook(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi has groups of filters where the API has lists of them."""
    groups = [group["filters"] for group in inputs.pop("filterGroups")]
    yield "codebuild", "CreateWebhook", {**inputs, "filterGroups": groups}


def project(inputs: Inputs, _: Subject) -> Calls:
    names = {"buildTimeout": "timeoutInMinutes", "queuedTimeout": "queuedTimeoutInMinutes"}
    if batch := inputs.get("buildBatchConfig"):
        restrictions = renamed(batch["restrictions"], computeTypesAlloweds="computeTypesAllowed")
        inputs["buildBatchConfig"] = {**batch, "restrictions": restrictions}
    yield "codebuild", "CreateProject", renamed(inputs, **names)


def report_group(inputs: Inputs, _: Subject) -> Calls:
    export = inputs.pop("exportConfig")
    yield "codebuild", "CreateReportGroup", {**inputs, "exportConfig": renamed(export, type="exportConfigType")}


def deployment_group(inputs: Inputs, _: Subject) -> Calls:
    if balancer := inputs.pop("loadBalancerInfo", None):
        if pair := balancer.pop("targetGroupPairInfo", None):
            balancer["targetGroupPairInfoList"] = [pair]
        inputs["loadBalancerInfo"] = renamed(balancer, targetGroupInfos="targetGroupInfoList")
    if service := inputs.pop("ecsService", None):
        inputs["ecsServices"] = [service]
    alarms = dict(inputs.pop("alarmConfiguration"))
    alarms["alarms"] = [{"name": name} for name in alarms["alarms"]]
    names = {"appName": "applicationName", "blueGreenDeploymentConfig": "blueGreenDeploymentConfiguration"}
    yield (
        "codedeploy",
        "CreateDeploymentGroup",
        {
            **renamed(inputs, **names),
            "alarmConfiguration": alarms,
        },
    )


def pipeline(inputs: Inputs, _: Subject) -> Calls:
    stores = inputs.pop("artifactStores")
    # The API has one store, or a map of them by region; Pulumi has a list.
    where: Inputs = (
        {"artifactStore": stores[0]}
        if len(stores) == 1
        else {"artifactStores": {one.pop("region"): one for one in stores}}
    )
    for trigger in inputs.get("triggers", ()):
        names = {"pushes": "push", "pullRequests": "pullRequest"}
        trigger["gitConfiguration"] = renamed(trigger["gitConfiguration"], **names)
    stages = [stage_declaration(stage) for stage in inputs["stages"]]
    yield "codepipeline", "CreatePipeline", {"pipeline": {**inputs, **where, "stages": stages}}


def stage_declaration(stage: Mapping[str, Any]) -> Inputs:
    """Pulumi has one condition where the API has a list."""
    rest: Inputs = {**stage, "actions": [action_declaration(action) for action in stage["actions"]]}
    for when in ("beforeEntry", "onSuccess", "onFailure"):
        if "condition" in (asked := dict(rest.get(when, {}))):
            condition = asked.pop("condition")
            rules = [rule_declaration(rule) for rule in condition["rules"]]
            rest[when] = {**asked, "conditions": [{**condition, "rules": rules}]}
    return rest


def rule_declaration(rule: Mapping[str, Any]) -> Inputs:
    """Pulumi has names of artifacts where the API has objects."""
    rest = dict(rule)
    if "inputArtifacts" in rest:
        rest["inputArtifacts"] = [{"name": name} for name in rest["inputArtifacts"]]
    return rest


def action_declaration(action: Mapping[str, Any]) -> Inputs:
    rest = dict(action)
    kind = {key: rest.pop(key) for key in ("category", "owner", "provider", "version")}
    artifacts: Inputs = {
        way: [{"name": name} for name in rest.pop(way)] for way in ("inputArtifacts", "outputArtifacts") if way in rest
    }
    if computed := rest.pop("outputArtifactsForComputeActions", None):
        artifacts["outputArtifacts"] = computed
    return {**rest, **artifacts, "actionTypeId": kind}


def bucket_ownership(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi has one rule where the API has a list."""
    rules = [inputs.pop("rule")]
    yield "s3", "PutBucketOwnershipControls", {"Bucket": inputs.pop("bucket"), "OwnershipControls": {"Rules": rules}}
