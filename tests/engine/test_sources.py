"""Each source with each way to detect a change, made by the real engine: what starts its pipeline, and what doesn't.

Many applications stand in a few stacks, for a stack of its own for each pair would cost minutes.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.layout import Layout
from tests.engine.harness import Document, EngineFactory, Outcome
from tests.sources import CONNECTED, MONOREPO, PAIRS, SCHEDULE, source

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
TIMETABLE = "aws:scheduler/schedule:Schedule"
FUNCTION = "aws:lambda/function:Function"
POLICY = "aws:iam/rolePolicy:RolePolicy"

GIT = ("codecommit", *CONNECTED)
"""The sources of the stack `git`; the stack `objects` has the others."""

PROGRAM = ("Pulumi.yaml", "__main__.py", "components", "functions", "plans", "runtimes")


@dataclass(frozen=True)
class Life:
    """What the calls of one stack came to."""

    preview: Outcome
    created: Outcome
    again: Outcome
    outputs: Document


DEPLOY = {"platform": "server", "strategy": "in-place"}


def application(provider: str, way: str) -> Document:
    """An application of this source, as small as it can be."""
    said = source(provider, way)
    if way == "events" and provider in {"codecommit", "s3"}:
        said["owned"] = True
    if provider == "s3":
        said |= {"key": f"{way}/bundle.zip", "built": way == "manual"}
    return {"source": said, "deploy": dict(DEPLOY)}


def stack_file(tier: str, applications: Mapping[str, Document]) -> Document:
    """A stack file with these applications."""
    return {
        "config": {
            "aws:region": "eu-west-1",
            "delivery:environment": {"tier": tier, "account": "111122223333"},
            "delivery:network": {"cidr": "10.10.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]},
            "delivery:notifications": {"emails": ["developers@example.com"]},
            "delivery:applications": dict(applications),
        }
    }


@pytest.fixture(scope="module")
def program(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of the repository beside stack files of the tests: a stack reads those of its neighbours."""
    folder = tmp_path_factory.mktemp("program")
    for path in itertools.chain.from_iterable(layout.root.glob(name) for name in PROGRAM):
        (folder / path.name).symlink_to(path)
    # The settings look for the neighbours' files beside themselves.
    shutil.copytree(layout.root / "settings", folder / "settings")
    stacks: dict[str, dict[str, Document]] = {"git": {}, "objects": {}, "staging": {}}
    for provider, way in PAIRS:
        stacks["git" if provider in GIT else "objects"][f"{provider}-{way}"] = application(provider, way)
        if provider == "promotion":
            stacks["staging"][f"{provider}-{way}"] = {**application("s3", way), "promote": {"to": "objects"}}
    stacks["git"] |= {name: {"source": dict(said), "deploy": dict(DEPLOY)} for name, said in MONOREPO.items()}
    for stack, applications in stacks.items():
        (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(stack_file("development", applications)))
    return folder


@pytest.fixture(scope="module")
def lives(program: Path, module_engine: EngineFactory) -> Iterator[Mapping[str, Future[Life]]]:
    """The lives of the two stacks, beside each other."""

    def live(stack: str) -> Life:
        engine = module_engine(program=program, stack=stack)
        return Life(
            preview=engine.preview(), created=engine.up(), again=engine.up(), outputs=engine.outputs()["applications"]
        )

    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {stack: pool.submit(live, stack) for stack in ("git", "objects")}


@pytest.fixture(params=["git", "objects"])
def life(request: pytest.FixtureRequest, lives: Mapping[str, Future[Life]]) -> Life:
    """The life of one of the stacks."""
    return lives[request.param].result()


def test_every_source_is_previewed_and_created_with_every_way_it_has(life: Life) -> None:
    assert life.preview.rc == 0, life.preview.text
    assert life.created.rc == 0, life.created.text
    assert life.created.changed == life.preview.changed == {"create": len(life.created.resources)}


def test_a_second_up_changes_no_source(life: Life) -> None:
    assert life.again.rc == 0, life.again.text
    assert (life.again.changed, life.again.touched) == ({}, [])


@dataclass(frozen=True, kw_only=True)
class Starts:
    """Everything in a stack that starts one pipeline by itself."""

    polls: bool = False
    detects: bool = False
    git_triggers: int = 0
    rules: int = 0
    schedules: int = 0
    functions: int = 0
    roles: int = 0


EXPECTED = {
    "events": Starts(rules=1, roles=1),
    "polling": Starts(polls=True),
    "schedule": Starts(schedules=1, roles=1),
    "manual": Starts(),
}


@pytest.mark.parametrize(("provider", "way"), PAIRS)
def test_a_pipeline_is_started_in_the_way_it_says_and_in_no_other(
    lives: Mapping[str, Future[Life]], provider: str, way: str
) -> None:
    made = lives["git" if provider in GIT else "objects"].result().created
    expected = Starts(git_triggers=1) if provider in CONNECTED and way == "events" else EXPECTED[way]

    assert starts(made, f"{provider}-{way}") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # The function, which looks at the files, starts the pipeline; the rule of a tag does so itself.
        ("shop", Starts(functions=1, roles=1)),
        ("till", Starts(functions=1, rules=1, roles=2)),
        ("desk", Starts(git_triggers=1)),
    ],
)
def test_of_a_repository_of_several_applications_each_is_started_by_what_is_its_own(
    lives: Mapping[str, Future[Life]], name: str, expected: Starts
) -> None:
    assert starts(lives["git"].result().created, name) == expected


@pytest.mark.parametrize("provider", sorted({provider for provider, _ in PAIRS}))
def test_a_schedule_rings_at_its_time_in_its_zone_and_by_a_role_of_scheduler(
    lives: Mapping[str, Future[Life]], provider: str
) -> None:
    stack = "git" if provider in GIT else "objects"
    made = lives[stack].result().created
    pipeline = f"{provider}-schedule-{stack}"
    (schedule,) = [each["inputs"] for each in of(made, TIMETABLE) if each["inputs"]["name"] == pipeline]
    (role,) = [
        each for each in of(made, "aws:iam/role:Role") if each["outputs"]["arn"] == schedule["target"]["roleArn"]
    ]

    assert schedule["scheduleExpression"] == SCHEDULE["expression"]
    assert schedule["scheduleExpressionTimezone"] == SCHEDULE["timeZone"]
    assert schedule["state"] == "ENABLED"
    assert schedule["target"]["arn"].endswith(f":{pipeline}")
    assert "scheduler.amazonaws.com" in role["inputs"]["assumeRolePolicy"]


@pytest.mark.parametrize("provider", CONNECTED)
def test_a_connection_that_waits_for_its_handshake_says_so_in_an_output(
    lives: Mapping[str, Future[Life]], provider: str
) -> None:
    life = lives["git"].result()
    said = life.outputs[f"{provider}-events"]
    source_action = pipeline_of(life.created, f"{provider}-events")["stages"][0]["actions"][0]

    assert said["connection"] == (
        f"{provider}-events-git is PENDING: finish its handshake at "
        "https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections?region=eu-west-1"
    )
    assert source_action["configuration"]["ConnectionArn"] == said["connectionArn"]


def starts(made: Outcome, application: str) -> Starts:
    """What starts the pipeline of an application, found by whom it names and not by what it is called."""
    pipeline = pipeline_of(made, application)
    name = pipeline["name"]
    (action,) = pipeline["stages"][0]["actions"]
    configuration = action["configuration"]
    targets = [each["inputs"] for each in of(made, TARGET)]
    named = [each for each in targets if each["arn"].endswith(f":{name}")]
    rules = {each["inputs"]["name"] for each in of(made, RULE) if each["inputs"]["state"] == "ENABLED"}
    assert {each["rule"] for each in named} <= rules
    return Starts(
        # Both are true where nobody says anything.
        polls=action["provider"] in {"CodeCommit", "S3"} and configuration.get("PollForSourceChanges") != "false",
        detects=action["provider"] == "CodeStarSourceConnection" and configuration.get("DetectChanges") != "false",
        git_triggers=len(pipeline.get("triggers") or []),
        rules=len(named),
        schedules=sum(each["inputs"]["target"]["arn"].endswith(f":{name}") for each in of(made, TIMETABLE)),
        functions=sum(json.loads(variables(each)).get("pipeline") == name for each in of(made, FUNCTION)),
        roles=sum(may_start(each["inputs"]["policy"], name) for each in of(made, POLICY)),
    )


def variables(function: Document) -> str:
    """What a function of the program works on."""
    return str(function["inputs"]["environment"]["variables"]["PARAMETERS"])


def may_start(policy: str, pipeline: str) -> bool:
    """Whether a role's policy lets it start a pipeline."""
    return any(
        "codepipeline:StartPipelineExecution" in statement["Action"]
        and any(resource.endswith(f":{pipeline}") for resource in statement["Resource"])
        for statement in json.loads(policy)["Statement"]
    )


def pipeline_of(made: Outcome, application: str) -> Any:
    """The inputs of the pipeline of an application."""
    (found,) = [each for each in of(made, PIPELINE) if each["urn"].endswith(f"::{application}-pipeline")]
    return found["inputs"]


def of(made: Outcome, token: str) -> list[Document]:
    """The resources of one type in the state."""
    return [each for each in made.resources if each["type"] == token]
