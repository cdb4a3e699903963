"""The ready buildspecs, as written, build the samples that have none: for the runtimes that every machine has here.

What packages they need, they get from the registries, as a build does.
"""

from __future__ import annotations

import json
import os
import re
import sysconfig
import venv
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from operations.bundle.check import check_bundle
from operations.bundle.contents import open_bundle
from runtimes import Runtime, ready_buildspec
from tests.contract.codebuild import Build, clone_of, results, run_build
from tests.contract.codedeploy import Server
from tests.contract.systemctl import put_on_path

SAMPLES = Path(__file__).parents[2] / "samples"
COMMIT = "4be1c7a09d3f5e62718394a5b6c7d8e9f0a1b2c3"
# The versions are this machine's own, so a buildspec must not choose one here.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""What spares a Java that lives for seconds its optimizing compiler and its threads."""
KEPT = Path(__file__).parents[2] / ".offline" / "builds"
"""The cache of the builds before this one, which `make clean` takes away."""
BUILDSPECS = {runtime: ready_buildspec(runtime, runtime_versions={}) for runtime in Runtime}


@dataclass(frozen=True)
class Sample:
    """What a test needs to know of a sample.

    Args:
        tests: how many unit tests it has.
        served: what of the artifact's `app/` serves.
        source: the file that says hello.
    """

    tests: int
    served: str
    source: str


BUILT = {
    Runtime.GO: Sample(tests=4, served="greeter", source="internal/greeting/greeting.go"),
    Runtime.JAVA: Sample(tests=4, served="app.jar", source="src/main/java/com/example/greeter/Greeter.java"),
    Runtime.NODE: Sample(tests=4, served="src/main.js", source="src/greeter.js"),
    Runtime.PYTHON: Sample(tests=4, served="greeter/__main__.py", source="greeter/service.py"),
}


MISSING = {
    Runtime.DOTNET: "nothing to build: the root of the repository must hold one solution; it holds: none",
    Runtime.GO: "nothing to build: no go.mod",
    Runtime.JAVA: "nothing to build: no pom.xml",
    Runtime.NODE: "nothing to build: package.json and package-lock.json must be in the root",
    Runtime.PYTHON: "nothing to build: no pyproject.toml of a package and no requirements.txt",
    Runtime.RUBY: "nothing to build: no Gemfile",
}


STRANGERS = {
    "stranger.go": "package main\n\nfunc main() {\n\tprintln()\n}\n",
    # Where npx has packages. Node's runner looks into hidden folders, and leaves out those of that name alone.
    "node_modules/stranger.test.js": "throw new Error('nobody asked');\n",
    "stranger.py": "import nothing\n",
    "test_stranger.py": "def test_nothing():\n    assert False\n",
}
"""What would be built, tested or counted, were it not in the cache."""

OFFLINE = {
    Runtime.GO: {},
    Runtime.JAVA: {"MAVEN_ARGS": "--offline"},
    Runtime.NODE: {"npm_config_offline": "true"},
    Runtime.PYTHON: {},
}
"""How a client is told to fetch nothing; pip asks its index whatever it has, Go whether a tool is deprecated."""


def _jacoco(report: Element) -> tuple[int, int]:
    (counter,) = (one for one in report.findall("counter") if one.attrib["type"] == "LINE")
    return int(counter.attrib["covered"]), int(counter.attrib["covered"]) + int(counter.attrib["missed"])


def _clover(report: Element) -> tuple[int, int]:
    (metrics,) = report.findall("project/metrics")
    return int(metrics.attrib["coveredstatements"]), int(metrics.attrib["statements"])


def _cobertura(report: Element) -> tuple[int, int]:
    lines = report.findall("packages/package/classes/class/lines/line")
    return sum(line.attrib["hits"] != "0" for line in lines), len(lines)


LINES: Mapping[str, Callable[[Element], tuple[int, int]]] = {
    "CLOVERXML": _clover,
    "COBERTURAXML": _cobertura,
    "JACOCOXML": _jacoco,
}
"""By format: how many lines a report knows as covered, and how many as lines at all."""


def with_cache(folder: Path) -> Path:
    """Put the cache into the source, as CodeBuild does before a build, and code beside it that is nobody's business."""
    cache = folder / ".build-cache"
    cache.mkdir()
    for tool in ("go", "maven", "npm", "pip"):
        (KEPT / tool).mkdir(parents=True, exist_ok=True)
        (cache / tool).symlink_to(KEPT / tool)
    for name, text in STRANGERS.items():
        stranger = cache / "stranger" / name
        stranger.parent.mkdir(parents=True, exist_ok=True)
        stranger.write_text(text, encoding="utf-8")
    return folder


def build(folder: Path, runtime: Runtime, **variables: str) -> Build:
    """Run a ready buildspec in `folder` with what this machine tells the clients of its registries."""
    machine = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    java = f"{machine.get('JAVA_TOOL_OPTIONS', '')} {SHORT_LIVED}"
    return run_build(
        folder,
        buildspec=BUILDSPECS[runtime],
        **{
            **machine,
            "PIP_NO_INDEX": "",
            "JAVA_TOOL_OPTIONS": java,
            # Else nobody but root could take the cache away.
            "GOFLAGS": "-modcacherw",
            "CODEBUILD_RESOLVED_SOURCE_VERSION": COMMIT,
            **variables,
        },
    )


@pytest.fixture(scope="module")
def python_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which `python` is one to install into; what these tests have is installed there already."""
    folder = tmp_path_factory.mktemp("python") / "environment"
    venv.create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "of_the_tests.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory, python_path: str) -> Mapping[Runtime, tuple[Build, Build]]:
    """Every sample, built: as it is, and then with a fault that a unit test finds, of what the first build fetched."""
    workspace = tmp_path_factory.mktemp("builds")

    def built(runtime: Runtime) -> tuple[Build, Build]:
        good = with_cache(clone_of(SAMPLES / runtime, workspace / runtime))
        faulty = with_cache(clone_of(SAMPLES / runtime, workspace / f"faulty-{runtime}"))
        source = faulty / BUILT[runtime].source
        source.write_text(source.read_text(encoding="utf-8").replace("Hello, ", "Goodbye, "), encoding="utf-8")
        return (
            build(good, runtime, PATH=python_path, COVERAGE_THRESHOLD="50", ARTIFACT_PATHS="README.md"),
            build(faulty, runtime, PATH=python_path, **OFFLINE[runtime]),
        )

    with ThreadPoolExecutor(max_workers=len(BUILT)) as pool:
        return dict(zip(BUILT, pool.map(built, BUILT), strict=True))


@pytest.fixture(params=BUILT)
def runtime(request: pytest.FixtureRequest) -> Runtime:
    return Runtime(request.param)


@pytest.fixture
def good(builds: Mapping[Runtime, tuple[Build, Build]], runtime: Runtime) -> Build:
    return builds[runtime][0]


@pytest.fixture
def faulty(builds: Mapping[Runtime, tuple[Build, Build]], runtime: Runtime) -> Build:
    return builds[runtime][1]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The sample that is built quickest."""
    return with_cache(clone_of(SAMPLES / Runtime.GO, tmp_path / "source"))


def test_a_sample_without_a_buildspec_is_built_and_reports_its_unit_tests(good: Build, runtime: Runtime) -> None:
    assert good.status == 0, good.output
    assert good.specification["reports"]["unit"]["file-format"] == "JUNITXML"
    assert results(good.report("unit")) == {"tests": BUILT[runtime].tests, "not passed": 0}
    assert good.exported() == {"APP_VERSION": COMMIT}


def test_the_coverage_report_has_the_declared_format_and_the_coverage_that_was_compared(good: Build) -> None:
    covered, lines = LINES[good.specification["reports"]["coverage"]["file-format"]](good.report("coverage"))
    assert 0 < covered <= lines
    said = re.search(r"the unit tests cover ([\d.]+)% of the lines", good.output)
    assert said, good.output
    assert float(said[1]) == pytest.approx(100 * covered / lines, abs=0.01)


def test_the_artifact_serves_what_was_built_once_it_is_deployed(
    good: Build, runtime: Runtime, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = put_on_path(monkeypatch, tmp_path)
    artifact = good.artifact(destination=tmp_path / "artifact")
    assert {path.name for path in artifact.iterdir()} >= {"VERSION", "app", "appspec.yml", "scripts", "README.md"}
    assert (artifact / "app" / BUILT[runtime].served).is_file()
    assert not (artifact / "tests" / "unit").exists()
    assert [path for path in artifact.rglob("*") if "stranger" in path.name or path.name == ".build-cache"] == []
    assert check_bundle(open_bundle(artifact)) == []
    server.deploy(artifact)
    assert server.health() == {"status": "ok", "version": COMMIT}
    packages = SAMPLES / runtime / "scripts" / "packages"
    wanted = (
        [f"install --assumeyes --quiet {packages.read_text(encoding='utf-8').strip()}"] if packages.exists() else []
    )
    assert (asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []) == wanted


def test_a_failing_unit_test_fails_the_build_and_is_in_the_report(faulty: Build) -> None:
    assert faulty.status != 0
    assert results(faulty.report("unit"))["not passed"] >= 1
    assert not (faulty.folder / "build-output" / "artifact" / "VERSION").exists()


@pytest.mark.parametrize(("threshold", "status"), [("56", 0), ("56.5", 1), ("sixty", 1)])
def test_too_little_coverage_fails_the_build_with_both_numbers(small: Path, threshold: str, status: int) -> None:
    finished = build(small, Runtime.GO, COVERAGE_THRESHOLD=threshold)
    assert finished.status == status, finished.output
    sentence = f"coverage is too low: 56.00% of the lines, and COVERAGE_THRESHOLD is {threshold}%"
    assert (sentence in finished.output) == bool(status)


@pytest.mark.parametrize("empty", Runtime)
def test_an_empty_repository_is_told_what_is_missing(empty: Runtime, tmp_path: Path) -> None:
    finished = build(tmp_path, empty)
    assert finished.status == 1
    assert MISSING[empty] in finished.output
    assert "failed in install" not in finished.output, "the first sentence is the last"


def test_a_repository_without_an_appspec_is_told_before_its_tests_run(small: Path) -> None:
    (small / "appspec.yml").unlink()
    finished = build(small, Runtime.GO)
    assert finished.status == 1
    assert "appspec.yml is missing in the root of the repository" in finished.output
    assert not (small / "build-output").exists()


def test_a_build_that_is_not_told_its_commit_fails_and_names_the_variable(small: Path) -> None:
    finished = build(small, Runtime.GO, CODEBUILD_RESOLVED_SOURCE_VERSION="")
    assert finished.status != 0
    assert "CODEBUILD_RESOLVED_SOURCE_VERSION: is unset" in finished.output


def test_a_hook_script_that_bash_cannot_read_fails_the_build(small: Path) -> None:
    (small / "scripts" / "hook.sh").write_text("if true; then\n", encoding="utf-8")
    finished = build(small, Runtime.GO)
    assert finished.status != 0
    assert "hook.sh" in finished.output


def test_python_that_is_no_package_is_packed_as_it_lies_without_what_builds_and_tests_it(
    tmp_path: Path, python_path: str
) -> None:
    folder = with_cache(clone_of(SAMPLES / Runtime.PYTHON, tmp_path / "source"))
    (folder / "pyproject.toml").write_text("[tool.ruff]\nline-length = 120\n", encoding="utf-8")
    (folder / "requirements.txt").write_text("# nothing but the standard library\n", encoding="utf-8")
    (folder / "untested.py").write_text("first = 1\nsecond = 2\n", encoding="utf-8")
    finished = build(folder, Runtime.PYTHON, PATH=python_path)
    assert finished.status == 0, finished.output
    names = {path.name for path in (folder / "build-output" / "artifact" / "app").iterdir()}
    assert names == {"README.md", "greeter", "pyproject.toml", "requirements.txt", "untested.py"}
    files = {one.attrib["filename"] for one in finished.report("coverage").iter("class")}
    assert "untested.py" in files, "code that no test imports counts"
    assert not any(name.startswith(("tests/", ".build-cache/")) for name in files)


def test_node_that_does_not_say_what_it_packs_packs_no_cache(tmp_path: Path) -> None:
    folder = with_cache(clone_of(SAMPLES / Runtime.NODE, tmp_path / "source"))
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    del package["files"]
    (folder / "package.json").write_text(json.dumps(package), encoding="utf-8")
    finished = build(folder, Runtime.NODE)
    assert finished.status == 0, finished.output
    app = folder / "build-output" / "artifact" / "app"
    assert (app / "README.md").is_file(), "what isn't said is everything"
    assert [path for path in app.rglob("*") if "stranger" in path.name or path.name == ".build-cache"] == []


def test_a_further_path_that_is_not_there_fails_the_build(small: Path) -> None:
    finished = build(small, Runtime.GO, ARTIFACT_PATHS="README.md contract")
    assert finished.status != 0
    assert "contract" in finished.output


def test_commands_for_a_package_repository_run_first_and_what_they_export_stays(tmp_path: Path) -> None:
    setup = ["export PACKAGES=ours", 'echo "packages are ${PACKAGES}"']
    text = ready_buildspec(Runtime.NODE, runtime_versions={}, package_repository_setup=setup)
    finished = run_build(tmp_path, buildspec=text)
    assert finished.output.index("packages are ours") < finished.output.index("nothing to build")
