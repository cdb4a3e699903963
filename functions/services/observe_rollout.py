"""The AWS edge of `rollout`: reads the deployments that ECS makes itself, changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.memory import Memory
from services.observe import gone, observe_label, observe_service
from services.parameters import Service
from services.rollout import RUNNING, Rollout
from services.sight import EXECUTION, LABEL

BATCH = 20
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html"""

SKEW = timedelta(minutes=1)
"""By so much ECS's clock may be behind that of the function."""

ENDED = frozenset({"FAILED", "TIMED_OUT"})
"""States in which a hook of the life cycle brings a deployment back."""


def observe_rollouts(parameters: Service, *, memory: Memory, clients: Clients) -> tuple[Rollout, ...]:
    """The deployments of the service that run, and those that began in this attempt.

    Raises:
        RefusedError: there is no such service.
    """
    begun = memory.began - SKEW
    try:
        running = _listed(parameters, clients=clients, status=sorted(RUNNING))
        recent = _listed(parameters, clients=clients, createdAt={"after": begun})
    except ClientError as error:
        if error_code(error) != "ServiceNotFoundException":
            raise
        raise gone(parameters) from error
    return _described(list(dict.fromkeys((*running, *recent))), parameters, clients=clients)


def observe_rollout(arn: str, parameters: Service, *, clients: Clients) -> Rollout:
    """One deployment.

    Raises:
        RefusedError: ECS doesn't know it.
    """
    found = _described([arn], parameters, clients=clients)
    if not found:
        raise RefusedError(f"ECS has no service deployment {arn} any more, so nobody can tell how it ended.")
    return found[0]


def observe_served(parameters: Service, *, clients: Clients) -> str:
    """What the one revision of the service was made of, empty where it has several or its task definition is the
    stack's own.

    Raises:
        RefusedError: there is no such service.
    """
    service = observe_service(parameters, clients=clients)
    revisions = [str(one["arn"]) for one in service.get("currentServiceRevisions", ())]
    if len(revisions) != 1:
        return ""
    (definition,) = _definitions(revisions, clients=clients).values()
    return observe_label(LABEL, definition, parameters, clients=clients)


def _listed(parameters: Service, *, clients: Clients, **narrowed: object) -> list[str]:
    found: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = clients.ecs.list_service_deployments(
            cluster=parameters.cluster, service=parameters.service, **narrowed, **token
        )
        found += [str(one["serviceDeploymentArn"]) for one in page["serviceDeployments"]]
        if not page.get("nextToken"):
            return found
        token = {"nextToken": str(page["nextToken"])}


def _described(arns: Sequence[str], parameters: Service, *, clients: Clients) -> tuple[Rollout, ...]:
    told = [
        one
        for batch in _batches(arns)
        for one in clients.ecs.describe_service_deployments(serviceDeploymentArns=batch)["serviceDeployments"]
    ]
    revisions = dict.fromkeys(arn for one in told for arn in (_target(one), *_sources(one)))
    definitions = _definitions(list(revisions), clients=clients)
    return tuple(_rollout(one, definitions, parameters, clients=clients) for one in told)


def _target(told: Mapping[str, Any]) -> str:
    return str(told["targetServiceRevision"]["arn"])


def _sources(told: Mapping[str, Any]) -> list[str]:
    return [str(one["arn"]) for one in told.get("sourceServiceRevisions", ())]


def _definitions(revisions: Sequence[str], *, clients: Clients) -> dict[str, str]:
    """The task definition of each revision of the service."""
    return {
        str(one["serviceRevisionArn"]): str(one["taskDefinition"])
        for batch in _batches(revisions)
        for one in clients.ecs.describe_service_revisions(serviceRevisionArns=batch)["serviceRevisions"]
    }


def _rollout(
    told: Mapping[str, Any], definitions: Mapping[str, str], parameters: Service, *, clients: Clients
) -> Rollout:
    definition = definitions[_target(told)]
    # Where the stack changes the network of a service, ECS deploys what serves anew: nobody's release.
    again = definition in {definitions.get(one) for one in _sources(told)}
    execution = "" if again else observe_label(EXECUTION, definition, parameters, clients=clients)
    return Rollout(
        arn=str(told["serviceDeploymentArn"]),
        status=str(told["status"]),
        definition=definition,
        execution=execution,
        created=told["createdAt"],
        stage=str(told.get("lifecycleStage") or ""),
        weight=told["targetServiceRevision"].get("requestedProductionTrafficWeight"),
        reasons=tuple(_reasons(told)),
    )


def _reasons(told: Mapping[str, Any]) -> Iterator[str]:
    """Who brings it back, and what ECS says besides."""
    if ringing := (told.get("alarms") or {}).get("triggeredAlarmNames"):
        yield f"alarms that ring: {', '.join(ringing)}"
    for hook in told.get("lifecycleHookDetails", ()):
        if hook.get("status") in ENDED:
            yield f"hook {str(hook.get('targetArn', '')).rsplit(':', 1)[-1]} {hook['status']}"
    breaker = told.get("deploymentCircuitBreaker") or {}
    if breaker.get("status") == "TRIGGERED":
        yield f"{breaker.get('failureCount')} tasks failed, and the circuit breaker allows {breaker.get('threshold')}"
    said = (told.get("statusReason"), (told.get("rollback") or {}).get("reason"))
    yield from dict.fromkeys(str(reason) for reason in said if reason)


def _batches(arns: Sequence[str]) -> Iterator[Sequence[str]]:
    return (arns[start : start + BATCH] for start in range(0, len(arns), BATCH))
