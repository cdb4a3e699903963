"""Tags, and the environment that a delivery is in."""

import json
from typing import Any

from rulebook.rules import ops_tags
from tests.policies.cases.judging import Kind, exempted, judging, making, thing
from tests.policies.harness import UNKNOWN, Given

KNOWN, REQUIRED, VERSIONS = ops_tags.RULES
PIPELINE = "aws:codepipeline/pipeline:Pipeline"
pipeline = making(PIPELINE)


def provided(tags: dict[str, Any] | None = None, **defaults: str) -> Given:
    """A pipeline of a provider that adds tags."""
    provider = {"defaultTags": json.dumps({"tags": defaults})}
    return thing(PIPELINE, {"tags": tags} if tags else {}, provider=provider)


_known = judging(KNOWN)
_NOWHERE = _known(
    Kind.VIOLATING,
    "nothing says an environment",
    pipeline(name="p"),
    finds=("The pipeline 'thing' is in no environment that is certain. To fix it: name the stack",),
    stack="shop",
)
KNOWN_CASES = (
    _known(Kind.COMPLIANT, "the stack says it", pipeline(name="p")),
    _known(Kind.COMPLIANT, "a tag says it", pipeline(tags={"Environment": "production"}), stack="shop"),
    _known(Kind.COMPLIANT, "its provider says it", provided(environment="dev"), stack="shop"),
    _known(
        Kind.COMPLIANT,
        "a component above it says it",
        thing("shop:index:Delivery", {"environment": "staging"}, "above"),
        thing(PIPELINE, {"name": "p"}, parent="urn:pulumi:shop::shop::shop:index:Delivery::above"),
        stack="shop",
    ),
    _known(
        Kind.COMPLIANT,
        "the administrator says it",
        pipeline(name="p"),
        stack="shop",
        parameters={"environment": "staging"},
    ),
    _NOWHERE,
    *exempted(_NOWHERE),
    _known(
        Kind.VIOLATING,
        "two sources disagree",
        making("aws:codebuild/project:Project")(tags={"Environment": "dev"}),
        finds=("The sources disagree on the environment (the stack's name says production",),
    ),
    _known(
        Kind.MISSING,
        "a deployment group has no tags",
        making("aws:codedeploy/deploymentGroup:DeploymentGroup")(appName="a"),
        finds=("Nothing says which environment this is",),
        stack="shop",
    ),
    _known(
        Kind.UNKNOWN,
        "its tag isn't known, and so says nothing",
        pipeline(tags={"Environment": UNKNOWN}),
        finds=("is in no environment that is certain",),
        stack="shop",
    ),
)

_required = judging(REQUIRED)
_UNTAGGED = _required(
    Kind.VIOLATING,
    "one tag is missing",
    pipeline(tags={"Environment": "prod"}),
    finds=("The pipeline 'thing' has no tag `Project` (`tags.Project`)",),
)
REQUIRED_CASES = (
    _required(Kind.COMPLIANT, "it has the tags", pipeline(tags={"Environment": "prod", "Project": "shop"})),
    _required(Kind.COMPLIANT, "its provider adds one", provided({"Project": "shop"}, Environment="production")),
    _required(
        Kind.COMPLIANT,
        "a value is one of those known",
        pipeline(tags={"Team": "red"}),
        parameters={"requiredTags": {"Team": ["red", "blue"]}},
    ),
    _UNTAGGED,
    *exempted(_UNTAGGED),
    _required(
        Kind.VIOLATING,
        "a value isn't one of those known",
        pipeline(tags={"Team": "green"}),
        parameters={"requiredTags": {"Team": ["red", "blue"]}},
        finds=("has a value at `tags.Team` that isn't one of those known",),
    ),
    _required(
        Kind.VIOLATING,
        "it says another environment than its stack",
        provided({"Project": "shop", "Environment": "dev"}, Environment="prod"),
        finds=("isn't in the environment that `tags.Environment` names",),
    ),
    _required(
        Kind.VIOLATING,
        "it says an environment that nobody knows",
        pipeline(tags={"Project": "shop", "Environment": "blue"}),
        finds=("isn't in the environment that `tags.Environment` names",),
    ),
    _required(
        Kind.MISSING,
        "it has no tags",
        making("aws:s3/bucket:Bucket")(bucket="b"),
        finds=("`tags.Environment`", "`tags.Project`"),
    ),
    _required(
        Kind.UNKNOWN,
        "one value isn't known",
        pipeline(tags={"Environment": UNKNOWN}),
        finds=("`tags.Project`",),
        undecided="tags.Environment",
    ),
    _required(
        Kind.UNKNOWN,
        "the tags aren't known, of which the provider adds one",
        thing(PIPELINE, {"tags": UNKNOWN}, provider={"defaultTags": json.dumps({"tags": {"Team": "red"}})}),
        parameters={"requiredTags": {"Team": [], "Project": []}},
        undecided="tags",
    ),
    _required(
        Kind.UNKNOWN,
        "what the provider adds isn't known",
        thing(PIPELINE, {"tags": {"Team": "red"}}, provider={"defaultTags": UNKNOWN}),
        parameters={"requiredTags": {"Team": [], "Project": []}},
        undecided="defaultTags",
    ),
)

_versions = judging(VERSIONS)
BOTH = {"AppVersion": "1.2.3", "InfraVersion": "4"}
_UNVERSIONED = _versions(
    Kind.VIOLATING,
    "one version is missing",
    pipeline(tags={"AppVersion": "1.2.3"}),
    finds=("The pipeline 'thing' has no tag `InfraVersion`",),
)
fleet = making("aws:autoscaling/group:Group")
VERSION_CASES = (
    _versions(Kind.COMPLIANT, "it says both", pipeline(tags=BOTH)),
    _versions(Kind.COMPLIANT, "its provider says one", provided({"AppVersion": "1"}, InfraVersion="4")),
    _versions(
        Kind.COMPLIANT, "a fleet says both", fleet(tags=[{"key": key, "value": value} for key, value in BOTH.items()])
    ),
    _versions(Kind.COMPLIANT, "dev needs none", pipeline(name="p"), stack="dev"),
    _UNVERSIONED,
    *exempted(_UNVERSIONED),
    _versions(
        Kind.VIOLATING,
        "a fleet, which the provider's tags don't reach, says one",
        thing(
            "aws:autoscaling/group:Group",
            {"tags": [{"key": "AppVersion", "value": "1"}]},
            provider={"defaultTags": json.dumps({"tags": BOTH})},
        ),
        finds=("`tags.InfraVersion`",),
    ),
    _versions(Kind.MISSING, "it has no tags", fleet(name="f"), finds=("`tags.AppVersion`", "`tags.InfraVersion`")),
    _versions(Kind.UNKNOWN, "a version isn't known yet", pipeline(tags={**BOTH, "AppVersion": UNKNOWN})),
    _versions(
        Kind.UNKNOWN,
        "one tag of a fleet isn't known",
        fleet(tags=[{"key": "AppVersion", "value": UNKNOWN}, {"key": UNKNOWN, "value": "4"}]),
        undecided="tags[1].key",
    ),
)

CASES = (*KNOWN_CASES, *REQUIRED_CASES, *VERSION_CASES)
