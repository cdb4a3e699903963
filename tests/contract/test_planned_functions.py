"""The archives of the functions, as planned, start under a bare Python with nothing but boto3."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import boto3
import pytest

from tests.contract.function_archive import zipped
from tests.unit.planning import planned

FUNCTION = "aws:lambda/function:Function"
FUNCTIONS = [
    pytest.param(stack, function.name, id=f"{stack}-{function.name}")
    for stack in ("staging", "prod")
    for function in planned(stack).of(FUNCTION)
]
# Imports the handler as Lambda does, and tells where each module came from: neither the repository nor site-packages
# beside boto3's own may have helped.
IMPORTER = """
import importlib, sys
sys.path[:0] = [{code!r}, {libraries!r}]
module, name = {handler!r}.rsplit(".", 1)
entry = getattr(importlib.import_module(module), name)
entry.__call__
assert importlib.import_module(module).__file__.startswith({code!r})
files = {{name: getattr(one, "__file__", None) or "" for name, one in sys.modules.items()}}
print(*sorted({{name.split(".")[0] for name, file in files.items() if file.startswith({libraries!r})}}))
"""
WITH_BOTO3 = {"boto3", "botocore", "certifi", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}


@pytest.mark.parametrize(("stack", "name"), FUNCTIONS)
def test_a_planned_archive_has_the_handler_that_lambda_is_told(stack: str, name: str, tmp_path: Path) -> None:
    function = planned(stack).named(name)
    code = tmp_path / "code"
    with zipfile.ZipFile(io.BytesIO(zipped(function.inputs["code"]))) as archive:
        archive.extractall(code)
    libraries = str(Path(boto3.__file__).parents[1])
    script = IMPORTER.format(code=str(code), libraries=libraries, handler=function.inputs["handler"])
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script],
        cwd=tmp_path,
        env={"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert set(finished.stdout.split()) <= WITH_BOTO3


@pytest.mark.parametrize(("stack", "name"), FUNCTIONS)
def test_a_planned_archive_is_small_and_holds_python_source_alone(stack: str, name: str) -> None:
    content = zipped(planned(stack).named(name).inputs["code"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {Path(entry).suffix for entry in archive.namelist()} == {".py"}
    assert len(content) < 200_000


def test_a_blue_green_stack_has_three_functions_and_an_in_place_one_has_none() -> None:
    assert {stack: len(planned(stack).of(FUNCTION)) for stack in ("dev", "staging", "prod")} == {
        "dev": 0,
        "staging": 3,
        "prod": 3,
    }
