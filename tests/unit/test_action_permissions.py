"""The role of every pipeline has exactly what AWS documents for its actions, on the narrowest ARN, and nothing else."""

import json
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from components.actions import Mode, Position, StackChange, cloudformation, s3
from components.place import Place
from components.stages import Artifact
from tests.stages import ACTIONS, APPLICATIONS, PARTNER
from tests.unit.documented_permissions import DOCUMENTED, Facts, Needs, Told, artifacts, needs_of, on, tags
from tests.unit.every_source import IN_DEV, application_of, every_source
from tests.unit.every_stage import every_stage
from tests.unit.jenkins.stacks import built_by_jenkins
from tests.unit.planning import Planned
from tests.unit.roads import pipeline_of
from tests.unit.roles import roles_of

PLANS: Mapping[str, Callable[[], Planned]] = {
    "stages": every_stage,
    "sources": every_source,
    "jenkins": lambda: built_by_jenkins("dev"),
}
PIPELINES = [
    *(("stages", name) for name in APPLICATIONS),
    *(("sources", application_of(*pair)) for pair in IN_DEV),
    ("jenkins", "storefront"),
]


@cache
def told(plan_name: str, application: str) -> tuple[Told, ...]:
    """Every action of a pipeline."""
    plan = PLANS[plan_name]()
    groups = plan.of("aws:codedeploy/deploymentGroup:DeploymentGroup")
    facts = Facts(
        pipeline=f"{application}-dev",
        configs={
            ACTIONS["codedeploy"]["deploymentGroup"]: "CodeDeployDefault.OneAtATime",
            **{one.inputs["deploymentGroupName"]: one.inputs["deploymentConfigName"] for one in groups},
        },
        family=ACTIONS["ecs"]["family"],
        task_roles=tuple(ACTIONS["ecs"]["taskRoles"]),
    )
    stages = pipeline_of(plan, application).inputs["stages"]
    return tuple(Told(action, facts) for stage in stages for action in stage["actions"])


def stores(plan: Planned, application: str) -> dict[str, tuple[str, str]]:
    """Bucket and key of each artifact store, by region."""
    return {
        store.get("region", "eu-west-1"): (store["location"], store["encryptionKey"]["id"])
        for store in pipeline_of(plan, application).inputs["artifactStores"]
    }


def test_the_table_is_asked_for_each_of_its_providers() -> None:
    assert {action.provider for pair in PIPELINES for action in told(*pair)} == DOCUMENTED.keys()


@pytest.mark.parametrize(("plan_name", "application"), PIPELINES)
def test_a_pipelines_role_has_what_aws_documents_for_its_actions_and_nothing_else(
    plan_name: str, application: str
) -> None:
    plan = PLANS[plan_name]()
    wanted: Needs = set()
    for bucket, key in stores(plan, application).values():
        wanted |= artifacts(bucket, key) | tags(bucket)
    for action in told(plan_name, application):
        wanted |= on(action.role, "sts:AssumeRole") if action.role else action.needs
    role = roles_of(plan)[f"{application}-dev-pipeline"]
    given = needs_of(role.statements)
    assert given - wanted == set()
    assert wanted - given == set()


def test_the_role_of_the_other_account_is_told_to_be_what_its_actions_need_and_nothing_else() -> None:
    plan = every_stage()
    documents = plan.outputs["applications"]["waves"]["actionRoles"]
    theirs = [action for action in told("stages", "waves") if action.role]
    assert {action.role for action in theirs} == documents.keys() == {PARTNER}
    wanted: Needs = set()
    for action in theirs:
        wanted |= action.needs | artifacts(*stores(plan, "waves")[action.region])
    assert needs_of(json.loads(documents[PARTNER]["policy"])["Statement"]) == wanted
    assert {account for _, arn, _ in wanted if (account := arn.split(":")[4]) not in ("", "111122223333")} == {
        "777788889999"
    }


def test_what_an_action_of_another_account_needs_is_not_in_the_pipelines_role() -> None:
    role = roles_of(every_stage())["waves-dev-pipeline"]
    abroad = {one for statement in role.statements for one in statement["Resource"] if "777788889999" in one}
    assert abroad == {PARTNER}
    assert role.resources_of("sts:AssumeRole") == {PARTNER}


HERE = Place(environment="dev", account="111122223333", region="eu-west-1")
POSITION = Position(name="a", pipeline=HERE, place=HERE)
DEPLOYER = "arn:aws:iam::111122223333:role/cloudformation"


@pytest.mark.parametrize("mode", Mode)
def test_a_stack_takes_the_calls_of_its_mode_and_the_role_that_it_hands_on(mode: Mode) -> None:
    role = None if mode is Mode.CHANGE_SET_EXECUTE else DEPLOYER
    action = cloudformation(POSITION, StackChange(stack="tables", mode=mode, role_arn=role, change_set="release"))
    declared = {
        "category": action.category,
        "owner": action.owner,
        "provider": action.provider,
        "configuration": action.configuration,
    }
    needed = Told(declared, Facts(pipeline="shop-dev", configs={})).needs
    assert needs_of(one.as_document() for one in action.permissions) == needed
    assert ("iam:PassRole" in {call for call, _, _ in needed}) is (role is not None)


@pytest.mark.parametrize(
    ("key", "extract", "under"),
    [
        (None, True, "*"),
        ("site", True, "site/*"),
        ("v/#{Source.CommitId}", True, "*"),
        ("site.zip", False, "site.zip"),
    ],
)
def test_files_are_put_where_they_belong_and_nowhere_else_in_the_bucket(
    key: str | None, extract: bool, under: str
) -> None:
    action = s3(POSITION, bucket="acme", artifact=Artifact("Bundle"), key=key, extract=extract)
    assert needs_of(one.as_document() for one in action.permissions) == on(f"arn:aws:s3:::acme/{under}", "s3:PutObject")


@pytest.mark.parametrize("application", APPLICATIONS)
def test_a_policy_of_a_role_fits_into_what_iam_takes(application: str) -> None:
    assert roles_of(every_stage())[f"{application}-dev-pipeline"].inline_size <= 10_240
