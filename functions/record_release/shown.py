"""Whether CodePipeline shows already all that an attempt was."""

from datetime import datetime, timedelta

from record_release.decide import STOPPED, Line, Listed
from release_manifest.attempts import Attempt

SETTLED = timedelta(minutes=15)
"""How long after an execution has changed an action of it may still be missing."""


def shown(attempt: Attempt, *, listed: Listed, line: Line, now: datetime) -> bool:
    """Whether nothing more is to come of an attempt that is over.

    One of which every action succeeded that is there may lack the one that failed, and ends when its last action does.
    After a while a missing action doesn't come any more: the pipeline had others then.
    """
    missing = set(line.actions) - {run.action for run in attempt.all}
    cut = listed.status in STOPPED or not attempt.last or not attempt.succeeded
    return cut or not missing or now - listed.changed > SETTLED
