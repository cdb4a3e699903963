"""CodePipeline as a little simulation: executions that go through Deploy and Retire, with retries and roll-backs.

A stage has one execution at a time. Every event that was delivered once may be delivered again, at any time.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pipeline_job.run import Visit, answer_job
from retire_fleet.handler import visit as retire
from shift_traffic.handler import visit as shift
from tests.unit.functions.pipeline_action import job_event, user_parameters
from tests.unit.functions.swap_world import BY_HAND, LEAST, SCALED_BY, SwapWorld
from verify_release.handler import visit as verify

ACTIONS: tuple[tuple[str, Visit], ...] = (("Deploy", shift), ("Deploy", verify), ("Retire", retire))


@dataclass
class Execution:
    """One execution: its artifact, and how far it has come."""

    identity: str
    artifact: str
    rolls_back: bool = False
    step: int = 0
    token: str | None = None
    failed: bool = False
    finished: bool = False

    @property
    def stage(self) -> str:
        """Where it is; empty when it is nowhere."""
        return "" if self.failed or self.finished else ACTIONS[self.step][0]


@dataclass
class Pipeline:
    """The executions of one pipeline in a simulated world."""

    world: SwapWorld
    executions: list[Execution] = field(default_factory=list)
    delivered: list[tuple[Visit, Any]] = field(default_factory=list)
    deployed: list[str] = field(default_factory=lambda: ["v0"])
    told: list[str] = field(default_factory=list)

    def free(self, stage: str) -> bool:
        """Whether a stage takes an execution."""
        return all(one.stage != stage for one in self.executions)

    def active(self) -> list[Execution]:
        """Executions that wait for an answer of an action, where none is in their way."""
        waiting = [one for one in self.executions if one.stage]
        return [one for one in waiting if not self._waits_for_stage(one)]

    def _waits_for_stage(self, one: Execution) -> bool:
        ahead = self.executions[: self.executions.index(one)]
        return any(other.stage == one.stage == "Retire" for other in ahead)

    def release(self) -> Execution:
        """A new execution with a new artifact."""
        number = len(self.executions) + 1
        self.executions.append(Execution(f"{number:08d}-2222-3333-4444-555555555555", f"v{number}"))
        return self.executions[-1]

    def retry(self, execution: Execution) -> None:
        """A person retries the failed stage: all its actions again, from the first."""
        execution.failed, execution.token = False, None
        del self.world.ended[execution.identity]
        execution.step = 0 if ACTIONS[execution.step][0] == "Deploy" else execution.step

    def abandon(self, execution: Execution) -> None:
        """A person stops the execution and abandons its actions: nobody visits them any more."""
        execution.failed = True
        self.world.ended[execution.identity] = "Stopped"

    def bring_back(self) -> None:
        """A person, or a failure, has the stage rolled back to what it delivered last."""
        back = self.release()
        back.artifact, back.rolls_back = self.deployed[-1], True
        self.world.rollbacks.add(back.identity)

    def visit(self, execution: Execution, *, skew: timedelta = timedelta()) -> None:
        """One visit of the action that the execution is at, by a clock that may be wrong."""
        visit = ACTIONS[execution.step][1]
        parameters = user_parameters(
            execution=execution.identity, watchMinutes=5, bakeMinutes=10, scaledBy=list(SCALED_BY)
        )
        event = job_event(token=execution.token, parameters=parameters)
        location = event["CodePipeline.job"]["data"]["inputArtifacts"][0]["location"]
        location["s3Location"]["objectKey"] = execution.artifact
        self.delivered.append((visit, event))
        answer = self._deliver(visit, event, skew=skew)
        execution.token = answer.get("continuationToken")
        if "failureDetails" in answer:
            self.told.append(str(answer["failureDetails"]["message"]))
            if "serves as before" in self.told[-1]:
                assert not self.world.left_out(), f"{self.world.left_out()} serve and take no traffic"
            self._fail(execution)
        elif execution.token is None:
            self._go_on(execution)

    def deliver_again(self, number: int) -> None:
        """Lambda delivers an event a second time; CodePipeline has its answer already."""
        visit, event = self.delivered[number % len(self.delivered)]
        self._deliver(visit, event)

    def _deliver(self, visit: Visit, event: Any, *, skew: timedelta = timedelta()) -> dict[str, Any]:
        outer, self.world.visiting = self.world.visiting, True
        others, self.world.retiring = self.world.retiring, _execution_of(event) if visit is retire else ""
        # The size is of the function's environment, and so as it is now, however old the event is.
        told = event["CodePipeline.job"]["data"]["actionConfiguration"]["configuration"]
        size = {"min": LEAST, "desired": min(3, self.world.largest), "max": self.world.largest}
        told["UserParameters"] = json.dumps({**json.loads(told["UserParameters"]), "size": size})
        try:
            answer_job(event, visit=visit, clients=self.world.clients, clock=lambda: self.world.now + skew)
        finally:
            self.world.visiting, self.world.retiring = outer, others
        if self.world.violations:
            raise self.world.violations[0]
        return self.world.answers[-1]

    def _go_on(self, execution: Execution) -> None:
        stage, visit = ACTIONS[execution.step]
        others = [one for one in self.world.deployments.values() if one["description"] == BY_HAND]
        if visit is shift and not others and not self._another_came_after(execution):
            attached = [name for name, fleet in self.world.fleets.items() if fleet.attached]
            assert attached == self.world.bound, "what starts later takes no traffic, or takes it and runs nothing"
        if visit is verify and not others:
            runs = {self.world.runs[identity] for identity in self.world.traffic()}
            assert runs == {execution.artifact}, f"{execution.artifact} counts as deployed where {runs} serve"
        execution.step += 1
        if stage == "Deploy" and execution.stage != "Deploy":
            self.deployed.append(execution.artifact)
            execution.finished = execution.rolls_back
        execution.finished = execution.finished or execution.step == len(ACTIONS)
        if execution.finished:
            self.world.ended[execution.identity] = "Succeeded"

    def _another_came_after(self, execution: Execution) -> bool:
        """Whether a retry finds its own success replaced, maybe by one that was abandoned; verification refuses it."""
        releases = [one["description"] for one in self.world.releases()]
        own = [said for said in releases if f"execution={execution.identity}" in said]
        return bool(own) and releases[-1] not in own

    def _fail(self, execution: Execution) -> None:
        execution.failed = True
        self.world.ended[execution.identity] = "Failed"
        if ACTIONS[execution.step][0] == "Deploy" and not execution.rolls_back:
            self.bring_back()


def _execution_of(event: Any) -> str:
    told = event["CodePipeline.job"]["data"]["actionConfiguration"]["configuration"]["UserParameters"]
    return str(json.loads(told)["execution"])
