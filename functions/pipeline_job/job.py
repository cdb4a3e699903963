"""A CodePipeline job as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline_job.failures import RefusedError


@dataclass(frozen=True, kw_only=True)
class S3Object:
    """Where the pipeline put an artifact. The pipeline zips every artifact itself.

    Args:
        version: of the object; empty is the one that is there, and that is what a pipeline says.
    """

    bucket: str
    key: str
    version: str = ""

    @property
    def asked_of_s3(self) -> dict[str, str]:
        """The same as GetObject and HeadObject take it."""
        return {"Bucket": self.bucket, "Key": self.key, **({"VersionId": self.version} if self.version else {})}


@dataclass(frozen=True, kw_only=True)
class ArtifactAccess:
    """Credentials for the job's artifacts, which CodePipeline makes for each job."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What CodePipeline asks of the function.

    Args:
        id: names the job in the answer; a job delivered twice has the same id, a continued or retried one a new id.
        user_parameters: the action's `UserParameters`, at most 1000 characters of JSON.
        token: the continuation token of the visit before, None on the first.
        artifact: the action's first input artifact, None when it has none.
        output: where the action's first output artifact is to be put, None when it has none.
        access: credentials for both.
        key: the KMS key that an output artifact is to be encrypted with.
        secrets: texts of the event that no answer may repeat (the artifact's credentials).
    """

    id: str
    user_parameters: str
    token: str | None = None
    artifact: S3Object | None = None
    output: S3Object | None = None
    access: ArtifactAccess | None = None
    key: str | None = None
    secrets: tuple[str, ...] = ()


def job_id(event: object) -> str:
    """The id alone, so that even an event that can't be read further gets its answer.

    Raises:
        RefusedError: the event has no job id, and so there is nothing to answer.
    """
    return _text(_mapping(_mapping(event, "event").get("CodePipeline.job"), "CodePipeline.job").get("id"), "id")


def job_secrets(event: object) -> tuple[str, ...]:
    """Every text of the event's `artifactCredentials`; never raises, whatever the event looks like."""
    level: object = event
    for key in ("CodePipeline.job", "data", "artifactCredentials"):
        level = level.get(key) if isinstance(level, Mapping) else None
    texts = level.values() if isinstance(level, Mapping) else ()
    return tuple(text for text in texts if isinstance(text, str) and text)


def parse_job(event: object) -> Job:
    """Read the event that CodePipeline sends to a Lambda function.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html#actions-invoke-lambda-function-json-event-example

    Raises:
        RefusedError: something the function needs is missing; the message names the key, never a value.
    """
    job = _mapping(_mapping(event, "event").get("CodePipeline.job"), "CodePipeline.job")
    data = _mapping(job.get("data"), "data")
    configuration = _mapping(
        _mapping(data.get("actionConfiguration"), "data.actionConfiguration").get("configuration"),
        "data.actionConfiguration.configuration",
    )
    token = data.get("continuationToken")
    return Job(
        id=job_id(event),
        user_parameters=_text(configuration.get("UserParameters"), "UserParameters"),
        token=None if token is None else _text(token, "data.continuationToken"),
        artifact=_first_artifact(data, "inputArtifacts"),
        output=_first_artifact(data, "outputArtifacts"),
        access=_access(data.get("artifactCredentials")),
        key=_key(data.get("encryptionKey")),
        secrets=job_secrets(event),
    )


def _access(credentials: object) -> ArtifactAccess | None:
    if not isinstance(credentials, Mapping):
        return None
    texts = [credentials.get(key) for key in ("accessKeyId", "secretAccessKey", "sessionToken")]
    access, secret, session = (text if isinstance(text, str) else "" for text in texts)
    return ArtifactAccess(access_key=access, secret_key=secret, session_token=session) if access else None


def _key(key: object) -> str | None:
    identity = key.get("id") if isinstance(key, Mapping) else None
    return identity if isinstance(identity, str) and identity else None


def _first_artifact(data: Mapping[str, object], side: str) -> S3Object | None:
    artifacts = data.get(side)
    if not isinstance(artifacts, Sequence) or isinstance(artifacts, str) or not artifacts:
        return None
    location = _mapping(_mapping(artifacts[0], f"{side}[0]").get("location"), f"{side}[0].location")
    place = _mapping(location.get("s3Location"), f"{side}[0].location.s3Location")
    return S3Object(
        bucket=_text(place.get("bucketName"), "s3Location.bucketName"),
        key=_text(place.get("objectKey"), "s3Location.objectKey"),
    )


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise RefusedError(f"The CodePipeline job has no `{name}`.")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise RefusedError(f"The CodePipeline job has no `{name}`.")
    return value
