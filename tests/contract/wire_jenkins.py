"""The calls that make what only Jenkins has: its home, its secret, its type in CodePipeline, rules of their own."""

from collections.abc import Callable

from tests.contract.wire_machines import ip_permission
from tests.contract.wire_words import Calls, Inputs, Subject, renamed, tags


def action_type(inputs: Inputs, _: Subject) -> Calls:
    properties = inputs.pop("configurationProperties")
    names = {"providerName": "provider"}
    yield "codepipeline", "CreateCustomActionType", {**renamed(inputs, **names), "configurationProperties": properties}


def file_system(inputs: Inputs, subject: Subject) -> Calls:
    policies = inputs.pop("lifecyclePolicies")
    words = tags(inputs.pop("tags"))
    # Without a token of the program's the provider makes one.
    yield "efs", "CreateFileSystem", {**inputs, "CreationToken": subject.resource.name, "Tags": words}
    yield "efs", "PutLifecycleConfiguration", {"FileSystemId": subject.identity, "LifecyclePolicies": policies}


def access_point(inputs: Inputs, subject: Subject) -> Calls:
    words = tags(inputs.pop("tags"))
    yield "efs", "CreateAccessPoint", {**inputs, "ClientToken": subject.resource.name, "Tags": words}


def secret(inputs: Inputs, subject: Subject) -> Calls:
    days = inputs.pop("recoveryWindowInDays")
    yield "secretsmanager", "CreateSecret", inputs
    # What `pulumi destroy` will ask for.
    window = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    yield "secretsmanager", "DeleteSecret", {"SecretId": subject.identity, **window}


def security_group_rule(way: str) -> Callable[[Inputs, Subject], Calls]:
    def calls(inputs: Inputs, _: Subject) -> Calls:
        group = inputs.pop("securityGroupId")
        sources = {"cidrIpv4": "cidrBlocks", "referencedSecurityGroupId": "securityGroups"}
        rule = {sources.get(key, key): [value] if key in sources else value for key, value in inputs.items()}
        permission = ip_permission(renamed(rule, ipProtocol="protocol"))
        yield "ec2", f"AuthorizeSecurityGroup{way}", {"GroupId": group, "IpPermissions": [permission]}

    return calls
