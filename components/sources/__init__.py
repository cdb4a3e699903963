"""Where a change comes from. One module a provider; each answers with the same `SourcePlan`."""

from components.sources.codecommit import codecommit_source
from components.sources.connection import (
    ConnectedRepositoryPlan,
    ConnectionPlan,
    PullRequests,
    connection_source,
)
from components.sources.detection import Detection, Events, Manual, Polling, Schedule
from components.sources.ecr import ecr_source
from components.sources.plan import SourcePlan, SourceSurroundings
from components.sources.promotion import promotion_source
from components.sources.references import References
from components.sources.repository import CodeCommitRepositoryPlan
from components.sources.s3 import s3_source

__all__ = [
    "CodeCommitRepositoryPlan",
    "ConnectedRepositoryPlan",
    "ConnectionPlan",
    "Detection",
    "Events",
    "Manual",
    "Polling",
    "PullRequests",
    "References",
    "Schedule",
    "SourcePlan",
    "SourceSurroundings",
    "codecommit_source",
    "connection_source",
    "ecr_source",
    "promotion_source",
    "s3_source",
]
