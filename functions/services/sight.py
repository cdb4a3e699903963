"""What is seen of a service and of the bundle that is brought to it, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

LABEL = "delivery.digest"
"""The label of a container that says what its task definition was made of."""

EXECUTION = "delivery.execution"
"""The label that says which execution of the pipeline made it, where ECS moves the traffic: there a deployment has no
description to be found by."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What of a bundle matters to ECS.

    Args:
        template: the text of `taskdef.json`.
        specification: the text of `appspec.yaml`, empty where CodeDeploy has no part in it.
        tag: what an image that was built from this bundle is tagged with.
        detail: the text of `imageDetail.json`, None where the bundle has none.
    """

    template: str
    specification: str
    tag: str
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What a new task definition is made of.

    Args:
        bundle: what is deployed.
        image: its image, by digest.
        settings: the task definition that has the stack's settings, in AWS's words.
        serving: what the task definition that serves was made of, empty where it isn't ours.
    """

    bundle: Bundle
    image: str
    settings: Mapping[str, object]
    serving: str
