"""What CodeDeploy asks around a shift of traffic; each answer is Succeeded or Failed, and Failed rolls back.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

import json
import os
import traceback

import boto3

EXPECTED = "Hello"


def before(event, _context):
    """Invokes the new version itself: nobody else does yet."""
    tell(event, lambda: greets(deployed(event) or newest()))


def after(event, _context):
    """Invokes what everybody invokes now."""
    tell(event, lambda: greets("live"))


def deployed(event):
    """The version that the deployment brings, which may be an older one; empty where CodeDeploy doesn't tell."""
    info = boto3.client("codedeploy").get_deployment(deploymentId=event["DeploymentId"])["deploymentInfo"]
    content = info.get("revision", {}).get("appSpecContent", {}).get("content")
    if not content:
        return ""
    (resource,) = json.loads(content)["Resources"][0].values()
    return str(resource["Properties"]["TargetVersion"])


def newest():
    """The version that was published last."""
    pages = boto3.client("lambda").get_paginator("list_versions_by_function").paginate(FunctionName=function())
    versions = [one["Version"] for page in pages for one in page["Versions"] if one["Version"] != "$LATEST"]
    return max(versions, key=int)


def greets(qualifier):
    """Whether a version, or what an alias names, is healthy and greets."""
    healthy, greeting = (ask(qualifier, path) for path in ("/health", "/"))
    return healthy.get("status") == "ok" and greeting.get("message", "").startswith(EXPECTED)


def ask(qualifier, path):
    """The body that the function answers with; empty where it failed."""
    answer = boto3.client("lambda").invoke(
        FunctionName=function(), Qualifier=qualifier, Payload=json.dumps({"rawPath": path})
    )
    if "FunctionError" in answer:
        return {}
    return json.loads(json.loads(answer["Payload"].read()).get("body", "{}"))


def function():
    """The function that is deployed; the delivery says its name."""
    return os.environ["FUNCTION"]


def tell(event, check):
    """CodeDeploy's answer. It waits an hour for one, so a check that breaks is one that fails."""
    try:
        good = check()
    except Exception:
        traceback.print_exc()
        good = False
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="Succeeded" if good else "Failed",
    )
