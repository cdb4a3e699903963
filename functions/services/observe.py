"""The AWS edge of `sight`: reads what there is, changes nothing."""

import json
import re
import tempfile
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.job import Job
from services.bundle import DETAIL, SPECIFICATION, TEMPLATE, read_bundle
from services.parameters import Service
from services.sight import LABEL, Bundle

STOPPED = 3
"""So many stopped tasks are told, and so many events of the service."""

_CHUNK = 1024 * 1024


def observe_bundle(job: Job, *, clients: Clients, needed: Collection[str] = (TEMPLATE, SPECIFICATION)) -> Bundle:
    """The job's artifact with the files that it can't be without, read with the job's own credentials.

    Raises:
        RefusedError: there is none, or it is no bundle for ECS.
    """
    if job.artifact is None or job.access is None:
        raise RefusedError("The action has no input artifact, so there is nothing to deploy.")
    body = clients.artifacts(job.access).get_object(**job.artifact.asked_of_s3)["Body"]
    with tempfile.TemporaryFile() as file:
        for chunk in body.iter_chunks(_CHUNK):
            file.write(chunk)
        return read_bundle(file, needed=needed)


def observe_image(bundle: Bundle, parameters: Service, *, clients: Clients) -> str:
    """The bundle's image by digest: the one it names, else the one that was built from it.

    Raises:
        RefusedError: it names another repository or no digest, or nothing was built from it.
    """
    repository = parameters.repository
    if bundle.detail is not None:
        return _named(bundle.detail, repository)
    registry, _, name = repository.partition("/")
    wanted = {"registryId": registry.partition(".")[0], "repositoryName": name, "imageIds": [{"imageTag": bundle.tag}]}
    try:
        found = clients.ecr.describe_images(**wanted)["imageDetails"]
    except ClientError as error:
        if error_code(error) != "ImageNotFoundException":
            raise
        raise RefusedError(
            f"{repository} has no image {bundle.tag}, so none was built from this bundle. Retry the stage Publish, or "
            f"let the bundle name its image in {DETAIL}."
        ) from error
    return f"{repository}@{found[0]['imageDigest']}"


def _named(detail: str, repository: str) -> str:
    try:
        image = json.loads(detail).get("ImageURI")
    except (ValueError, AttributeError) as error:
        raise RefusedError(f"{DETAIL} has to be a JSON object with ImageURI.") from error
    if not isinstance(image, str) or not re.fullmatch(re.escape(repository) + "@sha256:[0-9a-f]{64}", image):
        raise RefusedError(f"{DETAIL} names the image {image}; allowed: {repository}@sha256:<64 hex digits>.")
    return image


def observe_settings(parameters: Service, *, clients: Clients) -> dict[str, Any]:
    """The task definition with the stack's settings."""
    return _definition(parameters.settings, clients=clients)


def observe_serving(parameters: Service, *, clients: Clients) -> str:
    """What the task definition that serves was made of, empty where it is the stack's own.

    Raises:
        RefusedError: there is no such service.
    """
    service = observe_service(parameters, clients=clients)
    primary = [one for one in service.get("taskSets", ()) if one.get("status") == "PRIMARY"]
    serving = str((primary[0] if primary else service).get("taskDefinition") or "")
    if not serving:
        return ""
    return observe_label(LABEL, serving, parameters, clients=clients)


def observe_label(label: str, definition: str, parameters: Service, *, clients: Clients) -> str:
    """What a task definition's container says of itself, empty where it says nothing."""
    containers = _definition(definition, clients=clients)["containerDefinitions"]
    labels = [one.get("dockerLabels") or {} for one in containers if one.get("name") == parameters.container]
    return str(labels[0].get(label, "")) if labels else ""


def observe_troubles(parameters: Service, *, definition: str, since: int, clients: Clients) -> tuple[str, ...]:
    """Why tasks of a revision stopped, and what the service said since the attempt began.

    An explanation is worth less than the failure it explains, so trouble in getting it becomes a line of it.
    """
    try:
        arns = clients.ecs.list_tasks(cluster=parameters.cluster, family=parameters.service, desiredStatus="STOPPED")
        tasks = (
            clients.ecs.describe_tasks(cluster=parameters.cluster, tasks=arns["taskArns"])["tasks"]
            if arns["taskArns"]
            else []
        )
        events = observe_service(parameters, clients=clients).get("events", ())
    except (ClientError, RefusedError) as error:
        return (f"What its tasks say could not be read: {error}",)
    begun = datetime.fromtimestamp(since, tz=UTC)
    ours = [task for task in tasks if not definition or task.get("taskDefinitionArn") == definition]
    said = [str(event["message"]) for event in events if event["createdAt"] >= begun]
    return (*(_stopped(task) for task in ours[:STOPPED]), *said[:STOPPED])


def _stopped(task: Mapping[str, Any]) -> str:
    """A task and its containers, as far as they say something."""
    containers = [
        f"{one.get('name')}: " + ", ".join(_ends(one)) for one in task.get("containers", ()) if list(_ends(one))
    ]
    identity = str(task.get("taskArn", "a task")).rsplit("/", 1)[-1]
    return f"Task {identity} stopped: {' | '.join((str(task.get('stoppedReason') or 'no reason given'), *containers))}"


def _ends(container: Mapping[str, Any]) -> list[str]:
    code = [f"exit code {container['exitCode']}"] if container.get("exitCode") else []
    return [*code, *([str(container["reason"])] if container.get("reason") else [])]


def observe_service(parameters: Service, *, clients: Clients) -> dict[str, Any]:
    """What ECS says of the service.

    Raises:
        RefusedError: there is no such service.
    """
    found = clients.ecs.describe_services(cluster=parameters.cluster, services=[parameters.service])["services"]
    if not found or found[0].get("status") == "INACTIVE":
        raise gone(parameters)
    return dict(found[0])


def gone(parameters: Service) -> RefusedError:
    """What to raise where there is no such service."""
    return RefusedError(f"There is no service {parameters.service}; run `pulumi up` to create it again.")


def _definition(arn: str, *, clients: Clients) -> dict[str, Any]:
    return dict(clients.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"])
