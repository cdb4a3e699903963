"""What every model of a stack file has in common: spelling, strictness, and where an omitted value comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import AliasGenerator, BaseModel, ConfigDict, ValidationInfo, model_validator
from pydantic.alias_generators import to_camel

from settings.tiers import TierDefaults

ModelT = TypeVar("ModelT", bound="Model")


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where an environment is: what one stack has to know of another to hand it an artifact.

    Args:
        environment: the stack's name.
        account: AWS account, 12 digits.
        region: AWS region.
    """

    environment: str
    account: str
    region: str


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the models need and the stack file's own keys don't say.

    Args:
        stack: the name of the stack being read.
        defaults: the tier's defaults.
        sites: the neighbouring stacks by name, as far as their files could be read.
    """

    stack: str
    defaults: TierDefaults
    sites: Mapping[str, Site]


@dataclass(frozen=True)
class ByTier:
    """Marks a field that the tier decides when the file doesn't: the name of the attribute of `TierDefaults`."""

    attribute: str


@dataclass(frozen=True)
class FromParts:
    """Marks an object that may be omitted because each of its parts may be."""


@dataclass(frozen=True)
class Derived:
    """Marks a field whose default follows from other keys, and says for the reference what it is."""

    default: str


class Model(BaseModel):
    """A part of a stack file: camelCase keys, unknown keys refused, no conversion of types, frozen."""

    model_config = ConfigDict(
        alias_generator=AliasGenerator(alias=to_camel),
        extra="forbid",
        frozen=True,
        strict=True,
        validate_by_alias=True,
        validate_by_name=False,
    )

    WAYS: ClassVar[Mapping[str, str]] = {}
    """Where to go with a key that people look for here: by its small letters alone, what to say of it."""

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any, info: ValidationInfo) -> Any:
        """Put in what the file omits: before validation, so that every field of a resolved model has a value."""
        if not isinstance(given, Mapping) or not isinstance(info.context, Context):
            return given
        filled = dict(given)
        for name, field in cls.model_fields.items():
            key = field.alias or name
            if key in filled:
                continue
            for mark in field.metadata:
                if isinstance(mark, FromParts):
                    filled[key] = {}
                elif isinstance(mark, ByTier) and (value := getattr(info.context.defaults, mark.attribute)) is not None:
                    filled[key] = value
        return filled
