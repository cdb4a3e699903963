"""A stack of any size to be judged: deliveries as other people write them, among resources that no rule looks at.

A hundred resources are one team: the four deliveries of `tests/policies/foreign`, a network, parameters, alarms and
logs. That is more delivery than most stacks have, so the times are on the high side.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.policies.foreign.stacks import STACKS
from tests.policies.harness import UNKNOWN, Given

STACK = "prod"
TEAM = 100


def stack(number: int) -> list[Given]:
    """The first `number` resources of as many teams as are needed."""
    return list(itertools.islice(itertools.chain.from_iterable(map(_team, itertools.count())), number))


def known(value: Any) -> Any:
    """Properties without what isn't known, for a program that makes the resources."""
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items() if item != UNKNOWN}
    if isinstance(value, list):
        return [known(item) for item in value if item != UNKNOWN]
    return value


def made(given: Given) -> tuple[str, str, dict[str, Any]]:
    """Type, name and properties for a program of today: the older provider's one artifact store is a list now."""
    properties = dict(known(dict(given.properties)))
    if "artifactStore" in properties:
        properties["artifactStores"] = [properties.pop("artifactStore")]
    return given.type, given.name, properties


def _team(team: int) -> Iterator[Given]:
    deliveries = [(kind, given, foreign.stack) for kind, foreign in STACKS.items() for given in foreign.resources]
    others = list(_others())
    for kind, given, written_in in deliveries:
        prefix = f"team{team}-{kind}"
        moved = {
            key: tuple(_renamed(urn, written_in=written_in, prefix=prefix) for urn in urns)
            for key, urns in given.depends.items()
        }
        yield replace(given, name=f"{prefix}-{given.name}", depends=moved)
    for number in range(TEAM - len(deliveries)):
        token, properties = others[number % len(others)]
        yield Given(type=token, name=f"team{team}-other{number}", properties=properties)


def _renamed(urn: str, *, written_in: str, prefix: str) -> str:
    before, name = urn.replace(f"urn:pulumi:{written_in}::", f"urn:pulumi:{STACK}::").rsplit("::", 1)
    return f"{before}::{prefix}-{name}"


def _others() -> Iterator[tuple[str, dict[str, Any]]]:
    tags = {"Project": "checkout", "Environment": "production"}
    yield "aws:ec2/subnet:Subnet", {"cidrBlock": "10.0.0.0/24", "vpcId": "vpc-1", "tags": tags}
    yield "aws:ec2/routeTable:RouteTable", {"vpcId": "vpc-1", "tags": tags}
    yield "aws:ec2/route:Route", {"destinationCidrBlock": "0.0.0.0/0", "routeTableId": "rtb-1"}
    yield "aws:ssm/parameter:Parameter", {"type": "String", "value": "x", "tags": tags}
    yield "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 365.0, "kmsKeyId": "key-1", "tags": tags}
    yield "aws:cloudwatch/metricAlarm:MetricAlarm", {"alarmActions": ["arn:aws:sns:eu-central-1:1:t"], "tags": tags}
    yield "aws:dynamodb/table:Table", {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}], "tags": tags}
    yield "aws:sqs/queue:Queue", {"messageRetentionSeconds": 86400.0, "tags": tags}
