"""The AWS edge of `sight`: reads what there is, changes nothing."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from function_versions.parameters import Parameters
from function_versions.sight import UNPUBLISHED, Alias, Function, Version
from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.job import Job

_CHUNK = 1024 * 1024

_OWN = frozenset(
    {
        "ConfigSha256",
        "Description",
        "FunctionArn",
        "LastModified",
        "LastUpdateStatus",
        "LastUpdateStatusReason",
        "LastUpdateStatusReasonCode",
        "MasterArn",
        "ResponseMetadata",
        "RevisionId",
        "State",
        "StateReason",
        "StateReasonCode",
        "Version",
    }
)
"""What every version has of its own (https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html). All
the rest is code and settings, and so is what Lambda may say one day: a difference too many is a deployment too many."""


def observe_functions(parameters: Parameters, *, clients: Clients) -> dict[str, Function]:
    """The functions whose code is the bundle, by name.

    Raises:
        RefusedError: one of them doesn't exist.
    """
    return {name: _function(name, clients=clients) for name in parameters.functions}


def _function(name: str, *, clients: Clients) -> Function:
    try:
        found = clients.functions.get_function_configuration(FunctionName=name)
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        raise RefusedError(f"There is no function {name}; run `pulumi up` to create it again.") from error
    return Function(
        name=name,
        digest=str(found["CodeSha256"]),
        content=_content(found),
        update=str(found.get("LastUpdateStatus") or "Successful"),
        reason=str(found.get("LastUpdateStatusReason") or ""),
        changed=_time(str(found.get("LastModified") or "")),
    )


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return None


def observe_alias(parameters: Parameters, *, clients: Clients) -> Alias:
    """Where the alias sends its invocations.

    Raises:
        RefusedError: it doesn't exist.
    """
    try:
        found = clients.functions.get_alias(FunctionName=parameters.function, Name=parameters.alias)
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        missing = f"{parameters.function} has no alias {parameters.alias}"
        raise RefusedError(f"{missing}; run `pulumi up` to create it again.") from error
    weights: dict[str, Any] = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return Alias(
        version=str(found["FunctionVersion"]),
        shifting=any(weight > 0 for weight in weights.values()),
        revision=str(found.get("RevisionId") or ""),
    )


def observe_serving(parameters: Parameters, alias: Alias, *, clients: Clients) -> str:
    """Code and settings of the version that serves, empty where none does."""
    if alias.version == UNPUBLISHED:
        return ""
    return _content(
        clients.functions.get_function_configuration(FunctionName=parameters.function, Qualifier=alias.version)
    )


def observe_version(parameters: Parameters, version: str, *, clients: Clients) -> Version:
    """Whether a version can be invoked."""
    found = clients.functions.get_function_configuration(FunctionName=parameters.function, Qualifier=version)
    return Version(state=str(found.get("State") or "Active"), reason=str(found.get("StateReason") or ""))


def _content(configuration: Mapping[str, Any]) -> str:
    return json.dumps({key: one for key, one in configuration.items() if key not in _OWN}, sort_keys=True)


def digest_of(job: Job, *, clients: Clients) -> str:
    """SHA-256 of the job's artifact, as Lambda says it of code.

    Raises:
        RefusedError: the action has no input artifact.
    """
    if job.artifact is None or job.access is None:
        raise RefusedError("The action has no input artifact, so there is nothing to deploy.")
    body = clients.artifacts(job.access).get_object(**job.artifact.asked_of_s3)["Body"]
    digest = hashlib.sha256()
    for chunk in body.iter_chunks(_CHUNK):
        digest.update(chunk)
    return base64.b64encode(digest.digest()).decode("ascii")
