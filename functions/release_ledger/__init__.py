"""The release ledger: what was deployed, with what, by whom, and how it ended. Written once, never changed.

`record` is one release as plain values and its JSON; `store` knows where in a stack's ledger it lies. Functions and the
commands of `operations` write and read it by the same code.
"""

from release_ledger.record import (
    Approval,
    Artifact,
    FunctionArtifact,
    ImageArtifact,
    Infrastructure,
    Kind,
    Outcome,
    Release,
    Source,
    StoredArtifact,
    release_id,
)
from release_ledger.store import append, find, releases

__all__ = [
    "Approval",
    "Artifact",
    "FunctionArtifact",
    "ImageArtifact",
    "Infrastructure",
    "Kind",
    "Outcome",
    "Release",
    "Source",
    "StoredArtifact",
    "append",
    "find",
    "release_id",
    "releases",
]
