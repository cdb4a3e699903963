"""What the names of workers have to agree on with the rest of their application."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from settings.derived_names import LONGEST_ROLE, too_long
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

MOST_GROUPS = 5
"""Ours, so that a picture shows them all; each is an action of the stage Deploy, which takes 50."""

COLOURS = ("blue", "green")
"""What the two fleets of a blue/green deployment are called."""


OF_A_GROUP = ("codedeploy", "instance", "instances")
"""What follows `<application>-<stack>-<workers>-` in the names of roles and security groups."""


def _workers_fit(stack: Stack) -> Iterator[Problem]:
    ends = ("", *(f"-{colour}" for colour in COLOURS))
    taken = {f"{name}-{stack.name}{end}": name for name, _ in stack.applications() for end in ends}
    for name, application in stack.applications():
        workers = at(application, "deploy", "workers")
        if not isinstance(workers, Mapping):
            continue
        path: Path = ("applications", name, "deploy", "workers")
        if len(workers) > MOST_GROUPS:
            yield Problem(path=path, message=f"given {len(workers)} groups; allowed: at most {MOST_GROUPS}")
        for worker in workers:
            if worker in COLOURS:
                message = given(
                    worker, f"a name that isn't {' or '.join(COLOURS)}, which fleets behind a balancer have"
                )
                yield Problem(path=(*path, worker), message=message)
            elif f"{name}-{stack.name}-{worker}" in taken:
                other = taken[f"{name}-{stack.name}-{worker}"]
                message = given(worker, f"a name that makes no name of application {other} in this stack")
                yield Problem(path=(*path, worker), message=message)
            elif too_many := too_long("role", f"{name}-{stack.name}-{worker}-codedeploy", LONGEST_ROLE):
                yield Problem(path=(*path, worker), message=too_many)
            taken.setdefault(f"{name}-{stack.name}-{worker}", name)
        yield from _suites_differ(name, application, workers)


def _suites_differ(name: str, application: Mapping[str, Any], workers: Mapping[str, Any]) -> Iterator[Problem]:
    """A suite has a role as a group of workers has."""
    suites = at(application, "suites")
    meant = {f"{worker}-{one}": worker for worker in workers for one in OF_A_GROUP}
    for suite in suites if isinstance(suites, Mapping) else ():
        if isinstance(suite, str) and suite.lower() in meant:
            allowed = f"a name that isn't one of workers {meant[suite.lower()]}: " + ", ".join(OF_A_GROUP)
            yield Problem(path=("applications", name, "suites", suite), message=given(suite, allowed))


WORKER_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (_workers_fit,)
