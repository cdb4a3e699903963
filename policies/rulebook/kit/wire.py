"""Properties as they travel, made readable where the SDK would give up.

Objects with a signature stand for something else, as a secret does. The SDK knows some of them and ends the whole run
at any other, and at one that is malformed; a rule should find a value that it can judge, or say that it can't.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final, TypeVar

from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.deserialize import SPECIAL_SIG_KEY, deserialize_properties

from rulebook.kit.values import UNKNOWN_ON_THE_WIRE

Message = TypeVar("Message", analyzer_pb2.AnalyzeRequest, analyzer_pb2.AnalyzerResource)
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
_MEANT: Final = {"5cf8f73096256a8f31e491e813e4eb8e": "id", "d0e6a833031e9bbcd3f4e8bde6ca49a4": "value"}


def readable(message: Message) -> Message:
    """A copy of a resource whose properties, and those of its provider, the SDK can read."""
    made: Message = deepcopy(message)
    for struct in (made.properties, *([made.provider.properties] if made.HasField("provider") else [])):
        properties = json_format.MessageToDict(struct)
        struct.Clear()
        struct.update({key: _plainer(value) for key, value in properties.items()})
    return made


def _plainer(value: Any) -> Any:
    if isinstance(value, list):
        return [_plainer(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: _plainer(item) for key, item in value.items()}
    if SPECIAL_SIG_KEY not in made:
        return made
    try:
        deserialize_properties({"it": made})
    except Exception:  # whatever the SDK can't read of it
        return _without_signature(made)
    return made


def _without_signature(value: Mapping[str, Any]) -> Any:
    """What an object means to a rule: a resource is its id, an output its value, and both may not be known yet."""
    for signature, key in _MEANT.items():
        if value[SPECIAL_SIG_KEY] == signature:
            return value.get(key) or UNKNOWN_ON_THE_WIRE
    return {key: item for key, item in value.items() if key != SPECIAL_SIG_KEY}
