"""What the free stages, variables and execution mode of an application have to agree on with the rest of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from settings.build_rules import VARIABLES_OF_THE_PROGRAM
from settings.derived_names import LONGEST_BUCKET, LONGEST_POLICY, too_long
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

MOST_VARIABLES = 50 - len(VARIABLES_OF_THE_PROGRAM)
"""Of one's own: a pipeline has 50 (https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html)."""


def _variables_fit(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        variables = at(application, "variables")
        if not isinstance(variables, Mapping):
            continue
        path: Path = ("applications", name, "variables")
        if len(variables) > MOST_VARIABLES:
            yield Problem(path=path, message=f"given {len(variables)}; allowed: at most {MOST_VARIABLES} variables")
        for variable in variables:
            if variable in VARIABLES_OF_THE_PROGRAM:
                allowed = f"a name that isn't one of {', '.join(sorted(VARIABLES_OF_THE_PROGRAM))}"
                yield Problem(path=(*path, variable), message=given(variable, allowed))
            elif at(application, "build", "parameters", variable) is not None:
                yield Problem(
                    path=(*path, variable), message=given(variable, "a name that isn't in build.parameters too")
                )


def _mode_fits(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        mode = at(application, "executionMode")
        path: Path = ("applications", name, "executionMode")
        if reasons := "; ".join(_against(str(mode), application)):
            yield Problem(path=path, message=given(mode, f"queued, {reasons}"))


def _against(mode: str, application: Mapping[str, Any]) -> Iterator[str]:
    """Why an application can't have this mode."""
    branches = at(application, "source", "branches")
    if mode == "parallel":
        strategy = at(application, "deploy", "strategy")
        if strategy not in (None, "in-place"):
            yield f"with deploy.strategy {strategy}: two executions would shift the same traffic at once"
        if at(application, "promote") is not None:
            yield "with promote: an older execution that ends later would be handed over last"
    if mode in ("parallel", "superseded") and at(application, "hotfix") is not None:
        yield "with hotfix: another execution would overtake the hotfix, or displace it"
    if mode == "superseded" and isinstance(branches, list | tuple) and len(branches) > 1:
        yield "with more than one of source.branches: the change of one branch would displace that of another"


def _nothing_comes_before_the_admission(stack: Stack) -> Iterator[Problem]:
    """What another environment promoted is let in by the stage Admit, right after Source."""
    for name, application in stack.applications():
        if at(application, "source", "provider") != "promotion":
            continue
        for path, stage in Stack.free_stages(name, application):
            for side, anchor in (("after", "Source"), ("before", "Admit")):
                if at(stage, side) == anchor:
                    allowed = "a place after Admit, which lets in only what was tested"
                    yield Problem(path=(*path, side), message=given(anchor, allowed))


def _gates_fit(stack: Stack) -> Iterator[Problem]:
    """An approval's topic and policy carry its name, wherever it stands."""
    for name, application in stack.applications():
        seen = {at(one, "name") for one in at(application, "approvals") or ()}
        for path, gate, suffixes in _gates(name, application):
            for suffix in suffixes:
                called = f"{gate}{suffix}"
                if message := too_long("policy", f"{name}-{stack.name}-{called}-approver", LONGEST_POLICY):
                    yield Problem(path=path, message=message)
                elif called in seen:
                    yield Problem(
                        path=path, message=given(gate, f"another name: an approval is called {called} already")
                    )
                elif f"{name}-{stack.name}-{called}" == f"delivery-{stack.name}-events":
                    yield Problem(path=path, message=given(gate, "another name: the stack's own topic is called so"))
                seen.add(called)


def _gates(name: str, application: Mapping[str, Any]) -> Iterator[tuple[Path, str, list[str]]]:
    for path, stage in Stack.free_stages(name, application):
        wave = at(stage, "wave")
        places = [*(at(wave, "regions") or ()), *(at(one, "name") for one in at(wave, "accounts") or ())]
        for index, action in enumerate(at(stage, "actions") or ()):
            if at(action, "provider") == "manual" and isinstance(at(action, "name"), str):
                yield (
                    (*path, "actions", index, "name"),
                    str(at(action, "name")),
                    [f"-{one}" for one in places] if wave else [""],
                )


def _stores_fit(stack: Stack) -> Iterator[Problem]:
    account = at(stack.values, "environment", "account")
    for name, application in stack.applications():
        for path, region in _regions(name, application):
            message = too_long("bucket", f"delivery-{stack.name}-artifacts-{account}-{region}", LONGEST_BUCKET)
            if isinstance(account, str) and message:
                yield Problem(path=path, message=message)
            elif stack.region and _partition(region) != _partition(stack.region):
                yield Problem(path=path, message=given(region, f"a region of the partition of {stack.region}"))


def _partition(region: str) -> str:
    return next((prefix for prefix in ("cn-", "us-gov-") if region.startswith(prefix)), "")


def _regions(name: str, application: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for path, stage in Stack.free_stages(name, application):
        for index, region in enumerate(at(stage, "wave", "regions") or ()):
            yield (*path, "wave", "regions", index), region
        for keys in (("wave", "accounts"), ("actions",)):
            for index, one in enumerate(at(stage, *keys) or ()):
                if isinstance(region := at(one, "region"), str):
                    yield (*path, *keys, index, "region"), region


FREE_STAGE_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (
    _variables_fit,
    _mode_fits,
    _nothing_comes_before_the_admission,
    _gates_fit,
    _stores_fit,
)
