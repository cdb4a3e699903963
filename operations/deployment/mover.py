"""Who moves an application to a new version: CodeDeploy, or ECS by itself. What a command asks of either."""

import json
from datetime import datetime
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from deployments.observe import observe_course, observe_deployment, observe_deployments, observe_running
from deployments.sight import Deployment, own_deployment
from operations.command import UnusableError
from operations.deployment.found import Found
from operations.deployment.past import address
from operations.deployment.target import Target
from pipeline_job.memory import Memory
from services.observe_rollout import observe_rollout, observe_rollouts
from services.parameters import RolloutParameters
from services.rollout import Rollout
from update_service.decide import own_rollout


class Mover(Protocol):
    """What is asked of whoever moves."""

    def at_work(self, *, now: datetime) -> str:
        """What it does already, in words; empty where that is nothing."""
        ...

    def stop(self, execution: str, memory: Memory, *, now: datetime) -> str | None:
        """Stop the deployment of an execution, and let what ran before come back.

        Returns:
            What it was told, empty where it had come to its end; None where there is no deployment.
        """
        ...

    def has_brought_back(self, deployment: str) -> bool:
        """Whether what ran before a deployment that failed is back."""
        ...

    def begun(self, execution: str, *, now: datetime) -> Found:
        """What an execution has begun to deploy.

        Raises:
            UnusableError: it has begun nothing.
        """
        ...


class CodeDeployMover:
    """A deployment group of CodeDeploy."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def at_work(self, *, now: datetime) -> str:  # noqa: ARG002 - CodeDeploy lists what runs
        """The release that runs."""
        running = observe_running(self._target.group, clients=self._target.clients)
        return f"deployment {running[0]} of {self._target.group.deployment_group} is running" if running else ""

    def stop(self, execution: str, memory: Memory, *, now: datetime) -> str | None:
        """Stop it with its roll-back."""
        group, clients = self._target.group, self._target.clients
        course = observe_course(group, execution=execution, memory=memory, clients=clients, now=now)
        if course.deployment is None:
            return None
        if not course.deployment.running:
            return ""
        clients.codedeploy.stop_deployment(deploymentId=course.deployment.id, autoRollbackEnabled=True)
        return f"Deployment {course.deployment.id} is told to stop."

    def has_brought_back(self, deployment: str) -> bool:
        """Whether its roll-back succeeded. What can't be read now is no success."""
        clients = self._target.clients
        try:
            rollback = observe_deployment(deployment, clients=clients).rollback
            return bool(rollback) and observe_deployment(rollback, clients=clients).succeeded
        except (ClientError, BotoCoreError):
            return False

    def begun(self, execution: str, *, now: datetime) -> Found:
        """The revision of its deployment."""
        own = self._own(execution, now=now)
        if own is None:
            raise UnusableError(f"CodeDeploy knows no deployment of {execution}; deploy it anew with --revision")
        return Found(said=address(own.revision) if own.revision else f"deployment {own.id}", bundle=own.revision)

    def _own(self, execution: str, *, now: datetime) -> Deployment | None:
        deployments = observe_deployments(self._target.group, running=(), clients=self._target.clients, now=now)
        return own_deployment(deployments, execution=execution, memory=_first(execution, now))


class EcsMover:
    """A service of ECS whose deployments are ECS's own."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def at_work(self, *, now: datetime) -> str:
        """The service deployment that runs."""
        running = [one for one in self._rollouts("", _first("", now)) if one.running]
        return f"{running[0].words()}" if running else ""

    def stop(self, execution: str, memory: Memory, *, now: datetime) -> str | None:  # noqa: ARG002 - ECS has the time
        """Stop it with its roll-back."""
        own = own_rollout(self._rollouts(execution, memory), execution=execution, memory=memory)
        if own is None:
            return None
        if not own.running or own.going_back:
            return ""
        self._target.clients.ecs.stop_service_deployment(serviceDeploymentArn=own.arn, stopType="ROLLBACK")
        return f"Service deployment {own.id} is told to go back."

    def has_brought_back(self, deployment: str) -> bool:
        """Whether its roll-back succeeded. What can't be read now is no success."""
        try:
            told = self._parameters("")
            return observe_rollout(deployment, told, clients=self._target.clients).status == "ROLLBACK_SUCCESSFUL"
        except (ClientError, BotoCoreError):
            return False

    def begun(self, execution: str, *, now: datetime) -> Found:
        """The task definition of its deployment, while that runs."""
        memory = _first(execution, now)
        own = own_rollout(self._rollouts(execution, memory), execution=execution, memory=memory)
        if own is None:
            raise UnusableError(
                f"no deployment of {execution} runs in ECS any more; "
                "the same line without --resume writes it down where it serves, and deploys it anew where it doesn't"
            )
        return Found(said=own.definition.rsplit("/", 1)[-1])

    def _rollouts(self, execution: str, memory: Memory) -> tuple[Rollout, ...]:
        return observe_rollouts(self._parameters(execution), memory=memory, clients=self._target.clients)

    def _parameters(self, execution: str) -> RolloutParameters:
        return RolloutParameters.parse(json.dumps({**self._target.parameters, "execution": execution or "none"}))


def mover_of(target: Target) -> Mover:
    """Who moves this application."""
    return EcsMover(target) if target.moved_by_ecs else CodeDeployMover(target)


def _first(execution: str, now: datetime) -> Memory:
    return Memory(attempt=execution, since=int(now.timestamp()))
