"""Builds and suites: what runs, on what machine, for how long, and what stays of it."""

from typing import Any

import pytest
import yaml

from tests.unit.planning import ROOT, STACKS, Config, planned
from tests.unit.roads import action_of
from tests.unit.roles import roles_of

PROJECT = "aws:codebuild/project:Project"
REPORTS = "aws:codebuild/reportGroup:ReportGroup"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
SAMPLE = ROOT / "samples/storefront"
FROM_PIPELINE = {"type": "CODEPIPELINE"}
JOBS = [(stack, job) for stack in STACKS for job in ("build", "component", "e2e") if (stack, job) != ("prod", "build")]


def project(stack: str, job: str) -> Any:
    return planned(stack).one(PROJECT, name=f"storefront-{stack}-{job}").inputs


def buildspec(stack: str, job: str) -> Any:
    """The sample's buildspec that a project runs."""
    return yaml.safe_load((SAMPLE / project(stack, job)["source"]["buildspec"]).read_text(encoding="utf-8"))


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_has_a_project_for_each_of_its_jobs_and_no_other(stack: str) -> None:
    expected = {f"storefront-{stack}-{job}" for in_stack, job in JOBS if in_stack == stack}
    if stack == "dev":
        # It owns the repository, whose pull requests are checked.
        expected.add("storefront-dev-check")
    assert planned(stack).physical_names(PROJECT) == expected


@pytest.mark.parametrize(("stack", "job"), JOBS)
def test_a_job_works_on_what_the_pipeline_hands_it_by_a_buildspec_that_the_sample_has(stack: str, job: str) -> None:
    made = project(stack, job)
    assert made["artifacts"]["type"] == made["source"]["type"] == "CODEPIPELINE"
    assert buildspec(stack, job)["version"] == 0.2


@pytest.mark.parametrize(("stack", "job"), JOBS)
def test_a_jobs_buildspec_is_in_the_bundle_it_is_given(stack: str, job: str) -> None:
    if job == "build":
        assert action_of(planned(stack), "Build").declaration["inputArtifacts"] == ["Source"]
        return
    bundled = yaml.safe_load((SAMPLE / "buildspec.yml").read_text(encoding="utf-8"))["artifacts"]["files"]
    folder = project(stack, job)["source"]["buildspec"].split("/")[0]
    assert f"{folder}/**/*" in bundled


@pytest.mark.parametrize(("stack", "job"), JOBS)
def test_every_report_of_a_buildspec_has_its_group_and_no_group_waits_for_nothing(stack: str, job: str) -> None:
    name = f"storefront-{stack}-{job}"
    groups = {
        one.inputs["name"].removeprefix(f"{name}-"): one.inputs["type"]
        for one in planned(stack).of(REPORTS)
        if one.inputs["name"].startswith(f"{name}-")
    }
    formats = {report: one["file-format"] for report, one in buildspec(stack, job)["reports"].items()}
    kinds = {"JUNITXML": "TEST", "COBERTURAXML": "CODE_COVERAGE"}
    assert groups == {report: kinds[file_format] for report, file_format in formats.items()}


@pytest.mark.parametrize(("stack", "job"), JOBS)
def test_a_job_may_write_its_own_reports_and_log_and_no_others(stack: str, job: str) -> None:
    plan = planned(stack)
    name = f"storefront-{stack}-{job}"
    role = roles_of(plan)[name]
    own = {one.arn for one in plan.of(REPORTS) if one.inputs["name"].startswith(f"{name}-")}
    for action in ("CreateReport", "UpdateReport", "BatchPutTestCases", "BatchPutCodeCoverages"):
        assert role.resources_of(f"codebuild:{action}") == own
    log = plan.one(LOGS, name=f"/aws/codebuild/{name}")
    assert role.resources_of("logs:PutLogEvents") == {log.arn, f"{log.arn}:*"}
    written_to = project(stack, job)["logsConfig"]["cloudwatchLogs"]
    assert written_to == {"status": "ENABLED", "groupName": log.inputs["name"]}
    assert project(stack, job)["serviceRole"] == plan.one("aws:iam/role:Role", name=name).arn


@pytest.mark.parametrize(("stack", "job"), JOBS)
def test_a_job_runs_without_privileges_and_without_secrets_in_plain_text(stack: str, job: str) -> None:
    made = project(stack, job)
    machine = made["environment"]
    assert machine["privilegedMode"] is False
    assert machine["image"] == "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    assert (machine["type"], machine["computeType"]) == ("LINUX_CONTAINER", "BUILD_GENERAL1_SMALL")
    assert machine.get("environmentVariables", []) == []
    assert made["encryptionKey"] == planned(stack).named("artifacts-key").arn


@pytest.mark.parametrize(("stack", "job"), JOBS)
def test_the_pipeline_starts_and_stops_exactly_its_own_jobs(stack: str, job: str) -> None:
    plan = planned(stack)
    pipeline = roles_of(plan)[f"storefront-{stack}-pipeline"]
    for action in ("StartBuild", "StopBuild", "BatchGetBuilds"):
        assert pipeline.resources_of(f"codebuild:{action}") == {
            one.arn for one in plan.of(PROJECT, artifacts=FROM_PIPELINE)
        }
    named = action_of(plan, "Build" if job == "build" else job)
    assert named.configuration == {"ProjectName": f"storefront-{stack}-{job}"}


def test_a_stack_file_decides_machine_time_and_buildspec() -> None:
    def tuned(config: Config) -> None:
        storefront = config["delivery:applications"]["storefront"]
        storefront["build"] = {
            "image": "aws/codebuild/amazonlinux-aarch64-standard:3.0",
            "computeType": "BUILD_GENERAL1_LARGE",
            "buildspec": "ci/build.yml",
            "timeoutMinutes": 7,
        }
        storefront["suites"] = {"load": {"buildspec": "ci/load.yml", "timeoutMinutes": 90}}

    dev = planned("dev", tuned)
    build = dev.one(PROJECT, name="storefront-dev-build").inputs
    load = dev.one(PROJECT, name="storefront-dev-load").inputs
    # Minutes, as CodeBuild counts.
    assert (build["buildTimeout"], load["buildTimeout"]) == (7, 90)
    assert (build["source"]["buildspec"], load["source"]["buildspec"]) == ("ci/build.yml", "ci/load.yml")
    for machine in (build["environment"], load["environment"]):
        assert machine["type"] == "ARM_CONTAINER"
        assert machine["image"] == "aws/codebuild/amazonlinux-aarch64-standard:3.0"
        assert machine["computeType"] == "BUILD_GENERAL1_LARGE"
    assert dev.physical_names(REPORTS) == {
        "storefront-dev-build-unit",
        "storefront-dev-build-coverage",
        "storefront-dev-check-unit",
        "storefront-dev-check-coverage",
        "storefront-dev-load-load",
    }
