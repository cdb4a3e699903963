"""One visit of CodePipeline: read the job, let the function decide, answer. No way out of here leaves a job hanging."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from pipeline_job.answer import MESSAGE_LIMIT, SUMMARY_LIMIT, Answer, Continue, Fail, Succeed, shortened
from pipeline_job.clients import Clients
from pipeline_job.failures import error_code, failure_message, failure_type, is_transient, without_secrets
from pipeline_job.job import Job, job_id, job_secrets, parse_job
from pipeline_job.memory import Memory

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, with its zone."""
    return datetime.now(tz=UTC)


class Visit(Protocol):
    """What a function does at one visit; it may raise, `answer_job` turns what it raises into an answer."""

    def __call__(self, *, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer: ...


def answer_job(event: object, *, visit: Visit, clients: Clients, clock: Clock = utc_now) -> None:
    """Run one visit and tell CodePipeline how it ended.

    A passing trouble of AWS (throttling, 5xx, no connection) becomes "call again" with the memory unchanged; every
    other error fails the action with its type name and message.

    Raises:
        RefusedError: the event carries no job id, so nobody waits for an answer.
        ClientError: CodePipeline didn't take the answer; Lambda then delivers the event again.
    """
    identity = job_id(event)
    now = clock()
    memory: Memory | None = None
    try:
        job = parse_job(event)
        memory = Memory.from_token(job.token) if job.token else Memory(attempt=job.id, since=int(now.timestamp()))
        answer = visit(job=job, memory=memory, clients=clients, now=now)
    except Exception as error:  # whatever happens, the action must not hang for 20 minutes
        if memory is not None and is_transient(error):
            answer = Continue(memory=memory, summary=f"AWS asks for patience: {failure_message(error)}")
        else:
            answer = Fail(message=failure_message(error), type=failure_type(error))
    _tell(identity, answer, client=clients.codepipeline, secrets=job_secrets(event))


def _tell(identity: str, answer: Answer, *, client: Any, secrets: tuple[str, ...]) -> None:
    """Put the answer; an answer that can't be put becomes a failure that can."""
    logger.info("%s: %s", type(answer).__name__, without_secrets(_told(answer), secrets=secrets))
    try:
        _put(identity, answer, client=client, secrets=secrets)
    except Exception as error:
        if error_code(error) in _ALREADY_ANSWERED:
            logger.warning("the job has its answer already: %s", error_code(error))
        elif isinstance(answer, Fail) or is_transient(error):
            raise
        else:
            refusal = Fail(message=f"The answer could not be given. {failure_message(error)}")
            _tell(identity, refusal, client=client, secrets=secrets)


def _put(identity: str, answer: Answer, *, client: Any, secrets: tuple[str, ...]) -> None:
    match answer:
        case Fail():
            client.put_job_failure_result(jobId=identity, failureDetails=_failure(answer, secrets=secrets))
        case Continue():
            details: dict[str, object] = {"summary": _cleaned(answer.summary, secrets, SUMMARY_LIMIT)}
            if answer.percent is not None:
                details["percentComplete"] = min(100, max(0, answer.percent))
            token = answer.memory.to_token()
            client.put_job_success_result(jobId=identity, continuationToken=token, executionDetails=details)
        case Succeed():
            client.put_job_success_result(
                jobId=identity,
                executionDetails={"summary": _cleaned(answer.summary, secrets, SUMMARY_LIMIT), "percentComplete": 100},
                outputVariables=dict(answer.variables),
            )


# A job that Lambda delivered twice: the first delivery has answered.
_ALREADY_ANSWERED = frozenset({"InvalidJobStateException", "JobNotFoundException"})


def _failure(answer: Fail, *, secrets: tuple[str, ...]) -> Mapping[str, str]:
    details = {"type": str(answer.type), "message": _cleaned(answer.message, secrets, MESSAGE_LIMIT)}
    if answer.deployment:
        details["externalExecutionId"] = answer.deployment
    return details


def _told(answer: Answer) -> str:
    return answer.message if isinstance(answer, Fail) else answer.summary


def _cleaned(text: str, secrets: tuple[str, ...], limit: int) -> str:
    return shortened(without_secrets(text, secrets=secrets), limit=limit) or "no message"
