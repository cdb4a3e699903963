"""`operations deploy` on each platform: by the code of the pipeline's function, or in place as CodePipeline does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import boto3
import pytest
from moto import mock_aws

from operations.line import run
from operations.rollback.command import Rollback
from pipeline_job.job import S3Object
from release_ledger import StoredArtifact
from tests.unit.functions.fake_ecs import DIGEST, IMAGE, FakeEcs
from tests.unit.functions.fake_ecs import TOLD as SERVICE_TOLD
from tests.unit.functions.fake_lambda import BUNDLE, FUNCTION, FakeLambda
from tests.unit.functions.fake_lambda import TOLD as FUNCTION_TOLD
from tests.unit.functions.fake_rollouts import FakeRollouts
from tests.unit.functions.fake_wire import CallError
from tests.unit.functions.release_records import release
from tests.unit.operations.hand_world import ARTIFACTS, COMMIT, LEDGER, REGION, HandWorld, told

KEY = "storefront/App/abc.zip"
ROLLOUTS_TOLD = json.dumps(
    {
        "deadlineMinutes": 60,
        **{key: one for key, one in json.loads(SERVICE_TOLD).items() if key not in ("application", "deploymentGroup")},
    }
)
WorldT = TypeVar("WorldT", bound=HandWorld)


class InPlace(HandWorld):
    """A group that CodeDeploy deploys to in place: of servers, or of machines on premises."""

    def _codedeploy_CreateDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert "targetInstances" not in params
        if any(one["status"] in ("Created", "InProgress") for one in self.deployments.values()):
            raise CallError("DeploymentLimitExceededException")
        identity = self.add_deployment("Created", description=params["description"], revision=params["revision"])
        self.lifecycle[identity] = [("i-1", "ApplicationStop"), ("mi-0abc", "AfterInstall")]
        return {"deploymentId": identity}

    def end_well(self) -> None:
        """The deployment that runs succeeds, after it was seen to run."""
        for info in self.deployments.values():
            if info["status"] == "InProgress":
                info.update(status="Succeeded", completeTime=self.now)
            elif info["status"] == "Created":
                info["status"] = "InProgress"


class Function(HandWorld, FakeLambda):
    """A Lambda function."""

    def end_well(self) -> None:
        """Lambda takes the code in, and the alias is moved."""
        self.take_in()
        for identity, info in self.deployments.items():
            if info["status"] == "Created":
                self.shifted(identity)
                document = json.loads(info["revision"]["appSpecContent"]["content"])
                self.alias = document["Resources"][0][FUNCTION]["Properties"]["TargetVersion"]

    def _lambda_GetFunctionConfiguration(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params.get("Qualifier") not in (None, "$LATEST", *self.versions):
            raise CallError("ResourceNotFoundException", status=404)
        found = super()._lambda_GetFunctionConfiguration(params)
        return {**found, "Description": "execution=e-1 attempt=j-1"}


class Rollouts(HandWorld, FakeRollouts):
    """A service of ECS that moves its traffic itself."""

    def end_well(self) -> None:
        """The deployment that runs arrives, after it was seen to run."""
        if self.rollouts and self.rollouts[-1]["status"] == "IN_PROGRESS":
            self.arrived()
        elif self.rollouts and self.rollouts[-1]["status"] == "PENDING":
            self.rollouts[-1]["status"] = "IN_PROGRESS"


class Service(HandWorld, FakeEcs):
    """A service of ECS."""

    def end_well(self) -> None:
        """The traffic is moved to the new tasks."""
        for identity, info in self.deployments.items():
            if info["status"] == "Created":
                self.shifted(identity)


@contextmanager
def made(kind: type[WorldT], output: dict[str, Any], content: bytes | None = None) -> Iterator[WorldT]:
    """A world in which the pipeline has built one artifact, which was approved."""
    with mock_aws():
        s3 = boto3.client("s3", REGION)
        for bucket in (ARTIFACTS, LEDGER):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        world = kind()
        world.told = output
        lies = world.bundle if content is None and isinstance(world, FakeEcs) else content or BUNDLE
        s3.put_object(Bucket=ARTIFACTS, Key=KEY, Body=lies)
        world.execution("e-1", COMMIT, artifact=KEY)
        world.approve("e-1")
        yield world


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "testing")


def output(platform: str, strategy: str, parameters: str | None = None) -> dict[str, Any]:
    found = told(platform, strategy, artifact="Bundle")
    found["stages"] = found["stages"][:1]
    if parameters:
        found["parameters"] = {key: one for key, one in json.loads(parameters).items() if key != "execution"}
    return found


GROUP = json.dumps({"application": "storefront", "deploymentGroup": "storefront"})


@pytest.mark.parametrize("platform", ["server", "on-premises"])
def test_in_place_the_group_gets_the_bundle_of_the_commit(platform: str, capsys: pytest.CaptureFixture[str]) -> None:
    parameters = GROUP if platform == "on-premises" else None
    with made(InPlace, output(platform, "in-place", parameters)) as world:
        world.told["parameters"]["scaledBy"] = ["AlarmNotification"]
        assert world.deploy("--revision", COMMIT) == 0
        assert world.deployed == [{"bucket": ARTIFACTS, "key": KEY, "bundleType": "zip"}]
        assert [(one["outcome"], one["deployments"]) for one in world.ledger] == [("succeeded", ["d-000000001"])]
    told_lines = [line for line in capsys.readouterr().err.splitlines() if "AfterInstall" in line]
    assert len(told_lines) == 1, "though it was seen at each visit"
    assert told_lines[0].endswith("mi-0abc              AfterInstall            Succeeded")


def test_what_runs_already_goes_to_machines_that_came_later_as_a_redeployment() -> None:
    with made(InPlace, output("on-premises", "in-place", GROUP)) as world:
        assert world.deploy("--revision", COMMIT) == 0
        world.pass_time(minutes=5)
        assert world.deploy("--revision", COMMIT) == 0
        assert [one["kind"] for one in world.ledger] == ["by-hand", "redeployment"]
        assert len(world.deployments) == 2


def test_an_object_in_the_ledger_that_is_no_record_hides_none_of_those_before_it() -> None:
    with made(InPlace, output("on-premises", "in-place", GROUP)) as world:
        assert world.deploy("--revision", COMMIT) == 0
        world.s3.put_object(Bucket=LEDGER, Key="storefront/29991231T000000Z-x.json", Body=b"{}")
        world.pass_time(minutes=5)
        assert world.deploy("--revision", COMMIT) == 0
        assert [one.get("kind") for one in world.ledger] == ["by-hand", "redeployment", None]


@pytest.mark.parametrize("versioned", [True, False])
def test_other_bytes_at_the_same_place_are_another_artifact(versioned: bool) -> None:
    with made(InPlace, output("server", "in-place", GROUP)) as world:
        s3 = boto3.client("s3", REGION)
        s3.create_bucket(Bucket="mine", CreateBucketConfiguration={"LocationConstraint": REGION})
        if versioned:
            s3.put_bucket_versioning(Bucket="mine", VersioningConfiguration={"Status": "Enabled"})
        for content in (b"one", b"two"):
            s3.put_object(Bucket="mine", Key="mine.zip", Body=content)
            assert world.deploy("--revision", "s3://mine/mine.zip", "--break-glass", "built by hand") == 0
        assert len({one["key"] for one in world.deployed}) == 2, "CodeDeploy can bring the first back"
        kept = [one["artifact"] for one in world.ledger]
        places = [S3Object(bucket=one["bucket"], key=one["key"], version=one["version"]) for one in kept]
        assert [s3.get_object(**one.asked_of_s3)["Body"].read() for one in places] == [b"one", b"two"]


def test_in_place_a_call_that_was_lost_starts_no_second_deployment() -> None:
    with made(InPlace, output("server", "in-place")) as world:
        create = world._codedeploy_CreateDeployment

        def lose(params: dict[str, Any]) -> dict[str, Any]:
            create(params)
            world._codedeploy_CreateDeployment = create  # type: ignore[method-assign]
            raise CallError("ServiceUnavailable", status=503)

        world._codedeploy_CreateDeployment = lose  # type: ignore[method-assign]
        assert world.deploy("--revision", COMMIT) == 0
        assert len(world.deployments) == 1


def test_in_place_what_codedeploy_brings_back_itself_is_waited_for_and_written_down() -> None:
    with made(InPlace, output("server", "in-place")) as world:

        def fail() -> None:
            running = [one for one in world.deployments if "completeTime" not in world.deployments[one]]
            if running == ["d-000000001"]:
                back = world.add_deployment("Created", description="rollback")
                world.fail(
                    "d-000000001", code="HEALTH_CONSTRAINTS", message="no", rollbackInfo={"rollbackDeploymentId": back}
                )
            elif running:
                world.end_well()

        world.on_wait = fail
        assert world.deploy("--revision", COMMIT) == 1
        assert [one["outcome"] for one in world.ledger] == ["rolled-back"]


def test_a_function_gets_a_version_of_the_bundle_and_the_alias_moves_there() -> None:
    with made(Function, output("lambda", "canary", FUNCTION_TOLD)) as world:
        assert world.deploy("--revision", COMMIT) == 0
        assert world.alias == "8"
        assert [one["artifact"]["key"] for one in world.ledger] == [KEY]


def test_a_version_that_was_published_is_deployed_without_its_bundle() -> None:
    with made(Function, output("lambda", "linear", FUNCTION_TOLD)) as world:
        world.versions["8"], world.memories["8"], world.alias = "code", 256, "8"
        assert world.deploy("--revision", "7") == 0
        assert world.alias == "7"
        assert world.asked("UpdateFunctionCode") == world.asked("PublishVersion") == []
        (record,) = world.ledger
        assert record["artifact"] == {"function": FUNCTION, "version": "7"}
        assert record["source"]["commit"] == COMMIT, "of the execution that published it"


def test_a_version_that_nobody_has_approved_is_refused_and_one_that_is_not_there_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with made(Function, output("lambda", "canary", FUNCTION_TOLD)) as world:
        world.logs = {}
        assert world.deploy("--revision", "7") == 1
        assert world.deploy("--revision", "99") == 2
    assert f"there is no version 99 of {FUNCTION}" in capsys.readouterr().err


@pytest.mark.parametrize("revision", [COMMIT, DIGEST])
def test_a_service_gets_a_task_definition_of_the_bundle_with_the_image(revision: str) -> None:
    with made(Service, output("ecs", "blue-green", SERVICE_TOLD)) as world:
        assert world.deploy("--revision", revision) == 0
        assert world.serving == 2
        image = world.definitions[1]["containerDefinitions"][0]["image"]
        assert image.endswith(f"@{DIGEST}")


@pytest.mark.parametrize("revision", [COMMIT, DIGEST])
def test_a_service_that_ecs_moves_itself_is_updated_and_watched(revision: str) -> None:
    with made(Rollouts, output("ecs", "blue-green", ROLLOUTS_TOLD)) as world:
        assert world.deploy("--revision", revision) == 0
        assert world.serving == 2
        assert [one["outcome"] for one in world.ledger] == ["succeeded"]
        assert [one["deployments"] for one in world.ledger] == [[world.rollouts[-1]["serviceDeploymentArn"]]]


def test_a_service_deployment_is_stopped_by_ecs_with_its_way_back() -> None:
    with made(Rollouts, output("ecs", "canary", ROLLOUTS_TOLD)) as world:

        def interrupt() -> None:
            if world.asked("StopServiceDeployment"):
                world.gone_back()
            elif world.rollouts:
                raise KeyboardInterrupt

        world.on_wait = interrupt
        assert world.deploy("--revision", COMMIT, "--on-interrupt", "stop") == 1
        assert [one["outcome"] for one in world.ledger] == ["stopped"]


def test_nobody_passes_by_a_deployment_of_ecs(capsys: pytest.CaptureFixture[str]) -> None:
    with made(Rollouts, output("ecs", "canary", ROLLOUTS_TOLD)) as world:
        world.begun(1)
        assert world.deploy("--revision", COMMIT, "--break-glass", "now") == 1
    assert "Service deployment r1 is PENDING" in capsys.readouterr().err


def test_an_image_that_no_bundle_has_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with made(Service, output("ecs", "blue-green", SERVICE_TOLD)) as world:
        assert world.deploy("--revision", f"sha256:{'0' * 64}") == 2
    assert "none of the newest 1 bundles of storefront-prod has the image sha256:000" in capsys.readouterr().err


@pytest.mark.parametrize("by_name", [True, False])
def test_a_way_back_whose_image_is_gone_is_said_before_anything_begins(
    capsys: pytest.CaptureFixture[str], *, by_name: bool
) -> None:
    with made(Service, output("ecs", "blue-green", SERVICE_TOLD)) as world:
        world.append(release(-60, artifact=StoredArtifact(bucket=ARTIFACTS, key=KEY)))
        world.append(release(-30, artifact=StoredArtifact(bucket=ARTIFACTS, key="other")))
        back = Rollback(open=world.stack, clock=lambda: world.now, pause=world.wait)
        words = ["rollback", "--stack", "prod", "--to", "previous", "--yes", "--break-glass", "now"]
        if by_name:
            world.files["imageDetail.json"] = json.dumps({"ImageURI": IMAGE}).encode()
            world.deleted = {DIGEST}
        else:
            world.images = {}
        assert run((back,), words) == 2
        said = capsys.readouterr().err
        assert "can't come back: " in said
        assert (f"the image {IMAGE} is gone" if by_name else "none was built from this bundle") in said
        assert world.changes() == []
        world.deleted, world.images = set(), None
        assert run((back,), words) == 0


def test_a_platform_that_this_program_does_not_know_is_left_to_the_pipeline(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with made(InPlace, output("mainframe", "in-place")) as world:
        assert world.deploy("--revision", COMMIT) == 2
    assert "mainframe with in-place can't be deployed by hand" in capsys.readouterr().err
