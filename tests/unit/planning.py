"""Plans the whole program on a real stack file, without an engine: what a stack would be made of, as plain values.

    def test_…() -> None:
        prod = planned("prod")                                  the stack file as it is
        prod = planned("prod", lambda config: config[…]…)       the same with one change in memory

A configuration is planned once in each process of the tests.

`Planned.one("aws:codepipeline/pipeline:Pipeline", name="storefront-prod").inputs` is what Pulumi would send to AWS, by
the names of the wire (`roleArn`); `of(type)` answers all of a type. Computed outputs (ARNs, ids) are those of the
offline stand-in, `offline.answers`, so that one resource can be followed into another.
"""

import asyncio
import contextlib
import contextvars
import copy
import gc
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from runpy import run_path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import mocks
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import Stack

from tests.unit.planning_mocks import Aws, Recorder, Resource

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("dev", "staging", "prod")
STOREFRONT = "storefront"

Config = dict[str, Any]
Change = Callable[[Config], None]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """Every resource of a stack, and its outputs."""

    stack: str
    resources: tuple[Resource, ...]
    outputs: Mapping[str, Any] = field(default_factory=dict)

    def of(self, type_token: str, **inputs: object) -> list[Resource]:
        """The resources of a type whose inputs have these values."""
        return [
            one
            for one in self.resources
            if one.type == type_token and all(one.inputs.get(key) == value for key, value in inputs.items())
        ]

    def one(self, type_token: str, **inputs: object) -> Resource:
        """The only resource of a type whose inputs have these values."""
        found = self.of(type_token, **inputs)
        assert len(found) == 1, (
            f"{self.stack} plans {len(found)} of {type_token} with {inputs}; "
            f"there are {[one.name for one in self.of(type_token)]}"
        )
        return found[0]

    def named(self, name: str) -> Resource:
        """The only resource with this logical name, components left aside."""
        found = [one for one in self.resources if one.name == name and one.type.startswith(("aws:", "pulumi:"))]
        assert len(found) == 1, f"{self.stack} plans {len(found)} resources called {name}"
        return found[0]

    def before(self, resource: Resource) -> set[str]:
        """The URNs of everything that Pulumi makes before a resource: what it and its owners wait for, all the way."""
        by_urn = {one.urn: one for one in self.resources}
        found: set[str] = set()
        waiting = [resource.urn]
        while waiting:
            one = by_urn.get(waiting.pop())
            for urn in (one.depends_on | {one.parent}) - found if one else ():
                found.add(urn)
                waiting.append(urn)
        return found

    def physical_names(self, type_token: str, key: str = "name") -> set[str]:
        """The physical names of all resources of a type."""
        return {str(one.inputs[key]) for one in self.of(type_token)}


def config_of(stack: str) -> Config:
    """What stands under `config` in the stack file of this repository; a copy."""
    return copy.deepcopy(_stack_file(stack))


def planned(stack: str, change: Change | None = None) -> Planned:
    """What the program plans for a stack.

    Args:
        stack: which stack file.
        change: changes the parsed `config` of the file in place; the file itself stays as it is.

    Raises:
        pulumi.RunError: the program refuses the configuration.
    """
    config = config_of(stack)
    if change is not None:
        change(config)
    return _planned_once(stack, json.dumps(config))


def planned_as(stack: str, config: Config) -> Planned:
    """The same for a stack that has no file in the repository.

    Raises:
        pulumi.RunError: the program refuses the configuration.
    """
    return _planned_once(stack, json.dumps(config))


def apart(change: Change) -> Change:
    """A change whose values are the configuration's own: what one test alters in them, no other test sees."""

    @wraps(change)
    def changed(config: Config) -> None:
        change(config)
        own = copy.deepcopy(config)
        config.clear()
        config.update(own)

    return changed


@cache
def _planned_once(stack: str, config: str) -> Planned:
    return _plan(stack, json.loads(config))


@cache
def _stack_file(stack: str) -> Config:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    assert isinstance(config, dict)
    return config


def _plan(stack: str, config: Config) -> Planned:
    """Runs the program in a context and a thread of its own.

    Pulumi keeps its state in context variables, and looks at every caller on the stack for each resource: of those that
    pytest has there, it took a third of the time.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(contextvars.Context().run, _run, stack, config).result()


@contextlib.contextmanager
def _own_collector() -> Iterator[None]:
    """The program switches the garbage collector off; the tests, which live longer, go on with it."""
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def _own_event_loops() -> Iterator[None]:
    """Event loops for one run. Pulumi makes one in each thread and closes none, which is a warning, and so an error."""
    loops = [asyncio.new_event_loop()]

    def start_thread() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    asyncio.set_event_loop(loops[0])
    try:
        with ThreadPoolExecutor(initializer=start_thread) as threads:
            loops[0].set_default_executor(threads)
            yield
    finally:
        asyncio.set_event_loop(None)
        for loop in loops:
            loop.close()


def _run(stack: str, config: Config) -> Planned:
    aws = Aws(config)
    recorder = Recorder(aws)
    outputs: dict[str, Any] = {}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def program() -> pulumi.Output[None]:
        run_path(str(ROOT / "__main__.py"), run_name="__main__")
        root = get_root_resource()
        assert isinstance(root, Stack)
        return pulumi.Output.from_input(root.outputs).apply(outputs.update)

    # Pulumi runs a program in its own folder.
    with contextlib.chdir(ROOT), _own_collector(), _own_event_loops():
        mocks.set_mocks(aws, project="delivery", stack=stack, monitor=recorder)
        pulumi.runtime.set_all_config(texts)
        try:
            program()
        except pulumi.RunError:
            assert list(recorder.planned()) == [], "the program refuses a configuration after it has planned resources"
            raise
    return Planned(stack=stack, resources=tuple(recorder.planned()), outputs=outputs)
