"""The packs as the engine starts them, their documentation and their configuration files."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped] # its stubs are not published with it
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from rulebook import configuration
from rulebook.configuration import configuration_problems
from rulebook.packs import DELIVERY, PACKS, Pack
from tests.policies.cases.case import exemption

POLICIES = Path(configuration.__file__).resolve().parents[1]


def told(folder: Path, *, cwd: Path, stack: str) -> Any:
    """What a pack, started as the language host does, tells the engine of itself for a stack."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin"}) as pack:
        assert pack.stdout is not None
        try:
            with grpc.insecure_channel(f"127.0.0.1:{int(pack.stdout.readline())}") as channel:
                analyzer: Any = analyzer_pb2_grpc.AnalyzerStub(channel)
                analyzer.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack=stack, project="shop"))
                return analyzer.GetAnalyzerInfo(empty_pb2.Empty())
        finally:
            pack.terminate()


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: str(pack.name))
def test_a_pack_starts_in_place_from_any_folder(pack: Pack, tmp_path: Path) -> None:
    info = told(POLICIES / pack.folder, cwd=tmp_path, stack="dev")
    assert (info.name, info.version) == (pack.name, "0.1.0")
    assert [policy.name for policy in info.policies] == [rule.id for rule in pack.rules]


def test_a_pack_starts_when_it_is_staged_with_the_library_inside_it(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    shutil.copytree(POLICIES / DELIVERY.folder, staged)
    shutil.copytree(POLICIES / "rulebook", staged / "rulebook")
    info = told(staged, cwd=Path("/"), stack="prod")
    assert {policy.enforcementLevel for policy in info.policies} == {analyzer_pb2.MANDATORY, analyzer_pb2.ADVISORY}


def test_every_rule_says_what_the_documentation_needs() -> None:
    for rule in (rule for pack in PACKS for rule in pack.rules):
        assert all((rule.title, rule.why, rule.fix, rule.frameworks, rule.reference.startswith("https://"))), rule.id
        assert rule.title.endswith("."), rule.id
        assert rule.fix.endswith("."), rule.id
        defaults = {one.name: one.default for one in rule.all_parameters}
        pack = next(pack for pack in PACKS if rule in pack.rules)
        assert configuration_problems({rule.id: defaults}, pack) == []


def test_a_correct_configuration_has_no_problem() -> None:
    given = {
        "all": "mandatory",
        "flow-tests-before-deploy": "advisory",
        "flow-prod-blue-green": {
            "enforcementLevel": "mandatory",
            "onPremises": "allowInPlace",
            "exemptions": [exemption()],
        },
    }
    assert configuration_problems(given, DELIVERY) == []


WRONG: list[tuple[Any, str]] = [
    ([], "the configuration must be an object"),
    ({"flow-prod-blue-gren": "advisory"}, "no such rule; did you mean flow-prod-blue-green?"),
    ({"iam-no-admin": "advisory"}, "iam-no-admin: aws-delivery-flow has no such rule"),
    ({"all": "obligatory"}, "all: must be one of advisory, mandatory, disabled, remediate"),
    ({"flow-auto-rollback": {"requiredEvent": []}}, "is no parameter of this rule; did you mean requiredEvents?"),
    ({"flow-auto-rollback": {"requiredEvents": "X"}}, "flow-auto-rollback.requiredEvents: must be an array"),
    ({"flow-auto-rollback": {"requiredEvents": [1]}}, "flow-auto-rollback.requiredEvents[0]: must be a string"),
    ({"flow-auto-rollback": {"enforcementLevel": "must"}}, "flow-auto-rollback.enforcementLevel: must be one of"),
    ({"flow-auto-rollback": {"unknown": "ignore"}}, "flow-auto-rollback.unknown: must be one of announce, fail"),
    ({"flow-auto-rollback": {"environment": "prodution"}}, "environment: must be one of"),
    ({"flow-tests-before-deploy": {"minTests": 0}}, "minTests: must be at least 1"),
    ({"flow-tests-before-deploy": {"minTests": 1.5}}, "minTests: must be an integer"),
    ({"flow-tests-before-deploy": {"testPattern": "("}}, "testPattern: must be a regular expression"),
    ({"flow-tests-before-deploy": {"testPattern": "(?!x)"}}, "without look-around, which the engine doesn't know"),
    ({"flow-prod-blue-green": {"exemptions": [{**exemption(), "until": "x"}]}}, "exemptions[0].until: is not known"),
    (
        {"flow-prod-blue-green": {"exemptions": [exemption(expires="2027-02-30")]}},
        "exemptions[0].expires: must be a day",
    ),
]


@pytest.mark.parametrize(("given", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_wrong_configuration_is_told_with_its_place(given: Any, said: str) -> None:
    found = configuration_problems(given, DELIVERY)
    assert len(found) == 1
    assert said in found[0]


def test_the_command_ends_with_1_for_a_file_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "prod.json"
    for text, code in (('{"all": "advisory"}', 0), ('{"flow": {}}', 1), ("{", 1)):
        file.write_text(text)
        assert configuration.main(["delivery", str(file)]) == code
    assert "flow: aws-delivery-flow has no such rule" in capsys.readouterr().err
