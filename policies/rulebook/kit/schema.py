"""The part of JSON schema that parameters use, checked by ourselves.

The engine checks the types of known parameters and lets a misspelled one pass in silence; a pack's configuration file
is therefore read with this before it is used.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int, float),
    "array": (list, tuple),
    "object": (dict,),
}


def problems(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """Every way in which `value` isn't what `schema` asks for, each with its path and never with the value itself."""
    wanted = schema.get("type")
    if wanted is not None and not _is_a(value, wanted):
        yield f"{path}: must be {'an' if wanted[0] in 'aeio' else 'a'} {wanted}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: must be one of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, str):
        yield from _text_problems(value, schema, path)
    if isinstance(value, int | float) and not isinstance(value, bool) and value < schema.get("minimum", value):
        yield f"{path}: must be at least {schema['minimum']}"
    if isinstance(value, list | tuple) and "items" in schema:
        for index, item in enumerate(value):
            yield from problems(item, schema["items"], f"{path}[{index}]")
    if isinstance(value, dict):
        yield from _object_problems(value, schema, path)


def _is_a(value: Any, wanted: str) -> bool:
    if isinstance(value, bool) and wanted != "boolean":
        return False
    if wanted == "integer" and isinstance(value, float) and not value.is_integer():
        return False
    return isinstance(value, _TYPES[wanted])


def _text_problems(value: str, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    if len(value.strip()) < schema.get("minLength", 0):
        yield f"{path}: must have at least {schema['minLength']} characters"
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        yield f"{path}: must match {schema['pattern']}"
    if schema.get("format") == "regex":
        try:
            re.compile(value)
        except re.error:
            yield f"{path}: must be a regular expression"
        # The engine reads it as Go does (https://github.com/google/re2/wiki/Syntax), we as Python does.
        if re.search(r"\(\?<?[=!]", value):
            yield f"{path}: must be a regular expression without look-around, which the engine doesn't know"


def _object_problems(value: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> Iterator[str]:
    known: Mapping[str, Any] = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{path}.{key}: is missing"
    for key, item in value.items():
        if key in known:
            yield from problems(item, known[key], f"{path}.{key}")
        elif isinstance(others, Mapping):
            yield from problems(item, others, f"{path}.{key}")
        elif others is False:
            yield f"{path}.{key}: is not known; known are {', '.join(sorted(known))}"
