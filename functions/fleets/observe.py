"""The AWS edge of `sight`: reads what there is, changes nothing."""

from datetime import datetime
from typing import Any

from deployments.observe import observe_deployment, observe_deployments
from deployments.sight import Deployment
from fleets.parameters import Capacity, Parameters
from fleets.sight import Fleet, Group, Instance, Target
from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError


def observe_group(parameters: Parameters, *, clients: Clients, now: datetime) -> Group:
    """The deployment group as it is now.

    AWS doesn't say whether its last deployments may be those of instances that started later. Releases are meant.
    """
    info = clients.codedeploy.get_deployment_group(
        applicationName=parameters.application, deploymentGroupName=parameters.deployment_group
    )["deploymentGroupInfo"]
    success = _last(info, "lastSuccessfulDeployment", clients=clients)
    attempt = _last(info, "lastAttemptedDeployment", clients=clients)
    if any(last is not None and last.automatic for last in (success, attempt)):
        recent = observe_deployments(parameters.group, running=(), clients=clients, now=now)
        releases = sorted((one for one in recent if not one.automatic), key=lambda one: one.created or now)
        if success is not None and success.automatic:
            # Where the release that it repeated is long ago, it stands for it: it brought the same revision.
            success = next((one for one in reversed(releases) if one.succeeded), success)
        if attempt is not None and attempt.automatic:
            # However the instance fares, it is no attempt at a release, and none may be taken for one that is.
            attempt = releases[-1] if releases else None
    return Group(
        fleets=tuple(str(group["name"]) for group in info.get("autoScalingGroups") or ()),
        last_success_id=success.id if success else "",
        last_success=success.completed if success else None,
        last_attempt=attempt.id if attempt else "",
    )


def _last(info: dict[str, Any], key: str, *, clients: Clients) -> Deployment | None:
    """The deployment that the group names there."""
    identity = str((info.get(key) or {}).get("deploymentId") or "")
    return observe_deployment(identity, clients=clients) if identity else None


def observe_fleets(parameters: Parameters, *, clients: Clients) -> dict[str, Fleet]:
    """Both fleets by name.

    Raises:
        RefusedError: one of them doesn't exist.
    """
    found = clients.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=list(parameters.fleets))
    fleets = {fleet.name: fleet for fleet in map(_fleet, found["AutoScalingGroups"])}
    if missing := sorted(set(parameters.fleets) - set(fleets)):
        raise RefusedError(
            f"There is no Auto Scaling group named {', '.join(missing)}; run `pulumi up` to create it again."
        )
    return fleets


def observe_targets(parameters: Parameters, *, clients: Clients) -> tuple[Target, ...]:
    """Every target of the target group."""
    found = clients.elbv2.describe_target_health(TargetGroupArn=parameters.target_group_arn)
    return tuple(
        Target(
            id=str(item["Target"]["Id"]),
            state=str(item["TargetHealth"].get("State", "")),
            reason=str(item["TargetHealth"].get("Description") or item["TargetHealth"].get("Reason") or ""),
        )
        for item in found["TargetHealthDescriptions"]
    )


def _fleet(group: dict[str, Any]) -> Fleet:
    sources = {str(source["Identifier"]) for source in group.get("TrafficSources", ())}
    return Fleet(
        name=str(group["AutoScalingGroupName"]),
        capacity=Capacity(min=int(group["MinSize"]), desired=int(group["DesiredCapacity"]), max=int(group["MaxSize"])),
        instances=tuple(
            Instance(
                id=str(item["InstanceId"]), lifecycle=str(item["LifecycleState"]), health=str(item["HealthStatus"])
            )
            for item in group.get("Instances", ())
        ),
        suspended=frozenset(str(process["ProcessName"]) for process in group.get("SuspendedProcesses", ())),
        # Groups attached by the older API are listed only under TargetGroupARNs.
        target_groups=frozenset(sources | {str(arn) for arn in group.get("TargetGroupARNs", ())}),
    )
