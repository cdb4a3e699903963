"""What a source adds to the roles of a stack: what its action and its start need, where that is, and nothing else."""

import importlib

import pytest

from tests.sources import CONNECTED, MONOREPO, PAIRS
from tests.unit.authorization import actions_meant
from tests.unit.every_source import every_source, plan_of
from tests.unit.roles import Role, roles_of

START = "codepipeline:StartPipelineExecution"
SERVICES = {"events": "events.amazonaws.com", "schedule": "scheduler.amazonaws.com"}


def starting(provider: str, way: str) -> dict[str, Role]:
    """The roles that may start the pipeline of a source."""
    plan, application = plan_of(provider, way)
    pipeline = plan.one("aws:codepipeline/pipeline:Pipeline", name=f"{application}-{plan.stack}").arn
    return {name: role for name, role in roles_of(plan).items() if pipeline in role.resources_of(START)}


@pytest.mark.parametrize(("provider", "way"), PAIRS)
def test_a_pipeline_is_started_by_the_one_service_that_has_to_and_by_no_other_role(provider: str, way: str) -> None:
    found = starting(provider, way)
    started_by_itself = way in {"polling", "manual"} or (way == "events" and provider in CONNECTED)
    assert [role.service for role in found.values()] == ([] if started_by_itself else [SERVICES[way]])
    for role in found.values():
        (_,) = role.resources_of(START)
        assert role.actions == ({START, "kms:Decrypt"} if way == "schedule" else {START})


@pytest.mark.parametrize("provider", sorted({provider for provider, _ in PAIRS}))
def test_the_role_of_a_schedule_decrypts_with_the_key_that_encrypts_the_schedule(provider: str) -> None:
    plan, _ = plan_of(provider, "schedule")
    key = plan.one("aws:kms/key:Key").arn
    (role,) = starting(provider, "schedule").values()
    assert role.resources_of("kms:Decrypt") == {key}
    assert {one.inputs["kmsKeyArn"] for one in plan.of("aws:scheduler/schedule:Schedule")} == {key}


def test_only_a_pipeline_behind_a_connection_may_use_one_and_only_its_own() -> None:
    plan = every_source()
    connections = {one.inputs["name"]: one.arn for one in plan.of("aws:codeconnections/connection:Connection")}
    users = {name: role for name, role in roles_of(plan).items() if "codeconnections:UseConnection" in role.actions}
    assert set(users) == {f"{name}-pipeline" for name in connections}
    for name, arn in connections.items():
        both = {arn, arn.replace(":codeconnections:", ":codestar-connections:")}
        assert users[f"{name}-pipeline"].resources_of("codeconnections:UseConnection") == both
        assert users[f"{name}-pipeline"].resources_of("codestar-connections:UseConnection") == both
    handing_over = {name for name, role in roles_of(plan).items() if "s3:PutObjectAcl" in role.actions}
    assert handing_over == set(users)


def test_only_the_build_of_an_image_reads_layers_and_only_of_that_repository() -> None:
    plan = every_source()
    readers = {name: role for name, role in roles_of(plan).items() if "ecr:BatchGetImage" in role.actions}
    assert set(readers) == {f"ecr-{way}-dev-build" for way in ("events", "schedule", "manual")}
    repository = "arn:aws:ecr:eu-west-1:111122223333:repository/storefront"
    for role in readers.values():
        assert {action for action in role.actions if action.startswith("ecr:")} == {
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
        }
        assert role.resources_of("ecr:BatchGetImage") == role.resources_of("ecr:GetDownloadUrlForLayer") == {repository}


@pytest.mark.parametrize("application", [name for name, said in MONOREPO.items() if said["provider"] == "codecommit"])
def test_the_function_that_looks_at_files_may_do_what_its_code_calls(application: str) -> None:
    code = importlib.import_module("start_changed")
    role = roles_of(every_source())[f"{application}-dev-start-changed"]
    telling = {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"}
    logging = {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert role.actions == {*code.API_ACTIONS, *code.IMPLIED_ACTIONS, *telling, *logging}
    pipeline = f"arn:aws:codepipeline:eu-west-1:111122223333:{application}-dev"
    assert role.resources_of(START) == {pipeline}
    assert role.resources_of("codecommit:GetDifferences") == {"arn:aws:codecommit:eu-west-1:111122223333:storefront"}


def test_no_role_of_a_source_changes_a_pipeline_or_answers_its_gate() -> None:
    for name, role in roles_of(every_source()).items():
        meant = {one for action in role.actions if action.startswith("codepipeline:") for one in actions_meant(action)}
        looks = {one for one in meant if one.split(":")[1].startswith(("Get", "List"))}
        assert meant - looks <= {START}, name
