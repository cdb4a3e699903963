"""The overview shows every environment with its road, groups them by account, and joins them where one promotes."""

import re
from collections import Counter
from collections.abc import Sequence

import pytest

from components.diagram import Scene, overview_mermaid, overview_prose, overview_svg
from components.diagram.overview_layout import lay_out
from docs import generate
from plans.pictures import in_order
from tests.unit.measured import ways_of
from tests.unit.overviews import DEV, OVERVIEWS, scene
from tests.unit.pictures import ABROAD, HERE, PROD, SVG, THERE, names, one_line, parsed, texts

every_overview = pytest.mark.parametrize("scenes", OVERVIEWS.values(), ids=OVERVIEWS)


@every_overview
def test_every_environment_has_its_triggers_stages_and_what_it_runs_on(scenes: Sequence[Scene]) -> None:
    root = parsed(overview_svg(scenes))
    assert names(root, "stage") == [one.environment for one in scenes]
    starts = [trigger.description for one in scenes for trigger in one.road.triggers]
    assert Counter(names(root, "trigger")) == Counter(re.sub(r"\s+", " ", text.replace("\x07", "")) for text in starts)
    assert names(root, "target") == [one.road.name for one in scenes]
    written = texts(root)
    for one in scenes:
        for stage in one.road.stages:
            assert one_line(stage.name) in written
            for action in stage.actions:
                assert (
                    one_line((action.target or action.name).rpartition(": ")[2]) in written or len(stage.actions) == 1
                )


@every_overview
def test_what_one_environment_promotes_to_another_is_an_arrow_from_its_stage_to_the_others_start(
    scenes: Sequence[Scene],
) -> None:
    layout = lay_out(scenes, 100)
    columns = {column.scene.environment: column for column in layout.columns}
    promoted = [one for one in scenes if one.origin and one.origin.environment in columns]
    assert len(layout.promotions) == len(promoted)
    for way, receiver in zip(layout.promotions, promoted, strict=True):
        assert receiver.origin
        giver = columns[receiver.origin.environment]
        gives = [item for item in giver.items if any(a.lands == receiver.place for a in item.stage.actions)]
        item = (gives or list(giver.items))[-1]
        assert way[0][0] == giver.box.right
        assert item.box.y <= way[0][1] <= item.box.bottom
        _, pill, _ = columns[receiver.environment].triggers[0]
        assert way[-1][0] == pill.x
        assert pill.y <= way[-1][1] <= pill.bottom
    drawn = [one.kind for one, _ in ways_of(parsed(overview_svg(scenes)))]
    assert drawn.count("way promoted") == len(promoted)


def test_neighbours_of_one_account_share_a_frame_and_others_have_their_own() -> None:
    layout = lay_out(OVERVIEWS["three"], 100)
    assert [account.label for account in layout.accounts] == ["AWS account 111122223333", "AWS account 444455556666"]
    dev, staging, prod = (column.box for column in layout.columns)
    shared, own = (account.box for account in layout.accounts)
    for inner, outer in ((dev, shared), (staging, shared), (prod, own)):
        assert outer.x < inner.x
        assert inner.right < outer.right
        assert outer.y < inner.y
        assert inner.bottom < outer.bottom
    assert shared.right < own.x


def test_a_gate_is_drawn_as_one_and_the_stage_that_deploys_points_to_what_it_changes() -> None:
    root = parsed(overview_svg(OVERVIEWS["three"]))
    assert names(root, "gate") == ["Approval"]
    assert "waits2days" in texts(root)
    prod = lay_out(OVERVIEWS["three"], 100).columns[-1]
    deploy = next(item for item in prod.items if item.stage.name == "Deploy")
    assert deploy.box.y < prod.deploys[0][1] < deploy.box.y + 20
    assert prod.target.x < prod.deploys[-1][0] < prod.target.right
    assert abs(prod.deploys[-1][1] - prod.target.y) < 6


@every_overview
def test_its_flowchart_and_its_text_have_the_same_environments_stages_and_promotions(scenes: Sequence[Scene]) -> None:
    flow, text = overview_mermaid(scenes), overview_prose(scenes)
    shown = {one.environment for one in scenes}
    promoted = [one for one in scenes if one.origin and one.origin.environment in shown]
    assert flow.count("subgraph environment") == len(scenes)
    assert len(re.findall(r"^    environment\d+ == .* ==> environment\d+$", flow, re.M)) == len(promoted)
    assert len(re.findall(r"\benvironment\d+stage\d+(?:\[|\{)", flow)) == sum(len(one.road.stages) for one in scenes)
    assert len(re.findall("^## ", text, re.M)) == len(scenes)
    assert text.count("tested and promoted.") == sum(one.origin is not None for one in scenes)
    assert len(re.findall(r"^\d+\. \*\*", text, re.M)) == sum(len(one.road.stages) for one in scenes)


def test_environments_follow_their_tiers_and_a_receiver_follows_its_giver() -> None:
    development = scene(PROD, DEV, tier="development")
    qa = scene(PROD, ABROAD, tier="staging")
    staging = scene(PROD, HERE, tier="staging")
    prod = scene(PROD, THERE, origin=HERE, tier="production")
    assert in_order([prod, staging, qa, development]) == [development, qa, staging, prod]
    circle = [scene(PROD, HERE, origin=THERE), prod]
    assert sorted(one.environment for one in in_order(circle)) == ["prod", "staging"], "none is lost in a circle"


def test_the_docs_show_the_three_stacks_in_order() -> None:
    roads = generate.roads()
    assert [one.environment for one in in_order(reversed(roads))] == list(generate.STACKS)
    root = parsed(generate.documents()[generate.FOLDER / "storefront.overview.svg"])
    assert names(root, "stage") == list(generate.STACKS)
    assert root.findtext(f"{SVG}title") == "The roads of storefront"
