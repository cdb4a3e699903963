"""Suites: in which stage they run, in what order, on what they are told, and what their roles may do."""

import json
from typing import Any

import pytest

from components.build_job import Job
from components.build_machine import Machine
from components.conditions import skip_unless
from components.hotfix import HotfixLane
from components.place import Place
from components.stages import Artifact
from components.suites import SuitePlan, suite_stages
from tests.unit.planning import Change, Config, Planned, planned
from tests.unit.roads import action_of, actions_of, pipeline_of, stages_of
from tests.unit.roles import roles_of

PROJECT = "aws:codebuild/project:Project"
REPORTS = "aws:codebuild/reportGroup:ReportGroup"
PLACE = Place(environment="staging", account="111122223333", region="eu-west-1")
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-1234-5678-9abc-0123456789ab"
HOTFIX = HotfixLane(
    application="storefront",
    place=PLACE,
    branches=("hotfix/*",),
    branch="#{variables.GIT_BRANCH}",
    skips=("load", "soak"),
)


def with_suites(**suites: Any) -> Change:
    """Puts these suites in the place of those of the file."""

    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["suites"] = suites

    return change


COMPONENT = {"buildspec": "buildspecs/component.yml"}
DEPLOYED = {"buildspec": "buildspecs/e2e.yml", "after": "deploy"}


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ("dev", ["Test", "Deploy", "TestDeployed"]),
        ("staging", ["Test", "Deploy", "TestDeployed", "Retire", "Promote"]),
        ("prod", ["Admit", "Test", "Approval", "Deploy", "TestDeployed", "Retire"]),
    ],
)
def test_a_suite_after_the_deployment_runs_while_there_is_still_a_way_back(stack: str, expected: list[str]) -> None:
    def change(config: Config) -> None:
        with_suites(component=COMPONENT, e2e=DEPLOYED)(config)
        application = config["delivery:applications"]["storefront"]
        application.pop("hotfix", None)
        application["deploy"].setdefault("fleet", {})["url"] = "https://a.example.com"

    plan = planned(stack, change)
    stages = dict(stages_of(plan))
    assert [name for name in stages if name not in ("Source", "Build")] == expected
    assert (stages["Test"], stages["TestDeployed"]) == (["component"], ["e2e"])
    # The suite is part of the artifact that was deployed.
    assert (
        action_of(plan, "e2e").declaration["inputArtifacts"]
        == action_of(plan, "component").declaration["inputArtifacts"]
    )


def variables_of(plan: Planned) -> dict[str, str]:
    """The pipeline's variables with their defaults."""
    return {one["name"]: one["defaultValue"] for one in pipeline_of(plan).inputs["variables"]}


def test_a_suite_after_the_deployment_is_told_the_address_of_the_load_balancer() -> None:
    dev = planned("dev", with_suites(component=COMPONENT, e2e=DEPLOYED))
    assert variables_of(dev)["TARGET_URL"] == dev.outputs["applications"]["storefront"]["url"]
    assert json.loads(action_of(dev, "e2e").configuration["EnvironmentVariables"]) == [
        {"name": "TARGET_URL", "value": "#{variables.TARGET_URL}", "type": "PLAINTEXT"}
    ]
    assert "EnvironmentVariables" not in action_of(dev, "component").configuration


def test_a_suite_after_the_deployment_is_told_the_address_that_the_certificate_names() -> None:
    def change(config: Config) -> None:
        with_suites(e2e=DEPLOYED)(config)
        config["delivery:applications"]["storefront"]["deploy"]["fleet"] = {
            "certificateArn": CERTIFICATE,
            "url": "https://shop.example.com",
        }

    assert variables_of(planned("dev", change))["TARGET_URL"] == "https://shop.example.com"


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_a_pipeline_whose_suites_all_run_before_has_no_address_to_tell(stack: str) -> None:
    assert "TARGET_URL" not in variables_of(planned(stack))


def test_suites_of_one_number_run_side_by_side_and_lower_ones_first() -> None:
    dev = planned("dev", with_suites(load={**COMPONENT, "order": 7}, component=COMPONENT, contract=COMPONENT))
    orders = {action.name: action.declaration["runOrder"] for action in actions_of(dev) if action.stage == "Test"}
    # AWS counts from 1, without gaps.
    assert orders == {"component": 1, "contract": 1, "load": 2}


def plan(name: str, order: int = 1) -> SuitePlan:
    """A suite that does nothing in particular."""
    machine = Machine(image="aws/codebuild/standard:7.0", compute_type="BUILD_GENERAL1_SMALL", timeout_minutes=20)
    job = Job(role=name, application="storefront", place=PLACE, machine=machine, buildspec="a.yml", reports=())
    return SuitePlan(job=job, order=order)


@pytest.mark.parametrize(
    ("suites", "expected"),
    [
        ([plan("api"), plan("load")], [("Test", "api:1"), ("TestUnlessHotfix", "load:1")]),
        ([plan("load")], [("TestUnlessHotfix", "load:1")]),
        (
            [plan("load", 1), plan("api", 2)],
            [("TestUnlessHotfix", "load:1"), ("Test", "api:1")],
        ),
        (
            [plan("api", 1), plan("load", 2), plan("web", 3), plan("soak", 4)],
            [("Test", "api:1"), ("TestUnlessHotfix", "load:1"), ("Test2", "web:1"), ("TestUnlessHotfix2", "soak:1")],
        ),
        # What may stand in one stage does: within a number nothing says which comes first.
        (
            [plan("api", 1), plan("load", 1), plan("web", 2), plan("soak", 2), plan("last", 3)],
            [("Test", "api:1"), ("TestUnlessHotfix", "load:1 soak:2"), ("Test2", "web:1 last:2")],
        ),
        ([], []),
    ],
)
def test_what_a_hotfix_skips_is_in_stages_of_its_own_and_the_order_holds(
    suites: list[SuitePlan], expected: list[tuple[str, str]]
) -> None:
    stages = list(suite_stages("Test", suites, artifact=Artifact("Bundle"), lane=HOTFIX))
    found = [(one.name, " ".join(f"{each.name}:{each.run_order}" for each in one.actions)) for one in stages]
    assert found == expected
    assert all((one.before_entry == skip_unless(HOTFIX.unless)) is ("UnlessHotfix" in one.name) for one in stages)


def test_a_hotfix_may_skip_a_suite_after_the_deployment() -> None:
    def change(config: Config) -> None:
        with_suites(component=COMPONENT, e2e=DEPLOYED, smoke=DEPLOYED)(config)
        storefront = config["delivery:applications"]["storefront"]
        storefront["source"] = {"provider": "codecommit", "repository": "storefront", "flow": "git-flow"}
        storefront["hotfix"] = {"skip": ["e2e"]}

    staging = planned("staging", change)
    after = [stage for stage in pipeline_of(staging).inputs["stages"] if stage["name"].startswith("TestDeployed")]
    assert [(stage["name"], [action["name"] for action in stage["actions"]]) for stage in after] == [
        ("TestDeployed", ["smoke"]),
        ("TestDeployedUnlessHotfix", ["e2e"]),
    ]
    assert "beforeEntry" not in after[0]
    assert after[1]["beforeEntry"]["condition"]["result"] == "SKIP"
    assert [name for name, _ in stages_of(staging)][-3:] == ["TestDeployedUnlessHotfix", "Retire", "Promote"]


def test_a_suite_called_unit_meets_nothing_of_the_build() -> None:
    dev = planned("dev", with_suites(unit={"commands": ["make unit"], "report": {"files": ["unit.xml"]}}))
    assert dev.physical_names(PROJECT) == {"storefront-dev-build", "storefront-dev-check", "storefront-dev-unit"}
    assert dev.physical_names(REPORTS) == {
        "storefront-dev-check-unit",
        "storefront-dev-check-coverage",
        "storefront-dev-build-unit",
        "storefront-dev-build-coverage",
        "storefront-dev-unit-unit",
    }


def test_a_suite_that_reports_nothing_has_no_report_group_and_may_write_none() -> None:
    dev = planned("dev", with_suites(smoke={"commands": ["curl --fail https://a.example.com"]}))
    assert [name for name in dev.physical_names(REPORTS) if "smoke" in name] == []
    role = roles_of(dev)["storefront-dev-smoke"]
    assert not any(action.startswith("codebuild:") for action in role.actions)


def test_results_and_coverage_of_a_suite_have_a_group_each_of_its_kind() -> None:
    suite = {
        "commands": ["make component"],
        "report": {"format": "trx", "files": ["**/*.trx"]},
        "coverage": {"format": "cobertura", "file": "coverage.xml", "threshold": 80},
    }
    dev = planned("dev", with_suites(component=suite))
    kinds = {one.inputs["name"]: one.inputs["type"] for one in dev.of(REPORTS) if "-component-" in one.inputs["name"]}
    assert kinds == {
        "storefront-dev-component-component": "TEST",
        "storefront-dev-component-coverage": "CODE_COVERAGE",
    }
    role = roles_of(dev)["storefront-dev-component"]
    assert role.resources_of("codebuild:CreateReport") == {
        one.arn for one in dev.of(REPORTS) if one.inputs["name"] in kinds
    }


def test_a_batch_is_started_as_one_by_the_pipeline_and_starts_its_builds_by_a_role_of_its_own() -> None:
    dev = planned("dev", with_suites(e2e={**COMPONENT, "batch": {"mostBuilds": 4, "timeoutMinutes": 45}}))
    project = dev.one(PROJECT, name="storefront-dev-e2e")
    assert action_of(dev, "e2e").configuration == {"ProjectName": "storefront-dev-e2e", "BatchEnabled": "true"}
    roles = roles_of(dev)
    pipeline = roles["storefront-dev-pipeline"]
    for action in ("StartBuildBatch", "StopBuildBatch", "BatchGetBuildBatches"):
        assert pipeline.resources_of(f"codebuild:{action}") == {project.arn}
    assert project.arn not in pipeline.resources_of("codebuild:StartBuild")
    batch = roles["storefront-dev-e2e-batch"]
    assert batch.actions == {"codebuild:StartBuild", "codebuild:StopBuild", "codebuild:RetryBuild"}
    assert batch.resources_of("codebuild:StartBuild") == {project.arn}
    limits = project.inputs["buildBatchConfig"]
    assert limits["serviceRole"] == dev.one("aws:iam/role:Role", name="storefront-dev-e2e-batch").arn
    assert (limits["timeoutInMins"], limits["restrictions"]["maximumBuildsAllowed"]) == (45, 4)
    # It hands over nothing, so there is nothing to combine.
    assert limits["combineArtifacts"] is False


def test_the_parts_of_a_batch_may_write_the_reports_that_aws_merges() -> None:
    suite = {**COMPONENT, "batch": {}}
    dev = planned("dev", with_suites(e2e=suite, component=COMPONENT))
    (group,) = (one.arn for one in dev.of(REPORTS, name="storefront-dev-e2e-e2e"))
    roles = roles_of(dev)
    assert roles["storefront-dev-e2e"].resources_of("codebuild:CreateReportGroup") == {
        group,
        f"{group}BuildFanoutShard*",
    }
    assert not any(
        "Shard" in one for one in roles["storefront-dev-component"].resources_of("codebuild:CreateReportGroup")
    )


@pytest.mark.parametrize("after", ["build", "deploy"])
def test_a_suite_may_read_what_is_deployed_and_put_nothing_in_its_place(after: str) -> None:
    suites = with_suites(e2e={"commands": ["true"], "after": after, "report": {"files": ["a.xml"]}})
    role = roles_of(planned("dev", suites))["storefront-dev-e2e"]
    assert {action for action in role.actions if action.startswith("s3:")} == {
        action for action in roles_of(planned("dev"))["storefront-dev-component"].actions if action.startswith("s3:")
    }
    assert not any(action.startswith(("s3:Put", "kms:Encrypt", "kms:GenerateDataKey")) for action in role.actions)
