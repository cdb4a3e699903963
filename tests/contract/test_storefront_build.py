"""The sample's buildspecs do for real what CodeBuild will do with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.bundle.check import check_bundle
from operations.bundle.contents import open_bundle
from tests.contract.codebuild import Build, clone_of, results, run_build

SAMPLE = Path(__file__).parents[2] / "samples" / "storefront"
COMMIT = "4be1c7a09d3f5e62718394a5b6c7d8e9f0a1b2c3"


def clone(destination: Path) -> Path:
    """A copy of the sample as CodePipeline hands it to the build."""
    return clone_of(SAMPLE, destination)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = clone(tmp_path_factory.mktemp("build") / "source")
    return run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)


@pytest.fixture
def bundle(build: Build, tmp_path: Path) -> Path:
    return build.artifact(destination=tmp_path / "bundle")


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_build_passes_in_a_clean_folder_and_reports_every_unit_test(build: Build) -> None:
    assert build.status == 0, build.output
    counted = results(build.report("unit"))
    assert counted["tests"] >= 20
    assert counted["not passed"] == 0


def test_the_coverage_report_is_cobertura_and_knows_every_module_of_the_service(build: Build) -> None:
    report = build.report("coverage")
    assert report.tag == "coverage"
    assert float(report.attrib["line-rate"]) >= 0.9
    modules = {path.name for path in (SAMPLE / "storefront").glob("*.py")}
    assert {entry.attrib["filename"] for entry in report.iter("class")} == modules - {"__main__.py"}
    lines = list(report.iter("line"))
    assert sum(line.attrib["hits"] != "0" for line in lines) == int(report.attrib["lines-covered"])
    assert len(lines) == int(report.attrib["lines-valid"])


def test_the_build_exports_the_commit_as_its_version_and_writes_it_into_the_bundle(build: Build, bundle: Path) -> None:
    assert build.exported() == {"APP_VERSION": COMMIT}
    assert (bundle / "VERSION").read_text(encoding="utf-8") == f"{COMMIT}\n"


def test_the_bundle_is_one_that_codedeploy_can_deploy(bundle: Path) -> None:
    assert check_bundle(open_bundle(bundle)) == []


def test_the_bundle_holds_what_is_deployed_and_what_tests_it_and_nothing_else(build: Build, bundle: Path) -> None:
    # A cache as a developer's tool may leave it: it must not travel.
    (build.folder / "storefront" / "__pycache__").mkdir(exist_ok=True)
    (build.folder / "storefront" / "__pycache__" / "server.pyc").touch()
    bundle = build.artifact(destination=bundle)
    wanted = {"VERSION", "appspec.yml", "pyproject.toml", "requirements-dev.txt"}
    for folder in ("storefront", "scripts", "buildspecs", "tests/component", "tests/e2e"):
        wanted |= {f"{folder}/{name}" for name in files_of(build.folder / folder) if "__pycache__" not in name}
    assert files_of(bundle) == wanted


def test_a_build_that_is_not_told_its_commit_fails_and_names_the_variable(tmp_path: Path) -> None:
    failed = run_build(clone(tmp_path / "source"))
    assert failed.status != 0
    assert "CODEBUILD_RESOLVED_SOURCE_VERSION" in failed.output


def test_a_failing_unit_test_fails_the_build_and_is_in_the_report(tmp_path: Path) -> None:
    folder = clone(tmp_path / "source")
    module = folder / "storefront" / "application.py"
    module.write_text(module.read_text(encoding="utf-8").replace(":02d}", "}"), encoding="utf-8")
    failed = run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)
    assert failed.status != 0
    assert results(failed.report("unit"))["not passed"] == 1
    assert not (folder / "VERSION").exists()


def test_code_that_no_unit_test_runs_fails_the_build(tmp_path: Path) -> None:
    folder = clone(tmp_path / "source")
    untested = "\n".join(f"    value = {number}" for number in range(60))
    (folder / "storefront" / "untested.py").write_text(
        f"from __future__ import annotations\n\n\ndef run() -> None:\n{untested}\n", encoding="utf-8"
    )
    failed = run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)
    assert failed.status == 1, failed.output
    assert "Required test coverage of 90% not reached" in failed.output


def test_a_hook_script_that_bash_cannot_read_fails_the_build(tmp_path: Path) -> None:
    folder = clone(tmp_path / "source")
    (folder / "scripts" / "after_install.sh").write_text("if true; then\n", encoding="utf-8")
    failed = run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)
    assert failed.status != 0
    assert "after_install.sh" in failed.output


@pytest.mark.parametrize("suite", ["component", "e2e"])
def test_a_suite_passes_on_the_built_bundle_and_reports_its_tests(suite: str, bundle: Path) -> None:
    run = run_build(bundle, buildspec=f"buildspecs/{suite}.yml")
    assert run.status == 0, run.output
    counted = results(run.report(suite))
    assert counted["tests"] >= 2
    assert counted["not passed"] == 0


@pytest.mark.parametrize("suite", ["component", "e2e"])
def test_a_suite_fails_on_a_bundle_that_is_broken_and_still_reports(suite: str, bundle: Path) -> None:
    module = bundle / "storefront" / "application.py"
    module.write_text(
        module.read_text(encoding="utf-8").replace('"version": self', '"release": self'), encoding="utf-8"
    )
    run = run_build(bundle, buildspec=f"buildspecs/{suite}.yml")
    assert run.status != 0
    assert results(run.report(suite))["not passed"] >= 1
