"""What the commands do when something is missing, when a run was cut short, and what they leave alone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from offline.diagrams import printable
from offline.install import clean_environment, install_engine
from offline.layout import Layout
from offline.plugins import host_python
from offline.provider.faults import power_off
from offline.voice import MissingError
from tests.engine.harness import EngineFactory, write_program

TOPIC = """
import pulumi
from pulumi_aws import sns

topic = sns.Topic("news")
pulumi.export("pipeline_diagram", {"shop": "graph LR"})
pulumi.export("topic", topic.arn)
"""

REFUSING_PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def no_topics(args, report_violation):
    if args.resource_type == "aws:sns/topic:Topic":
        report_violation("No topics, please.")

PolicyPack("toy", [ResourceValidationPolicy(
    name="no-topics", description="Topics are noise.", validate=no_topics,
    enforcement_level=EnforcementLevel.MANDATORY,
)])
"""


def run_offline(*arguments: str, root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "offline", *arguments],
        cwd=root,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_stack_is_one_line_that_lists_the_known_ones(layout: Layout) -> None:
    done = run_offline("preview", "--stack", "prd", root=layout.root)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "» cannot go on: there is no stack 'prd': STACK is one of dev, prod, staging\n"


def test_without_go_and_without_a_cli_one_line_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    root = Layout.of_this_clone().root
    bare = tmp_path / "clone"
    (bare / "offline").mkdir(parents=True)
    for module in ("engine", "language"):
        (bare / "offline" / module).symlink_to(root / "offline" / module)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingError, match=r"^Go \(1\.21 or newer\) or the `pulumi` CLI is missing.*$"):
        install_engine(layout=Layout(root=bare))


def test_no_credentials_of_the_caller_reach_the_engine(monkeypatch: pytest.MonkeyPatch, engine: EngineFactory) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-real-key")
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "a-real-token")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    seen = engine(source=TOPIC).session.child_environment()

    assert {"AWS_ACCESS_KEY_ID", "PULUMI_ACCESS_TOKEN", "PYTHONDONTWRITEBYTECODE"}.isdisjoint(seen)


def test_a_policy_pack_stops_the_preview_and_names_what_it_found(engine: EngineFactory, tmp_path: Path) -> None:
    pack = write_program(folder=tmp_path / "pack", source=REFUSING_PACK, stack="none", config={})
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 0.0.1\n")

    outcome = engine(source=TOPIC, packs=[pack]).preview()

    assert outcome.rc != 0
    assert [(each.policy, each.level) for each in outcome.violations] == [("no-topics", "mandatory")]
    assert "No topics, please." in outcome.text


def test_what_a_program_draws_is_an_output_but_not_printed(engine: EngineFactory) -> None:
    toy = engine(source=TOPIC)
    assert toy.up().rc == 0

    outputs = toy.session.outputs()

    assert outputs["pipeline_diagram"] == {"shop": "graph LR"}
    assert set(printable(outputs=outputs)) == {"topic"}


def test_a_run_that_was_killed_does_not_stop_the_next_one(engine: EngineFactory) -> None:
    toy = engine(source=TOPIC)
    locks = toy.session.work / "state" / ".pulumi" / "locks"
    running = threading.Thread(target=toy.session.up)
    running.start()
    while not (lock := next(locks.rglob("*.json"), None)):
        time.sleep(0.01)
    with pytest.raises(MissingError, match="works on stack dev: wait for its end"):
        toy.session.recover()
    power_off(pid=holder_of(lock))
    running.join()

    assert toy.session.recover()
    assert toy.up().rc == 0


def holder_of(lock: Path) -> int:
    """The process that wrote the lock."""
    return int(json.loads(lock.read_text())["pid"])


def test_what_a_killed_run_had_begun_is_forgotten_and_done_again(engine: EngineFactory) -> None:
    toy = engine(source=TOPIC)
    toy.up()
    stored = json.loads(toy.session.state_file.read_text())
    latest = stored["checkpoint"]["latest"]
    latest["pending_operations"] = [{"resource": latest["resources"].pop(), "type": "creating"}]
    toy.session.state_file.write_text(json.dumps(stored))

    assert toy.session.recover()
    done = toy.up()

    assert done.rc == 0, done.text
    assert done.changed == {"create": 1}
    assert "pending" not in done.text


def test_the_language_host_is_told_of_the_plugins_that_pip_would_tell_it_of(layout: Layout) -> None:
    question = ["-m", "pip", "list", "-v", "--format", "json"]
    told, by_pip = (
        json.loads(subprocess.run([python, *question], env=clean_environment(), capture_output=True, check=True).stdout)
        for python in (host_python(layout=layout), layout.python)
    )

    with_plugin = [each for each in by_pip if has_plugin(package=Path(each["location"]) / each["name"])]
    assert told
    assert told == [{key: each[key] for key in ("name", "version", "location")} for each in with_plugin]


def has_plugin(*, package: Path) -> bool:
    """Whether a package says that there is a provider to it."""
    said = package / "pulumi-plugin.json"
    return said.is_file() and bool(json.loads(said.read_text())["resource"])


WAITING = """
import asyncio, sys, threading

async def refused():
    await asyncio.get_running_loop().run_in_executor(None, lambda: (print("waiting", flush=True), sys.stdin.read()))

asyncio.run(refused())
"""


def test_a_program_that_waits_for_the_engine_ends_when_the_engine_interrupts_it(layout: Layout, tmp_path: Path) -> None:
    script = tmp_path / "pulumi-language-python-exec"
    script.write_text(WAITING)
    command = [str(host_python(layout=layout)), str(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "waiting\n"
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=60) == -signal.SIGINT
