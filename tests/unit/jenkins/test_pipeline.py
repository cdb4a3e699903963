"""How a pipeline builds with Jenkins: by an action of the server's own type, and nothing else is different."""

import pytest

from components.stage_limits import artifacts_of
from components.stages import Action, Category
from tests.unit.jenkins.stacks import BUILT, HOSTNAME, boot_script, built_by_jenkins, with_jenkins
from tests.unit.planning import Config, planned
from tests.unit.roads import action_of, pipeline_of, stages_of
from tests.unit.roles import roles_of

ACTION_TYPE = "aws:codepipeline/customActionType:CustomActionType"
GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def name(stack: str) -> str:
    return f"delivery-{stack}-jenkins"


@pytest.mark.parametrize("stack", BUILT)
def test_the_build_action_is_all_that_differs_for_the_pipeline(stack: str) -> None:
    def built_by_codebuild(config: Config) -> None:
        with_jenkins(config)
        del config["delivery:jenkins"], config["delivery:applications"]["storefront"]["build"]

    ours, usual = built_by_jenkins(stack), planned(stack, built_by_codebuild)
    assert stages_of(ours) == stages_of(usual)
    differing = [
        mine["name"]
        for mine, theirs in zip(pipeline_of(ours).inputs["stages"], pipeline_of(usual).inputs["stages"], strict=True)
        if mine != theirs
    ]
    assert differing == ["Build"]
    build = action_of(ours, "Build").declaration
    assert (build["owner"], build["provider"], build["version"]) == ("Custom", name(stack), "1")
    assert build["configuration"] == {"ProjectName": "storefront"}
    assert (build["inputArtifacts"], build["outputArtifacts"]) == (["Source"], ["Bundle"])
    assert "namespace" not in build


@pytest.mark.parametrize("stack", BUILT)
def test_the_pipeline_needs_no_permission_for_jenkins_and_none_for_a_codebuild_that_isnt_there(stack: str) -> None:
    plan = built_by_jenkins(stack)
    # A check of pull requests is no part of the pipeline.
    projects = {one.arn for one in plan.of("aws:codebuild/project:Project") if not one.arn.endswith("-check")}
    assert {arn.rsplit("/", 1)[-1] for arn in projects} == {
        f"storefront-{stack}-{suite}" for suite in ("component", "e2e")
    }
    assert roles_of(plan)[f"storefront-{stack}-pipeline"].resources_of("codebuild:StartBuild") == projects
    assert f"storefront-{stack}-build" not in roles_of(plan)


@pytest.mark.parametrize("stack", BUILT)
def test_the_action_type_is_asked_for_by_job_and_leads_people_to_it(stack: str) -> None:
    made = built_by_jenkins(stack).one(ACTION_TYPE).inputs
    assert (made["category"], made["providerName"], made["version"]) == ("Build", name(stack), "1")
    assert len(made["providerName"]) <= 35
    (known,) = made["configurationProperties"]
    assert (known["name"], known["key"], known["required"], known["queryable"], known["secret"]) == (
        *("ProjectName", True, True, True, False),
    )
    assert made["settings"] == {
        "entityUrlTemplate": f"https://{HOSTNAME}/job/{{Config:ProjectName}}/",
        "executionUrlTemplate": f"https://{HOSTNAME}/job/{{Config:ProjectName}}/{{ExternalExecutionId}}/",
    }


@pytest.mark.parametrize("stack", BUILT)
def test_a_pipeline_is_made_after_the_type_of_its_build_and_after_the_server(stack: str) -> None:
    plan = built_by_jenkins(stack)
    before = plan.before(pipeline_of(plan))
    assert plan.one(ACTION_TYPE).urn in before
    assert plan.one(GROUP, name=name(stack)).urn in before


def test_a_new_version_of_the_type_reaches_pipeline_and_jobs_alike() -> None:
    plan = planned("dev", lambda config: with_jenkins(config, actionVersion="2"))
    assert plan.one(ACTION_TYPE).inputs["version"] == "2"
    assert action_of(plan, "Build").declaration["version"] == "2"
    assert "actionTypeVersion '2'" in boot_script(plan)
    role = roles_of(plan)[name("dev")]
    assert role.resources_of("codepipeline:PollForJobs") == {
        "arn:aws:codepipeline:eu-west-1:111122223333:actiontype:Custom/Build/delivery-dev-jenkins/2"
    }


def test_the_actions_artifacts_are_as_many_as_the_type_and_aws_allow() -> None:
    made = built_by_jenkins("dev").one(ACTION_TYPE).inputs
    allowed = artifacts_of(Action(name="any", category=Category.BUILD, owner="Custom", provider=name("dev")))
    assert allowed is not None
    for details, bounds in (
        (made["inputArtifactDetails"], allowed.inputs),
        (made["outputArtifactDetails"], allowed.outputs),
    ):
        assert (details["minimumCount"], details["maximumCount"]) == (1, 1)
        assert bounds.hold(1)


def test_without_jenkins_there_is_nothing_of_it() -> None:
    plan = planned("dev")
    assert [one.name for one in plan.resources if "jenkins" in one.name] == []
    assert "jenkins" not in plan.outputs


def test_a_stack_file_decides_what_the_machine_is() -> None:
    plan = planned(
        "dev",
        lambda config: with_jenkins(
            config,
            build={"job": "shop", "script": "ci/build.sh", "output": "dist", "timeoutMinutes": 90},
            instanceType="m7g.large",
            volumeGib=100,
            executors=4,
            packages=["maven", "python3.12"],
        ),
    )
    template = plan.one(TEMPLATE, name=name("dev")).inputs
    assert template["instanceType"] == "m7g.large"
    assert template["imageId"].endswith("arm64")
    assert template["blockDeviceMappings"][0]["ebs"]["volumeSize"] == 100
    text = boot_script(plan)
    assert "java-21-amazon-corretto-headless maven python3.12" in text
    assert "numExecutors: 4" in text
    assert "[name: 'shop', script: 'ci/build.sh', output: 'dist', minutes: 90]" in text
    assert action_of(plan, "Build").configuration == {"ProjectName": "shop"}
