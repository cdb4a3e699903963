"""The map of a flow says what the stack files say, and its picture shows all of it."""

import itertools
import re
from typing import Any

import pytest

from docs import generate
from docs.flow_map import WORK, Move, flow_map
from docs.flow_picture import flow_picture
from tests.unit.flow_maps import GIT_FLOW, OWNED, SOURCES, drawn, every_flow, mapped, resolved
from tests.unit.measured import ways_of
from tests.unit.pictures import SVG, names, one_line, overlap, shapes, texts
from tests.unit.planning import STACKS


def started(flow: str) -> dict[str, list[str]]:
    """By reference, the pipelines it starts."""
    return {one: [pipeline.name for pipeline in mapped(flow).fed_by(one)] for one in mapped(flow).references}


def test_git_flow_has_its_branches_in_order_with_what_each_starts() -> None:
    assert started("git-flow") == {
        "feature/*": [],
        "develop": ["storefront-dev"],
        "release/*": ["storefront-staging"],
        "hotfix/*": ["storefront-staging"],
        "master": [],
        "v*": [],
    }
    assert mapped("git-flow").reached_from("hotfix/*") == ("staging", "prod")
    assert mapped("git-flow").reached_from("develop") == ("dev",)


def test_what_a_guarded_repository_does_by_itself_is_told_apart() -> None:
    flow = mapped("git-flow")
    assert [(move.source, move.destination) for move in flow.moves if move.by_itself] == [
        ("master", "develop"),
        ("master", "v*"),
    ]
    assert flow.notes("develop") == (
        "from feature/*: pull request, 2 approvals, check",
        "from master: pull request, 2 approvals, check, opened by itself",
    )
    assert Move(source="develop", destination="release/*", words="a branch") in flow.moves


def test_names_and_numbers_are_those_of_the_stack_files() -> None:
    flow = mapped("renamed")
    assert flow.references == (WORK, "next", "rel/*", "urgent/*", "live", "r-*")
    assert flow.notes("live")[0] == "from rel/*: pull request, 1 approval, check"
    assert started("renamed")["urgent/*"] == ["storefront-staging"]


def test_one_trunk_feeds_what_reads_it_and_has_nothing_to_bring_back() -> None:
    assert started("trunk") == {
        "feature/*": [],
        "main": ["storefront-dev", "storefront-staging"],
        "v*": ["storefront-prod"],
    }
    assert not any(move.by_itself for move in mapped("trunk").moves)


def test_behind_a_connection_the_program_merges_nothing_back() -> None:
    assert not any(move.by_itself for move in mapped("connected").moves)
    assert mapped("connected").notes("develop") == ("from feature/*: pull request", "from master: pull request")
    assert started("connected")["master"] == ["storefront-prod"]


def test_without_a_flow_the_branches_that_start_something_are_there() -> None:
    assert mapped("plain").references == (WORK, "develop", "release/*", "hotfix/*")
    assert mapped("plain").moves == ()


def test_a_stack_that_people_or_the_clock_start_is_fed_by_no_branch() -> None:
    settings, plan = resolved("dev", {**GIT_FLOW, **OWNED, "changeDetection": "manual"})
    (by_hand,) = flow_map([(settings, plan)]).pipelines
    assert by_hand.feeds == ()
    assert by_hand.lines[0].text == "by hand, with the head of develop"
    polled = flow_map([resolved("dev", {**GIT_FLOW, **OWNED, "changeDetection": "polling"})])
    assert polled.pipelines[0].feeds == ("develop",)


def test_a_repository_is_needed() -> None:
    with pytest.raises(ValueError, match="no stack takes its source from a Git repository"):
        flow_map([resolved("prod", None)])


@pytest.mark.parametrize(
    ("stack", "source", "change"),
    [
        ("staging", GIT_FLOW, {"hotfix": {"skip": ["e2e"]}}),
        ("staging", GIT_FLOW, {"approvals": [{"name": "lead", "emails": ["lead@example.com"]}]}),
        ("staging", {**GIT_FLOW, "branches": ["release/*"]}, {}),
        ("dev", {**GIT_FLOW, **OWNED, "changeDetection": "manual"}, {}),
        ("dev", {**GIT_FLOW, **OWNED, "reviews": {"develop": {"approvals": 3}}}, {}),
    ],
)
def test_the_picture_follows_a_stack_file(stack: str, source: dict[str, Any], change: dict[str, Any]) -> None:
    stacks = [
        resolved(one, source, **change) if one == stack else resolved(one, SOURCES["git-flow"].get(one))
        for one in STACKS
    ]
    assert flow_picture(flow_map(stacks)) != flow_picture(mapped("git-flow"))


def test_the_picture_of_the_docs_is_that_of_the_stack_files() -> None:
    stacks = [(generate.settings_of(stack), generate.plan_of(stack, "storefront")) for stack in STACKS]
    assert generate.documents()[generate.FLOW] == flow_picture(flow_map(stacks))


@every_flow
def test_the_picture_has_every_branch_pipeline_and_environment_once(flow: str) -> None:
    root = drawn(flow)
    assert [*names(root, "action"), *names(root, "trigger")] == list(mapped(flow).references)
    assert names(root, "stage") == [pipeline.name for pipeline in mapped(flow).pipelines]
    assert names(root, "target") == [pipeline.environment for pipeline in mapped(flow).pipelines]
    written = texts(root)
    for reference in mapped(flow).references:
        for text in (reference, *mapped(flow).notes(reference)):
            assert one_line(text) in written
    for pipeline in mapped(flow).pipelines:
        for text in (pipeline.where, pipeline.target, *(line.text for line in pipeline.lines)):
            assert one_line(text) in written


@every_flow
def test_each_way_is_drawn_and_what_goes_by_itself_is_dashed(flow: str) -> None:
    shown = mapped(flow)
    ways = [one.kind for one, _ in ways_of(drawn(flow))]
    assert ways.count("way aims") == sum(move.by_itself for move in shown.moves)
    feeds = sum(len(pipeline.feeds) for pipeline in shown.pipelines)
    promotions = sum(pipeline.promoted_from is not None for pipeline in shown.pipelines)
    assert ways.count("way promoted") == promotions
    assert len(ways) == len(shown.moves) + feeds + promotions + len(shown.pipelines)


@every_flow
def test_no_shape_lies_on_another_and_all_lie_on_the_page(flow: str) -> None:
    root = drawn(flow)
    _, _, wide, high = map(float, root.get("viewBox", "").split())
    groups = [group for group in root.iter(f"{SVG}g") if group.get("data-name")]
    boxes = [next(shapes(group)) for group in groups]
    assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)]
    assert all(box.x >= 0 and box.y >= 0 and box.right <= wide and box.bottom <= high for box in boxes)


@every_flow
def test_the_picture_stands_alone_in_light_and_dark_and_can_be_read_aloud(flow: str) -> None:
    text, root = flow_picture(mapped(flow)), drawn(flow)
    assert not re.search(r"<script|href|url\(|@import|@font-face", text)
    assert "prefers-color-scheme:dark" in text
    title, story = root.findall(f"{SVG}title")[0], root.findall(f"{SVG}desc")[0]
    assert root.get("aria-labelledby") == f"{title.get('id')} {story.get('id')}"
    for reference in mapped(flow).references:
        for said in (reference, *mapped(flow).notes(reference)):
            assert said in (story.text or "")
    for pipeline in mapped(flow).pipelines:
        assert f"{pipeline.name} ({pipeline.where})" in (story.text or "")
