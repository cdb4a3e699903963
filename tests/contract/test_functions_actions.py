"""The functions keep what they promise the program: the actions they call, the entry, what their archive needs."""

import ast
import importlib
import inspect
import json
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from pipeline_job.clients import runtime_clients
from pipeline_job.run import Visit, answer_job
from release_manifest import Manifest, Proof, manifest_key
from repository_events.event import parse_event
from tests.contract.function_archive import WITH_BOTO3, imported_bare
from tests.unit.authorization import actions_meant
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws, FakeFleet
from tests.unit.functions.fake_ecs import TOLD as SERVED
from tests.unit.functions.fake_ecs import FakeEcs
from tests.unit.functions.fake_forge import TOPIC, FakeForge, commit
from tests.unit.functions.fake_lambda import TOLD as DEPLOYED
from tests.unit.functions.fake_lambda import FakeLambda
from tests.unit.functions.fake_machines import TOLD as MACHINES
from tests.unit.functions.fake_machines import VISIT, FakeMachines
from tests.unit.functions.fake_release import DIGEST, GIVEN, TAKEN, FakeRelease
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, job_event, user_parameters
from tests.unit.functions.repository_event import FIXED, build_event, pull_request_event, reference_event

FUNCTIONS = Path(__file__).parents[2] / "functions"
FLEET_NAMES = ("shift_traffic", "verify_release", "retire_fleet")
EVENT_NAMES = ("check_pull_request", "merge_back", "tag_release", "start_changed", "watch_machines")
RELEASE_NAMES = ("admit_release", "promote_release")
APPROVAL_NAMES = ("gather_evidence", "check_approvers", "reject_stale_approvals")
TELLING = ("tell_people", "deliver_digest", "call_webhook")
DELIVERING = ("deploy_function", "deploy_service")
NAMES = (
    *FLEET_NAMES,
    *RELEASE_NAMES,
    *APPROVAL_NAMES,
    *DELIVERING,
    "announce_hotfix",
    "check_calendar",
    *EVENT_NAMES,
    *TELLING,
)
SHARED = (
    "pipeline_job",
    "deployments",
    "fleets",
    "function_versions",
    "release_evidence",
    "services",
    "release_manifest",
    "repository_events",
    "git_push",
    "notices",
)


def function(name: str) -> ModuleType:
    return importlib.import_module(name)


def handler(name: str) -> ModuleType:
    return importlib.import_module(f"{name}.handler")


def imported(package: str) -> list[str]:
    """Every module that the files of a package import."""
    modules = []
    for path in (FUNCTIONS / package).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return modules


def shift(aws: FakeAws) -> None:
    """A failed release after which the stage is retried and succeeds: every branch that calls AWS."""
    for fails in (True, False):
        action = PipelineAction(aws, handler("shift_traffic").visit)
        aws.fleets[GREEN].attached = True
        action.call()
        aws.pass_time(minutes=3)
        action.call()
        deployment = list(aws.deployments)[-1]
        if fails:
            aws.failed_targets = [{"targetId": "i-new1", "lifecycleEvents": []}]
            aws.fail(deployment, code="TIMEOUT", message="slow")
            # It had let one of the new instances in, and taken the old ones out.
            aws.targets = {"i-new1": "healthy"}
            action.call()
            aws.targets = dict.fromkeys(aws.targets, "healthy")
        else:
            aws.succeed(deployment)
            aws.bound = [BLUE]
            aws.fleets[GREEN].instances.append(["i-late", "InService", "Healthy"])
            aws.pass_time(minutes=6)
            action.call()
            action.call()
        action.call()
        aws.pass_time(minutes=1)


def verify(aws: FakeAws) -> None:
    """A verified release, and one that an alarm refuses."""
    aws.add_deployment("Succeeded", fleet=BLUE, description=f"execution={EXECUTION} attempt=1")
    aws.add_deployment("Succeeded", fleet=BLUE, creator="autoscaling")
    PipelineAction(aws, handler("verify_release").visit).call()
    aws.alarms["storefront-5xx"] = ("ALARM", "errors")
    PipelineAction(aws, handler("verify_release").visit).call()


def retire(aws: FakeAws) -> None:
    """A bake that an alarm stops, and one that ends well."""
    aws.fleets[GREEN] = FakeFleet.serving("i-g1", "i-g2")
    aws.succeed(aws.add_deployment("InProgress"))
    aws.add_deployment("Succeeded", creator="autoscaling")
    aws.alarms["storefront-5xx"] = ("ALARM", "errors")
    PipelineAction(aws, handler("retire_fleet").visit).call()
    aws.alarms["storefront-5xx"] = ("OK", "")
    aws.now += timedelta(hours=1)
    PipelineAction(aws, handler("retire_fleet").visit).call()
    assert aws.fleets[BLUE].desired == 0


def deploy(aws: FakeLambda) -> None:
    """A first version, and a second one whose deployment fails."""
    aws.alias, aws.versions = "$LATEST", {}
    for bundle in (b"first", b"second"):
        aws.bundle = bundle
        action = PipelineAction(aws, handler("deploy_function").visit)
        action.parameters = DEPLOYED
        action.call()
        aws.take_in()
        action.call()
        action.call()
    (deployment,) = aws.deployments
    aws.failed_targets = [{"targetId": "storefront-prod", "lifecycleEvents": []}]
    # A visit whose answer was lost finds its deployment among the group's.
    action.token = None
    action.call()
    aws.fail(deployment, code="HOOK", message="no")
    action.call()


def test_the_declared_actions_of_a_function_that_is_delivered_are_exactly_the_calls_made() -> None:
    aws = FakeLambda()
    deploy(aws)
    # The bundle is read with the credentials of the job, and belongs to no role.
    assert sorted(aws.actions - {"s3:GetObject"}) == list(function("deploy_function").API_ACTIONS)


def test_the_declared_actions_of_the_watch_over_machines_are_exactly_the_calls_made() -> None:
    aws = FakeMachines()
    aws.pings["mi-0a"] = "Online"
    parameters = importlib.import_module("watch_machines.decide").Parameters.parse(MACHINES)
    handler("watch_machines").visit(parse_event(VISIT), parameters=parameters, clients=aws.clients)
    aws.pings.clear()
    handler("watch_machines").visit(parse_event(VISIT), parameters=parameters, clients=aws.clients)
    assert sorted(aws.actions) == list(function("watch_machines").API_ACTIONS)


def test_the_declared_actions_of_a_service_that_is_delivered_are_exactly_the_calls_made() -> None:
    aws = FakeEcs()
    action = PipelineAction(aws, handler("deploy_service").visit)
    action.parameters = SERVED
    action.call()
    action.call()
    (deployment,) = aws.deployments
    aws.failed_targets = [{"targetId": "shop-prod", "lifecycleEvents": []}]
    aws.tasks = [{"taskArn": "arn:aws:ecs:eu-west-1:111122223333:task/shop-prod/abc"}]
    # A visit whose answer was lost finds its deployment among the group's.
    action.token = None
    action.call()
    aws.fail(deployment, code="HOOK", message="no")
    action.call()
    # The bundle is read with the credentials of the job, and belongs to no role.
    assert sorted(aws.actions - {"s3:GetObject"}) == list(function("deploy_service").API_ACTIONS)


@pytest.mark.parametrize(
    ("name", "play"), [("shift_traffic", shift), ("verify_release", verify), ("retire_fleet", retire)]
)
def test_the_declared_actions_of_a_delivery_are_exactly_the_calls_made(
    name: str, play: Callable[[FakeAws], None]
) -> None:
    aws = FakeAws()
    play(aws)
    assert sorted(aws.actions) == list(function(name).API_ACTIONS)


def check(forge: FakeForge) -> None:
    """A push to a pull request, and the end of its build."""
    forge.add_pull_request("feature/x", "develop")
    for event in (pull_request_event("SourceBranchUpdated"), build_event("FAILED")):
        deliver(forge, "check_pull_request", event)


def merge_back(forge: FakeForge) -> None:
    """A release that does not merge back by itself, while another pull request is open."""
    forge.conflicts = ["app/main.py"]
    forge.add_pull_request("feature/x", "develop")
    deliver(forge, "merge_back", reference_event("main", new=commit("main")))


def tag(forge: FakeForge) -> None:
    """A release that is tagged, and one whose tag stands elsewhere."""
    remote = FakeRemote(forge)
    for branch in ("release/1.0", "release/1.2"):
        identity = forge.add_pull_request(branch, "main")
        forge.merge(identity, mergeCommitId=commit(branch))
        event = pull_request_event("MergeStatusUpdated", identity, source=branch, destination="main")
        deliver(forge, "tag_release", event, remote=remote)


def start(forge: FakeForge) -> None:
    """A push that changed a file."""
    forge.differences[commit("old"), commit("new")] = [("", "app/main.py")]
    deliver(forge, "start_changed", reference_event("develop", new=commit("new"), old=commit("old")))


def announce(forge: FakeForge) -> None:
    """A hotfix that is announced, and a job that says too little."""
    told = {"execution": "e", "branch": "hotfix/x", "commit": "c", "pipeline": "p", "environment": "prod", "skips": []}
    for values in ({**told, "topic": TOPIC}, {}):
        event = job_event(parameters=json.dumps(values))
        answer_job(event, visit=handler("announce_hotfix").visit, clients=forge.clients)


def calendar(forge: FakeForge) -> None:
    """An execution that is let in, and one whose calendar can't be read."""
    told = {"stage": "Deploy", "deploys": "yes", "freezes": [], "windows": {}, "hotfixBranches": []}
    for values in (told, {}):
        event = job_event(parameters=json.dumps(values))
        answer_job(event, visit=handler("check_calendar").visit, clients=forge.clients)


class FakeRemote:
    """A Git server that has one tag; reading its references and pushing are one permission."""

    def __init__(self, forge: FakeForge) -> None:
        self.forge = forge

    def references(self) -> dict[str, str]:
        self.forge.calls.append(("codecommit:GitPush", {}))
        return {"refs/tags/v1.2.0": commit("elsewhere")}

    def create(self, _: object) -> None:
        self.forge.calls.append(("codecommit:GitPush", {}))


def deliver(forge: FakeForge, name: str, event: object, **more: object) -> None:
    parameters = importlib.import_module(f"{name}.decide").Parameters.parse(json.dumps(FIXED[name]))
    handler(name).visit(parse_event(event), parameters=parameters, clients=forge.clients, **more)


@pytest.mark.parametrize(
    ("name", "play"),
    [
        ("check_pull_request", check),
        ("merge_back", merge_back),
        ("tag_release", tag),
        ("start_changed", start),
        ("announce_hotfix", announce),
        ("check_calendar", calendar),
    ],
)
def test_the_declared_actions_of_git_flow_are_exactly_the_calls_made(
    name: str, play: Callable[[FakeForge], None]
) -> None:
    forge = FakeForge()
    play(forge)
    assert sorted(forge.actions) == list(function(name).API_ACTIONS)


def promote(world: FakeRelease, visit: Visit) -> None:
    """A release after another one, and an artifact that can't be read."""
    for _ in range(2):
        world.call(visit)
        world.objects["storefront/release.zip"]["metadata"]["execution"] = "before"
    world.call(visit, unknown="key")


def admit(world: FakeRelease, visit: Visit) -> None:
    """A release that comes in, and one that nobody promoted."""
    manifest = Manifest(
        application="storefront",
        digest=DIGEST,
        commit="c",
        pipeline=str(TAKEN["pipeline"]),
        tests=(Proof(name="e2e", status="Succeeded"),),
    )
    world.call(visit)
    world.put(manifest_key("storefront", DIGEST), manifest.to_json().encode())
    world.call(visit)


@pytest.mark.parametrize(
    ("name", "play", "fixed"), [("promote_release", promote, GIVEN), ("admit_release", admit, TAKEN)]
)
def test_the_declared_actions_of_a_promotion_are_exactly_the_calls_made(
    name: str,
    play: Callable[[FakeRelease, Visit], None],
    fixed: Mapping[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PARAMETERS", json.dumps(fixed))
    world = FakeRelease()
    play(world, handler(name).visit)
    assert sorted(world.actions) == list(function(name).API_ACTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_every_declared_action_is_one_that_iam_knows(name: str) -> None:
    for action in (*function(name).API_ACTIONS, *function(name).IMPLIED_ACTIONS):
        assert actions_meant(action) == [action]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_that_writes_what_is_encrypted_may_use_the_key_and_no_other_may(name: str) -> None:
    writes = bool({"s3:PutObject", "sns:Publish"} & set(function(name).API_ACTIONS))
    assert writes == ({"kms:Decrypt", "kms:GenerateDataKey"} <= set(function(name).IMPLIED_ACTIONS))


@pytest.mark.parametrize("name", NAMES)
def test_a_function_declares_the_shared_packages_that_it_imports(name: str) -> None:
    needed: set[str] = set()
    seeking = [name]
    while seeking:
        found = {module.split(".")[0] for module in imported(seeking.pop())} & set(SHARED) - needed
        needed |= found
        seeking += found
    assert list(function(name).PACKAGES) == sorted(needed)


@pytest.mark.parametrize("name", NAMES)
def test_every_function_declares_its_actions_and_the_implied_ones_sorted_and_apart(name: str) -> None:
    called, implied = function(name).API_ACTIONS, function(name).IMPLIED_ACTIONS
    assert list(called) == sorted(set(called))
    assert list(implied) == sorted(set(implied))
    assert not set(called) & set(implied)
    assert not [action for action in (*called, *implied) if "*" in action]


@pytest.mark.parametrize("name", NAMES)
def test_the_declaration_can_be_read_without_loading_boto3(name: str) -> None:
    tree = ast.parse((FUNCTIONS / name / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_has_the_entry_that_lambda_is_told(name: str) -> None:
    assert list(inspect.signature(handler(name).handle).parameters) == ["event", "_context"]


def test_the_functions_look_alike() -> None:
    shapes = {name: sorted(path.name for path in (FUNCTIONS / name).glob("*.py")) for name in NAMES}
    assert set(map(tuple, shapes.values())) == {("__init__.py", "decide.py", "handler.py")}


@pytest.mark.parametrize("name", [*NAMES, *SHARED])
def test_an_archive_needs_nothing_but_python_boto3_and_the_shared_packages(name: str) -> None:
    allowed = {*sys.stdlib_module_names, "boto3", "botocore", *SHARED, name}
    assert [module for module in imported(name) if module.split(".")[0] not in allowed] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_function_starts_with_the_packages_that_it_declares_and_boto3_alone(name: str, tmp_path: Path) -> None:
    for package in (name, *function(name).PACKAGES):
        shutil.copytree(FUNCTIONS / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    assert imported_bare(tmp_path, handler=f"{name}.handler.handle") <= WITH_BOTO3


@pytest.mark.parametrize("name", NAMES)
def test_the_decisions_of_a_function_know_no_aws_client(name: str) -> None:
    text = (FUNCTIONS / name / "decide.py").read_text(encoding="utf-8")
    assert "boto" not in text
    assert "clients" not in text


@pytest.mark.parametrize("name", FLEET_NAMES)
def test_the_entry_of_a_function_answers_with_the_clients_of_the_runtime(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = FakeAws()
    monkeypatch.setattr(handler(name), "runtime_clients", lambda: aws.clients)
    handler(name).handle(job_event(parameters="no json"), None)
    assert [answer["failureDetails"]["message"] for answer in aws.answers] == ["UserParameters is not JSON."]


@pytest.mark.parametrize("name", FLEET_NAMES)
def test_a_function_takes_from_its_environment_what_the_pipeline_does_not_say(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = json.loads(user_parameters())
    asked = json.dumps({"execution": fixed.pop("execution")})
    monkeypatch.setenv("PARAMETERS", json.dumps(fixed))
    aws = FakeAws()
    answer_job(job_event(parameters=asked), visit=handler(name).visit, clients=aws.clients)
    assert "codedeploy:GetDeploymentGroup" in aws.actions


def test_codedeploy_is_called_once_because_create_deployment_knows_no_client_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    runtime_clients.cache_clear()
    assert runtime_clients().codedeploy.meta.config.retries["total_max_attempts"] == 1
    assert runtime_clients().codepipeline.meta.config.retries["total_max_attempts"] > 1
    runtime_clients.cache_clear()
