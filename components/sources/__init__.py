"""Where a change comes from. One module a provider; each answers with the same `SourcePlan`."""

from components.sources.codecommit import CodeCommitRepository, CodeCommitRepositoryArgs, codecommit_source
from components.sources.plan import SourcePlan
from components.sources.promotion import promote_action, promotion_source, promotion_writer

__all__ = [
    "CodeCommitRepository",
    "CodeCommitRepositoryArgs",
    "SourcePlan",
    "codecommit_source",
    "promote_action",
    "promotion_source",
    "promotion_writer",
]
