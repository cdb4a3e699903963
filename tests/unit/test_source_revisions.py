"""Which version a build by runtime gives to what it makes, by where the source comes from."""

import json
import os
import subprocess

import pytest

from runtimes import Runtime, ready_buildspec
from tests.sources import source
from tests.unit.planning import Config, planned
from tests.unit.roads import action_of, stages_of

SAID = {"codecommit": "#{Source.CommitId}", "github": "#{Source.CommitId}", "s3": "#{Source.VersionId}"}
"""By provider: what the pipeline tells the build."""


@pytest.mark.parametrize("provider", SAID)
def test_the_build_is_told_the_commit_and_of_an_object_its_version(provider: str) -> None:
    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"] |= {
            "source": source(provider),
            "build": {"runtime": "go", "version": "1.25", "parameters": {"PROFILE": "ci"}},
        }

    told = json.loads(action_of(planned("dev", change), "Build").configuration["EnvironmentVariables"])
    assert {one["name"]: one["value"] for one in told} == {
        "PROFILE": "#{variables.PROFILE}",
        "SOURCE_REVISION": SAID[provider],
    }


def test_an_image_is_unpacked_and_not_prepared_and_knows_its_digest_itself() -> None:
    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"] |= {
            "source": source("ecr"),
            "build": {"runtime": "go", "version": "1.25"},
        }

    plan = planned("dev", change)
    assert dict(stages_of(plan))["Build"] == ["Build"]
    assert "SOURCE_REVISION" not in action_of(plan, "Build").configuration.get("EnvironmentVariables", "")


@pytest.mark.parametrize(
    ("variables", "version"),
    [
        ({"SOURCE_REVISION": "said", "CODEBUILD_RESOLVED_SOURCE_VERSION": "known"}, "said"),
        ({"SOURCE_REVISION": "", "CODEBUILD_RESOLVED_SOURCE_VERSION": "known"}, "known"),
        ({"CODEBUILD_RESOLVED_SOURCE_VERSION": "known"}, "known"),
        ({"SOURCE_REVISION": "said"}, "said"),
        ({}, None),
    ],
)
def test_what_the_pipeline_says_goes_before_what_codebuild_knows(
    variables: dict[str, str], version: str | None
) -> None:
    buildspec = ready_buildspec(Runtime.GO, runtime_versions={"golang": "1.25"})
    (line,) = [one for one in buildspec.splitlines() if "export APP_VERSION" in one]
    script = f'{line.strip().removeprefix("- ")}\necho "$APP_VERSION"'
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == (version or "")
    assert ("this build has no version" in done.stderr) is (version is None)
