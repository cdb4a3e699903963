"""An environment that `operations replicate` has written, on the real engine: its first `up` is cut off half way.

`operations recover` brings its state to order, and the next `up` makes the rest.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from offline.layout import Layout
from offline.provider.naming import name_property
from operations.command import Command
from operations.drift.command import Drift
from operations.line import run
from operations.recovery.command import Recover
from operations.replication.command import Replicate
from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.engine.lifecycle import named
from tests.unit.drift import with_drift
from tests.unit.planning import planned

GROUP = "aws:autoscaling/group:Group"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
CUT = "storefront-pipeline-role"
"""What the engine makes when it is gone; the id of a role is its name."""


@dataclass(frozen=True)
class Life:
    """What each call came to, in this order."""

    preview: Outcome
    cut: Outcome
    looked: Document
    recovered: int
    state: Document
    created: Outcome
    drift: Document
    look: str


@pytest.fixture(scope="module")
def project(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with one stack file more."""
    folder = tmp_path_factory.mktemp("project")
    for one in layout.root.iterdir():
        if one.name not in (".git", ".offline"):
            (folder / one.name).symlink_to(one)
    words = ["replicate", "--from", "staging", "--to", "qa", "--yes", "--set", "applications.storefront.promote=-"]
    assert run((Replicate(project=folder),), words) == 0
    return folder


@pytest.fixture(scope="module")
def life(module_engine: EngineFactory, project: Path) -> Life:
    """Its life."""
    qa = module_engine(stack="qa", program=project, packs=True, edit=lambda document: with_drift(document["config"]))
    backups = project.with_name("backups")
    preview, cut = qa.preview(), qa.cut_short(CUT)
    recover = Recover(engine=qa.cli(), backups=backups)
    looked = said(recover)
    answers = [word for one in looked["pending"] for word in answer(one)]
    recovered = run((recover,), ["recover", "--stack", "qa", "--unlock", "--yes", *answers])
    assert [one.stat().st_mode & 0o777 for one in backups.iterdir()] == [0o600]
    state, created = qa.export(), qa.up()
    qa.move(name="storefront-fleet-green", type_token=GROUP, desiredCapacity=2, maxSize=2)
    qa.move(name="storefront-fleet-lb", type_token=BALANCER, idleTimeout=9, internal=True)
    drift = said(Drift(engine=qa.cli()))
    return Life(preview, cut, looked, recovered, state, created, drift, look=look(qa, project.with_name("look")))


def look(engine: Engine, folder: Path) -> str:
    """The last line of what the project runs that looks by the clock."""
    folder.mkdir()
    inputs = named(engine.export(), name="drift", type_token="aws:codebuild/project:Project")["inputs"]
    environment = engine.session.child_environment()
    variables = {one["name"]: one["value"] for one in inputs["environment"]["environmentVariables"]}
    variables |= {"STATE": environment["PULUMI_BACKEND_URL"], "PULUMI_CREDENTIALS_PATH": str(folder)}
    commands = yaml.safe_load(inputs["source"]["buildspec"])["phases"]["build"]["commands"]
    done = subprocess.run(
        ["bash", "-e"],
        input="\n".join(commands),
        cwd=folder,
        env={**environment, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()[-1]


def said(command: Command, *words: str) -> Document:
    """What a command tells a machine."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        run((command,), [command.name, "--stack", "qa", "--json", *words])
    document: Document = json.loads(output.getvalue())
    return document


def answer(operation: Document) -> tuple[str, str]:
    """The role was made in AWS before the engine was gone, what was under way beside it wasn't."""
    name = operation["name"]
    return ("--exists", f"{name}={operation['physical']}") if name == CUT else ("--gone", name)


def test_it_is_previewed_under_both_packs(life: Life) -> None:
    assert life.preview.rc == 0, life.preview.text
    assert life.preview.mandatory == []


def test_an_up_that_is_cut_off_leaves_a_lock_and_what_was_under_way(life: Life) -> None:
    assert life.cut.rc != 0
    assert [one["process"] > 0 for one in life.looked["locks"]] == [True]
    assert CUT in {one["name"] for one in life.looked["pending"] if one["operation"] == "creating"}
    assert life.looked["changed"] is False


def test_recovering_takes_in_what_exists_and_forgets_the_rest(life: Life) -> None:
    assert life.recovered == 0
    assert not life.state["deployment"].get("pending_operations")
    made = {one["urn"]: one for one in life.state["deployment"]["resources"]}
    role = named(life.state, name=CUT, type_token="aws:iam/role:Role")
    assert role["outputs"]["arn"].endswith(f":role/{role['id']}")
    # A role and its policy have one logical name.
    gone = {one["urn"] for one in life.looked["pending"]} - {role["urn"]}
    assert gone.isdisjoint(made)


def test_the_next_up_makes_the_rest_and_nothing_twice(life: Life) -> None:
    assert life.created.rc == 0, life.created.text
    assert life.created.mandatory == []
    before = {one["urn"] for one in life.state["deployment"]["resources"]}
    operations = life.created.operations
    assert {operations[urn] for urn in before} <= {"same"}
    assert {operations[urn] for urn in operations.keys() - before} == {"create"}
    assert len(life.created.resources) == life.preview.changed["create"]


def test_drift_is_what_was_changed_by_hand_and_not_what_a_deployment_moves(life: Life) -> None:
    changed = {one["name"]: [change["place"] for change in one["changes"]] for one in life.drift["drift"]}
    assert changed == {"storefront-fleet-lb": ["internal"]}
    (known,) = life.drift["known"]
    assert known["urn"].endswith("::storefront-fleet-green")
    assert known["places"] == ["desiredCapacity", "maxSize"]


def test_the_project_that_looks_by_the_clock_finds_the_same_without_the_program(life: Life) -> None:
    assert life.look == "drift: 1 resource: storefront-fleet-lb (internal)"


def test_it_takes_no_name_of_the_environment_it_came_from(life: Life) -> None:
    made = {name for one in life.created.resources if (name := own_name(one))}
    there = {(one.type, one.inputs.get(name_property(token=one.type))) for one in planned("staging").resources}
    assert len(made) > 50
    assert made & there == set()


def own_name(resource: Document) -> tuple[str, str] | None:
    """Type and name of a resource whose name is its own in the account: its ARN ends with it."""
    name = (resource.get("inputs") or {}).get(name_property(token=resource["type"]))
    arn = (resource.get("outputs") or {}).get("arn")
    return (resource["type"], str(name)) if name and arn and str(arn).endswith(str(name)) else None
