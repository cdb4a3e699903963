"""The functions around a flow, a promotion and a source make exactly the calls that they declare."""

import importlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline_job.run import Visit, answer_job
from release_manifest import Manifest, Proof, manifest_key
from repository_events.event import parse_event
from tests.contract.functions import function, handler
from tests.unit.functions.fake_forge import TOPIC, FakeForge, commit
from tests.unit.functions.fake_release import DIGEST, GIVEN, TAKEN, FakeRelease
from tests.unit.functions.pipeline_action import job_event
from tests.unit.functions.repository_event import FIXED, build_event, pull_request_event, reference_event


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


class JobsBucket:
    """The artifacts of a job, which are read and written with the job's own credentials."""

    def download_file(self, _bucket: str, _key: str, file: str) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("app.py", "print(1)")

    def upload_file(self, *_: str, **__: object) -> None:
        pass


def test_the_declared_actions_of_what_prepares_a_source_are_exactly_the_calls_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    prepare = handler("provide_buildspec")
    ready = tmp_path / "ready_buildspec.yml"
    ready.write_text("version: 0.2")
    monkeypatch.setattr(prepare, "READY", ready)
    monkeypatch.setenv("PARAMETERS", json.dumps({"path": "buildspec.yml"}))
    forge = FakeForge()
    event = job_event(parameters=json.dumps({"execution": "e"}))
    output = {"name": "Prepared", "location": {"type": "S3", "s3Location": {"bucketName": "b", "objectKey": "k"}}}
    # One that is prepared, and one that has no place for what is prepared.
    for outputs in ([output], []):
        event["CodePipeline.job"]["data"]["outputArtifacts"] = outputs
        clients = replace(forge.clients, artifacts=lambda _: JobsBucket())
        answer_job(event, visit=prepare.visit, clients=clients)
    assert sorted(forge.actions) == list(function("provide_buildspec").API_ACTIONS)
