"""What happens in a repository against the planned rules of three teams: what starts, with what, and who is told."""

from functools import cache
from typing import Any

import pytest

from start_changed.decide import Parameters, counts
from tests.contract.aws_model import Request, problems
from tests.contract.event_rules import invokes, starts
from tests.contract.flow_table import NAMES, STANDS, Line, lines, stand
from tests.contract.git_triggers import Push, lets_in
from tests.unit.functions.fake_forge import commit
from tests.unit.lanes import CODECOMMIT, sourced
from tests.unit.planning import Planned, planned

LINES = {line.what: line for line in lines()}
TEAMS = tuple(NAMES)
every_line = pytest.mark.parametrize("line", LINES.values(), ids=LINES)
every_team = pytest.mark.parametrize("team", TEAMS)


@every_team
@every_line
def test_an_event_starts_the_pipelines_of_the_table_and_no_other(line: Line, team: str) -> None:
    started = {name for name in STANDS if starts(stand(team, name), line.event)}
    assert started == line.starts[team]


@every_team
@every_line
def test_a_started_pipeline_gets_the_commit_and_the_name_of_its_reference(line: Line, team: str) -> None:
    for name in sorted(line.starts[team]):
        (start,) = starts(stand(team, name), line.event)
        assert start == {
            "name": f"storefront-{'prod' if name == 'tagged' else name}",
            "sourceRevisions": [
                {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": commit("new")},
            ],
            "variables": [{"name": "GIT_BRANCH", "value": line.reference}],
        }
        request = Request(service="codepipeline", operation="StartPipelineExecution", parameters=start, resource=name)
        assert problems(request) == []


@every_team
@every_line
def test_an_event_is_handed_to_the_functions_of_the_table_in_the_stack_that_owns_the_repository(
    line: Line, team: str
) -> None:
    assert invokes(stand(team, "dev"), line.event) == line.invokes[team]
    assert not any(invokes(stand(team, name), line.event) for name in STANDS if name != "dev")


@every_team
def test_each_pipeline_of_a_team_is_started_by_something(team: str) -> None:
    assert frozenset.union(*(line.starts[team] for line in LINES.values())) == set(STANDS)


def test_the_table_knows_every_kind_of_event() -> None:
    kinds = {(what.split()[0], what.split()[-1]) for what in LINES}
    assert kinds == {
        *(("branch", happened) for happened in ("created", "updated", "deleted")),
        *(("tag", happened) for happened in ("created", "updated", "deleted")),
        *(("pull", happened) for happened in ("created", "updated", "approved", "closed", "merged")),
    }
    assert len(LINES) >= 30


@every_team
def test_the_same_event_of_another_repository_starts_nothing(team: str) -> None:
    for line in LINES.values():
        elsewhere = {**line.event, "resources": [f"{line.event['resources'][0]}-docs"]}
        assert [name for name in STANDS if starts(stand(team, name), elsewhere)] == []
        assert invokes(stand(team, "dev"), elsewhere) == set()


PATHS: dict[str, Any] = {"includes": ["services/checkout/**", "libs/*.py"], "excludes": ["**/*.md"]}


@cache
def part() -> Planned:
    """Staging of one application among several in a repository."""
    return planned("staging", sourced(CODECOMMIT, flow="git-flow", paths=PATHS))


@every_line
def test_where_paths_count_a_function_is_asked_in_the_pipelines_place(line: Line) -> None:
    assert starts(part(), line.event) == []
    assert invokes(part(), line.event) == ({"start_changed"} if "staging" in line.starts["git-flow"] else set())


@pytest.mark.parametrize(
    ("files", "starts_it"),
    [
        (("services/checkout/app.py",), True),
        (("services/checkout/deep/er/app.py",), True),
        (("services/basket/app.py",), False),
        (("services/basket/app.py", "services/checkout/app.py"), True),
        (("services/checkout/README.md",), False),
        (("services/checkout/README.md", "services/checkout/app.py"), True),
        (("libs/money.py",), True),
        (("libs/deep/money.py",), False),
        (("README.md",), False),
        (("services/checkout",), False),
        ((), False),
    ],
)
def test_the_function_and_a_connections_trigger_agree_on_what_changed(files: tuple[str, ...], starts_it: bool) -> None:
    """So that a repository can move from one to the other."""
    function = part().one("aws:lambda/function:Function", name="storefront-staging-start-changed")
    parameters = Parameters.parse(function.inputs["environment"]["variables"]["PARAMETERS"])
    assert any(counts(path, parameters=parameters) for path in files) is starts_it
    push = Push(kind="branch", name="release/1.2", commit=commit("new"), files=files)
    assert lets_in({"branches": {"includes": ["release/**"]}, "filePaths": PATHS}, push) is starts_it
