"""`deploy_function` while something else changes the same function, as `pulumi up` does."""

import pytest

from deploy_function.handler import visit
from tests.unit.functions.fake_lambda import BUNDLE, FUNCTION, HOOK, TOLD, FakeLambda, digest
from tests.unit.functions.pipeline_action import PipelineAction, message


@pytest.fixture
def aws() -> FakeLambda:
    return FakeLambda()


def action_of(aws: FakeLambda) -> PipelineAction:
    """The Deploy action of one execution."""
    action = PipelineAction(aws, visit)
    action.parameters = TOLD
    return action


def waits(action: PipelineAction) -> bool:
    """One visit, and whether it asks for another."""
    action.call()
    return action.waits()


def test_a_function_that_pulumi_changes_at_this_moment_is_uploaded_to_when_that_is_done(aws: FakeLambda) -> None:
    aws.refuse("UpdateFunctionCode", "ResourceConflictException", status=409)
    action = action_of(aws)
    assert waits(action)
    assert aws.code == {FUNCTION: digest(b"old"), HOOK: digest(BUNDLE)}, "the others are uploaded to"
    aws.updates[FUNCTION] = "InProgress"
    assert waits(action)
    for _ in range(3):
        aws.take_in()
        assert waits(action)
    assert aws.code[FUNCTION] == digest(BUNDLE)
    assert (max(aws.versions), len(aws.deployments)) == ("8", 1)


def test_a_version_that_is_refused_while_pulumi_changes_the_function_is_made_when_that_is_done(aws: FakeLambda) -> None:
    action = action_of(aws)
    assert waits(action)
    aws.take_in()
    aws.refuse("PublishVersion", "ResourceConflictException", status=409)
    assert waits(action)
    assert (max(aws.versions), aws.deployments) == ("7", {})
    aws.updates[FUNCTION] = "InProgress"
    aws.memory = 512
    assert waits(action)
    aws.take_in()
    assert waits(action)
    assert waits(action)
    assert (aws.memories["8"], len(aws.deployments)) == (512, 1)


def test_a_function_that_is_always_busy_fails_after_its_time(aws: FakeLambda) -> None:
    aws.refuse("UpdateFunctionCode", "ResourceConflictException", times=9, status=409)
    action = action_of(aws)
    assert waits(action)
    aws.pass_time(minutes=16)
    assert f"After 15 minutes {FUNCTION}" in message(action.call())


def test_a_version_that_is_always_refused_fails_after_its_time(aws: FakeLambda) -> None:
    action = action_of(aws)
    assert waits(action)
    aws.take_in()
    aws.refuse("PublishVersion", "ResourceConflictException", times=9, status=409)
    aws.pass_time(minutes=20)
    assert waits(action)
    aws.pass_time(minutes=1)
    assert message(action.call()) == (
        f"After 20 minutes {FUNCTION} had no version: Lambda was busy with it. The alias is as it was."
    )


def test_an_alias_that_somebody_moves_at_this_moment_is_not_taken_for_moved(aws: FakeLambda) -> None:
    aws.alias, aws.versions = "$LATEST", {}
    action = action_of(aws)
    assert waits(action)
    aws.take_in()
    assert waits(action)
    aws.refuse("UpdateAlias", "ResourceConflictException", status=409)
    assert "ResourceConflictException" in message(action.call())


@pytest.mark.parametrize("serving", ["7", "$LATEST"])
def test_nobody_is_sent_to_a_version_that_lambda_still_makes_ready(aws: FakeLambda, serving: str) -> None:
    aws.alias, aws.states["8"] = serving, ("Pending", "The function is being created.")
    action = action_of(aws)
    assert waits(action)
    aws.take_in()
    assert waits(action)
    assert waits(action)
    assert (aws.alias, aws.deployments) == (serving, {})
    del aws.states["8"]
    action.call()
    assert aws.alias == "8" or len(aws.deployments) == 1


@pytest.mark.parametrize("serving", ["7", "$LATEST"])
def test_a_version_that_lambda_can_not_make_ready_is_told_and_gets_nobody(aws: FakeLambda, serving: str) -> None:
    aws.alias, aws.states["8"] = serving, ("Failed", "The subnet has no addresses left")
    action = action_of(aws)
    assert waits(action)
    aws.take_in()
    assert waits(action)
    assert message(action.call()) == (
        f"Lambda could not make version 8 of {FUNCTION} ready: The subnet has no addresses left. The alias is as it "
        "was."
    )
    assert (aws.alias, aws.deployments) == (serving, {})


def test_a_version_that_never_gets_ready_fails_after_its_time(aws: FakeLambda) -> None:
    aws.states["8"] = ("Pending", "")
    action = action_of(aws)
    assert waits(action)
    aws.take_in()
    assert waits(action)
    aws.pass_time(minutes=30)
    assert waits(action)
    aws.pass_time(minutes=1)
    assert message(action.call()) == (
        f"After 30 minutes version 8 of {FUNCTION} was not ready. The alias is as it was."
    )


@pytest.mark.parametrize("code", [b"old", BUNDLE])
def test_what_lambda_has_refused_before_does_not_refuse_what_comes_now(aws: FakeLambda, code: bytes) -> None:
    aws.updates[HOOK], aws.code[HOOK] = "Failed", digest(code)
    aws.changed[HOOK] = aws.now.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    aws.pass_time(minutes=5)
    action = action_of(aws)
    assert waits(action)
    assert {one["FunctionName"] for one in aws.asked("UpdateFunctionCode")} == {FUNCTION, HOOK}
    aws.take_in()
    assert waits(action)
    assert max(aws.versions) == "8"
