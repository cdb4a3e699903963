"""The ready buildspec is put into source code that has none, and into no other, with the job's own credentials."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pipeline_job.clients import Clients
from pipeline_job.job import ArtifactAccess
from pipeline_job.run import answer_job
from provide_buildspec import handler
from tests.unit.functions.pipeline_action import job_event

BUCKET, SOURCE, OUTPUT = "artifacts", "storefront/App/abc.zip", "storefront/Prepared/def.zip"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c"
READY = "version: 0.2\n"


class Answers:
    """CodePipeline, as far as it is told how a job ended."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []

    def put_job_success_result(self, **given: Any) -> None:
        self.told.append(("success", given))

    def put_job_failure_result(self, **given: Any) -> None:
        self.told.append(("failure", given))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    ready = tmp_path / "ready_buildspec.yml"
    ready.write_text(READY)
    monkeypatch.setattr(handler, "READY", ready)
    monkeypatch.setenv("PARAMETERS", json.dumps({"path": "buildspec.yml"}))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-west-1")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield s3


def put(s3: Any, **files: str) -> None:
    """The source artifact, with these files by name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    s3.put_object(Bucket=BUCKET, Key=SOURCE, Body=content.getvalue())


def run(*, output: bool = True, key: str | None = KEY) -> tuple[str, dict[str, Any], list[ArtifactAccess]]:
    """One job: how it ended, what was told, and with whose credentials the bucket was used."""
    event = job_event(parameters=json.dumps({"execution": "e"}))
    data = event["CodePipeline.job"]["data"]
    if output:
        place = {"type": "S3", "s3Location": {"bucketName": BUCKET, "objectKey": OUTPUT}}
        data["outputArtifacts"] = [{"name": "Prepared", "location": place}]
    if key:
        data["encryptionKey"] = {"id": key, "type": "KMS"}
    used: list[ArtifactAccess] = []
    answers = Answers()

    def artifacts(access: ArtifactAccess) -> Any:
        used.append(access)
        return boto3.client("s3", region_name="eu-west-1")

    answer_job(event, visit=handler.visit, clients=Clients(make=lambda _: answers, artifacts=artifacts))
    ((how, told),) = answers.told
    return how, told, used


def handed_over(s3: Any) -> dict[str, str]:
    """The files of the output artifact."""
    body = s3.get_object(Bucket=BUCKET, Key=OUTPUT)["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_repository_without_a_buildspec_gets_the_ready_one(bucket: Any) -> None:
    put(bucket, app__py="print(1)")
    how, told, _ = run()
    assert how == "success"
    assert told["outputVariables"] == {"buildspec": "provided"}
    assert handed_over(bucket) == {"app.py": "print(1)", "buildspec.yml": READY}


def test_the_repositorys_own_buildspec_wins(bucket: Any) -> None:
    put(bucket, app__py="print(1)", buildspec__yml="version: 0.2 # ours")
    how, told, _ = run()
    assert how == "success"
    assert told["outputVariables"] == {"buildspec": "own"}
    assert handed_over(bucket) == {"app.py": "print(1)", "buildspec.yml": "version: 0.2 # ours"}


def test_the_same_source_gives_the_same_artifact_however_often_it_is_asked(bucket: Any) -> None:
    put(bucket, app__py="print(1)")
    run()
    first = bucket.get_object(Bucket=BUCKET, Key=OUTPUT)["Body"].read()
    run()
    assert bucket.get_object(Bucket=BUCKET, Key=OUTPUT)["Body"].read() == first


def test_artifacts_are_touched_with_the_jobs_credentials_alone_and_encrypted_with_its_key(bucket: Any) -> None:
    put(bucket, app__py="print(1)")
    _, _, used = run()
    assert [one.access_key for one in used] == ["ASIAFAKE"]
    assert "fake-secret-key" not in repr(used)
    assert bucket.head_object(Bucket=BUCKET, Key=OUTPUT)["SSEKMSKeyId"] == KEY


@pytest.mark.parametrize(("output", "archive"), [(False, True), (True, False)], ids=["no output", "no archive"])
def test_what_can_not_be_prepared_fails_the_action_with_a_sentence(bucket: Any, output: bool, archive: bool) -> None:
    if archive:
        put(bucket, app__py="print(1)")
    else:
        bucket.put_object(Bucket=BUCKET, Key=SOURCE, Body=b"no archive")
    how, told, _ = run(output=output)
    assert how == "failure"
    assert "fake-s" not in told["failureDetails"]["message"]
    assert ("output artifact" if archive else "no ZIP archive") in told["failureDetails"]["message"]
