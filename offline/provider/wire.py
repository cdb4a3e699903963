"""Values as they travel between engine and provider, and as plain Python.

Plain values are what schema, answers and differences work on: dict, list, str, int, float, bool, None, and `UNKNOWN`
for what the engine does not know yet at preview.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import struct_pb2
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

UNKNOWN: Final[str] = rpc.UNKNOWN
"""What the engine sends at preview for a value that is known only after creation."""

_SIGNATURE = rpc._special_sig_key
_ASSETS = (rpc._special_asset_sig, rpc._special_archive_sig)
_original_unmarshal = PropertyValue.unmarshal


def _unmarshal(value: struct_pb2.Value) -> PropertyValue:
    """Reads a value; an asset or archive stays the plain mapping it is on the wire.

    In an old state an asset comes with its hash alone, which the SDK refuses ("Invalid archive encountered"); in new
    inputs the SDK drops the hash. As a mapping nothing is lost in either direction, and the hash decides the diff.
    """
    kind = value.WhichOneof("kind")
    if kind == "list_value":
        return PropertyValue([_unmarshal(item) for item in value.list_value.values])
    if kind == "struct_value":
        fields = value.struct_value.fields
        signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else None
        if signature is None or signature in _ASSETS:
            return PropertyValue({key: _unmarshal(item) for key, item in fields.items()})
        if signature == rpc._special_secret_sig:
            return _unmarshal(fields["value"]).with_secret(True)
    return _original_unmarshal(value)


def keep_assets_whole() -> None:
    """Makes the SDK's servicer read values by `_unmarshal`. Called once, before the provider is served."""
    setattr(PropertyValue, "unmarshal", staticmethod(_unmarshal))  # noqa: B010 - the class is typed as immutable


def plain(value: PropertyValue) -> Any:
    """`value` as plain Python: secrets opened, whole floats as int, assets as {"hash": …}."""
    inner = value.value
    if isinstance(inner, bool) or inner is None or isinstance(inner, str):
        return inner
    if isinstance(inner, float):
        return int(inner) if inner.is_integer() else inner
    if isinstance(inner, Mapping):
        if _SIGNATURE in inner and "hash" in inner:
            return {"hash": plain(inner["hash"])}
        return {key: plain(item) for key, item in inner.items()}
    if isinstance(inner, tuple):
        return [plain(item) for item in inner]
    return str(inner)


def plain_map(values: Mapping[str, PropertyValue]) -> dict[str, Any]:
    """`plain` of every value, without the engine's own keys (`__defaults` and the like)."""
    return {key: plain(value) for key, value in values.items() if not key.startswith("__")}


def wrap(value: object) -> PropertyValue:
    """A plain value as the engine wants it.

    Raises:
        TypeError: for anything that is not a plain value.
    """
    if value is None or isinstance(value, (bool, str)):
        return PropertyValue(value)
    if isinstance(value, (int, float)):
        return PropertyValue(float(value))
    if isinstance(value, Mapping):
        return PropertyValue({str(key): wrap(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return PropertyValue([wrap(item) for item in value])
    raise TypeError(f"not a plain value: {type(value).__name__}")


def unknown() -> PropertyValue:
    """A value that is known only after creation."""
    return PropertyValue(UNKNOWN)


def holds_unknown(value: object) -> bool:
    """Whether a plain value is, or holds somewhere inside, a value that is not known yet."""
    if isinstance(value, str):
        return value == UNKNOWN
    if isinstance(value, Mapping):
        return any(holds_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_unknown(item) for item in value)
    return False
