"""The look for drift by the clock: what it runs, when, and what it may do."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.drift import differences
from tests.unit.drift import with_drift
from tests.unit.planning import Planned, planned

NAME = "delivery-prod-drift"
READS = re.compile(r"(BatchGet|Describe|Get|List|Lookup|View)\w*|BatchCheckLayerAvailability|Decrypt")


@pytest.fixture(scope="module")
def prod() -> Planned:
    return planned("prod", with_drift)


def buildspec(plan: Planned) -> Any:
    return yaml.safe_load(plan.one("aws:codebuild/project:Project", name=NAME).inputs["source"]["buildspec"])


def test_without_a_word_nobody_looks() -> None:
    assert [one.name for one in planned("prod").resources if "drift" in one.name] == []


def test_its_role_reads_and_writes_nothing_but_its_log(prod: Planned) -> None:
    role = prod.one("aws:iam/role:Role", name=NAME)
    (policy,) = [one for one in prod.of("aws:iam/rolePolicy:RolePolicy") if one.parent == role.urn]
    allowed = [action for one in policy.json("policy")["Statement"] for action in _listed(one["Action"])]
    writes = {action for action in allowed if not READS.fullmatch(action.partition(":")[2])}
    assert writes == {"logs:CreateLogStream", "logs:PutLogEvents"}
    (attached,) = prod.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role=NAME)
    assert attached.inputs["policyArn"] == "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_it_decrypts_the_state_and_what_the_stack_encrypts_of_functions_and_schedules(prod: Planned) -> None:
    role = prod.one("aws:iam/role:Role", name=NAME)
    (policy,) = [one for one in prod.of("aws:iam/rolePolicy:RolePolicy") if one.parent == role.urn]
    decrypts = [one for one in policy.json("policy")["Statement"] if one["Action"] == ["kms:Decrypt"]]
    key = prod.one("aws:kms/key:Key").arn
    assert {one["Resource"][0]: one.get("Condition") for one in decrypts} == {
        "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab": None,
        key: {
            "StringEquals": {"kms:ViaService": ["lambda.eu-west-1.amazonaws.com", "scheduler.eu-west-1.amazonaws.com"]}
        },
    }


def test_the_clock_starts_the_project_and_nothing_else(prod: Planned) -> None:
    schedule = prod.one("aws:scheduler/schedule:Schedule", name=NAME).inputs
    project = prod.one("aws:codebuild/project:Project", name=NAME)
    assert (schedule["scheduleExpression"], schedule["scheduleExpressionTimezone"]) == (
        "cron(0 5 ? * MON-FRI *)",
        "Europe/Berlin",
    )
    assert schedule["target"]["arn"] == project.arn
    role = prod.one("aws:iam/role:Role", name=f"{NAME}-schedule")
    (policy,) = [one for one in prod.of("aws:iam/rolePolicy:RolePolicy") if one.parent == role.urn]
    assert {action for one in policy.json("policy")["Statement"] for action in _listed(one["Action"])} == {
        "codebuild:StartBuild",
        "kms:Decrypt",
    }


def test_the_project_has_its_own_image_and_knows_stack_and_state(prod: Planned) -> None:
    project = prod.one("aws:codebuild/project:Project", name=NAME).inputs
    machine = project["environment"]
    assert machine["image"].startswith("111122223333.dkr.ecr.eu-west-1.amazonaws.com/pulumi@sha256:")
    assert machine["imagePullCredentialsType"] == "SERVICE_ROLE"
    variables = {one["name"]: one["value"] for one in machine["environmentVariables"]}
    assert variables == {
        "PROGRAM": "delivery",
        "STACK": "prod",
        "STATE": "s3://delivery-state?region=eu-west-1&awssdk=v2",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    assert project["source"]["type"] == "NO_SOURCE"


def test_its_program_is_the_one_in_pulumi_yaml(prod: Planned) -> None:
    assert "name: delivery\n" in Path("Pulumi.yaml").read_text(encoding="utf-8")
    assert buildspec(prod)["env"]["exported-variables"] == ["DRIFT"]


def test_what_it_runs_is_bash_and_short_enough_for_aws(prod: Planned) -> None:
    commands = "\n".join(buildspec(prod)["phases"]["build"]["commands"])
    checked = subprocess.run(["bash", "-n"], input=commands, text=True, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "pulumi refresh --preview-only" in commands
    assert "--yes" not in commands


def test_its_end_is_told_by_the_function_that_asks_the_build(prod: Planned) -> None:
    role = prod.one("aws:iam/role:Role", name="delivery-prod-tell-people")
    (policy,) = [one for one in prod.of("aws:iam/rolePolicy:RolePolicy") if one.parent == role.urn]
    asks = [one for one in policy.json("policy")["Statement"] if "codebuild:BatchGetBuilds" in one["Action"]]
    assert [one["Resource"] for one in asks] == [[prod.one("aws:codebuild/project:Project", name=NAME).arn]]


def run(word: str, document: Any) -> subprocess.CompletedProcess[str]:
    """The module by itself, as the project runs it."""
    words = [sys.executable, "-I", differences.__file__, word]
    return subprocess.run(words, input=json.dumps(document), text=True, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], ""),
        ([{"op": "delete", "urn": "a::mail", "oldState": {"type": "x"}}], "1 resource: mail (gone)"),
        (
            [
                {"op": "update", "urn": "a::mail", "detailedDiff": {"b": {}, "a": {}}},
                {"op": "delete", "urn": "a::page"},
            ],
            "2 resources: mail (a, b), page (gone)",
        ),
    ],
)
def test_what_has_drifted_is_said_in_a_line_without_values(steps: Any, said: str) -> None:
    assert run("summary", {"steps": steps}).stdout == said


def test_many_are_said_as_far_as_a_notice_has_room() -> None:
    steps = [{"op": "delete", "urn": f"a::resource-{number}"} for number in range(300)]
    line = run("summary", {"steps": steps}).stdout
    assert line.startswith("300 resources: resource-0 (gone)")
    assert (len(line), line[-1]) == (1000, "…")


@pytest.mark.parametrize(
    ("kept", "file"),
    [
        (
            {"type": "cloud", "state": {"url": "awskms://alias/state?region=eu-west-1", "encryptedkey": "QUJD"}},
            {"secretsprovider": "awskms://alias/state?region=eu-west-1", "encryptedkey": "QUJD"},
        ),
        ({"type": "passphrase", "state": {"salt": "v1:abc"}}, {"encryptionsalt": "v1:abc"}),
        (None, None),
    ],
)
def test_a_stack_file_encrypts_as_the_state_does(kept: Any, file: Any) -> None:
    assert yaml.safe_load(run("stack-file", {"deployment": {"secrets_providers": kept}}).stdout) == file


def test_secrets_that_are_kept_elsewhere_are_said() -> None:
    done = run("stack-file", {"deployment": {"secrets_providers": {"type": "service"}}})
    assert done.returncode != 0
    assert "secrets are kept by service; allowed: cloud (a key of KMS), passphrase" in done.stderr


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
