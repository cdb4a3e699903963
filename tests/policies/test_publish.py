"""The staged packs, started away from this repository, and what staging refuses."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped] # its stubs are not published with it
import pytest
import yaml
from google.protobuf import empty_pb2, struct_pb2
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from rulebook import staging
from rulebook.packs import DELIVERY, HARDENING, PACKS, Pack
from rulebook.staging import LOCK, POLICIES, StagingError, locked, needed, requirements, stage
from tests.policies.cases.case import exemption
from tests.policies.cases.groups import ROLLBACK, group

WORKFLOW = POLICIES.parent / ".github" / "workflows" / "publish-policies.yml"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the packs' sources, to be spoiled."""
    copy = tmp_path / "policies"
    shutil.copytree(POLICIES, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: str(pack.name))
def test_a_staged_pack_judges_a_resource_away_from_the_repository(pack: Pack, tmp_path: Path) -> None:
    staged = stage(pack, into=tmp_path)
    answers = asked_of(staged)
    told = {answer.policyName for answer in answers}
    assert ("flow-auto-rollback" in told) is (pack is DELIVERY)
    # What it left behind while it ran isn't published.
    ignored = (staged / ".gitignore").read_text().split()
    left = {path.name for path in staged.rglob("*") if path.is_dir() and path.name == "__pycache__"}
    assert left <= {name.rstrip("/") for name in ignored}


def asked_of(staged: Path) -> list[Any]:
    """What a pack, started in an empty environment from another folder, says of a group that doesn't roll back."""
    command = [sys.executable, "-I", "-u", str(staged / "__main__.py")]
    with subprocess.Popen(command, cwd="/", stdout=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin"}) as pack:
        assert pack.stdout is not None
        try:
            with grpc.insecure_channel(f"127.0.0.1:{int(pack.stdout.readline())}") as channel:
                analyzer: Any = analyzer_pb2_grpc.AnalyzerStub(channel)
                analyzer.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack="prod", project="shop"))
                assert analyzer.GetAnalyzerInfo(empty_pb2.Empty()).policies
                given = group()
                properties = struct_pb2.Struct()
                properties.update(dict(given.properties))
                request = analyzer_pb2.AnalyzeRequest(
                    type=given.type, name=given.name, urn=given.urn("prod"), properties=properties
                )
                return list(analyzer.Analyze(request).diagnostics)
        finally:
            pack.terminate()


def test_a_staged_pack_is_all_there_and_nothing_else(tmp_path: Path) -> None:
    staged = stage(HARDENING, into=tmp_path)
    assert {path.name for path in staged.iterdir()} == {
        *("PulumiPolicy.yaml", "__main__.py", "config", "requirements.txt", "rulebook", ".gitignore")
    }
    assert yaml.safe_load((staged / "PulumiPolicy.yaml").read_text())["runtime"] == "python"
    library = {path.relative_to(POLICIES / "rulebook") for path in (POLICIES / "rulebook").rglob("*.py")}
    assert {path.relative_to(staged / "rulebook") for path in (staged / "rulebook").rglob("*.py")} == library
    assert not list(staged.rglob("*.pyc"))


def test_staging_again_leaves_nothing_of_the_last_time(tmp_path: Path) -> None:
    staged = stage(DELIVERY, into=tmp_path)
    (staged / "rulebook" / "gone.py").write_text("")
    stage(DELIVERY, into=tmp_path)
    assert not (staged / "rulebook" / "gone.py").exists()


def test_every_package_that_the_library_imports_is_pinned_with_its_hashes() -> None:
    modules = {"pulumi", "pulumi_policy", "grpc", "google", "packaging"}
    imported = {
        name.partition(".")[0]
        for path in (POLICIES / "rulebook").rglob("*.py")
        for name in re.findall(r"^(?:from|import) ([\w.]+)", path.read_text(), flags=re.MULTILINE)
    }
    assert imported - set(sys.stdlib_module_names) - {"rulebook"} <= modules
    lines = [line for line in requirements().splitlines() if not line.startswith(" ")]
    pinned = {canonicalize_name(Requirement(line.rstrip(" \\")).name) for line in lines}
    assert {"pulumi", "pulumi-policy", "grpcio", "protobuf", "packaging"} <= pinned == set(needed())
    assert all("==" in line and line.endswith("\\") for line in lines)
    assert all(entry.count("--hash=sha256:") for entry in locked().values())


def test_a_lock_file_without_a_needed_package_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / LOCK.name
    lock.write_text(LOCK.read_text().replace("\nsemver==", "\nother=="))
    with pytest.raises(StagingError, match=r"requirements\.lock lacks what the packs need: semver"):
        requirements(lock)


def test_a_version_that_is_not_the_packs_own_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert staging.main(["--into", str(tmp_path), "--version", "9.9.9"]) == 1
    assert "aws-delivery-flow says version 0.1.0 in PulumiPolicy.yaml, and 9.9.9 was asked for" in (
        capsys.readouterr().err
    )
    assert list(tmp_path.iterdir()) == []
    assert staging.main(["--into", str(tmp_path), "--version", "0.1.0"]) == 0


SPOILED: list[tuple[str, Any, str]] = [
    ("config/staging.json", "{", "delivery/config/staging.json: is not JSON"),
    ("config/staging.json", {"flow-nothing": "mandatory"}, "delivery/config/staging.json: flow-nothing: aws-deli"),
    ("exemptions.json", {"flow-nothing": []}, "delivery/exemptions.json: no such rule: flow-nothing"),
    ("exemptions.json", {ROLLBACK.id: [exemption(reason="short")]}, "exemptions[0].reason: must have at least 20"),
    ("exemptions.json", {ROLLBACK.id: [exemption(expires="2026-02-31")]}, "must be a day that exists"),
]


@pytest.mark.parametrize(("file", "content", "said"), SPOILED, ids=[said for *_, said in SPOILED])
def test_a_pack_with_a_wrong_file_is_not_staged(
    sources: Path, tmp_path: Path, file: str, content: Any, said: str
) -> None:
    path = sources / "delivery" / file
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(StagingError, match=re.escape(said)):
        stage(DELIVERY, into=tmp_path / "staged", policies=sources)
    assert not (tmp_path / "staged").exists()


def test_a_reviewed_exemption_travels_with_the_pack(sources: Path, tmp_path: Path) -> None:
    entries = {ROLLBACK.id: [exemption(expires="2999-12-31")]}
    (sources / "delivery" / "exemptions.json").write_text(json.dumps(entries))
    staged = stage(DELIVERY, into=tmp_path / "staged", policies=sources)
    assert ROLLBACK.id not in {answer.policyName for answer in asked_of(staged)}


def test_the_workflow_publishes_on_a_tag_with_pinned_actions_and_as_little_permission_as_it_needs() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True] == {"push": {"tags": ["policies-v*"]}}
    assert workflow["permissions"] == {"contents": "read"}
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.search(r"@(v\d+\.\d+\.\d+|[0-9a-f]{40})$", action) for action in used)
    text = WORKFLOW.read_text()
    assert "${{ github.ref" not in "".join(re.findall(r"run: .*", text)), "a tag's name must not become a command"
    assert "make policies-build" in text
    assert all(f"pulumi -C .offline/policies/{pack.folder} policy publish" in text for pack in PACKS)
