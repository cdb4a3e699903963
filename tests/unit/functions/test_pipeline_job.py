"""The shared edge: a job is read, answered once, and never left hanging."""

import json
from datetime import datetime
from typing import Any

import pytest

from pipeline_job.answer import Answer, Continue, Fail, Succeed
from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError
from pipeline_job.job import Job, S3Object, parse_job
from pipeline_job.memory import TOKEN_LIMIT, Memory
from pipeline_job.run import answer_job
from tests.unit.functions.fake_aws import START, FakeAws
from tests.unit.functions.pipeline_action import job_event, message, user_parameters

IDENTITY = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


class Answers:
    """A visit that gives this answer or raises this error, and remembers what it was called with."""

    def __init__(self, outcome: Answer | Exception) -> None:
        self.outcome = outcome
        self.seen: list[tuple[Job, Memory]] = []

    def __call__(self, *, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
        assert clients
        assert now == START
        self.seen.append((job, memory))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Throttled:
    """A visit in which AWS refuses a call with this code and HTTP status."""

    def __init__(self, aws: FakeAws, code: str, status: int) -> None:
        aws.refuse("GetDeployment", code, status=status, message=f"told {code}")

    def __call__(self, *, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
        clients.codedeploy.get_deployment(deploymentId="d-1")
        raise AssertionError(f"the call was to fail: {job.id}, {memory}, {now}")


def answered(aws: FakeAws, outcome: Answer | Exception, event: Any = None) -> dict[str, Any]:
    answer_job(event or job_event(identity=IDENTITY), visit=Answers(outcome), clients=aws.clients, clock=lambda: START)
    assert len(aws.answers) == 1
    assert aws.answers[0]["jobId"] == IDENTITY
    return aws.answers[0]


def test_a_job_is_read_from_the_event_of_codepipeline() -> None:
    job = parse_job(job_event(identity=IDENTITY, token="abc"))
    assert job.id == IDENTITY
    assert job.token == "abc"
    assert job.artifact == S3Object(bucket="artifacts", key="storefront/App/abc.zip")
    assert job.user_parameters == user_parameters()


def test_a_job_without_artifact_has_none() -> None:
    assert parse_job(job_event(artifact=False)).artifact is None


@pytest.mark.parametrize("key", ["data", "actionConfiguration", "configuration", "UserParameters"])
def test_a_job_with_a_part_missing_fails_the_action_and_names_the_part(aws: FakeAws, key: str) -> None:
    event = json.loads(json.dumps(job_event(identity=IDENTITY)))

    def drop(value: Any) -> None:
        if isinstance(value, dict):
            value.pop(key, None)
            for inner in value.values():
                drop(inner)

    drop(event)
    answer = answered(aws, Succeed(summary="never"), event)
    assert key in message(answer)
    assert answer["failureDetails"]["type"] == "ConfigurationError"


@pytest.mark.parametrize("event", [None, {}, {"CodePipeline.job": None}, {"CodePipeline.job": {"id": 3}}, "text"])
def test_an_event_without_job_id_is_an_error_of_the_invocation_because_nobody_waits(aws: FakeAws, event: Any) -> None:
    with pytest.raises(RefusedError, match="The CodePipeline job has no"):
        answer_job(event, visit=Answers(Succeed(summary="never")), clients=aws.clients)
    assert aws.answers == []


def test_the_first_visit_gets_a_memory_that_begins_now(aws: FakeAws) -> None:
    visit = Answers(Succeed(summary="done"))
    answer_job(job_event(identity=IDENTITY), visit=visit, clients=aws.clients, clock=lambda: START)
    assert visit.seen[0][1] == Memory(attempt=IDENTITY, since=int(START.timestamp()))


def test_a_later_visit_gets_the_memory_that_the_one_before_left(aws: FakeAws) -> None:
    memory = Memory(attempt="first", since=7, deployment="d-1", desired=3)
    token = answered(aws, Continue(memory=memory, summary="waiting"))["continuationToken"]
    visit = Answers(Succeed(summary="done"))
    answer_job(job_event(token=token), visit=visit, clients=aws.clients, clock=lambda: START)
    assert visit.seen[0][1] == memory


def test_a_success_carries_its_variables_and_no_token(aws: FakeAws) -> None:
    answer = answered(aws, Succeed(summary="done", variables={"servingFleet": "green"}))
    assert answer["outputVariables"] == {"servingFleet": "green"}
    assert "continuationToken" not in answer
    assert answer["executionDetails"] == {"summary": "done", "percentComplete": 100}


def test_a_continuation_carries_no_variables_because_codepipeline_refuses_both(aws: FakeAws) -> None:
    answer = answered(aws, Continue(memory=Memory(attempt="a", since=1), summary="waiting", percent=140))
    assert "outputVariables" not in answer
    assert answer["executionDetails"] == {"summary": "waiting", "percentComplete": 100}


def test_an_unexpected_error_fails_the_action_with_type_and_message_but_no_traceback(aws: FakeAws) -> None:
    answer = answered(aws, ZeroDivisionError("by nothing"))
    assert message(answer) == "ZeroDivisionError: by nothing"
    assert answer["failureDetails"]["type"] == "JobFailed"


def test_no_answer_repeats_a_credential_of_the_event(aws: FakeAws) -> None:
    told = message(answered(aws, KeyError("fake-secret-key and fake-session-token of ASIAFAKE")))
    assert "fake" not in told
    assert "ASIAFAKE" not in told
    assert told.count("[secret]") == 3


def test_a_message_is_cut_to_5000_characters_and_a_summary_to_2048(aws: FakeAws) -> None:
    assert len(message(answered(aws, Fail(message="x" * 9000)))) == 5000
    aws.answers.clear()
    assert len(answered(aws, Succeed(summary="x" * 9000))["executionDetails"]["summary"]) == 2048


def test_an_empty_message_is_never_sent_because_codepipeline_refuses_it(aws: FakeAws) -> None:
    assert message(answered(aws, Fail(message=""))) == "no message"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("Throttling", 400),
        ("RequestLimitExceeded", 503),
        ("RequestTimeout", 400),
        ("Whatever", 500),
    ],
)
def test_a_passing_trouble_of_aws_costs_a_visit_and_keeps_the_memory(aws: FakeAws, code: str, status: int) -> None:
    memory = Memory(attempt="first", since=7, desired=3)
    event = job_event(identity=IDENTITY, token=memory.to_token())
    answer_job(event, visit=Throttled(aws, code, status), clients=aws.clients, clock=lambda: START)
    assert Memory.from_token(aws.answers[0]["continuationToken"]) == memory


@pytest.mark.parametrize(
    ("code", "kind"), [("AccessDeniedException", "PermissionError"), ("InvalidInputException", "JobFailed")]
)
def test_any_other_error_of_aws_fails_the_action_with_its_message(aws: FakeAws, code: str, kind: str) -> None:
    answer_job(job_event(), visit=Throttled(aws, code, 400), clients=aws.clients, clock=lambda: START)
    assert f"told {code}" in message(aws.answers[0])
    assert aws.answers[0]["failureDetails"]["type"] == kind


@pytest.mark.parametrize("code", ["InvalidJobStateException", "JobNotFoundException"])
def test_a_job_that_was_answered_by_its_first_delivery_is_let_alone(aws: FakeAws, code: str) -> None:
    aws.refuse("PutJobSuccessResult", code)
    answer_job(job_event(), visit=Answers(Succeed(summary="done")), clients=aws.clients, clock=lambda: START)
    assert aws.answers == []


def test_an_answer_that_codepipeline_refuses_becomes_a_failure(aws: FakeAws) -> None:
    aws.refuse("PutJobSuccessResult", "OutputVariablesSizeExceededException", message="too many")
    told = message(answered(aws, Succeed(summary="done", variables={"a": "b" * 9})))
    assert "The answer could not be given. " in told
    assert "too many" in told


def test_a_memory_that_outgrew_the_token_becomes_a_failure(aws: FakeAws) -> None:
    told = message(answered(aws, Continue(memory=Memory(attempt="x" * 3000, since=1), summary="waiting")))
    assert "CodePipeline takes 2048" in told


def test_a_failure_that_cannot_be_told_is_an_error_of_the_invocation_so_that_lambda_tries_again(aws: FakeAws) -> None:
    aws.refuse("PutJobFailureResult", "AccessDeniedException", message="may not put")
    with pytest.raises(Exception, match="may not put"):
        answer_job(job_event(), visit=Answers(Fail(message="no")), clients=aws.clients, clock=lambda: START)


def test_a_token_of_just_the_limit_is_taken() -> None:
    spare = TOKEN_LIMIT - len(Memory(attempt="", since=1).to_token())
    assert len(Memory(attempt="x" * spare, since=1).to_token()) == TOKEN_LIMIT
    with pytest.raises(ValueError, match="2049 characters"):
        Memory(attempt="x" * (spare + 1), since=1).to_token()


def test_a_memory_survives_the_token_and_stays_far_below_its_limit() -> None:
    memory = Memory(attempt=IDENTITY, since=1_795_435_200, deployment="d-ABCDEF123", desired=999)
    assert Memory.from_token(memory.to_token()) == memory
    assert len(memory.to_token()) < TOKEN_LIMIT / 10


@pytest.mark.parametrize(
    "token",
    [
        "no json",
        "[]",
        "{}",
        '{"attempt":"a","since":"1","deployment":"","desired":0}',
        '{"attempt":"a","since":true,"deployment":"","desired":0}',
    ],
)
def test_a_token_that_is_not_ours_fails_the_action(aws: FakeAws, token: str) -> None:
    event = job_event(identity=IDENTITY, token=token)
    assert "continuation token" in message(answered(aws, Succeed(summary="never"), event))
