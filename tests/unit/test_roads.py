"""What a pipeline does, stage by stage, and that everything it names is really there."""

import json
import re
from collections.abc import Callable

import pytest

from tests.unit.planning import STACKS, Planned, planned
from tests.unit.roads import action_of, actions_of, pipeline_of, stages_of

BLUE_GREEN = [("Deploy", ["ShiftTraffic", "VerifyRelease"]), ("Retire", ["RetireFleet"])]

ROADS = {
    "dev": [
        ("Source", ["Source"]),
        ("Build", ["Build"]),
        ("Test", ["component", "e2e"]),
        ("Deploy", ["CodeDeploy"]),
    ],
    "staging": [
        ("Source", ["Source"]),
        ("Hotfix", ["AnnounceHotfix"]),
        ("Build", ["Build"]),
        ("Test", ["component"]),
        ("TestUnlessHotfix", ["e2e"]),
        *BLUE_GREEN,
        ("Promote", ["PromoteRelease"]),
    ],
    "prod": [
        ("Source", ["Source"]),
        ("Admit", ["AdmitRelease"]),
        ("Test", ["component", "e2e"]),
        ("Approval", ["GatherEvidence", "qa-head", "CheckApprovers"]),
        *BLUE_GREEN,
    ],
}

NAMED: dict[str, Callable[[Planned, str], bool]] = {
    "ProjectName": lambda plan, name: name in plan.physical_names("aws:codebuild/project:Project"),
    "FunctionName": lambda plan, name: name in plan.physical_names("aws:lambda/function:Function"),
    "ApplicationName": lambda plan, name: name in plan.physical_names("aws:codedeploy/application:Application"),
    "DeploymentGroupName": lambda plan, name: (
        name in plan.physical_names("aws:codedeploy/deploymentGroup:DeploymentGroup", "deploymentGroupName")
    ),
    "NotificationArn": lambda plan, arn: arn in {one.arn for one in plan.of("aws:sns/topic:Topic")},
    "S3Bucket": lambda plan, name: name in plan.physical_names("aws:s3/bucket:Bucket", "bucket"),
    "RepositoryName": lambda _, name: (
        name in planned("dev").physical_names("aws:codecommit/repository:Repository", "repositoryName")
    ),
}
"""Keys of an action's configuration that name a resource, and whether the stack that should make it does."""

WORDS = {
    "BranchName",
    "PollForSourceChanges",
    "OutputArtifactFormat",
    "UserParameters",
    "CustomData",
    "ExternalEntityLink",
    "S3ObjectKey",
    "AllowOverrideForS3ObjectKey",
    "Extract",
    "ObjectKey",
}
"""Keys that name no resource."""


@pytest.mark.parametrize("stack", STACKS)
def test_a_change_takes_its_stages_in_this_order(stack: str) -> None:
    assert stages_of(planned(stack)) == ROADS[stack]


@pytest.mark.parametrize("stack", STACKS)
def test_suites_run_side_by_side(stack: str) -> None:
    suites = [action for action in actions_of(planned(stack)) if action.stage == "Test"]
    assert {action.provider for action in suites} == {"Test/CodeBuild"}
    assert {action.declaration["runOrder"] for action in suites} == {1}


@pytest.mark.parametrize("stack", STACKS)
def test_every_change_is_delivered_in_turn(stack: str) -> None:
    pipeline = pipeline_of(planned(stack)).inputs
    assert (pipeline["pipelineType"], pipeline["executionMode"]) == ("V2", "QUEUED")


@pytest.mark.parametrize("stack", STACKS)
def test_artifacts_lie_in_the_stacks_own_store_under_its_own_key(stack: str) -> None:
    plan = planned(stack)
    assert pipeline_of(plan).inputs["artifactStores"] == [
        {
            "type": "S3",
            "location": plan.named("artifacts-bucket").inputs["bucket"],
            "encryptionKey": {"type": "KMS", "id": plan.named("artifacts-key").arn},
        }
    ]
    assert plan.outputs["artifact_bucket"] == plan.named("artifacts-bucket").inputs["bucket"]


@pytest.mark.parametrize("stack", STACKS)
def test_what_an_action_names_is_planned(stack: str) -> None:
    plan = planned(stack)
    for action in actions_of(plan):
        for key, value in action.configuration.items():
            assert key in WORDS or key in NAMED, f"{action.name}: nothing says what {key} names"
            if key in NAMED:
                assert NAMED[key](plan, value), f"{action.name}: {key} {value} is planned by no stack"


@pytest.mark.parametrize("stack", STACKS)
def test_no_source_is_polled(stack: str) -> None:
    assert action_of(planned(stack), "Source").configuration["PollForSourceChanges"] == "false"


@pytest.mark.parametrize(("stack", "tested"), [("dev", "Bundle"), ("staging", "Bundle"), ("prod", "Source")])
def test_what_is_tested_is_what_is_deployed(stack: str, tested: str) -> None:
    handed_over = {
        action.name: (action.declaration.get("inputArtifacts", []), action.declaration.get("outputArtifacts", []))
        for action in actions_of(planned(stack))
    }
    first = (
        {"Source": ([], ["Source"])}
        if tested == "Source"
        else {"Source": ([], ["Source"]), "Build": (["Source"], ["Bundle"])}
    )
    takers = {"component", "e2e", "CodeDeploy", "ShiftTraffic", "AdmitRelease", "PromoteRelease"} & handed_over.keys()
    assert handed_over == {
        **{name: ([], []) for name in handed_over},
        **first,
        **{name: ([tested], []) for name in takers},
    }


@pytest.mark.parametrize("stack", STACKS)
def test_a_failed_swap_of_fleets_rolls_its_stage_back_and_in_place_codedeploy_does(stack: str) -> None:
    on_failure = {stage["name"]: stage.get("onFailure") for stage in pipeline_of(planned(stack)).inputs["stages"]}
    expected = {} if stack == "dev" else {"Deploy": {"result": "ROLLBACK"}}
    assert {name: one for name, one in on_failure.items() if one} == expected


@pytest.mark.parametrize("stack", STACKS)
def test_the_pipeline_is_made_when_everything_it_starts_is_there(stack: str) -> None:
    plan = planned(stack)
    # AWS starts a pipeline the moment it exists.
    waits_for = plan.before(pipeline_of(plan))
    started = ["aws:codebuild/project:Project", "aws:codedeploy/deploymentGroup:DeploymentGroup"]
    started += ["aws:lambda/function:Function", "aws:codecommit/repository:Repository"]
    started += ["aws:s3/bucketPolicy:BucketPolicy"]
    missing = [
        one.name
        for kind in started
        for one in plan.of(kind)
        # No pipeline writes what others promote to it, nor pictures of pages.
        if one.urn not in waits_for and not one.name.startswith(("releases", "canaries"))
    ]
    assert missing == []


def test_dev_builds_develop_and_may_be_told_the_branch() -> None:
    dev = planned("dev")
    assert action_of(dev, "Source").provider == "Source/CodeCommit"
    assert action_of(dev, "Source").configuration["BranchName"] == "develop"
    assert pipeline_of(dev).inputs["variables"] == [{"name": "GIT_BRANCH", "defaultValue": "develop"}]


def test_staging_builds_master_when_started_by_hand() -> None:
    staging = planned("staging")
    assert action_of(staging, "Source").configuration["BranchName"] == "master"
    assert pipeline_of(staging).inputs["variables"] == [{"name": "GIT_BRANCH", "defaultValue": "master"}]


def test_prod_takes_the_promoted_object_and_builds_nothing() -> None:
    prod = planned("prod")
    source = action_of(prod, "Source")
    assert source.provider == "Source/S3"
    assert source.configuration["AllowOverrideForS3ObjectKey"] == "false"
    assert pipeline_of(prod).inputs["variables"] == [{"name": "RELEASE", "defaultValue": "latest"}]
    assert [action.name for action in actions_of(prod) if action.declaration["category"] == "Build"] == []


def test_prod_asks_the_qa_head_after_every_test_and_before_every_deployment() -> None:
    prod = planned("prod")
    gate = action_of(prod, "qa-head")
    assert gate.provider == "Approval/Manual"
    order = [action.stage for action in actions_of(prod)]
    last_test = max(index for index, action in enumerate(actions_of(prod)) if action.provider.startswith("Test/"))
    first_change = min(index for index, action in enumerate(actions_of(prod)) if action.stage == "Deploy")
    assert last_test < order.index("Approval") < first_change


def test_the_qa_head_is_told_by_mail_what_waits_where_and_for_how_long() -> None:
    prod = planned("prod")
    gate = action_of(prod, "qa-head")
    topic = prod.one("aws:sns/topic:Topic", name="storefront-prod-qa-head")
    assert gate.declaration["timeoutInMinutes"] == 2880
    assert gate.configuration["NotificationArn"] == topic.arn
    assert gate.configuration["ExternalEntityLink"] == "https://staging.example.com"
    message = gate.configuration["CustomData"]
    assert "storefront to prod" in message
    assert "#{Evidence.text}" in message
    assert action_of(prod, "AdmitRelease").declaration["namespace"] == "Release"
    assert len(message) <= 1000
    subscriptions = prod.of("aws:sns/topicSubscription:TopicSubscription", topic=topic.arn)
    assert [(one.inputs["protocol"], one.inputs["endpoint"]) for one in subscriptions] == [
        ("email", "qa-head@example.com")
    ]


@pytest.mark.parametrize("stack", STACKS)
def test_only_approvals_have_a_time_out_of_their_own(stack: str) -> None:
    timed = [action.name for action in actions_of(planned(stack)) if "timeoutInMinutes" in action.declaration]
    assert timed == (["qa-head"] if stack == "prod" else [])


@pytest.mark.parametrize("stack", STACKS)
def test_every_variable_an_action_reads_is_given_by_the_pipeline_or_an_earlier_action(stack: str) -> None:
    plan = planned(stack)
    known = {"codepipeline", "variables"}
    declared = {variable["name"] for variable in pipeline_of(plan).inputs["variables"]}
    for action in actions_of(plan):
        for value in action.configuration.values():
            for namespace, name in re.findall(r"#\{([^.}]+)\.([^}]+)\}", value):
                assert namespace in known, f"{action.name} reads #{{{namespace}.{name}}}"
                assert namespace != "variables" or name in declared
        known.add(action.declaration.get("namespace", "codepipeline"))


@pytest.mark.parametrize("stack", ["staging", "prod"])
@pytest.mark.parametrize("action", ["ShiftTraffic", "VerifyRelease", "RetireFleet"])
def test_functions_know_the_execution_they_work_for(stack: str, action: str) -> None:
    told = json.loads(action_of(planned(stack), action).configuration["UserParameters"])
    assert told["execution"] == "#{codepipeline.PipelineExecutionId}"


@pytest.mark.parametrize(
    ("stack", "practice", "because"),
    [
        ("dev", "deployment", "nobody is asked before Deploy"),
        ("staging", "deployment", "nobody is asked before Deploy"),
        ("prod", "delivery", "qa-head approves before Deploy"),
    ],
)
def test_the_outputs_say_what_a_person_looks_for(stack: str, practice: str, because: str) -> None:
    outputs = planned(stack).outputs
    told = outputs["applications"]["storefront"]
    assert told["continuous"] == {"is": practice, "because": because}
    assert told["pipeline"] == f"storefront-{stack}"
    assert told["url"].startswith("https://storefront-" if stack == "prod" else "http://storefront-")
    assert ("cloneUrl" in told) == (stack == "dev")
    assert "\nflowchart " in outputs["pipeline_diagram"]["storefront"]
    assert "<svg " in outputs["pipeline_diagram_svg"]["storefront"]
    assert outputs["pipeline_diagram_text"]["storefront"].startswith(f"# storefront-{stack}\n")
