"""The functions that a road's own stages and rules invoke, besides those of the deployment."""

from collections.abc import Mapping
from typing import Protocol

import pulumi

from components.artifact_store import ArtifactStore
from components.function import DeliveryFunction, DeliveryFunctionArgs, PipelineFunction


class InvokesFunction(Protocol):
    """A part of a road that is done by a function."""

    def function(self, key_arn: pulumi.Input[str]) -> PipelineFunction:
        """The function as data; it may need the stack's key."""
        ...

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the function works on."""
        ...


def road_functions(
    name: str,
    parts: Mapping[str, InvokesFunction | None],
    *,
    store: ArtifactStore,
    log_retention_days: int,
    parent: pulumi.Resource,
) -> list[pulumi.Resource]:
    """Makes the function of each part that the road has.

    Args:
        name: of the delivery.
        parts: by what their functions are called after it.
        store: whose key encrypts what they write.
        log_retention_days: how long their logs are kept.
        parent: whose children they are.
    """
    return [
        DeliveryFunction(
            f"{name}-{called}",
            DeliveryFunctionArgs(
                function=part.function(store.key_arn),
                parameters=part.parameters,
                key_arn=store.key_arn,
                log_retention_days=log_retention_days,
            ),
            opts=pulumi.ResourceOptions(parent=parent),
        )
        for called, part in parts.items()
        if part
    ]
