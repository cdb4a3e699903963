"""The ready buildspecs, as written, build the samples that have none: for the runtimes that every machine has here.

What packages they need, they get from the registries, as a build does.
"""

from __future__ import annotations

import os
import venv
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from components.runtimes import Runtime, ready_buildspec
from tests.contract.codebuild import Build, clone_of, results, run_build

SAMPLES = Path(__file__).parents[2] / "samples"
COMMIT = "4be1c7a09d3f5e62718394a5b6c7d8e9f0a1b2c3"
# The versions are this machine's own, so a buildspec must not choose one here.
BUILDSPECS = {runtime: ready_buildspec(runtime, runtime_versions={}) for runtime in Runtime}


@dataclass(frozen=True)
class Sample:
    """What a test needs to know of a sample.

    Args:
        tests: how many unit tests it has.
        served: what of the artifact's `app/` serves.
        source, said, wrong: a file, what it says, and what makes a unit test fail there.
    """

    tests: int
    served: str
    source: str
    said: str = "Hello, "
    wrong: str = "Goodbye, "


BUILT = {
    Runtime.GO: Sample(tests=4, served="greeter", source="internal/greeting/greeting.go"),
    Runtime.JAVA: Sample(tests=4, served="app.jar", source="src/main/java/com/example/greeter/Greeter.java"),
    Runtime.NODE: Sample(tests=4, served="src/main.js", source="src/greeter.js"),
    Runtime.PYTHON: Sample(tests=4, served="greeter/__main__.py", source="greeter/service.py"),
}


def build(folder: Path, runtime: Runtime, **variables: str) -> Build:
    """Run a ready buildspec in `folder` with what this machine tells the clients of its registries."""
    machine = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return run_build(
        folder,
        buildspec=BUILDSPECS[runtime],
        **{**machine, "PIP_NO_INDEX": "", "CODEBUILD_RESOLVED_SOURCE_VERSION": COMMIT, **variables},
    )


@pytest.fixture(scope="module")
def python_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which `python` is one to install into."""
    folder = tmp_path_factory.mktemp("python") / "environment"
    venv.create(folder, with_pip=True)
    return os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory, python_path: str) -> Mapping[Runtime, Build]:
    """Every sample, built."""
    workspace = tmp_path_factory.mktemp("builds")

    def built(runtime: Runtime) -> Build:
        folder = clone_of(SAMPLES / runtime, workspace / runtime)
        return build(folder, runtime, PATH=python_path, COVERAGE_THRESHOLD="40", ARTIFACT_PATHS="README.md")

    with ThreadPoolExecutor(max_workers=len(BUILT)) as pool:
        return dict(zip(BUILT, pool.map(built, BUILT), strict=True))


@pytest.mark.parametrize("runtime", BUILT)
def test_a_sample_without_a_buildspec_is_built_and_reports_its_unit_tests(
    builds: Mapping[Runtime, Build], runtime: Runtime
) -> None:
    finished = builds[runtime]
    assert finished.status == 0, finished.output
    assert results(finished.report("unit")) == {"tests": BUILT[runtime].tests, "not passed": 0}
    assert finished.exported() == {"APP_VERSION": COMMIT}
