"""Both diagrams show every part of a road, tell the kinds apart, and stay readable whatever the parts are called."""

import itertools
import re
from collections import Counter

from components.diagram import mermaid, svg
from components.diagram.layout import CELL, lay_out
from components.diagram.text import width
from components.stages import Category, Road
from tests.unit.pictures import (
    LONG,
    PROD,
    STAGING,
    SVG,
    drawn,
    every_road,
    names,
    one_line,
    overlap,
    shapes,
    texts,
)


@every_road
def test_the_picture_has_every_part_of_the_road_once_as_its_kind(road: Road) -> None:
    root = drawn(road)
    actions = [action for _, action in road.actions]
    gates = [action.name for action in actions if action.category == Category.APPROVAL]
    assert names(root, "stage") == [stage.name for stage in road.stages]
    assert Counter(names(root, "gate")) == Counter(gates)
    assert Counter(names(root, "action")) == Counter(action.name for action in actions) - Counter(gates)
    assert Counter(names(root, "target")) == Counter(action.target for action in actions if action.target)
    assert len(names(root, "trigger")) == len(road.triggers)


@every_road
def test_everything_is_written_out(road: Road) -> None:
    written = texts(drawn(road))
    for stage, action in road.actions:
        for text in (stage.name, action.name, action.target or ""):
            assert one_line(text) in written
    for trigger in road.triggers:
        assert one_line(trigger.description) in written
    assert one_line(road.name) in written


def test_kinds_differ_in_shape_and_words_not_only_in_colour() -> None:
    root = drawn(PROD)
    shapes = {
        kind: next(
            (shape.tag.removeprefix(SVG), shape.get("rx"))
            for group in root.iter(f"{SVG}g")
            if kind in group.get("class", "").split()
            for shape in group
            if shape.get("class") == "shape"
        )
        for kind in ("action", "gate", "trigger", "target")
    }
    assert len(set(shapes.values())) == 4, shapes
    legend = next(group for group in root.iter(f"{SVG}g") if group.get("class") == "legend")
    explained = [text.text or "" for text in legend.iter(f"{SVG}text")]
    assert [line.split(":")[0] for line in explained] == ["trigger", "action", "gate", "target", "dotted"]


def test_the_legend_explains_only_what_the_road_has() -> None:
    legend = next(group for group in drawn(LONG).iter(f"{SVG}g") if group.get("class") == "legend")
    explained = [text.text or "" for text in legend.iter(f"{SVG}text")]
    assert [line.split(":")[0] for line in explained] == ["trigger", "action"]


@every_road
def test_no_shape_lies_on_another_and_all_lie_on_the_page(road: Road) -> None:
    root = drawn(road)
    _, _, wide, high = map(float, root.get("viewBox", "").split())
    groups = [group for group in root.iter(f"{SVG}g") if group.get("data-name")]
    kinds = ("action", "gate", "target", "trigger")
    small = [next(shapes(group)) for group in groups if set(kinds) & set(group.get("class", "").split())]
    large = [next(shapes(group)) for group in groups if group.get("class") in ("stage", "trigger")]
    for boxes in (small, large):
        assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)]
        assert min((min(box.x, box.y) for box in boxes), default=0) >= 0
        assert all(box.right <= wide and box.bottom <= high for box in boxes)


def test_parallel_actions_lie_side_by_side_and_ordered_ones_below_each_other() -> None:
    stages = {placed.stage.name: placed for placed in lay_out(PROD).stages}
    component, e2e = (action.box for action in stages["Test"].steps[0].actions)
    assert component.y == e2e.y
    assert component.right < e2e.x
    shift, verify = stages["Deploy"].steps
    assert shift.box.bottom < verify.box.y
    assert len(stages["Deploy"].arrows) == 1
    assert stages["Test"].arrows == ()


@every_road
def test_a_target_lies_under_its_action(road: Road) -> None:
    for placed in lay_out(road).actions:
        assert placed.target is None or placed.target.center == placed.box.center
        assert placed.target is None or placed.target.y > placed.box.bottom


@every_road
def test_the_road_leads_from_each_trigger_and_stage_to_the_next(road: Road) -> None:
    layout = lay_out(road)
    assert len(layout.arrows) == (len(road.triggers) if road.stages else 0) + max(0, len(road.stages) - 1)
    ways = layout.arrows[len(road.triggers) :]
    assert {way[0] for way in ways} == {(card.box.right, card.box.y + 22) for card in layout.stages[:-1]}
    assert {way[-1] for way in ways} == {(card.box.x, card.box.y + 22) for card in layout.stages[1:]}


def test_a_long_road_wraps_instead_of_growing_wide() -> None:
    layout = lay_out(LONG)
    assert layout.width < 1400
    assert len({card.box.y for card in layout.stages}) > 5


@every_road
def test_no_line_of_a_shape_is_wider_than_the_shape(road: Road) -> None:
    for placed in lay_out(road).actions:
        for line in placed.words.name + (placed.target_words.name if placed.target_words else []):
            assert width(line, size=13, bold=True) <= CELL - 24


@every_road
def test_the_picture_stands_alone_and_can_be_read_aloud(road: Road) -> None:
    text, root = svg(road), drawn(road)
    assert not re.search(r"<script|href|url\(|@import|@font-face", text)
    assert root.get("role") == "img"
    title, story = root.findall(f"{SVG}title")[0], root.findall(f"{SVG}desc")[0]
    assert root.get("aria-labelledby") == f"{title.get('id')} {story.get('id')}"
    assert title.text == f"Delivery road of {road.name}"
    for stage, action in road.actions:
        assert stage.name in (story.text or "")
        assert action.name in (story.text or "")
    assert "prefers-color-scheme:dark" in text


@every_road
def test_the_same_road_gives_the_same_text(road: Road) -> None:
    assert svg(road) == svg(road)
    assert mermaid(road) == mermaid(road)


def test_mermaid_has_each_part_once_in_the_shape_of_its_kind() -> None:
    lines = mermaid(PROD).splitlines()
    for part in (
        'trigger1(["event<br/>S3 object created in the release bucket"]):::trigger',
        'subgraph stage2["Test"]',
        'stage2action1["component<br/>Test · CodeBuild"]:::action',
        'stage2action2["e2e<br/>Test · CodeBuild"]:::action',
        'stage3action1{{"qa-head<br/>Gate: a person approves"}}:::gate',
        'subgraph stage4["Deploy<br/>↺ rolls back on failure"]',
        'stage4action1 -.-> stage4action1target[("blue/green on 2 fleets")]:::target',
        "stage4action1 --> stage4action2",
        "trigger1 --> stage1",
        "stage1 ==> stage2",
        "stage3 ==> stage4",
    ):
        assert [line.strip() for line in lines].count(part) == 1, part


@every_road
def test_mermaid_defines_every_node_once_and_links_only_defined_nodes(road: Road) -> None:
    text = mermaid(road).split("flowchart LR\n")[1]
    bare = re.sub(r'"[^"\n]*"', '""', re.sub(r"accDescr.*|accTitle.*|classDef.*|class .*", "", text))
    defined = re.findall(r'(\w+)(?:\[\(|\(\[|\(\(|\{\{|\[)""', bare)
    assert max(Counter(defined).values(), default=1) == 1
    parts = [*road.triggers, *road.stages, *road.actions, *(1 for _, action in road.actions if action.target)]
    assert len([node for node in defined if "join" not in node]) == len(parts)
    linked = [word for line in bare.splitlines() if ">" in line for word in re.findall(r"\b(?:stage|trigger)\w+", line)]
    assert set(linked) <= set(defined)
    assert bare.count("subgraph ") == len(road.stages) == len(re.findall(r"^ +end$", bare, re.M))


def test_steps_of_many_actions_are_chained_through_one_point_in_mermaid() -> None:
    text = mermaid(STAGING)
    assert " & ".join(f"stage3action{n}" for n in range(1, 5)) + " --> stage3join2 --> " in text


@every_road
def test_mermaid_labels_hold_no_character_that_ends_or_formats_them(road: Road) -> None:
    body = mermaid(road).split("flowchart LR\n")[1]
    labels = [label.replace("<br/>", "") for label in re.findall(r'[\[({]"(.*)"[\])}]', body)]
    for label in labels:
        assert not re.search(r'["<>&`*\\|\[\]{}]', label), label
        assert not re.search(r"#(?!\d+;)", label), label
    accessible = [line for line in body.splitlines() if line.strip().startswith("acc")]
    assert len(accessible) == 2
    assert not [line for line in accessible if re.search(r"[{}<>#;%]", line)]
