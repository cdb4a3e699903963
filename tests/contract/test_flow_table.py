"""What happens in a repository against the planned rules of three teams: which pipelines start, and with what."""

import pytest

from tests.contract.aws_model import Request, problems
from tests.contract.event_rules import starts
from tests.contract.flow_table import NAMES, STANDS, Line, lines, stand
from tests.unit.functions.fake_forge import commit

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
