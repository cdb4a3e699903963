"""What the names of workers have to agree on with the rest of their application."""

from collections.abc import Callable, Iterator, Mapping

from settings.derived_names import LONGEST_ROLE, too_long
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

MOST_GROUPS = 5
"""Ours, so that a picture shows them all; each is an action of the stage Deploy, which takes 50."""

COLOURS = ("blue", "green")
"""What the two fleets of a blue/green deployment are called."""


def _workers_fit(stack: Stack) -> Iterator[Problem]:
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
            elif too_many := too_long("role", f"{name}-{stack.name}-{worker}-codedeploy", LONGEST_ROLE):
                yield Problem(path=(*path, worker), message=too_many)


WORKER_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (_workers_fit,)
