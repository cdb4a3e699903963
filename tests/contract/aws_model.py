"""AWS's own API models, as botocore ships them, asked whether they would take a request.

botocore checks names, types and required members before it sends anything. The models say more than that: patterns,
lengths, ranges and enumerations. Those are checked here, so that a name too long is found without an account.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

# Java's words inside of brackets, as far as the models use them for what we plan; an unknown one fails to compile.
_JAVA_CLASSES = {
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",
    r"\p{L}": r"A-Za-z\u00c0-\uffff",
    r"\p{N}": r"\d",
    r"\p{Z}": r" \u00a0",
    r"\p{ASCII}": r"\x00-\x7f",
    r"\p{Print}": r"[ -~]",
    # Everything but control characters, with others inside of brackets and by itself.
    r"[\P{C}\s]": r"[ -~\u00a0-\U0010FFFF\s]",
    r"\P{C}": r"[ -~\u00a0-\U0010FFFF]",
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call to AWS.

    Args:
        service: botocore's name, for example `codepipeline`.
        operation: in the API's words, for example `CreatePipeline`.
        parameters: in any case of letters; `fitted` gives the model's spelling.
        resource: the logical name of the planned resource it stands for.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    resource: str

    @property
    def fitted(self) -> dict[str, Any]:
        """The parameters in the model's spelling and types.

        Raises:
            UnknownFieldError: something was planned that the API has no member for.
        """
        fitted = _fit(_input(self), self.parameters, self.operation)
        assert isinstance(fitted, dict)
        return fitted


class UnknownFieldError(AssertionError):
    """A planned value that the API knows nothing of."""


def problems(request: Request) -> list[str]:
    """Why AWS would refuse the request by its model; empty when it would not."""
    shape, fitted = _input(request), request.fitted
    report = ParamValidator().validate(fitted, shape)
    found = [report.generate_report()] if report.has_errors() else [*_violations(shape, fitted, request.operation)]
    return [f"{request.resource}: {request.service} {problem}" for problem in found]


@cache
def service_model(service: str) -> ServiceModel:
    """The model of one service."""
    return botocore.session.get_session().get_service_model(service)


def _input(request: Request) -> StructureShape:
    shape = service_model(request.service).operation_model(request.operation).input_shape
    assert isinstance(shape, StructureShape)
    return shape


def _fit(shape: Shape, value: Any, path: str) -> Any:
    if isinstance(shape, StructureShape):
        members = {name.lower(): (name, member) for name, member in shape.members.items()}
        unknown = sorted(key for key in value if key.lower() not in members)
        if unknown:
            raise UnknownFieldError(f"{path} has no {', '.join(unknown)}; it knows {', '.join(shape.members)}")
        return {
            members[key.lower()][0]: _fit(members[key.lower()][1], each, f"{path}.{members[key.lower()][0]}")
            for key, each in value.items()
            if each is not None
        }
    if isinstance(shape, ListShape):
        return [_fit(shape.member, each, f"{path}[{index}]") for index, each in enumerate(value)]
    if isinstance(shape, MapShape):
        return {key: _fit(shape.value, each, f"{path}.{key}") for key, each in value.items()}
    if shape.type_name in {"integer", "long"} and isinstance(value, float) and value.is_integer():
        # Every number is a double on Pulumi's wire.
        return int(value)
    if shape.type_name == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name, each in value.items():
            yield from _violations(shape.members[name], each, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        yield from _outside(shape, len(value), f"{path} has {len(value)} members")
        for index, each in enumerate(value):
            yield from _violations(shape.member, each, f"{path}[{index}]")
    elif isinstance(shape, MapShape):
        yield from _outside(shape, len(value), f"{path} has {len(value)} entries")
        for key, each in value.items():
            yield from _violations(shape.key, key, f"{path}, the key {key}")
            yield from _violations(shape.value, each, f"{path}.{key}")
    elif isinstance(shape, StringShape):
        yield from _wrong_text(shape, value, path)
    elif shape.type_name in {"integer", "long", "float", "double"}:
        yield from _outside(shape, value, f"{path} is {value}")


def _wrong_text(shape: StringShape, text: str, path: str) -> Iterator[str]:
    yield from _outside(shape, len(text), f"{path} has {len(text)} characters")
    if shape.enum and text not in shape.enum:
        yield f"{path} is {text!r}, not one of {', '.join(shape.enum)}"
    pattern = shape.metadata.get("pattern")
    if pattern and not _python_pattern(pattern).search(text):
        yield f"{path} is {text!r}, which does not match {pattern}"


def _outside(shape: Shape, size: float, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield f"{what}, less than {low}"
    if high is not None and size > high:
        yield f"{what}, more than {high}"


@cache
def _python_pattern(pattern: str) -> re.Pattern[str]:
    """A model's pattern for Python. AWS means the whole text, also where the model writes no anchors."""
    for java, python in _JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    return re.compile(rf"\A(?:{pattern})\Z", re.DOTALL)
