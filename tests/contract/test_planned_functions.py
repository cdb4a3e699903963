"""The archives of the functions, as planned, start under a bare Python with nothing but boto3."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.contract.function_archive import WITH_BOTO3, imported_bare, zipped
from tests.unit.planning import STACKS, planned

FUNCTION = "aws:lambda/function:Function"
FUNCTIONS = [
    pytest.param(stack, name, id=f"{stack}-{name}")
    for stack in STACKS
    # Sorted: resources are registered in any order, and every process has to collect the same tests.
    for name in sorted(function.name for function in planned(stack).of(FUNCTION))
]


@pytest.mark.parametrize(("stack", "name"), FUNCTIONS)
def test_a_planned_archive_has_the_handler_that_lambda_is_told(stack: str, name: str, tmp_path: Path) -> None:
    function = planned(stack).named(name)
    code = tmp_path / "code"
    with zipfile.ZipFile(io.BytesIO(zipped(function.inputs["code"]))) as archive:
        archive.extractall(code)
    assert imported_bare(code, handler=function.inputs["handler"]) <= WITH_BOTO3


@pytest.mark.parametrize(("stack", "name"), FUNCTIONS)
def test_a_planned_archive_is_small_and_holds_python_source_and_what_is_told_by_a_file(stack: str, name: str) -> None:
    content = zipped(planned(stack).named(name).inputs["code"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        others = {entry for entry in archive.namelist() if Path(entry).suffix != ".py"}
    assert others == ({"record_release/pipelines.json"} if name == "ledger-record" else set())
    assert len(content) < 200_000


def test_a_stack_has_the_functions_of_its_fleets_its_lane_its_releases_its_repository_and_its_audiences() -> None:
    fleets = {"shift_traffic", "verify_release", "retire_fleet"}
    approvals = {"gather_evidence", "check_approvers", "reject_stale_approvals"}
    handlers = {stack: {one.inputs["handler"] for one in planned(stack).of(FUNCTION)} for stack in STACKS}
    every = {"measure_delivery", "record_release", "tell_people"}
    assert {stack: {one.split(".")[0] for one in named} for stack, named in handlers.items()} == {
        "dev": {*every, "check_pull_request", "merge_back", "tag_release"},
        "staging": {*every, *fleets, "announce_hotfix", "promote_release"},
        "prod": {*every, *fleets, *approvals, "admit_release"},
    }
