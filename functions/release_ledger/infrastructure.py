"""Which version of the program made what a release is deployed to, as the stack keeps it in a parameter."""

import json
from dataclasses import dataclass
from typing import Any

from pipeline_job.failures import error_code
from release_ledger.record import Infrastructure

UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a release is deployed to.

    Args:
        infrastructure: the version of the program.
        configuration: SHA-256 of the stack file's resolved settings, empty where it isn't known.
    """

    infrastructure: Infrastructure
    configuration: str = ""


def observe_infrastructure(client: Any, parameter: str, *, stack: str) -> Running:
    """What the stack's last `up` has left in its parameter.

    The caller needs `ssm:GetParameter`. A stack that was made before it kept this, or where somebody has written
    something else, is one of which nothing is known: a release is recorded without it.

    Args:
        client: of Systems Manager in the stack's region.
        parameter: its name.
        stack: whose it is.
    """
    nothing = Running(infrastructure=Infrastructure(commit=UNKNOWN, stack=stack))
    try:
        found = client.get_parameter(Name=parameter)["Parameter"]
    except client.exceptions.ClientError as error:
        if error_code(error) != "ParameterNotFound":
            raise
        return nothing
    try:
        told = json.loads(found["Value"])
        return Running(
            infrastructure=Infrastructure(
                commit=str(told["commit"]) or UNKNOWN,
                tag=str(told["tag"]),
                dirty=told["dirty"] is True,
                stack=stack,
                number=int(found.get("Version", 0)),
            ),
            configuration=str(told["configuration"]),
        )
    except (KeyError, TypeError, ValueError):
        return nothing
