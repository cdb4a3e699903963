"""What resources say about themselves: which environment they are, whose, and which version."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.kit.facts import (
    AUTOSCALING_GROUP,
    BUCKET,
    BUILD_PROJECT,
    CODE_REPOSITORY,
    DEPLOYMENT_GROUP,
    FUNCTION,
    IMAGE_REPOSITORY,
    INSTANCE,
    KEY,
    LAUNCH_TEMPLATE,
    LOAD_BALANCER,
    LOG_GROUP,
    PACKAGE_REPOSITORY,
    PIPELINE,
    ROLE,
    TARGET_GROUP,
    TOPIC,
)
from rulebook.kit.remedy import Asked, Remedy, entries
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, ResourceRule, Severity, Violation, each
from rulebook.kit.values import UNKNOWN, MalformedError, Node
from rulebook.rules.frameworks import aws_config, owasp
from rulebook.rules.names import NAMES
from rulebook.tiers import tier_named

_ENVIRONMENT = "environment"


def environment_known(resource: Resource) -> Iterator[Outcome]:
    """What delivers software says, by its stack or itself, which environment that is for, and says it once."""
    if not resource.environment.decided:
        # Which sources there are, and what they say, is told by the remark that every message then has.
        yield Violation(message=f"{resource} is in no environment that is certain.", finding=_ENVIRONMENT)


def required_tags(resource: Resource) -> Iterator[Outcome]:
    """The tags that people look for are there, of the resource itself or of its provider, with known values."""
    required: Mapping[str, list[str]] = resource.parameters["requiredTags"]

    def judge(key: str) -> Iterator[Outcome]:
        path = f"tags.{key}"
        value = _tag(resource, key)
        if not value.present:
            yield Violation(message=f"{resource} has no tag `{key}`.", finding=path)
        elif required[key] and value.text() not in required[key]:
            yield Violation(message=f"{resource} has a value at `{path}` that isn't one of those known.", finding=path)
        elif key.lower() == _ENVIRONMENT:
            tier = tier_named(value.text())
            if any(clue.tier is not tier for clue in resource.environment.answers) or tier is None:
                yield Violation(message=f"{resource} isn't in the environment that `{path}` names.", finding=path)

    yield from each(required, judge)


def _only_values(asked: Asked) -> dict[str, str]:
    """The tags that may have one value only, so that it is known which."""
    return {key: values[0] for key, values in asked.parameters["requiredTags"].items() if len(values) == 1}


def version_tags(resource: Resource) -> Iterator[Outcome]:
    """What runs says of which version it is, of the software and of what it runs on."""

    def judge(key: str) -> Iterator[Outcome]:
        if not _tag(resource, key).present:
            yield Violation(message=f"{resource} has no tag `{key}`.", finding=f"tags.{key}")

    yield from each(resource.parameters["keys"], judge)


def _tag(resource: Resource, key: str) -> Node:
    """The tag in force; `UndecidableError` where the tags as a whole aren't known."""
    if resource.kind is AUTOSCALING_GROUP:
        # A list of its own form, which the provider's default tags don't reach.
        listed = resource.properties["tags"].items()
        return next((tag["value"] for tag in listed if tag["key"].text() == key), Node(None, f"tags.{key}"))
    tags, defaults = resource.properties["tags"], _default_tags(resource)
    if tags.known and tags[key].present:
        return tags[key]
    if defaults.known and defaults[key].present:
        return defaults[key] if tags.known else Node(UNKNOWN, f"tags.{key}")
    # Neither says so now; it is certain that there is none only where both are known.
    return Node({**tags.entries(), **defaults.entries()}.get(key), f"tags.{key}")


def _default_tags(resource: Resource) -> Node:
    """What the provider adds; its inputs travel as JSON text."""
    if resource.provider is None:
        return Node(None, "defaultTags")
    given = resource.provider["defaultTags"]
    value: Any = given.value
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise MalformedError("defaultTags", "a JSON object") from None
    return Node(value, "defaultTags")["tags"]


RULES = (
    ResourceRule(
        id="ops-environment-known",
        title="It is certain for which environment a delivery is.",
        why="Rules differ by environment; where nothing says which it is, or two sources disagree, the strictest "
        "apply. Asked of each pipeline, deployment group and build project, because only so tags and components above "
        "it are known before anything is created; the names of environments are kept in one table, not in a parameter.",
        fix="name the stack after its environment, or set the stack tag or configuration key `environment`, and let "
        "everything else say the same.",
        severity=Severity.HIGH,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(PIPELINE, DEPLOYMENT_GROUP, BUILD_PROJECT),
        reference="https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/organizing-your-aws-environment.html",
        frameworks=(owasp(1),),
        check=environment_known,
    ),
    ResourceRule(
        id="ops-required-tags",
        title="Resources carry the tags that people look for, and the environment they say is theirs.",
        why="Who is called at night, who pays and what may be touched is found by tags; a wrong one is worse than "
        "none. Auto Scaling groups, whose tags have another form, are left out.",
        fix="set the tags, best as defaultTags of the provider.",
        severity=Severity.LOW,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(
            *(BUCKET, BUILD_PROJECT, CODE_REPOSITORY, DEPLOYMENT_GROUP, FUNCTION, IMAGE_REPOSITORY, INSTANCE, KEY),
            *(LAUNCH_TEMPLATE, LOAD_BALANCER, LOG_GROUP, PACKAGE_REPOSITORY, PIPELINE, ROLE, TARGET_GROUP, TOPIC),
        ),
        reference="https://docs.aws.amazon.com/config/latest/developerguide/required-tags.html",
        parameters=(
            Parameter(
                name="requiredTags",
                schema={"type": "object", "additionalProperties": NAMES},
                default={"Environment": [], "Project": []},
                description="Keys of the tags, each with the values it may have; none for any value.",
            ),
        ),
        frameworks=(owasp(10), aws_config("required-tags")),
        check=required_tags,
        remedies=(Remedy("tags", entries(_only_values)),),
    ),
    ResourceRule(
        id="ops-version-tags",
        title="What runs says which version of the software, and of what it runs on, it is.",
        why="In an incident the first question is what changed. An alias of a function has no tags on AWS, so only "
        "pipelines, deployment groups and Auto Scaling groups are asked.",
        fix="set the tags AppVersion and InfraVersion.",
        severity=Severity.LOW,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.ADVISORY),
        kinds=(PIPELINE, DEPLOYMENT_GROUP, AUTOSCALING_GROUP),
        reference="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
        parameters=(
            Parameter(
                name="keys",
                schema=NAMES,
                default=["AppVersion", "InfraVersion"],
                description="Keys of the tags that say a version.",
            ),
        ),
        frameworks=(owasp(10),),
        check=version_tags,
    ),
)
