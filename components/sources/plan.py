"""What every source answers, so that nothing else in the program knows which one it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.stages import Action, Artifact, Trigger

NAMESPACE = "Source"
"""Under which later actions read the variables of the source, as `#{Source.NAME}`."""

SOURCE = Artifact("Source")
"""What the source action hands over."""


@dataclass(frozen=True, kw_only=True)
class SourcePlan:
    """A source as data.

    Args:
        action: the source action, with the permissions it needs.
        triggers: what starts the pipeline.
        variables: of the pipeline, with the value of a manual start.
        revision: the revision in words for people, for example in an approval's mail.
        is_built: the artifact was built and tested before it came here.
    """

    action: Action
    triggers: tuple[Trigger, ...]
    revision: str
    variables: Mapping[str, str] = field(default_factory=dict)
    is_built: bool = False
