"""The AWS edge of `commands`: carries a decision out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from deployments.act import start
from deployments.commands import Deploy
from fleets.commands import (
    Attach,
    Bind,
    Command,
    Decision,
    Deregister,
    Detach,
    Register,
    Replace,
    Resize,
    Resume,
    Suspend,
)
from pipeline_job.answer import Answer, Continue, Fail
from pipeline_job.clients import Clients
from pipeline_job.failures import error_code, failure_message, is_transient


def carry_out(decision: Decision, *, clients: Clients) -> Answer:
    """Do what was decided, in order, and return the answer; a started deployment's id goes into its memory.

    A failure that was decided keeps its message, AWS's refusal of a command is added to it.

    Raises:
        ClientError: AWS refused a command. Unless that is passing, `decision.otherwise` was done first.
    """
    answer = decision.answer
    try:
        for command in decision.commands:
            deployment = _do(command, clients=clients)
            if deployment and isinstance(answer, Continue):
                answer = replace(answer, memory=replace(answer.memory, deployment=deployment))
    except ClientError as error:
        if is_transient(error):
            raise
        for command in decision.otherwise:
            _try(command, clients=clients)
        if not isinstance(answer, Fail):
            raise
        refusal = f"Not all of what follows was done ({failure_message(error)})."
        return replace(answer, message=f"{refusal}\n{answer.message}")
    return answer


def _do(command: Command, *, clients: Clients) -> str:
    """Carry out one command; the id of the deployment it started, empty for the others."""
    match command:
        case Register():
            _register(command, elbv2=clients.elbv2)
        case Deregister():
            clients.elbv2.deregister_targets(
                TargetGroupArn=command.target_group_arn, Targets=_targets(command.instances)
            )
        case Bind():
            clients.codedeploy.update_deployment_group(
                applicationName=command.application,
                currentDeploymentGroupName=command.deployment_group,
                autoScalingGroups=[command.fleet],
            )
        case Deploy():
            return start(command, clients=clients).deployment
        case _:
            _move(command, autoscaling=clients.autoscaling)
    return ""


def _move(command: Attach | Detach | Resize | Suspend | Resume | Replace, *, autoscaling: Any) -> None:
    """What Auto Scaling does."""
    match command:
        case Attach():
            autoscaling.attach_traffic_sources(
                AutoScalingGroupName=command.fleet,
                TrafficSources=[{"Identifier": command.target_group_arn, "Type": "elbv2"}],
            )
        case Detach():
            _detach(command, autoscaling=autoscaling)
        case Resize():
            autoscaling.update_auto_scaling_group(
                AutoScalingGroupName=command.fleet,
                MinSize=command.capacity.min,
                DesiredCapacity=command.capacity.desired,
                MaxSize=command.capacity.max,
            )
        case Suspend():
            autoscaling.suspend_processes(AutoScalingGroupName=command.fleet, ScalingProcesses=list(command.processes))
        case Resume():
            autoscaling.resume_processes(AutoScalingGroupName=command.fleet, ScalingProcesses=list(command.processes))
        case Replace():
            # So it answers of an instance that has gone since it was looked at: what was wanted.
            with _counting_as_done("ValidationError"):
                autoscaling.terminate_instance_in_auto_scaling_group(
                    InstanceId=command.instance, ShouldDecrementDesiredCapacity=False
                )


def _targets(instances: Sequence[str]) -> list[dict[str, str]]:
    return [{"Id": instance} for instance in instances]


def _register(command: Register, *, elbv2: Any) -> None:
    """Register those that run. One that doesn't, of which Auto Scaling learns later, refuses all that come with it."""
    try:
        elbv2.register_targets(TargetGroupArn=command.target_group_arn, Targets=_targets(command.instances))
    except ClientError as error:
        if error_code(error) != "InvalidTarget":
            raise
        alone = command.instances if len(command.instances) > 1 else ()
        for instance in alone:
            _register(replace(command, instances=(instance,)), elbv2=elbv2)


def _detach(command: Detach, *, autoscaling: Any) -> None:
    # Auto Scaling answers so where the target group is not attached, or is leaving already: what was wanted. Whether it
    # is gone is seen at the next visit, which does not start a deployment before.
    with _counting_as_done("ValidationError"):
        autoscaling.detach_traffic_sources(
            AutoScalingGroupName=command.fleet,
            TrafficSources=[{"Identifier": command.target_group_arn, "Type": "elbv2"}],
        )


@contextmanager
def _counting_as_done(code: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error_code(error) != code:
            raise


def _try(command: Command, *, clients: Clients) -> None:
    try:
        _do(command, clients=clients)
    except ClientError:
        # The first error is the one a person must read; this one would hide it.
        return
