"""Lambda `provide_buildspec`: fetches the source, decides, hands it on, answers. The decision is in `decide`."""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from pipeline_job.answer import Answer, Succeed
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import RefusedError
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE, fixed_values, text_of
from provide_buildspec.decide import OWN, with_buildspec

READY = Path(__file__).with_name("ready_buildspec.yml")


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:  # noqa: ARG001 - it never waits
    """One visit with the given clients; what it raises fails the action."""
    path = text_of(fixed_values(os.environ.get(VARIABLE, ""), needed={"path"}), "path")
    if job.artifact is None or job.output is None or job.access is None:
        raise RefusedError("The action needs one input artifact, one output artifact and their credentials.")
    bucket = clients.artifacts(job.access)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "source.zip"
        bucket.download_file(job.artifact.bucket, job.artifact.key, str(archive))
        whose = with_buildspec(archive, path=path, text=READY.read_text(encoding="utf-8"))
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": job.key} if job.key else {}
        bucket.upload_file(str(archive), job.output.bucket, job.output.key, ExtraArgs=encryption)
    said = f"The repository's own {path} is used." if whose == OWN else f"The repository has no {path}; one was put in."
    return Succeed(summary=said, variables={"buildspec": whose})
