"""Lambda `watch_machines`: looks, decides, acts. The decisions are in `decide`."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from botocore.exceptions import ClientError

from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import is_transient
from pipeline_job.values import VARIABLE
from repository_events.event import Event
from repository_events.run import answer_event, logger
from watch_machines.decide import Parameters, changes

REGISTERED_BEFORE = {"InstanceNameAlreadyRegisteredException", "IamSessionArnAlreadyRegisteredException"}


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="watch_machines", visit=act, clients=clients)


def visit(_event: Event, *, parameters: Parameters, clients: Clients) -> str:
    """One visit with the given clients; what was done."""
    found = changes(
        known=known_machines(parameters, clients=clients), registered=registered_machines(parameters, clients=clients)
    )
    # The count first: where CodeDeploy refuses something, people still see who is silent.
    clients.cloudwatch.put_metric_data(
        Namespace=parameters.namespace,
        MetricData=[
            {
                "MetricName": "MachinesMissing",
                "Dimensions": [{"Name": "Application", "Value": parameters.application}],
                "Value": len(found.missing),
                "Unit": "Count",
            }
        ],
    )
    refused = [
        *refusals(found.new, partial(register, parameters=parameters, clients=clients)),
        *refusals(found.gone, partial(deregister, clients=clients)),
    ]
    if refused:
        raise refused[0]
    parts = {"registered": found.new, "deregistered": found.gone, "missing": found.missing}
    return "; ".join(f"{what}: {', '.join(names)}" for what, names in parts.items() if names) or "nothing changed"


def known_machines(parameters: Parameters, *, clients: Clients) -> dict[str, str]:
    """The machines that were activated with the role, and their ping status."""
    pages = clients.ssm.get_paginator("describe_instance_information").paginate(
        Filters=[{"Key": "IamRole", "Values": [parameters.role]}]
    )
    return {one["InstanceId"]: one.get("PingStatus", "") for page in pages for one in page["InstanceInformationList"]}


def registered_machines(parameters: Parameters, *, clients: Clients) -> set[str]:
    """The machines that CodeDeploy has for the application."""
    pages = clients.codedeploy.get_paginator("list_on_premises_instances").paginate(
        registrationStatus="Registered",
        tagFilters=[{"Key": parameters.tag, "Value": parameters.application, "Type": "KEY_AND_VALUE"}],
    )
    return {name for page in pages for name in page["instanceNames"]}


def refusals(machines: Iterable[str], act: Callable[[str], None]) -> Iterator[ClientError]:
    """What AWS says against some of the machines; it keeps none of the others from their turn.

    Raises:
        ClientError: AWS is busy, and would be with the others too.
    """
    for machine in machines:
        try:
            act(machine)
        except ClientError as error:
            if is_transient(error):
                raise
            logger.warning("%s: %s", machine, error)
            yield error


def deregister(machine: str, *, clients: Clients) -> None:
    """Take a machine from CodeDeploy's list."""
    clients.codedeploy.deregister_on_premises_instance(instanceName=machine)


def register(machine: str, *, parameters: Parameters, clients: Clients) -> None:
    """Register a machine and tag it. One that a visit before has registered and then not tagged is tagged now."""
    try:
        clients.codedeploy.register_on_premises_instance(
            instanceName=machine, iamSessionArn=parameters.session(machine)
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in REGISTERED_BEFORE:
            raise
    clients.codedeploy.add_tags_to_on_premises_instances(instanceNames=[machine], tags=parameters.every_tag)
