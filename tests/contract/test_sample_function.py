"""The sample for Lambda: its build run for real, its hooks asked with the events that CodeDeploy sends."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.contract.codebuild import Build, clone_of, results, run_build

SAMPLE = Path(__file__).parents[2] / "samples" / "function"
COMMIT = "4be1c7a09d3f5e62718394a5b6c7d8e9f0a1b2c3"
EVENT = {"DeploymentId": "d-EXAMPLE11", "LifecycleEventHookExecutionId": "hook-1"}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = clone_of(SAMPLE, tmp_path_factory.mktemp("build") / "source")
    return run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)


@pytest.fixture
def bundle(build: Build, tmp_path: Path) -> Path:
    """What Lambda unpacks."""
    return build.artifact(destination=tmp_path / "bundle")


def loaded(bundle: Path, name: str) -> ModuleType:
    """A module of the bundle, and no other of its name."""
    specification = importlib.util.spec_from_file_location(f"bundle_{name}", bundle / f"{name}.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


class Account:
    """Lambda and CodeDeploy as the hooks see them: the function is the bundle's own code."""

    def __init__(self, greeter: ModuleType) -> None:
        self.greeter = greeter
        self.versions = ["$LATEST", "1", "9", "10"]
        self.target = "10"
        self.tells = True
        self.broken: set[str] = set()
        self.silent: set[str] = set()
        self.asked: list[str] = []
        self.told: list[dict[str, Any]] = []

    def client(self, _: str) -> Account:
        return self

    def get_paginator(self, operation: str) -> Account:
        assert operation == "list_versions_by_function"
        return self

    def paginate(self, **asked: str) -> list[dict[str, Any]]:
        assert asked == {"FunctionName": "greeter-dev"}
        return [{"Versions": [{"Version": one}]} for one in self.versions]

    def get_deployment(self, **asked: str) -> dict[str, Any]:
        assert asked == {"deploymentId": "d-EXAMPLE11"}
        properties = {"Name": "greeter-dev", "TargetVersion": self.target}
        content = json.dumps({"Resources": [{"greeter-dev": {"Properties": properties}}]})
        told = {"appSpecContent": {"content": content}} if self.tells else {}
        return {"deploymentInfo": {"revision": {"revisionType": "AppSpecContent", **told}}}

    def invoke(self, **asked: str) -> dict[str, Any]:
        self.asked.append(asked["Qualifier"])
        if asked["Qualifier"] in self.broken:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b"{}")}
        if asked["Qualifier"] in self.silent:
            return {"Payload": io.BytesIO(b"null")}
        answer = self.greeter.handle(json.loads(asked["Payload"]), None)
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def put_lifecycle_event_hook_execution_status(self, **told: str) -> None:
        self.told.append(told)


@pytest.fixture
def account(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("FUNCTION", "greeter-dev")
    return Account(loaded(bundle, "greeter"))


@pytest.fixture
def hooks(bundle: Path, account: Account) -> ModuleType:
    module = loaded(bundle, "hooks")
    vars(module)["boto3"] = account
    return module


def test_the_build_passes_and_hands_over_what_lambda_runs_and_nothing_else(build: Build, bundle: Path) -> None:
    assert build.status == 0, build.output
    assert results(build.report("unit"))["not passed"] == 0
    assert {path.relative_to(bundle).as_posix() for path in bundle.rglob("*")} == {"VERSION", "greeter.py", "hooks.py"}
    assert build.exported() == {"APP_VERSION": COMMIT}


def test_the_bundle_knows_its_version(bundle: Path) -> None:
    answer = loaded(bundle, "greeter").handle({"rawPath": "/health"}, None)
    assert json.loads(answer["body"]) == {"status": "ok", "version": COMMIT}


@pytest.mark.parametrize(("hook", "qualifier"), [("before", "10"), ("after", "live")])
@pytest.mark.parametrize("good", [True, False])
def test_a_hook_asks_the_right_version_and_tells_codedeploy(
    hooks: ModuleType, account: Account, hook: str, qualifier: str, good: bool
) -> None:
    if not good:
        account.broken.add(qualifier)
    getattr(hooks, hook)(EVENT, None)
    assert set(account.asked) == {qualifier}
    assert account.told == [
        {
            "deploymentId": "d-EXAMPLE11",
            "lifecycleEventHookExecutionId": "hook-1",
            "status": "Succeeded" if good else "Failed",
        }
    ]


def test_an_older_version_that_is_deployed_again_is_the_one_that_is_asked(hooks: ModuleType, account: Account) -> None:
    account.target, account.broken = "9", {"10"}
    hooks.before(EVENT, None)
    assert (set(account.asked), account.told[0]["status"]) == ({"9"}, "Succeeded")


def test_where_codedeploy_does_not_tell_the_version_the_newest_is_asked(hooks: ModuleType, account: Account) -> None:
    account.tells = False
    hooks.before(EVENT, None)
    assert (set(account.asked), account.told[0]["status"]) == ({"10"}, "Succeeded")


@pytest.mark.parametrize("hook", ["before", "after"])
def test_a_version_that_answers_nonsense_fails_its_hook_at_once(hooks: ModuleType, account: Account, hook: str) -> None:
    account.silent = {"10", "live"}
    getattr(hooks, hook)(EVENT, None)
    assert [one["status"] for one in account.told] == ["Failed"]


def test_a_function_without_a_version_fails_the_hook(hooks: ModuleType, account: Account) -> None:
    account.versions, account.tells = ["$LATEST"], False
    hooks.before(EVENT, None)
    assert account.told[0]["status"] == "Failed"


def test_the_hooks_import_nothing_but_python_and_boto3() -> None:
    allowed = {*sys.stdlib_module_names, "boto3"}
    lines = (SAMPLE / "hooks.py").read_text(encoding="utf-8").splitlines()
    assert {line.split()[1] for line in lines if line.startswith(("import ", "from "))} <= allowed
