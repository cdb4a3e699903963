"""Runs the real engine on real stack files, in a state of its own, with the stand-in for AWS.

The fixture `engine` (see conftest.py) opens one stack of one program:

    def test_a_second_up_changes_nothing(engine: EngineFactory) -> None:
        prod = engine(stack="prod", packs=True)
        assert prod.up().rc == 0
        assert prod.up().changed == {}

    engine(stack="prod")                               the repository's program with its own Pulumi.prod.yaml
    engine(stack="prod", packs=True)                   the same under both policy packs
    engine(stack="prod", edit=change)                  with an edited copy: `change(document)` gets the parsed YAML
    engine(source="import pulumi\n…", config={…})      a program of one file (a raw, foreign stack), stack "dev"
    engine(program=folder, stack="prod")               another program folder with Pulumi.yaml and Pulumi.prod.yaml

`preview`, `up`, `refresh` and `destroy` return an `Outcome`: `rc`, `text` (what a person reads), `changed` (operation
-> number of resources, without "same"), `steps` (logical name -> operation), `operations` (URN -> operation; a
component and its main resource may share a logical name), `violations` (of the policy packs) and `state` (as
`pulumi stack export` shows it: the deployment is under "deployment").

`unprotect()` before `destroy()` is what `make destroy` does: production protects what holds data.

`export()` and `import_state(deployment)` read and write the whole state; `move(name=…, **outputs)` does what AWS does
behind Pulumi's back: it changes outputs of one resource, which the next `refresh` then finds. `cut_short(name)` is an
`up` whose engine dies with that resource under way.

Nothing here uses the network or tracked files, and two tests never share a state.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import yaml

import operations.engine
from offline.commands import PACKS
from offline.layout import Layout
from offline.plugins import install_provider, pack_executable
from offline.provider.faults import Fault
from offline.session import Result, Session
from offline.stacks import stack_file

Document = dict[str, Any]


@dataclass(frozen=True)
class Violation:
    """One thing a policy pack had to say."""

    policy: str
    level: str
    urn: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What one call came to."""

    rc: int
    text: str
    changed: Mapping[str, int]
    steps: Mapping[str, str]
    operations: Mapping[str, str]
    violations: Sequence[Violation]
    state: Document

    @property
    def resources(self) -> list[Document]:
        """The resources in the state after the call."""
        return list((self.state.get("deployment") or {}).get("resources") or [])

    @property
    def touched(self) -> list[str]:
        """The logical names of all resources that did not stay as they were, sorted."""
        return sorted(urn.rsplit("::", 1)[-1] for urn, operation in self.operations.items() if operation != "same")

    @property
    def mandatory(self) -> list[tuple[str, str]]:
        """Policy and resource type of every violation that stops a deployment, sorted."""
        stopping = [each for each in self.violations if each.level == "mandatory"]
        return sorted((each.policy, each.urn.split("::")[-2].rsplit("$", 1)[-1]) for each in stopping)


class Engine:
    """One stack of one program."""

    def __init__(self, *, session: Session) -> None:
        self.session = session

    def preview(self, *arguments: str) -> Outcome:
        """`pulumi preview`, under the packs if there are any."""
        return self._outcome(self.session.preview(*arguments))

    def up(self, *arguments: str) -> Outcome:
        """`pulumi up`, under the packs if there are any."""
        return self._outcome(self.session.up(*arguments))

    def refresh(self, *arguments: str) -> Outcome:
        """`pulumi refresh`."""
        return self._outcome(self.session.refresh(*arguments))

    def unprotect(self) -> None:
        """Lifts the protection of protected resources, as `make destroy` does first."""
        done = self.session.unprotect()
        assert done.rc == 0, done.text

    def destroy(self, *arguments: str) -> Outcome:
        """`pulumi destroy`; it refuses protected resources (see `unprotect`)."""
        return self._outcome(self.session.destroy(*arguments))

    def export(self) -> Document:
        """The state, as `pulumi stack export` gives it.

        Reads the backend's own file: to ask the engine takes half a second.
        """
        if not self.session.state_file.exists():
            return {}
        stored = json.loads(self.session.state_file.read_text())
        return {"version": stored["version"], "deployment": stored["checkpoint"].get("latest") or {}}

    def import_state(self, state: Mapping[str, Any]) -> None:
        """Replaces the state."""
        done = self.session.import_state(state)
        assert done.rc == 0, done.text

    def outputs(self) -> Document:
        """The stack's outputs after the last `up`."""
        return self.session.outputs()

    def configure(self, edit: Callable[[Document], None]) -> None:
        """Edits the stack file between two calls."""
        document = yaml.safe_load(self.session.stack_file.read_text()) or {}
        edit(document)
        self.session.stack_file.write_text(yaml.safe_dump(document, sort_keys=False))
        self.session.prepare()

    def move(self, *, name: str, type_token: str | None = None, **outputs: object) -> None:
        """Changes outputs of the resource with this logical name in the state, as somebody in AWS would."""
        state = self.export()
        found = [
            each
            for each in state["deployment"]["resources"]
            if each["urn"].rsplit("::", 1)[-1] == name and type_token in (None, each["type"])
        ]
        assert len(found) == 1, f"{len(found)} resources are called {name!r}"
        found[0]["outputs"].update(outputs)
        self.import_state(state)

    def cut_short(self, name: str, fault: Fault = Fault.CUT) -> Outcome:
        """An `up` during which the engine is gone while it makes, changes or deletes the resource of this name.

        Or with another fault AWS refuses that. The state is written after each step, as it is with AWS.
        """
        self.session.faults_file.write_text(json.dumps({name: fault}))
        outcome = self._outcome(replace(self.session, checkpoints=True).up())
        self.session.faults_file.unlink()
        return outcome

    def cli(self) -> operations.engine.Engine:
        """`pulumi` as commands of `operations` call it, on the state of this stack; it finds no program."""
        project = self.session.config_file.parent
        return operations.engine.Engine(project=project, environment=self.session.child_environment())

    def _outcome(self, result: Result) -> Outcome:
        changed: dict[str, int] = {}
        steps: dict[str, str] = {}
        operations: dict[str, str] = {}
        violations: list[Violation] = []
        for event in result.events:
            if "summaryEvent" in event:
                counts = event["summaryEvent"].get("resourceChanges") or {}
                changed = {operation: count for operation, count in counts.items() if operation != "same"}
            if "resourcePreEvent" in event:
                metadata = event["resourcePreEvent"]["metadata"]
                steps.setdefault(metadata["urn"].rsplit("::", 1)[-1], metadata["op"])
                operations.setdefault(metadata["urn"], metadata["op"])
            if "policyEvent" in event:
                found = event["policyEvent"]
                violations.append(
                    Violation(
                        policy=found["policyName"],
                        level=found["enforcementLevel"],
                        urn=found.get("resourceUrn", ""),
                        message=found["message"],
                    )
                )
        return Outcome(
            rc=result.rc,
            text=result.text,
            changed=changed,
            steps=steps,
            operations=operations,
            violations=violations,
            state=self.export(),
        )


class EngineFactory(Protocol):
    """The type of the fixture `engine`."""

    def __call__(
        self,
        *,
        stack: str = "dev",
        edit: Callable[[Document], None] | None = None,
        program: Path | None = None,
        source: str | None = None,
        config: Mapping[str, Any] | None = None,
        packs: bool | Sequence[Path] = False,
    ) -> Engine: ...


def open_engine(
    *,
    layout: Layout,
    folder: Path,
    stack: str,
    edit: Callable[[Document], None] | None,
    program: Path | None,
    source: str | None,
    config: Mapping[str, Any] | None,
    packs: bool | Sequence[Path],
) -> Engine:
    """What the fixture does; see the module's text. `folder` belongs to this engine alone."""
    if source is not None:
        program = write_program(folder=folder / "program", source=source, stack=stack, config=config or {})
    program = program or layout.root
    staged = folder / f"Pulumi.{stack}.yaml"
    document = yaml.safe_load(stack_file(program=program, stack=stack).read_text()) or {}
    if edit is not None:
        edit(document)
    staged.write_text(yaml.safe_dump(document, sort_keys=False))
    install_provider(layout=layout)
    folders = [layout.root / each for each in PACKS] if packs is True else list(packs or [])
    session = Session(
        layout=layout,
        program=program,
        stack=stack,
        stack_file=staged,
        work=folder / "work",
        packs=[pack_executable(layout=layout, pack=each) for each in folders],
    )
    copy_new_stack(session=session)
    session.prepare()
    return Engine(session=session)


_NEW_STACKS: dict[tuple[str, str], Path] = {}
"""By project and stack: a folder with the stack as it is when nothing was done with it yet."""
_NEW_STACKS_LOCK = threading.Lock()


def copy_new_stack(*, session: Session) -> None:
    """Puts the files of a new stack where `session` looks for them: to have the engine make each takes longer."""
    key = (session.project, session.stack)
    with _NEW_STACKS_LOCK:
        if not (key in _NEW_STACKS and _NEW_STACKS[key].is_dir()):
            made = replace(session, work=session.work.with_name("new-stack"))
            made.prepare()
            _NEW_STACKS[key] = made.work
    shutil.copytree(_NEW_STACKS[key], session.work)


def write_program(*, folder: Path, source: str, stack: str, config: Mapping[str, Any]) -> Path:
    """A program of one file with one stack, for tests that need no more."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text("name: toy\nruntime: python\n")
    (folder / "__main__.py").write_text(source)
    settings = {"config": {"aws:region": "eu-west-1", **config}}
    (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(settings))
    return folder
