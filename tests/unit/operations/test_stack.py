"""How a command comes to its stack: by its file, the outputs of `pulumi`, and credentials of its account."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from operations.command import Deferred, UnusableError
from operations.commands import COMMANDS
from operations.engine import Engine
from operations.stack import Stack, find_site, open_stack
from tests.unit.planning import ROOT, STACKS, planned

FILE = 'config: {aws:region: eu-west-1, delivery:environment: {tier: production, account: "444455556666"}}\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one stack file, and a `pulumi` of our own on its path that keeps the words it was called with."""
    (tmp_path / "Pulumi.prod.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def engine(project: Path, *, says: str = "{}", fails: str = "") -> Engine:
    (project / "says").write_text(says, encoding="utf-8")
    (project / "fails").write_text(fails, encoding="utf-8")
    program = project / "pulumi"
    program.write_text('#!/bin/sh\necho "$@" > words\ncat says\ncat fails >&2\ntest ! -s fails\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Engine(project=project, environment={"PATH": f"{project}:/usr/bin:/bin"})


def test_a_stack_is_its_file_and_what_pulumi_tells_of_it(project: Path) -> None:
    told = {"artifact_bucket": "artifacts", "applications": {"storefront": {"operations": {"pipeline": "p"}}}}
    stack = open_stack("prod", engine=engine(project, says=json.dumps(told)))
    assert (stack.account, stack.region, stack.production) == ("444455556666", "eu-west-1", True)
    assert stack.output("artifact_bucket") == "artifacts"
    assert stack.operations(stack.application(None)) == {"pipeline": "p"}
    assert (project / "words").read_text().split()[-5:] == ["stack", "output", "--json", "--stack", "prod"]


def test_what_pulumi_says_when_it_fails_is_passed_on_in_one_line(project: Path) -> None:
    broken = engine(project, fails="warning: old\nerror: no stack named 'prod' found\n")
    with pytest.raises(UnusableError, match=r"^pulumi stack output failed: error: no stack named 'prod' found$"):
        open_stack("prod", engine=broken)


def test_whoever_isnt_logged_in_is_told_how(project: Path) -> None:
    said = "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n"
    with pytest.raises(UnusableError, match=r"^pulumi isn't logged in; `pulumi login` with the place of the state"):
        open_stack("prod", engine=engine(project, fails=said))


@pytest.mark.parametrize("says", ["", "{}", "[]"])
def test_a_stack_that_was_never_brought_up_says_how_to(project: Path, says: str) -> None:
    with pytest.raises(UnusableError, match="run `pulumi up --stack prod` first"):
        open_stack("prod", engine=engine(project, says=says))


def test_without_pulumi_it_says_where_to_get_it(project: Path) -> None:
    with pytest.raises(UnusableError, match="there is no pulumi on the PATH"):
        open_stack("prod", engine=Engine(project=project, environment={"PATH": "/nowhere"}))


SLOW = """#!/bin/sh
trap 'sleep 0.5; echo released > lock; exit 1' INT
echo held > lock
while :; do sleep 0.05; done
"""


@pytest.mark.parametrize("asked", ["ask", "show"])
def test_pulumi_ends_by_itself_before_an_interrupted_command_does(project: Path, asked: str) -> None:
    program = project / "pulumi"
    program.write_text(SLOW, encoding="utf-8")
    program.chmod(0o700)
    code = "import sys; from pathlib import Path; from operations.engine import Engine; "
    code += f"Engine(project=Path(sys.argv[1])).{asked}('refresh')"
    path = f"{project}:{os.environ['PATH']}"
    command = subprocess.Popen(
        [sys.executable, "-c", code, str(project)],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while not (project / "lock").exists():
        assert command.poll() is None
        time.sleep(0.02)
    os.killpg(command.pid, signal.SIGINT)
    assert b"KeyboardInterrupt" in command.communicate(timeout=60)[1]
    assert (project / "lock").read_text() == "released\n"


TALKS = """#!/bin/sh
i=0
while [ $i -lt 3000 ]; do echo "updating resource number $i"; echo "and more" >&2; i=$((i+1)); done
echo done > done
"""


def test_pulumi_comes_to_its_end_where_nobody_reads_what_it_says(project: Path) -> None:
    asked = engine(project)
    (project / "pulumi").write_text(TALKS, encoding="utf-8")
    code = "import sys; from pathlib import Path; from operations.engine import Engine; "
    code += "assert Engine(project=Path(sys.argv[1])).show('up')"
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(
        [sys.executable, "-c", code, str(project)],
        cwd=ROOT,
        env={**os.environ, **(asked.environment or {})},
        stdout=writes,
        stderr=writes,
        check=False,
    )
    os.close(writes)
    assert (project / "done").read_text(encoding="utf-8") == "done\n"
    assert done.returncode == 0


def test_what_pulumi_shows_is_no_result(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert engine(project, says="previewing\n").show("preview")
    assert not engine(project, says="updating\n", fails="error: refused\n").show("up")
    assert capsys.readouterr() == ("", "previewing\nupdating\nerror: refused\n")


def test_pulumi_that_takes_too_long_is_told_to_end_and_leaves_no_lock(project: Path) -> None:
    asked = engine(project)
    (project / "pulumi").write_text(SLOW, encoding="utf-8")
    with pytest.raises(UnusableError, match=r"^pulumi refresh took longer than 1 seconds$"):
        asked.ask("refresh", seconds=1)
    assert (project / "lock").read_text() == "released\n"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("qa", FILE, r"there is no Pulumi\.qa\.yaml; stacks: prod"),
        ("prod", "config: [", r"^Pulumi\.prod\.yaml can't be read: no YAML in line 1$"),
        ("prod", "since: 2026-13-45", r"^Pulumi\.prod\.yaml can't be read: ValueError$"),
        ("x" * 300, FILE, r"there is no Pulumi\.x+\.yaml; stacks: prod"),
        ("prod", "config: {}", "doesn't say account and region and tier of the stack"),
        ("prod", FILE.replace('"444455556666"', "444"), "doesn't say account of the stack"),
    ],
)
def test_a_stack_file_that_says_no_place_is_refused(project: Path, name: str, text: str, says: str) -> None:
    (project / "Pulumi.prod.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UnusableError, match=says):
        find_site(name, project=project)


def test_every_stack_file_of_the_repository_says_its_place() -> None:
    assert {find_site(stack, project=ROOT).tier for stack in STACKS} == {"development", "staging", "production"}


def stack_with(account: str = "444455556666", applications: Any = None, error: Exception | None = None) -> Stack:
    class Sts:
        def get_caller_identity(self) -> dict[str, str]:
            if error:
                raise error
            return {"Account": account, "Arn": f"arn:aws:sts::{account}:assumed-role/OnDuty/jane"}

    return Stack(
        stack="prod",
        account="444455556666",
        region="eu-west-1",
        tier="production",
        outputs={"applications": applications or {}},
        make=lambda _service, _region: Sts(),
    )


def test_credentials_of_another_account_are_refused_and_named() -> None:
    assert stack_with().caller.endswith("/jane")
    with pytest.raises(UnusableError, match="of account 111122223333; the stack is in 444455556666"):
        _ = stack_with("111122223333").caller
    with pytest.raises(UnusableError, match="no credentials of account 444455556666"):
        _ = stack_with(error=NoCredentialsError()).caller


def test_an_application_is_named_where_there_are_several() -> None:
    both = stack_with(applications={"shop": {}, "till": {}})
    with pytest.raises(UnusableError, match="say --application; stack prod has shop, till"):
        both.application(None)
    with pytest.raises(UnusableError, match="no application tills; there are: shop, till"):
        both.application("tills")
    with pytest.raises(UnusableError, match="doesn't tell how shop is operated; run `pulumi up --stack prod`"):
        both.operations("shop")
    with pytest.raises(UnusableError, match="doesn't tell ledger"):
        both.output("ledger")


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_tells_how_each_application_is_deployed_and_who_is_asked(stack: str) -> None:
    plan = planned(stack)
    told = plan.outputs["applications"]["storefront"]["operations"]
    pipeline = plan.one("aws:codepipeline/pipeline:Pipeline", name=told["pipeline"])
    stages = {one["name"]: one["actions"] for one in pipeline.inputs["stages"]}
    assert [one["name"] for one in told["stages"]] == [name for name in stages if name in {"Deploy", "Retire"}]
    assert told["artifact"] == stages["Deploy"][0]["inputArtifacts"][0]
    group = plan.one("aws:codedeploy/deploymentGroup:DeploymentGroup")
    assert told["parameters"]["deploymentGroup"] == group.inputs["deploymentGroupName"]
    assert told["topic"] == plan.one("aws:sns/topic:Topic", name=told["topic"].rsplit(":", 1)[-1]).arn
    gates = [one["name"] for actions in stages.values() for one in actions if one["category"] == "Approval"]
    assert told.get("approvals", {}).get("gates", []) == gates
    if gates:
        named = {one.inputs["name"] for one in plan.of("aws:cloudwatch/logGroup:LogGroup")}
        assert {told["approvals"]["record"], told["approvals"]["checks"]} <= named


@pytest.mark.parametrize("entry", [one for one in COMMANDS if isinstance(one, Deferred)], ids=lambda one: one.name)
def test_the_list_of_commands_says_of_each_what_it_says_itself(entry: Deferred) -> None:
    assert (entry.command.name, entry.command.purpose) == (entry.name, entry.purpose)


def test_the_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['operations', '--help']\n"
        "import runpy\n"
        "try: runpy.run_module('operations', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(sorted({'boto3', 'pulumi', 'pulumi_aws', 'pydantic', 'yaml'} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(project)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
