"""The swap of the fleets under any interleaving of what may happen, held against what may never happen.

What may never happen is asserted where it would: at each call of a function, in `SwapWorld`. Here things happen, in an
order that Hypothesis looks for; at the end they come to rest, one more release is made, and all is as declared.
"""

import logging
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.unit.functions.fake_aws import BLUE, GREEN
from tests.unit.functions.swap_pipeline import Pipeline
from tests.unit.functions.swap_world import BY_HAND, EVENTS, LARGEST, LEAST, SwapWorld

FLEETS = st.sampled_from([BLUE, GREEN])
TROUBLES = [
    *["measures little", "grows serving", "dies serving", "grows idle", "dies idle", "BeforeBlockTraffic", *EVENTS[4:]],
    *["is stopped", "is rolled back", "is declared smaller"],
]
CALLS = [
    "AttachTrafficSources",
    "CreateDeployment",
    "DescribeAutoScalingGroups",
    "DescribeTargetHealth",
    "DetachTrafficSources",
    "GetDeploymentGroup",
    "ListDeployments",
    "ResumeProcesses",
    "SuspendProcesses",
    "UpdateAutoScalingGroup",
]


class Swap(RuleBasedStateMachine):
    """Everything that may happen to a delivery by two fleets."""

    world: SwapWorld
    pipeline: Pipeline
    by_hand = in_doubt = False

    @initialize(
        counts_automatic=st.booleans(),
        moves_binding=st.booleans(),
        slow_hooks=st.booleans(),
        rounds=st.integers(3, 9),
        troubles=st.dictionaries(st.integers(1, 8), st.sampled_from(TROUBLES), min_size=1, max_size=4),
    )
    def begin(
        self, counts_automatic: bool, moves_binding: bool, slow_hooks: bool, rounds: int, troubles: dict[int, str]
    ) -> None:
        self.world = SwapWorld(counts_automatic=counts_automatic, moves_binding=moves_binding)
        self.world.hooks.slow = slow_hooks
        self.pipeline = Pipeline(self.world)
        self.all_goes_on(rounds=rounds, troubles=troubles)

    # The pipeline.

    @precondition(lambda self: self.pipeline.free("Deploy"))
    @rule()
    def release(self) -> None:
        self.pipeline.release()

    @precondition(lambda self: self.pipeline.active())
    @rule(number=st.integers(0, 3), skew=st.sampled_from([0, 0, 0, -240, 240]))
    def visit(self, number: int, skew: int) -> None:
        active = self.pipeline.active()
        self.pipeline.visit(active[number % len(active)], skew=timedelta(seconds=skew))

    @rule(rounds=st.integers(1, 9), troubles=st.dictionaries(st.integers(0, 8), st.sampled_from(TROUBLES), max_size=3))
    def all_goes_on(self, rounds: int, troubles: dict[int, str]) -> None:
        if self.pipeline.free("Deploy") and self.pipeline.free("Retire"):
            self.pipeline.release()
        for number in range(rounds):
            self._trouble(troubles.get(number, ""))
            for execution in self.pipeline.active():
                self.pipeline.visit(execution)
            if self.world.running_deployments():
                self.a_deployment_goes_on()
            self._instances_catch_up()
            if troubles.get(number) == "measures little":
                self._policies_measure_little()
            self.world.pass_time(minutes=2)

    @precondition(lambda self: self.pipeline.free("Deploy") and not self.pipeline.free("Retire"))
    @rule(rounds=st.integers(4, 9))
    def the_next_release_overtakes_the_one_that_bakes(self, rounds: int) -> None:
        overtaking = self.pipeline.release()
        for _ in range(rounds):
            if overtaking.stage == "Deploy":
                self.pipeline.visit(overtaking)
            if self.world.running_deployments():
                self.a_deployment_goes_on()
            self._instances_catch_up()
            self.world.pass_time(minutes=2)

    def _instances_catch_up(self) -> None:
        for deployment in self.world.hooks.running():
            self.world.hooks.end(deployment, well=True)
        if self.world.hooks.slow:
            self.world.hooks.catch_up()

    def _policies_measure_little(self) -> None:
        self.world.pass_time(seconds=30)
        for execution in self.pipeline.active():
            self.pipeline.visit(execution)
        for execution in self.pipeline.active():
            self.pipeline.visit(execution)
        for fleet in (BLUE, GREEN):
            self.a_policy_scales(fleet=fleet, by=-3)

    def _trouble(self, kind: str) -> None:
        serving = self.world.bound[0]
        fleet = {"serving": serving, "idle": GREEN if serving == BLUE else BLUE}.get(kind.rsplit(" ", 1)[-1], "")
        if kind.startswith("grows"):
            self.someone_scales(fleet=fleet, by=1)
        elif kind.startswith("dies"):
            self.an_instance_dies(fleet=fleet, number=0)
            self.world.pass_time(seconds=60)
            self.world.pass_time(seconds=60)
        elif kind == "is stopped" and not self.pipeline.free("Deploy"):
            self.a_person_stops_the_execution(stops=True, event="AllowTraffic")
        elif kind == "is rolled back" and not self.pipeline.free("Deploy"):
            self.a_person_stops_the_execution(stops=False, event="")
            self.a_person_rolls_the_stage_back()
        elif kind == "is declared smaller":
            self.pulumi_up(largest=LEAST)
        elif kind in EVENTS and self.world.running_deployments():
            self.a_deployment_breaks_down(event=kind, rolls_back=False, status="Failed")

    @precondition(lambda self: self.pipeline.delivered)
    @rule(number=st.integers(-4, 20))
    def an_event_comes_twice(self, number: int) -> None:
        self.pipeline.deliver_again(number)

    @precondition(lambda self: self.pipeline.active() and self.pipeline.delivered)
    @rule(number=st.integers(-4, 20), call=st.sampled_from(CALLS))
    def an_event_comes_twice_while_another_is_at_work(self, number: int, call: str) -> None:
        def meanwhile(operation: str) -> None:
            if operation == call:
                self.pipeline.deliver_again(number)

        self.world.between = meanwhile
        self.pipeline.visit(self.pipeline.active()[0])
        self.world.between = None

    @precondition(lambda self: any(one.failed for one in self.pipeline.executions) and self.pipeline.free("Deploy"))
    @rule(number=st.integers(0, 9))
    def a_person_retries(self, number: int) -> None:
        failed = [one for one in self.pipeline.executions if one.failed]
        self.pipeline.retry(failed[number % len(failed)])

    @precondition(lambda self: any(one.stage == "Deploy" for one in self.pipeline.executions))
    @rule(stops=st.booleans(), event=st.sampled_from(EVENTS[5:]))
    def a_person_stops_the_execution(self, stops: bool, event: str) -> None:
        if stops and self.world.running_deployments():
            self.a_deployment_breaks_down(event=event, rolls_back=False, status="Stopped")
        self.pipeline.abandon(next(one for one in self.pipeline.executions if one.stage == "Deploy"))

    @precondition(lambda self: self.pipeline.free("Deploy") and self.pipeline.executions)
    @rule()
    def a_person_rolls_the_stage_back(self) -> None:
        self.pipeline.bring_back()

    # CodeDeploy.

    @precondition(lambda self: self.world.running_deployments())
    @rule()
    def a_deployment_goes_on(self) -> None:
        deployment = self.world.running_deployments()[0]
        if self.world.deployments[deployment]["status"] == "Created":
            self.world.begin(deployment)
        else:
            self.world.finish(deployment)

    @precondition(lambda self: self.world.running_deployments())
    @rule(
        event=st.sampled_from(EVENTS), rolls_back=st.booleans(), status=st.sampled_from(["Failed", "Failed", "Stopped"])
    )
    def a_deployment_breaks_down(self, event: str, rolls_back: bool, status: str) -> None:
        deployment = self.world.running_deployments()[0]
        if self.world.deployments[deployment]["status"] == "Created":
            self.world.begin(deployment)
        self.world.break_down(deployment, event, rolls_back=rolls_back, status=status)

    @rule(slow=st.booleans())
    def the_hooks_of_new_instances_take_their_time_or_not(self, slow: bool) -> None:
        self.world.hooks.slow = slow

    @precondition(lambda self: not self.world.running_deployments() and not self.world.hooks.running())
    @rule()
    def an_instance_that_was_not_reached_gets_its_deployment(self) -> None:
        self.world.hooks.catch_up()

    @precondition(lambda self: self.world.hooks.running())
    @rule(well=st.booleans())
    def the_deployment_of_an_instance_ends(self, well: bool) -> None:
        self.world.hooks.end(self.world.hooks.running()[0], well=well)

    @precondition(lambda self: not self.world.running_deployments() and not self.by_hand)
    @rule()
    def someone_deploys_to_the_idle_fleet_by_hand(self) -> None:
        self.by_hand = True
        idle = GREEN if self.world.bound == [BLUE] else BLUE
        deployment = self.world.add_deployment("Created", fleet=idle, description=BY_HAND)
        self.world.deployments[deployment]["revision"] = {
            "revisionType": "S3",
            "s3Location": {"bucket": "artifacts", "key": "by-hand", "bundleType": "zip"},
        }
        self.world.begin(deployment)

    # Auto Scaling, the load balancer, the alarms.

    @rule(seconds=st.sampled_from([30, 61, 301, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.world.pass_time(seconds=seconds)

    @rule(fleet=FLEETS, by=st.sampled_from([-3, -1, 1, 2]))
    def a_policy_scales(self, fleet: str, by: int) -> None:
        self.world.policy(fleet, by)

    @rule(least=st.integers(LEAST, LARGEST), more=st.sampled_from([None, 0, 1]))
    def a_schedule_is_due(self, least: int, more: int | None) -> None:
        for fleet in (BLUE, GREEN):
            self.world.schedule(fleet, least, None if more is None else min(least + more, LARGEST))

    @rule(fleet=FLEETS, by=st.sampled_from([-1, 1, 2]))
    def someone_scales(self, fleet: str, by: int) -> None:
        group = self.world.fleets[fleet]
        group.desired = max(group.min, min(group.max, group.desired + by))
        self.world.fit(fleet)

    @rule(fleet=FLEETS, number=st.integers(0, 5))
    def an_instance_dies(self, fleet: str, number: int) -> None:
        instances = self.world.fleets[fleet].instances
        if instances:
            instances[number % len(instances)][2] = "Unhealthy"

    @rule(fleet=FLEETS, fail=st.booleans())
    def launches_fail_or_not(self, fleet: str, fail: bool) -> None:
        (self.world.no_launch.add if fail else self.world.no_launch.discard)(fleet)

    @rule(state=st.sampled_from(["healthy", "unhealthy"]), number=st.integers(0, 9))
    def the_load_balancer_finds(self, state: str, number: int) -> None:
        targets = sorted(self.world.targets)
        if targets:
            self.world.targets[targets[number % len(targets)]] = state

    @rule(state=st.sampled_from(["OK", "ALARM"]))
    def an_alarm_is(self, state: str) -> None:
        self.world.alarms["storefront-5xx"] = (state, "as a test wants it")

    @rule(operation=st.sampled_from(CALLS), code=st.sampled_from(["Throttling", "InternalFailure"]))
    def aws_asks_for_patience(self, operation: str, code: str) -> None:
        self.world.refuse(operation, code, status=400 if code == "Throttling" else 500)

    # People.

    @rule(size=st.integers(0, LARGEST))
    def someone_changes_the_idle_fleet(self, size: int) -> None:
        name = GREEN if self.world.bound == [BLUE] else BLUE
        if not self.world.traffic_of(name):
            fleet = self.world.fleets[name]
            fleet.min, fleet.desired, fleet.max = 0, size, max(size, 1)
            self.world.fit(name)

    @precondition(lambda self: not self.in_doubt)
    @rule(bound=st.sampled_from([(), (BLUE, GREEN)]))
    def someone_binds_the_group_in_doubt(self, bound: tuple[str, ...]) -> None:
        self.in_doubt = True
        right, self.world.bound = self.world.bound, list(bound)
        for execution in self.pipeline.active():
            self.pipeline.visit(execution)
        self.world.bound = right

    @rule(largest=st.sampled_from([LARGEST, LARGEST, LEAST, 4]))
    def pulumi_up(self, largest: int) -> None:
        self.world.apply(largest=largest)

    # The end.

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self._come_to_rest()
        last = self.pipeline.release()
        self._come_to_rest()
        assert last.finished, self.pipeline.told[-1:]
        self.world.pass_time(minutes=1)
        serving = self.world.bound[0]
        idle = GREEN if serving == BLUE else BLUE
        fleets = self.world.fleets
        assert len(self.world.traffic_of(serving)) == fleets[serving].desired >= LEAST
        assert {self.world.runs[identity] for identity in self.world.traffic()} == {last.artifact}
        assert (fleets[serving].attached, fleets[idle].attached) == (True, False)
        assert (fleets[idle].min, fleets[idle].desired, fleets[idle].max, fleets[idle].instances) == (0, 0, 0, [])
        assert self.world.plan() == {}, "pulumi up finds a change"
        self._scaling_moves_the_serving_fleet_alone(serving, idle)

    def _scaling_moves_the_serving_fleet_alone(self, serving: str, idle: str) -> None:
        for name in (serving, idle):
            self.world.schedule(name, LARGEST)
        assert (self.world.fleets[serving].desired, self.world.fleets[idle].desired) == (LARGEST, 0)
        for name in (serving, idle):
            self.world.schedule(name, LEAST)
            self.world.policy(name, -1)
        assert (self.world.fleets[serving].desired, self.world.fleets[idle].desired) == (LARGEST - 1, 0)

    def _come_to_rest(self) -> None:
        self.world.errors.clear()
        self.world.no_launch.clear()
        self.world.hooks.slow = False
        self.world.largest = LARGEST
        self.world.alarms["storefront-5xx"] = ("OK", "")
        for _ in range(120):
            self.world.targets = dict.fromkeys(self.world.targets, "healthy")
            self.world.pass_time(minutes=1)
            for deployment in self.world.running_deployments():
                self.a_deployment_goes_on()
                assert deployment
            for deployment in self.world.hooks.running():
                self.world.hooks.end(deployment, well=True)
            for execution in self.pipeline.active():
                self.pipeline.visit(execution)
            if not self.pipeline.active() and not self.world.running_deployments():
                return
        raise AssertionError(f"it never comes to rest: {self.world.answers[-1]}")


def main(arguments: Sequence[str]) -> None:
    """Try so many interleavings, the same ones for the same seed; the shortest that breaks is printed.

    A process of its own, because Hypothesis takes constants of every module that is loaded into what it tries.
    """
    parser = ArgumentParser(description=main.__doc__)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--steps", type=int, default=25, help="at most so many things that happen in one")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    once = settings(
        max_examples=asked.examples,
        stateful_step_count=asked.steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(asked.seed)(Swap), settings=once)


if __name__ == "__main__":
    logging.disable()
    main(sys.argv[1:])
