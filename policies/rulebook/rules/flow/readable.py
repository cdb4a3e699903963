"""Deliveries that are declared where no rule can read them."""

import re
from collections.abc import Iterator

from rulebook.kit.facts import DELIVERY_OF_ANOTHER_PROVIDER, GENERIC_RESOURCE, TEMPLATE
from rulebook.kit.rule import Level, Levels, Outcome, Resource, ResourceRule, Severity, Undecided, Violation
from rulebook.kit.values import UNKNOWN, Node
from rulebook.rules.frameworks import owasp

# A function of the Serverless Application Model has a deployment group of its own where it says how it is deployed:
# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html
_DELIVERS = re.compile(r"AWS::Code(Pipeline|Deploy|Build)::|\bDeploymentPreference\b")


def readable(resource: Resource) -> Iterator[Outcome]:
    """What delivers software isn't hidden in a template, nor in a type whose properties rules don't know."""
    if resource.kind is DELIVERY_OF_ANOTHER_PROVIDER:
        yield Violation(message=f"{resource} delivers software and is of a type that no rule can read.", finding="type")
    elif resource.kind is GENERIC_RESOURCE:
        node = resource.properties["type" if resource.type.startswith("aws-native:") else "typeName"]
        if _DELIVERS.search(node.text()):
            yield Violation(
                message=f"{resource} delivers software and is of a type that no rule can read.", finding="type"
            )
    else:
        yield from _template(resource)


def _template(resource: Resource) -> Iterator[Outcome]:
    body = resource.properties["templateBody"]
    texts = list(_texts(body))
    if any(isinstance(text, str) and _DELIVERS.search(text) for text in texts):
        message = f"{resource} has a template that delivers software, at `{body.path}`, where no rule can read it."
        yield Violation(message=message, finding=body.path)
    elif UNKNOWN in texts or not body.present:
        yield Undecided(path=body.path if body.present else "templateUrl")


def _texts(node: Node) -> Iterator[object]:
    """Every text in a template, which may be one text or an object; what isn't known yet is among them."""
    if isinstance(node.value, dict):
        for key, item in node.entries().items():
            yield key
            yield from _texts(item)
    elif isinstance(node.value, list):
        for item in node.items():
            yield from _texts(item)
    else:
        yield node.value


RULES = (
    ResourceRule(
        id="flow-readable",
        title="What delivers software is declared where these rules can read it.",
        why="A pipeline in a template of CloudFormation, or of a provider whose properties have other names, passes "
        "every other rule unread. A template that is fetched from elsewhere is announced as undecided.",
        fix="declare it by the AWS provider, as `aws.codepipeline.Pipeline`, or agree on an exemption.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(DELIVERY_OF_ANOTHER_PROVIDER, GENERIC_RESOURCE, TEMPLATE),
        reference="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CodePipeline.html",
        frameworks=(owasp(1),),
        check=readable,
    ),
)
