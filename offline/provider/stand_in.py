"""The stand-in itself: says yes where AWS might say no, and no only to what `pulumi_aws` does not have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pulumi.provider.experimental import provider
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from offline import answers
from offline.provider import naming, wire
from offline.provider.differences import Difference, differences
from offline.provider.faults import fail_if_asked
from offline.provider.replacement import forces_replacement
from offline.provider.schema import ResourceSchema, Schemas, sdk_version

VOICE: Final = "the offline stand-in for AWS (not AWS itself)"

Values = dict[str, PropertyValue]

_KINDS: Final = {
    ("add", False): PropertyDiffKind.ADD,
    ("add", True): PropertyDiffKind.ADD_REPLACE,
    ("delete", False): PropertyDiffKind.DELETE,
    ("delete", True): PropertyDiffKind.DELETE_REPLACE,
    ("update", False): PropertyDiffKind.UPDATE,
    ("update", True): PropertyDiffKind.UPDATE_REPLACE,
}


class StandInProvider(provider.Provider):
    """Echoes inputs and adds plausible outputs. It keeps nothing: the engine's state is the only memory."""

    def __init__(self, *, schemas: Schemas) -> None:
        self._schemas = schemas
        self._account = answers.DEFAULT_ACCOUNT
        self._region = answers.DEFAULT_REGION
        self._default_tags: dict[str, str] = {}

    async def configure(self, request: provider.ConfigureRequest) -> provider.ConfigureResponse:
        """Takes account (the only one of `allowedAccountIds`), region and default tags from the configuration."""
        config = wire.plain_map(request.args)
        allowed = _decoded(config.get("allowedAccountIds"))
        if isinstance(allowed, list) and len(allowed) == 1:
            self._account = str(allowed[0])
        self._region = str(config.get("region") or self._region)
        default_tags = _decoded(config.get("defaultTags"))
        if isinstance(default_tags, dict):
            self._default_tags = dict(default_tags.get("tags") or {})
        return provider.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=True, accept_outputs=True
        )

    async def check(self, request: provider.CheckRequest) -> provider.CheckResponse:
        """Refuses what the SDK does not have, and gives a name where the program gives none."""
        schema = self._schemas.of(token=_token(request.type))
        if schema is None:
            near = self._schemas.nearest(token=_token(request.type))
            hint = f"; did you mean {near}?" if near else ""
            raise ValueError(f"{VOICE}: pulumi_aws {sdk_version()} has no resource type {_token(request.type)}{hint}")
        inputs: Values = dict(request.new_inputs)
        plain = wire.plain_map(inputs)
        failures = [
            provider.CheckFailure(property=fault.path, reason=f"{VOICE}: {fault.reason}")
            for fault in schema.faults(inputs=plain)
        ]
        key = naming.name_property(token=_token(request.type))
        if key in schema.inputs and plain.get(key) is None and not plain.get(f"{key}Prefix"):
            name = naming.invented_name(
                token=_token(request.type),
                logical_name=request.name,
                seed=bytes(request.random_seed),
                old_inputs=wire.plain_map(request.old_inputs),
            )
            inputs[key] = wire.wrap(name)
            plain[key] = name
        too_long = naming.name_fault(token=_token(request.type), name=plain.get(key))
        if too_long is not None:
            failures.append(provider.CheckFailure(property=key, reason=f"{VOICE}: {too_long}"))
        return provider.CheckResponse(inputs=inputs, failures=failures)

    async def diff(self, request: provider.DiffRequest) -> provider.DiffResponse:
        """Compares old inputs (see `serving`: `old_state` holds the inputs) with new ones."""
        old, new = wire.plain_map(request.old_state), wire.plain_map(request.new_inputs)
        found = list(differences(old=old, new=new))
        replaced = [each for each in found if forces_replacement(token=_token(request.type), path=each.path)]
        key = naming.name_property(token=_token(request.type))
        # Two resources cannot have one name: unless the name is invented (and so changes), the old one goes first.
        same_name = old.get(key) is not None and old.get(key) == new.get(key)
        invented = naming.is_invented(name=old.get(key), logical_name=request.name)
        return provider.DiffResponse(
            changes=bool(found),
            replaces=sorted({_top(each) for each in replaced}),
            diffs=sorted({_top(each) for each in found}),
            delete_before_replace=bool(replaced) and same_name and not invented,
            detailed_diff={
                each.path: PropertyDiff(kind=_KINDS[each.kind, each in replaced], input_diff=True) for each in found
            },
        )

    async def create(self, request: provider.CreateRequest) -> provider.CreateResponse:
        """Echoes the inputs and adds what AWS would answer; at preview those answers are unknown."""
        if not request.preview:
            fail_if_asked(request.name)
        resource_id, computed = self._answer(token=_token(request.type), name=request.name, inputs=request.properties)
        if request.preview:
            computed = {key: value if key in _KNOWN_AT_PREVIEW else wire.unknown() for key, value in computed.items()}
        return provider.CreateResponse(
            resource_id="" if request.preview else resource_id, properties={**computed, **request.properties}
        )

    async def update(self, request: provider.UpdateRequest) -> provider.UpdateResponse:
        """Echoes the new inputs over what AWS answered at creation."""
        if not request.preview:
            fail_if_asked(request.name)
        _, computed = self._answer(token=_token(request.type), name=request.name, inputs=request.news)
        moving = answers.changes_on_update(type_token=_token(request.type))
        for key in computed:
            if key in moving:
                computed[key] = (
                    wire.unknown()
                    if request.preview
                    else wire.wrap(answers.moved(value=wire.plain_map(request.olds).get(key)))
                )
            elif key not in _KNOWN_AT_PREVIEW and key in request.olds:
                computed[key] = request.olds[key]
        return provider.UpdateResponse(properties={**computed, **request.news})

    async def read(self, request: provider.ReadRequest) -> provider.ReadResponse:
        """Answers with the state as it is; each old input gets the value the state has for it.

        So a change made to the state's outputs by hand appears as drift, as it would with AWS.
        """
        if not request.properties:
            _, computed = self._answer(token=_token(request.type), name=request.resource_id, inputs=request.inputs)
            return provider.ReadResponse(request.resource_id, {**computed, **request.inputs}, request.inputs)
        current = {key: request.properties[key] for key in request.inputs if key in request.properties}
        return provider.ReadResponse(request.resource_id, request.properties, current)

    async def delete(self, request: provider.DeleteRequest) -> None:
        """There is nothing to delete: the engine drops the resource from its state."""
        fail_if_asked(request.urn.rsplit("::", 1)[-1])

    async def invoke(self, request: provider.InvokeRequest) -> provider.InvokeResponse:
        """Answers the look-ups that need no AWS and refuses the others."""
        answer = answers.invoke(token=request.tok, region=self._region)
        if answer is None:
            raise ValueError(f"{VOICE}: {request.tok} needs AWS; take the value from the stack's configuration instead")
        return provider.InvokeResponse(return_value={key: wire.wrap(value) for key, value in answer.items()})

    def _answer(self, *, token: str, name: str, inputs: Mapping[str, PropertyValue]) -> tuple[str, Values]:
        """Id and computed outputs, without those whose name the SDK does not have for this type."""
        plain = wire.plain_map(inputs)
        resource_id, outputs = answers.answer(token, name, plain, self._account, self._region)
        schema: ResourceSchema | None = self._schemas.of(token=token)
        known = schema.outputs if schema is not None else frozenset(outputs)
        if "tagsAll" in known:
            tags = plain.get("tags") or {}
            outputs["tagsAll"] = {**self._default_tags, **tags} if isinstance(tags, dict) else tags
        return resource_id, {key: wire.wrap(value) for key, value in outputs.items() if key in known}


_KNOWN_AT_PREVIEW: Final = frozenset({"tagsAll", "region"})


def _decoded(value: Any) -> Any:
    """Provider configuration that is not a string travels as JSON text."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _top(difference: Difference) -> str:
    return difference.path.split(".")[0].split("[")[0]


def _token(qualified: str) -> str:
    """The type token of a resource: the SDK hands over the URN's, which begins with the types of the parents."""
    return qualified.rpartition("$")[2]
