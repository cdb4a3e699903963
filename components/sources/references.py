"""What of a Git repository starts a pipeline."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.triggers import Patterns


@dataclass(frozen=True, kw_only=True)
class References:
    """The branches, tags and files that count.

    Args:
        branches, tags: names, or prefixes that end in `*`, as `release/*` and `v*`.
        paths: the files whose change counts, all by default. A tag counts whatever it changed.
    """

    branches: Sequence[str] = ()
    tags: Sequence[str] = ()
    paths: Patterns = field(default_factory=Patterns)
