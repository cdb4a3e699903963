"""Pulumi's mocks for `planning`: what answers in AWS's place, and what keeps each request beside its answer."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from pulumi.runtime import mocks, rpc

from offline.answers import answer


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a plan.

    Args:
        type: for example `aws:sns/topic:Topic`.
        name: its logical name.
        inputs: plain values by wire name.
        outputs: the inputs and what AWS would add.
        parent: URN of its owner.
        depends_on: URNs of what has to be there before it.
        ignore_changes: inputs that Pulumi leaves alone.
        protect: whether Pulumi refuses to delete it.
        provider: URN and id of the provider that makes it.
    """

    type: str
    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    urn: str
    parent: str
    depends_on: frozenset[str]
    ignore_changes: tuple[str, ...]
    protect: bool
    provider: str

    @property
    def arn(self) -> str:
        """The ARN that AWS would give it."""
        arn = self.outputs["arn"]
        assert isinstance(arn, str)
        return arn

    def json(self, key: str) -> Any:
        """An input that is a JSON text, parsed."""
        return json.loads(self.inputs[key])


def region_of(provider: str | None) -> str | None:
    """The region of the provider that makes a resource, where that isn't the stack's own."""
    abroad = re.search(r"::aws-([a-z0-9-]+)::", provider or "")
    return abroad.group(1) if abroad else None


class Aws(mocks.Mocks):
    """Answers as the offline stand-in does."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.account = str(config["delivery:environment"]["account"])
        self.region = str(config["aws:region"])

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs = dict(args.inputs)
        if not args.typ.startswith("aws:"):
            return f"{args.name}-id", inputs
        identity, computed = answer(args.typ, args.name, inputs, self.account, region_of(args.provider) or self.region)
        return identity, {**computed, **inputs, "arn": computed.get("arn")}

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(f"the program asks AWS at preview: {args.token}")


class Recorder(mocks.MockMonitor):
    """Keeps each request beside what was answered: mocks alone don't see parents, protection and the like."""

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws)
        self.requests: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's spelling
        answered = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        assert answered.urn not in self.requests, f"two resources are {answered.urn}"
        self.requests[answered.urn] = request
        return answered

    def planned(self) -> Iterator[Resource]:
        """Every resource after those that it needs, otherwise by URN.

        Pulumi registers what doesn't wait for each other in another order each time: no test can rely on that.
        """
        needs = {
            urn: {request.parent, *request.dependencies} & self.resources.keys()
            for urn, request in self.requests.items()
            if urn in self.resources
        }
        order = TopologicalSorter(needs)
        order.prepare()
        while order.is_active():
            ready = sorted(order.get_ready())
            yield from map(self._resource, ready)
            order.done(*ready)

    def _resource(self, urn: str) -> Resource:
        request = self.requests[urn]
        return Resource(
            type=request.type,
            name=request.name,
            inputs=rpc.deserialize_properties(request.object),
            outputs=self.resources[urn].state,
            urn=urn,
            parent=request.parent,
            depends_on=frozenset(request.dependencies),
            ignore_changes=tuple(request.ignoreChanges),
            protect=request.protect,
            provider=request.provider,
        )
