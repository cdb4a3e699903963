"""The functions keep what they promise the program: actions that IAM knows, the entry, what their archive needs."""

import ast
import inspect
import json
import shutil
import sys
from pathlib import Path

import pytest

from pipeline_job.clients import runtime_clients
from pipeline_job.run import answer_job
from tests.contract.function_archive import WITH_BOTO3, imported_bare
from tests.contract.functions import FUNCTIONS, NAMES, SHARED, function, handler
from tests.unit.authorization import actions_meant
from tests.unit.functions.fake_aws import FakeAws
from tests.unit.functions.pipeline_action import job_event, user_parameters

FLEET_NAMES = ("shift_traffic", "verify_release", "retire_fleet")


def imported(package: str) -> list[str]:
    """Every module that the files of a package import."""
    modules = []
    for path in (FUNCTIONS / package).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return modules


@pytest.mark.parametrize("name", NAMES)
def test_every_declared_action_is_one_that_iam_knows(name: str) -> None:
    for action in (*function(name).API_ACTIONS, *function(name).IMPLIED_ACTIONS):
        assert actions_meant(action) == [action]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_that_writes_what_is_encrypted_may_use_the_key_and_no_other_may(name: str) -> None:
    writes = bool({"s3:PutObject", "sns:Publish"} & set(function(name).API_ACTIONS))
    assert writes == ({"kms:Decrypt", "kms:GenerateDataKey"} <= set(function(name).IMPLIED_ACTIONS))


@pytest.mark.parametrize("name", NAMES)
def test_a_function_declares_the_shared_packages_that_it_imports(name: str) -> None:
    needed: set[str] = set()
    seeking = [name]
    while seeking:
        found = {module.split(".")[0] for module in imported(seeking.pop())} & set(SHARED) - needed
        needed |= found
        seeking += found
    assert list(function(name).PACKAGES) == sorted(needed)


@pytest.mark.parametrize("name", NAMES)
def test_every_function_declares_its_actions_and_the_implied_ones_sorted_and_apart(name: str) -> None:
    called, implied = function(name).API_ACTIONS, function(name).IMPLIED_ACTIONS
    assert list(called) == sorted(set(called))
    assert list(implied) == sorted(set(implied))
    assert not set(called) & set(implied)
    assert not [action for action in (*called, *implied) if "*" in action]


@pytest.mark.parametrize("name", NAMES)
def test_the_declaration_can_be_read_without_loading_boto3(name: str) -> None:
    tree = ast.parse((FUNCTIONS / name / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_has_the_entry_that_lambda_is_told(name: str) -> None:
    assert list(inspect.signature(handler(name).handle).parameters) == ["event", "_context"]


def test_the_functions_look_alike() -> None:
    shapes = {name: {path.name for path in (FUNCTIONS / name).glob("*.py")} for name in NAMES}
    assert [name for name, files in shapes.items() if not {"__init__.py", "decide.py", "handler.py"} <= files] == []


@pytest.mark.parametrize("name", [*NAMES, *SHARED])
def test_an_archive_needs_nothing_but_python_boto3_and_the_shared_packages(name: str) -> None:
    allowed = {*sys.stdlib_module_names, "boto3", "botocore", *SHARED, name}
    assert [module for module in imported(name) if module.split(".")[0] not in allowed] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_function_starts_with_the_packages_that_it_declares_and_boto3_alone(name: str, tmp_path: Path) -> None:
    for package in (name, *function(name).PACKAGES):
        shutil.copytree(FUNCTIONS / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    assert imported_bare(tmp_path, handler=f"{name}.handler.handle") <= WITH_BOTO3


@pytest.mark.parametrize("name", NAMES)
def test_the_decisions_of_a_function_know_no_aws_client(name: str) -> None:
    text = (FUNCTIONS / name / "decide.py").read_text(encoding="utf-8")
    assert "boto" not in text
    assert "clients" not in text


@pytest.mark.parametrize("name", FLEET_NAMES)
def test_the_entry_of_a_function_answers_with_the_clients_of_the_runtime(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = FakeAws()
    monkeypatch.setattr(handler(name), "runtime_clients", lambda: aws.clients)
    handler(name).handle(job_event(parameters="no json"), None)
    assert [answer["failureDetails"]["message"] for answer in aws.answers] == ["UserParameters is not JSON."]


@pytest.mark.parametrize("name", FLEET_NAMES)
def test_a_function_takes_from_its_environment_what_the_pipeline_does_not_say(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = json.loads(user_parameters())
    asked = json.dumps({"execution": fixed.pop("execution")})
    monkeypatch.setenv("PARAMETERS", json.dumps(fixed))
    aws = FakeAws()
    answer_job(job_event(parameters=asked), visit=handler(name).visit, clients=aws.clients)
    assert "codedeploy:GetDeploymentGroup" in aws.actions


def test_codedeploy_is_called_once_because_create_deployment_knows_no_client_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    runtime_clients.cache_clear()
    assert runtime_clients().codedeploy.meta.config.retries["total_max_attempts"] == 1
    assert runtime_clients().codepipeline.meta.config.retries["total_max_attempts"] > 1
    runtime_clients.cache_clear()
