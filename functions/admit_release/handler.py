"""Lambda `admit_release`: looks, decides, answers. The decisions are in `decide`."""

import os
from datetime import datetime

from admit_release.decide import Parameters, decide
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import RefusedError
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from release_manifest.digest import digest_of
from release_manifest.store import read_manifest


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:  # noqa: ARG001 - it never waits
    """One visit with the given clients; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    if job.artifact is None or job.access is None:
        raise RefusedError("The action needs one input artifact and its credentials.")
    body = clients.artifacts(job.access).get_object(Bucket=job.artifact.bucket, Key=job.artifact.key)["Body"]
    manifest = read_manifest(
        clients.s3, bucket=parameters.bucket, application=parameters.application, digest=digest_of(body)
    )
    return decide(manifest, parameters=parameters)
