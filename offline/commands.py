"""The verbs behind `make`: up, preview, report, refresh, destroy, diagram. Runs inside the virtual environment."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pulumi import RunError

from offline.diagrams import draw, printable
from offline.layout import Layout
from offline.plugins import install_provider, pack_executable
from offline.session import Session
from offline.stacks import is_stack_file, stack_file
from offline.voice import MissingError, say

PACKS: Final = ("policies/delivery", "policies/hardening")


def open_session(*, layout: Layout, stack: str) -> Session:
    """A session on the repository's own program, with its policy packs, ready to run.

    Raises:
        MissingError: no such stack, or another run works on it.
    """
    configuration = stack_file(program=layout.root, stack=stack)
    install_provider(layout=layout)
    folders = [layout.root / each for each in PACKS]
    session = Session(
        layout=layout,
        program=layout.root,
        stack=stack,
        stack_file=configuration,
        work=layout.work,
        packs=[pack_executable(layout=layout, pack=each) for each in folders if (each / "PulumiPolicy.yaml").is_file()],
    )
    if session.recover():
        say(f"an earlier run on {stack} was interrupted: freed its lock")
    session.prepare()
    return session


def up(*, layout: Layout, stack: str) -> int:
    """Preview, up, outputs, pictures."""
    session = open_session(layout=layout, stack=stack)
    say(f"1/3 preview of {stack} under {len(session.packs)} policy packs, on the stand-in for AWS (no account)")
    previewed = session.preview("--suppress-outputs", echo=True)
    if previewed.rc != 0:
        return previewed.rc
    say(f"2/3 up: creating {stack} in .offline/ (nothing reaches AWS)")
    done = session.up("--suppress-outputs", echo=True)
    if done.rc != 0:
        return done.rc
    say("3/3 outputs and pictures")
    _print_outputs(session.outputs())
    return diagram(layout=layout, stack=stack)


def preview(*, layout: Layout, stack: str) -> int:
    """What `up` would do, under the policy packs."""
    return open_session(layout=layout, stack=stack).preview("--suppress-outputs", echo=True).rc


def report(*, layout: Layout, stack: str) -> int:
    """What `preview` does, with the findings of the packs as files; ends as the preview ends."""
    session = open_session(layout=layout, stack=stack)
    # The same command as in a workflow, around the engine that is here.
    into = (layout.reports / stack).relative_to(layout.root)
    command = [str(layout.python), "-m", "rulebook.reports", "--stack", stack, "--into", str(into), "--"]
    command += session.preview_command("--suppress-outputs", "--non-interactive")
    environment = {**session.child_environment(), "PYTHONPATH": str(layout.root / "policies")}
    return subprocess.run(command, cwd=layout.root, env=environment, check=False).returncode


def refresh(*, layout: Layout, stack: str) -> int:
    """Reads every resource anew; with the stand-in nothing changes unless somebody edited the state."""
    return open_session(layout=layout, stack=stack).refresh("--suppress-outputs", echo=True).rc


def destroy(*, layout: Layout, stack: str) -> int:
    """Deletes every resource of the offline stack, also those that production protects: here they hold nothing."""
    session = open_session(layout=layout, stack=stack)
    unprotected = session.unprotect()
    if unprotected.rc != 0:
        print(unprotected.text)
        return unprotected.rc
    say("protection of what holds data is lifted: offline nothing can be lost (on AWS you lift it yourself)")
    return session.destroy("--suppress-outputs", echo=True).rc


def diagram(*, layout: Layout, stack: str, file: Path | None = None) -> int:
    """Draws the pipelines of a stack, or of a stack file anywhere, from its settings: no engine, and nothing is up."""
    if file is not None and not (file.is_file() and is_stack_file(file)):
        raise MissingError(f"there is no stack file {file}: FILE is the path of a Pulumi.<stack>.yaml")
    try:
        written = draw(file=file or stack_file(program=layout.root, stack=stack), folder=layout.diagrams)
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    for path in written:
        print(f"diagram: {path.relative_to(layout.root)}")
    return 0


VERBS: Final[Mapping[str, Callable[..., int]]] = {
    "up": up,
    "preview": preview,
    "report": report,
    "refresh": refresh,
    "destroy": destroy,
    "diagram": diagram,
}


def run(*, verb: str, layout: Layout, stack: str, **more: Path) -> int:
    """Runs one verb and says how long it took; `more` is what that verb alone knows."""
    started = time.monotonic()
    rc = VERBS[verb](layout=layout, stack=stack, **more)
    say(f"{verb} {stack}: {'done' if rc == 0 else 'failed'} after {time.monotonic() - started:.0f} s")
    return rc


def _print_outputs(outputs: Mapping[str, Any]) -> None:
    for key, value in sorted(printable(outputs=outputs).items()):
        text = value if isinstance(value, str) else json.dumps(value, indent=2, sort_keys=True)
        print(f"{key}: {text}")
