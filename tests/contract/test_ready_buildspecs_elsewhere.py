"""The ready buildspecs of the runtimes that a machine may lack, with stand-ins for their tools.

The stand-ins write what the real tools write, in their words and places, and note what they were asked: so the
commands around them run as written.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runtimes import Runtime, ready_buildspec
from tests.contract.codebuild import Build, clone_of, run_build

SAMPLES = Path(__file__).parents[2] / "samples"
COMMIT = "4be1c7a09d3f5e62718394a5b6c7d8e9f0a1b2c3"
DOTNET = """#!/usr/bin/env bash
echo "dotnet $*" >>"${ASKED}"
[[ "$1" == restore ]] && echo "packages in ${NUGET_PACKAGES}" >>"${ASKED}"
case "$1" in
  test)
    for project in one two; do
      mkdir -p "build-output/reports/unit/${project}"
      echo '<TestRun />' >"build-output/reports/unit/${project}.trx"
      printf '<?xml version="1.0" encoding="utf-8"?>\\n<coverage line-rate="0.75" branch-rate="1" %s>\\n' \\
        'version="1.9" timestamp="1" lines-covered="3" lines-valid="4" branches-covered="0" branches-valid="0"' \\
        >"build-output/reports/unit/${project}/coverage.cobertura.xml"
    done
    ;;
  publish) touch "${@: -1}/Greeter.dll" ;;
esac
"""
BUNDLE = """#!/usr/bin/env bash
echo "bundle $* (${BUNDLE_PATH}, without ${BUNDLE_WITHOUT:-nothing})" >>"${ASKED}"
mkdir -p "${BUNDLE_PATH}/ruby"
if [[ "$1" == exec ]]; then
  echo '<testsuite />' >build-output/reports/unit/rspec.xml
  mkdir coverage
  echo '{}' >coverage/.resultset.json
  printf '{\\n  "result": {\\n    "line": 97.5\\n  }\\n}\\n' >coverage/.last_run.json
fi
"""
RUBY = """#!/usr/bin/env bash
[[ "$*" == '-rjson -e puts JSON.parse(File.read("coverage/.last_run.json")).dig("result", "line")' ]] && echo 97.5
"""
TOOLS = {Runtime.DOTNET: {"dotnet": DOTNET}, Runtime.RUBY: {"bundle": BUNDLE, "ruby": RUBY}}


class Elsewhere:
    """A sample, and the machine that has its tools."""

    def __init__(self, runtime: Runtime, folder: Path) -> None:
        self.runtime = runtime
        self.source = clone_of(SAMPLES / runtime, folder / "source")
        self.commands = folder / "commands"
        self.commands.mkdir()
        for name, text in TOOLS[runtime].items():
            (self.commands / name).write_text(text, encoding="utf-8")
            (self.commands / name).chmod(0o755)
        self.notes = folder / "asked"

    def build(self, **variables: str) -> Build:
        return run_build(
            self.source,
            buildspec=ready_buildspec(self.runtime, runtime_versions={}),
            PATH=os.pathsep.join([str(self.commands), os.environ["PATH"]]),
            ASKED=str(self.notes),
            CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT,
            **variables,
        )

    def asked(self) -> list[str]:
        return self.notes.read_text(encoding="utf-8").replace(f"{self.source}/", "").splitlines()


@pytest.fixture
def dotnet(tmp_path: Path) -> Elsewhere:
    return Elsewhere(Runtime.DOTNET, tmp_path)


@pytest.fixture
def ruby(tmp_path: Path) -> Elsewhere:
    return Elsewhere(Runtime.RUBY, tmp_path)


def test_dotnet_restores_tests_and_publishes_the_one_service_of_the_solution(dotnet: Elsewhere, tmp_path: Path) -> None:
    template = dotnet.source / ".build-cache" / "nuget" / "templates" / "Service.csproj"
    template.parent.mkdir(parents=True)
    template.write_text('<Project Sdk="Microsoft.NET.Sdk.Web" />\n', encoding="utf-8")
    built = dotnet.build(COVERAGE_THRESHOLD="75")
    assert built.status == 0, built.output
    assert "the unit tests cover 75.00% of the lines" in built.output
    reported = "--results-directory build-output/reports/unit --collect XPlat Code Coverage"
    assert dotnet.asked() == [
        "dotnet restore ./Greeter.sln",
        "packages in .build-cache/nuget",
        f"dotnet test ./Greeter.sln --no-restore --configuration Release --logger trx {reported}",
        "dotnet publish ./src/Greeter/Greeter.csproj --configuration Release --output build-output/artifact/app",
    ]
    artifact = built.artifact(destination=tmp_path / "artifact")
    assert (artifact / "app" / "Greeter.dll").exists()
    assert (artifact / "VERSION").read_text(encoding="utf-8") == f"{COMMIT}\n"
    assert not (artifact / "tests" / "unit").exists()
    for name, files in {"unit": 2, "coverage": 2}.items():
        report = built.specification["reports"][name]
        base = built.folder / report["base-directory"]
        assert len([path for pattern in report["files"] for path in base.glob(pattern)]) == files


def test_dotnet_does_not_guess_between_two_services(dotnet: Elsewhere) -> None:
    second = dotnet.source / "src" / "Worker" / "Worker.csproj"
    second.parent.mkdir()
    second.write_text('<Project Sdk="Microsoft.NET.Sdk.Worker" />\n', encoding="utf-8")
    built = dotnet.build()
    assert built.status == 1
    assert "one project must have the SDK Microsoft.NET.Sdk.Web or .Worker; those that do:" in built.output
    assert not any(asked.startswith("dotnet publish") for asked in dotnet.asked())


def test_ruby_installs_tests_and_packs_the_code_with_the_gems_of_serving(ruby: Elsewhere, tmp_path: Path) -> None:
    built = ruby.build(COVERAGE_THRESHOLD="97.5")
    assert built.status == 0, built.output
    reported = "--format RspecJunitFormatter --out build-output/reports/unit/rspec.xml"
    assert ruby.asked() == [
        "bundle install --jobs 4 (.build-cache/bundle, without nothing)",
        f"bundle exec rspec --format progress {reported} (.build-cache/bundle, without nothing)",
        "bundle install --jobs 4 (vendor/bundle, without development:test)",
    ]
    app = built.artifact(destination=tmp_path / "artifact") / "app"
    assert {"Gemfile", "config.ru", "lib/greeter.rb"} <= {
        path.relative_to(app).as_posix() for path in app.rglob("*") if path.is_file()
    }
    assert {path.name for path in (built.folder / "build-output/artifact/app").iterdir()} == {
        "Gemfile",
        "README.md",
        "config.ru",
        "lib",
        "vendor",
    }


def test_coverage_that_no_tool_wrote_is_missed_by_name(ruby: Elsewhere) -> None:
    (ruby.commands / "bundle").write_text("#!/bin/sh\n", encoding="utf-8")
    built = ruby.build()
    assert built.status == 1
    assert "the unit tests wrote no coverage report: are there any?" in built.output
