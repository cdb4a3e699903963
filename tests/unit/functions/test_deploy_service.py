"""`deploy_service` against an AWS in memory, from the first visit to the last answer."""

import json
from typing import Any

import pytest

from deploy_service.handler import visit
from tests.unit.functions.fake_ecs import IMAGE, REPOSITORY, SERVICE, SIDECAR, SPECIFICATION, TOLD, FakeEcs
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, variables


@pytest.fixture
def aws() -> FakeEcs:
    return FakeEcs()


def action_of(aws: FakeEcs, *, execution: str = EXECUTION) -> PipelineAction:
    """The Deploy action of one execution; a second one of the same execution is a retried stage."""
    action = PipelineAction(aws, visit)
    action.parameters = TOLD.replace(EXECUTION, execution)
    return action


def started(aws: FakeEcs, action: PipelineAction) -> str:
    """Up to the deployment; its id."""
    for _ in range(2):
        action.call()
        assert action.waits(), aws.answers[-1]
    return list(aws.deployments)[-1]


def delivered(aws: FakeEcs) -> dict[str, Any]:
    """A whole delivery; the task definition that it made."""
    action = action_of(aws)
    aws.shifted(started(aws, action))
    variables(action.call())
    return aws.definitions[-1]


def container(definition: dict[str, Any], name: str = "app") -> dict[str, Any]:
    (found,) = (one for one in definition["containerDefinitions"] if one["name"] == name)
    return dict(found)


def test_a_bundle_becomes_a_task_definition_and_codedeploy_brings_the_traffic_there(aws: FakeEcs) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    content = aws.deployments[deployment]["revision"]["appSpecContent"]["content"]
    assert content == SPECIFICATION.replace("<TASK_DEFINITION>", aws.arn(2))
    assert container(aws.definitions[1])["image"] == IMAGE
    action.call()
    assert action.waits()
    aws.shifted(deployment)
    assert variables(action.call()) == {"deploymentId": deployment, "taskDefinition": aws.arn(2)}


def test_an_alarm_stops_a_release_and_not_the_way_back_that_it_asked_for(aws: FakeEcs) -> None:
    release = aws.deployments[started(aws, action_of(aws))]
    assert "overrideAlarmConfiguration" not in release
    release["status"] = "Failed"
    aws.rollbacks.add("back")
    back = aws.deployments[started(aws, action_of(aws, execution="back"))]
    assert back["overrideAlarmConfiguration"] == {"enabled": False}


def test_size_roles_variables_ports_and_log_are_the_stacks_and_the_rest_is_the_bundles(aws: FakeEcs) -> None:
    aws.template["volumes"] = [{"name": "scratch"}]
    aws.template["containerDefinitions"] += [{"name": "proxy", "image": SIDECAR, "essential": False}]
    made = delivered(aws)
    settings = aws.definitions[0]
    for key in ("family", "executionRoleArn", "taskRoleArn", "networkMode", "cpu", "memory", "runtimePlatform"):
        assert made[key] == settings[key]
    assert made["volumes"] == [{"name": "scratch"}]
    app, proxy = container(made), container(made, "proxy")
    for key in ("environment", "secrets", "portMappings"):
        assert app[key] == container(settings)[key]
    assert (app["user"], app["essential"]) == ("1000", True)
    assert "command" not in app, "the placeholder's"
    assert app["logConfiguration"] == container(settings)["logConfiguration"]
    assert proxy["image"] == SIDECAR
    assert proxy["logConfiguration"]["options"]["awslogs-group"] == "/aws/ecs/shop-prod"
    assert proxy["logConfiguration"]["options"]["awslogs-stream-prefix"] == "proxy"


def test_the_image_is_the_one_that_was_built_from_the_bundle(aws: FakeEcs) -> None:
    aws.images = {}
    said = message(action_of(aws).call())
    assert f"{REPOSITORY} has no image bundle-" in said
    assert "Retry the stage Publish" in said
    ((asked,),) = (one["imageIds"] for one in aws.asked("DescribeImages"))
    aws.images = {asked["imageTag"]: f"sha256:{'12' * 32}"}
    assert container(delivered(aws))["image"] == f"{REPOSITORY}@sha256:{'12' * 32}"
    aws.files["Dockerfile"] = b"FROM other\n"
    assert "has no image bundle-" in message(action_of(aws, execution="next").call()), (
        "another bundle has another image"
    )


def test_a_bundle_may_name_its_image_by_digest(aws: FakeEcs) -> None:
    named = f"{REPOSITORY}@sha256:{'34' * 32}"
    aws.files["imageDetail.json"] = json.dumps({"ImageURI": named}).encode()
    assert container(delivered(aws))["image"] == named
    assert not aws.asked("DescribeImages")


@pytest.mark.parametrize(
    "image", [f"{REPOSITORY}:latest", f"elsewhere/image@sha256:{'34' * 32}", f"{REPOSITORY}@sha256:34", None]
)
def test_an_image_by_tag_or_of_another_repository_is_refused(aws: FakeEcs, image: str | None) -> None:
    aws.files["imageDetail.json"] = json.dumps({"ImageURI": image}).encode()
    assert f"imageDetail.json names the image {image}; allowed: {REPOSITORY}@sha256:" in message(action_of(aws).call())
    assert aws.changes() == []


def test_the_same_bundle_with_the_same_settings_again_is_no_deployment(aws: FakeEcs) -> None:
    delivered(aws)
    again = action_of(aws, execution="next")
    assert variables(again.call()) == {"image": IMAGE}
    assert len(aws.definitions) == 2


@pytest.mark.parametrize("changed", ["settings", "appspec"])
def test_the_same_image_with_other_settings_is_deployed(aws: FakeEcs, changed: str) -> None:
    delivered(aws)
    again = action_of(aws, execution="next")
    if changed == "settings":
        aws.definitions[0] = {**aws.definitions[0], "memory": "1024"}
    else:
        aws.specification += "Hooks: [{AfterAllowTestTraffic: CodeDeployHook_smoke}]\n"
    started(aws, again)
    assert len(aws.deployments) == 2


CONTAINERS: dict[str, tuple[dict[str, Any], str]] = {
    "a tag": ({"image": f"{REPOSITORY}:latest"}, "app: its image has to be <IMAGE1_NAME>"),
    "another port": ({"portMappings": [{"containerPort": 80}]}, "app: its ports are [80], and the stack's [8080]"),
    "a variable twice": ({"environment": [{"name": "TOKEN", "value": "x"}]}, "app: the stack sets TOKEN"),
    "a secret twice": ({"secrets": [{"name": "GREETING", "valueFrom": "x"}]}, "app: the stack sets GREETING"),
    "a log of its own": ({"logConfiguration": {"logDriver": "awslogs"}}, "leave logConfiguration out"),
    "a port in words": ({"portMappings": ["8080"]}, "app: portMappings has to be a list of objects"),
    "labels in a list": ({"dockerLabels": ["a"]}, "app: dockerLabels has to be an object"),
    "variables by name": ({"environment": {"GREETING": "x"}}, "app: environment has to be a list of objects"),
    "another name": ({"name": "web"}, "one container has to be called app"),
}


@pytest.mark.parametrize("case", CONTAINERS)
def test_a_container_that_says_what_is_the_stacks_to_say_is_refused(aws: FakeEcs, case: str) -> None:
    changes, said = CONTAINERS[case]
    aws.template["containerDefinitions"][0] |= changes
    assert said in message(action_of(aws).call())
    assert aws.changes() == []


def test_what_a_container_leaves_open_with_null_is_left_open(aws: FakeEcs) -> None:
    keys = ("portMappings", "environment", "secrets", "dockerLabels", "command")
    aws.template["containerDefinitions"][0] |= dict.fromkeys(keys)
    started(aws, action_of(aws))
    (container_,) = aws.definitions[-1]["containerDefinitions"]
    assert container_["portMappings"]
    assert "command" not in container_


def test_everything_that_is_wrong_with_a_template_is_said_at_once(aws: FakeEcs) -> None:
    aws.template |= {"cpu": 1024, "family": SERVICE, "taskRoleArn": "arn:aws:iam::1:role/admin", "tags": []}
    aws.template["containerDefinitions"] += [{"name": "proxy", "image": "busybox:latest"}]
    said = message(action_of(aws).call())
    assert "tags is not for it to say" in said
    assert "cpu is 1024, and the stack's is 256; leave it out" in said
    assert "taskRoleArn is arn:aws:iam::1:role/admin" in said
    assert "proxy: its image has to be pinned by a digest" in said
    assert "family" not in said


def test_a_bundle_that_is_packed_in_a_way_that_nobody_reads_is_refused(
    aws: FakeEcs, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = bytearray(aws.bundle)
    for header, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = packed.find(header)
        while at >= 0:
            packed[at + method] = 99
            at = packed.find(header, at + 1)
    monkeypatch.setattr(FakeEcs, "bundle", bytes(packed))
    assert "The bundle is no zip file: That compression method is not supported." in message(action_of(aws).call())
    assert aws.changes() == []


def test_a_specification_without_a_place_for_the_task_definition_is_refused_before_there_is_one(aws: FakeEcs) -> None:
    aws.specification = "version: 0.0\n"
    assert "appspec.yaml has to say <TASK_DEFINITION> once" in message(action_of(aws).call())
    assert aws.changes() == []


def test_a_visit_that_is_repeated_starts_no_second_deployment(aws: FakeEcs) -> None:
    action = action_of(aws)
    action.call()
    token = action.token
    action.call()
    action.token = token
    action.call()
    assert action.waits()
    assert len(aws.deployments) == 1


def test_a_deployment_that_fails_says_which_event_failed_and_why_tasks_stopped(aws: FakeEcs) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    event = {"lifecycleEventName": "Install", "status": "Failed", "diagnostics": {"message": "no healthy tasks"}}
    aws.failed_targets = [{"targetId": f"{SERVICE}:{SERVICE}", "lifecycleEvents": [event]}]
    container_ = {"name": "app", "exitCode": 137, "reason": "OutOfMemoryError: killed"}
    task = {"taskArn": "arn:aws:ecs:eu-west-1:111122223333:task/shop-prod/abc", "stoppedReason": "Essential exited"}
    aws.tasks = [
        {**task, "taskDefinitionArn": aws.arn(2), "containers": [container_]},
        {**task, "taskArn": f"{task['taskArn']}d", "taskDefinitionArn": aws.arn(1), "containers": []},
    ]
    aws.events = ["(service shop-prod) (port 8080) is unhealthy"]
    aws.fail(deployment, code="HEALTH_CONSTRAINTS", message="tasks don't become healthy")
    said = message(action.call())
    assert f"Deployment {deployment} of {SERVICE} ended as Failed: HEALTH_CONSTRAINTS" in said
    assert "Install | no healthy tasks" in said
    assert "Task abc stopped: Essential exited | app: exit code 137, OutOfMemoryError: killed" in said
    assert "abcd" not in said, "a task of another revision"
    assert "(port 8080) is unhealthy" in said


def test_what_can_not_be_read_of_its_tasks_does_not_hide_the_failure(aws: FakeEcs) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    aws.refuse("ListTasks", "AccessDeniedException")
    aws.fail(deployment, code="ALARM_ACTIVE", message="errors")
    said = message(action.call())
    assert "ended as Failed: ALARM_ACTIVE: errors" in said
    assert "What its tasks say could not be read" in said


def test_the_failure_waits_for_the_rollback_that_codedeploy_makes(aws: FakeEcs) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    aws.fail(deployment, code="ALARM_ACTIVE", message="errors", autoRollbackConfiguration={"enabled": True})
    assert "a rollback may follow" in action.call()["executionDetails"]["summary"]
    rollback = aws.add_deployment("InProgress")
    aws.deployments[deployment]["rollbackInfo"] = {"rollbackDeploymentId": rollback}
    action.call()
    assert action.waits()
    aws.deployments[rollback].update(status="Succeeded", completeTime=aws.now)
    assert f"Its rollback {rollback} ended as Succeeded." in message(action.call())


def test_a_retried_stage_deploys_again_after_a_failure(aws: FakeEcs) -> None:
    first = started(aws, action_of(aws))
    aws.fail(first, code="X", message="y")
    assert started(aws, action_of(aws)) != first


def test_a_deployment_of_somebody_else_is_left_alone(aws: FakeEcs) -> None:
    foreign = aws.add_deployment("InProgress", description="by hand")
    said = message(action_of(aws).call())
    assert f"Deployment {foreign} of {SERVICE} is running and is not of this execution" in said
    assert aws.changes() == []


def test_a_service_that_is_gone_is_said(aws: FakeEcs) -> None:
    aws.exists = False
    assert f"There is no service {SERVICE}; run `pulumi up`" in message(action_of(aws).call())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ThrottlingException", ""),
        ("ClientException", "Too many concurrent attempts to create a new revision of the specified family."),
    ],
)
def test_throttling_asks_again(aws: FakeEcs, code: str, said: str) -> None:
    aws.refuse("RegisterTaskDefinition", code, message=said)
    action = action_of(aws)
    assert "AWS asks for patience" in action.call()["executionDetails"]["summary"]
    started(aws, action)
    assert len(aws.definitions) == 2
