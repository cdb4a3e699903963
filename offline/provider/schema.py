"""What the pinned `pulumi_aws` knows: resource types, their inputs (nested ones too) and their outputs.

The installed SDK is the only source. Reading one type means importing its service module (up to 0.4 s), so what was
read is kept as one small JSON file per type, and a warm start imports nothing of the SDK.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.metadata
import importlib.util
import json
import os
import typing
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi import _types

# A node says what may stand at one place of the inputs: "any" (no rule), {"object": <class name>}, {"list": node} or
# {"map": node}. Scalars are "any": the real provider converts them, and so does the stand-in.
Node = str | dict[str, typing.Any]
Objects = dict[str, dict[str, Node]]

SDK = "pulumi_aws"


def sdk_version() -> str:
    """The version of the installed `pulumi_aws`, for example "7.51.1"."""
    return importlib.metadata.version("pulumi-aws")


@dataclass(frozen=True)
class Fault:
    """One place in the inputs that the SDK does not know."""

    path: str
    reason: str


@dataclass(frozen=True)
class ResourceSchema:
    """The inputs and outputs of one resource type, by their wire names (camelCase)."""

    token: str
    root: str
    objects: Objects
    outputs: frozenset[str]

    @property
    def inputs(self) -> Mapping[str, Node]:
        """The top-level inputs."""
        return self.objects[self.root]

    def faults(self, *, inputs: Mapping[str, object]) -> list[Fault]:
        """Every property in `inputs` (plain values) that this type does not have, nested ones too."""
        return list(self._faults(node={"object": self.root}, value=inputs, path=""))

    def _faults(self, *, node: Node, value: object, path: str) -> Iterator[Fault]:
        if isinstance(node, str):
            return
        if "object" in node and isinstance(value, Mapping):
            known = self.objects[node["object"]]
            for key, inner in value.items():
                place = f"{path}.{key}" if path else str(key)
                if key in known:
                    yield from self._faults(node=known[key], value=inner, path=place)
                else:
                    yield Fault(path=place, reason=_unknown_input(key=key, known=list(known), token=self.token))
        elif "list" in node and isinstance(value, list):
            for index, inner in enumerate(value):
                yield from self._faults(node=node["list"], value=inner, path=f"{path}[{index}]")
        elif "map" in node and isinstance(value, Mapping):
            for key, inner in value.items():
                yield from self._faults(node=node["map"], value=inner, path=f"{path}.{key}")


def _unknown_input(*, key: str, known: list[str], token: str) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known here: {', '.join(sorted(known)[:12])}"
    return f"{token} of {SDK} {sdk_version()} has no input {key!r} at this place{hint}"


READER = 2
"""Counts the ways in which this module has read the SDK: what an older one kept is not taken for this one's."""


class Schemas:
    """Schemas by type token, read from the SDK once and kept in `cache` (a folder)."""

    def __init__(self, *, cache: Path) -> None:
        self._cache = cache / f"{SDK}-{sdk_version()}-{READER}"
        self._read: dict[str, ResourceSchema | None] = {}

    def of(self, *, token: str) -> ResourceSchema | None:
        """The schema of `token` (for example "aws:sns/topic:Topic"), or None where the SDK has no such type."""
        if token not in self._read:
            self._read[token] = self._stored(token=token) or self._from_sdk(token=token)
        return self._read[token]

    def nearest(self, *, token: str) -> str | None:
        """The known type token most like `token`, for a message."""
        near = difflib.get_close_matches(token, list(_classes_by_token()), n=1)
        return near[0] if near else None

    def _file(self, *, token: str) -> Path:
        return self._cache / (token.replace(":", "_").replace("/", "_") + ".json")

    def _stored(self, *, token: str) -> ResourceSchema | None:
        try:
            stored = json.loads(self._file(token=token).read_text())
        except (FileNotFoundError, ValueError):
            return None
        return ResourceSchema(
            token=token, root=stored["root"], objects=stored["objects"], outputs=frozenset(stored["outputs"])
        )

    def _from_sdk(self, *, token: str) -> ResourceSchema | None:
        found = _classes_by_token().get(token)
        if found is None:
            return None
        module_name, class_name = found
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(module_name)
        resource = getattr(module, class_name)
        args = _input_class(resource=resource)
        objects: Objects = {}
        _collect(cls=args, objects=objects)
        outputs = _types.resource_py_to_pulumi_names(resource).values()
        schema = ResourceSchema(token=token, root=_key(args), objects=objects, outputs=frozenset(outputs))
        self._store(schema=schema)
        return schema

    def _store(self, *, schema: ResourceSchema) -> None:
        self._cache.mkdir(parents=True, exist_ok=True)
        target = self._file(token=schema.token)
        # Two providers (the default and an explicit one) may write the same file at the same time.
        staged = target.with_suffix(f".{os.getpid()}.tmp")
        staged.write_text(
            json.dumps({"root": schema.root, "objects": schema.objects, "outputs": sorted(schema.outputs)})
        )
        staged.replace(target)


def _input_class(*, resource: type) -> type:
    """The class of a resource's inputs, from the resource's own module.

    In the package, a nested type of another resource may have the same name and hide it; where a nested type of the
    same service has the name already, the SDK calls the resource's own `…InitArgs`.
    """
    module = importlib.import_module(resource.__module__)
    found: type = getattr(module, f"{resource.__name__}InitArgs", None) or getattr(module, f"{resource.__name__}Args")
    return found


def _key(cls: type) -> str:
    return f"{cls.__module__}.{cls.__name__}"


def _collect(*, cls: type, objects: Objects) -> None:
    """Puts the input class `cls` and every input class it mentions into `objects`."""
    if _key(cls) in objects:
        return
    objects[_key(cls)] = {}
    for wire_name, hint in _types.input_type_types(cls).items():
        objects[_key(cls)][wire_name] = _node(hint=hint, objects=objects)


def _node(*, hint: typing.Any, objects: Objects) -> Node:
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is typing.Union:
        # Input[T] is a union of T, Awaitable[T] and Output[...]. Where several structures are allowed (principals of
        # an IAM document), none of them can be held against a value.
        nodes = [node for each in arguments if (node := _node(hint=each, objects=objects)) != "any"]
        return nodes[0] if nodes and all(node == nodes[0] for node in nodes) else "any"
    if isinstance(hint, type) and origin is None and _types.is_input_type(hint):
        _collect(cls=hint, objects=objects)
        return {"object": _key(hint)}
    name = getattr(origin, "__name__", "")
    if name in ("Sequence", "list"):
        return {"list": _node(hint=arguments[0], objects=objects)}
    if name in ("Mapping", "dict"):
        inner = _node(hint=arguments[1], objects=objects)
        return "any" if inner == "any" else {"map": inner}
    return "any"


def _classes_by_token() -> dict[str, tuple[str, str]]:
    """Type token to (module, class), from the registration call in the SDK's `__init__.py`, without importing it."""
    if not _TOKENS:
        spec = importlib.util.find_spec(SDK)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"{SDK} is not installed")
        for call in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "register":
                _TOKENS.update(_registered(call=call))
    return _TOKENS


_TOKENS: dict[str, tuple[str, str]] = {}


def _registered(*, call: ast.Call) -> dict[str, tuple[str, str]]:
    for keyword in call.keywords:
        if keyword.arg == "resource_modules" and isinstance(keyword.value, ast.Constant):
            modules = json.loads(str(keyword.value.value))
            return {
                token: (module["fqn"], class_name)
                for module in modules
                for token, class_name in module["classes"].items()
            }
    return {}
