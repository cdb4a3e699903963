"""Both diagrams show every part of a road, tell the kinds apart, and stay readable whatever the parts are called."""

import itertools
import re
from collections import Counter

from components.diagram import Scene, mermaid, svg
from components.diagram.card import ENTRY
from components.diagram.layout import lay_out
from components.stages import Category
from tests.unit.pictures import (
    LONG,
    PROD,
    SCENES,
    SVG,
    drawn,
    every_scene,
    names,
    one_line,
    overlap,
    shapes,
    texts,
)


@every_scene
def test_the_picture_has_every_part_of_the_road_once_as_its_kind(scene: Scene) -> None:
    root = drawn(scene)
    actions = [action for _, action in scene.road.actions]
    gates = [action.name for action in actions if action.category == Category.APPROVAL]
    assert names(root, "stage") == [stage.name for stage in scene.road.stages]
    assert Counter(names(root, "gate")) == Counter(gates)
    assert Counter(names(root, "action")) == Counter(action.name for action in actions) - Counter(gates)
    assert Counter(names(root, "target")) == Counter(action.target for action in actions if action.target)
    assert len(names(root, "trigger")) == len(scene.road.triggers)


@every_scene
def test_everything_is_written_out(scene: Scene) -> None:
    written = texts(drawn(scene))
    for stage, action in scene.road.actions:
        for text in (stage.name, action.name, action.target or ""):
            assert one_line(text) in written
    for trigger in scene.road.triggers:
        assert one_line(trigger.description) in written
    assert one_line(scene.road.name) in written


def test_kinds_differ_in_shape_and_words_not_only_in_colour() -> None:
    root = drawn(SCENES[PROD.name])
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
    assert [line.split(":")[0] for line in explained] == ["trigger", "action", "gate", "target", "dotted", "way back"]


def test_the_legend_explains_only_what_the_road_has() -> None:
    legend = next(group for group in drawn(SCENES[LONG.name]).iter(f"{SVG}g") if group.get("class") == "legend")
    explained = [text.text or "" for text in legend.iter(f"{SVG}text")]
    assert [line.split(":")[0] for line in explained] == ["trigger", "action"]


@every_scene
def test_no_shape_lies_on_another_and_all_lie_on_the_page(scene: Scene) -> None:
    root = drawn(scene)
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
    stages = {placed.stage.name: placed for placed in lay_out(SCENES[PROD.name]).stages}
    component, e2e = (action.box for action in stages["Test"].steps[0].actions)
    assert component.y == e2e.y
    assert component.right < e2e.x
    shift, verify = stages["Deploy"].steps
    assert shift.box.bottom < verify.box.y
    assert len(stages["Deploy"].arrows) == 1
    assert stages["Test"].arrows == ()


@every_scene
def test_a_target_lies_under_its_action(scene: Scene) -> None:
    for placed in lay_out(scene).actions:
        assert placed.target is None or placed.target.center == placed.box.center
        assert placed.target is None or placed.target.y > placed.box.bottom


@every_scene
def test_the_road_leads_from_each_trigger_and_stage_to_the_next(scene: Scene) -> None:
    layout = lay_out(scene)
    assert len(layout.arrows) == (len(scene.road.triggers) if scene.road.stages else 0) + max(
        0, len(scene.road.stages) - 1
    )
    ways = layout.arrows[len(scene.road.triggers) :]
    assert {way[0] for way in ways} == {(card.box.right, card.box.y + ENTRY) for card in layout.stages[:-1]}
    assert {way[-1] for way in ways} == {(card.box.x, card.box.y + ENTRY) for card in layout.stages[1:]}


def test_a_long_road_wraps_instead_of_growing_wide() -> None:
    layout = lay_out(SCENES[LONG.name])
    assert max(card.box.right for card in layout.stages) < 830
    assert len({card.box.y for card in layout.stages}) > 5


@every_scene
def test_the_picture_stands_alone_and_can_be_read_aloud(scene: Scene) -> None:
    text, root = svg(scene), drawn(scene)
    assert not re.search(r"<script|href|url\(|@import|@font-face", text)
    assert root.get("role") == "img"
    title, story = root.findall(f"{SVG}title")[0], root.findall(f"{SVG}desc")[0]
    assert root.get("aria-labelledby") == f"{title.get('id')} {story.get('id')}"
    assert title.text == f"Delivery road of {scene.road.name}"
    for stage, action in scene.road.actions:
        assert stage.name in (story.text or "")
        assert action.name in (story.text or "")
    assert "prefers-color-scheme:dark" in text


@every_scene
def test_the_same_road_gives_the_same_text(scene: Scene) -> None:
    assert svg(scene) == svg(scene)
    assert mermaid(scene) == mermaid(scene)


def test_mermaid_has_each_part_once_in_the_shape_of_its_kind() -> None:
    lines = mermaid(SCENES[PROD.name]).splitlines()
    for part in (
        'trigger1(["event<br/>S3 object created in the release bucket"]):::trigger',
        'subgraph stage2["Test"]',
        'stage2action1["component<br/>Test · CodeBuild"]:::action',
        'stage2action2["e2e<br/>Test · CodeBuild"]:::action',
        'stage3action1{{"qa-head<br/>a person approves<br/>waits 2 days"}}:::gate',
        'subgraph stage4["Deploy"]',
        'stage4action1 -.-> stage4action1target[("blue/green on 2 fleets")]:::target',
        "stage4action1 --> stage4action2",
        'stage4action2 -. "rolls back on failure" .-> stage4action1',
        "stage3action1 -. no .-> stage3stop",
        "trigger1 --> stage1",
        "stage1 ==> stage2",
        "stage3 ==> stage4",
    ):
        assert [line.strip() for line in lines].count(part) == 1, part


@every_scene
def test_mermaid_defines_every_node_once_and_links_only_defined_nodes(scene: Scene) -> None:
    text = mermaid(scene).split("flowchart LR\n")[1]
    bare = re.sub(r'"[^"\n]*"', '""', re.sub(r"accDescr.*|accTitle.*|classDef.*|class .*", "", text))
    defined = re.findall(r'(\w+)(?:\[\(|\(\[|\(\(|\{\{|\[/|\[)""', bare)
    assert max(Counter(defined).values(), default=1) == 1
    road = scene.road
    parts = [*road.triggers, *road.stages, *road.actions, *(1 for _, action in road.actions if action.target)]
    around = [node for node in defined if re.search("join|stop|origin|environment", node)]
    assert len(defined) - len(around) == len(parts)
    linked = [
        word
        for line in bare.splitlines()
        if ">" in line
        for word in re.findall(r"\b(?:stage|trigger|origin|environment)\w*", line)
    ]
    assert set(linked) <= set(defined)
    assert bare.count("subgraph ") == len(re.findall(r"^ +end$", bare, re.M))
    assert set(re.findall(r":::(\w+)", text)) | {"stage"} >= set(re.findall(r"classDef (\w+)", text)) - {"environment"}


def test_steps_of_many_actions_are_chained_through_one_point_in_mermaid() -> None:
    text = mermaid(SCENES["storefront-staging"])
    assert " & ".join(f"stage3action{n}" for n in range(1, 5)) + " --> stage3join2 --> " in text


@every_scene
def test_mermaid_labels_hold_no_character_that_ends_or_formats_them(scene: Scene) -> None:
    body = mermaid(scene).split("flowchart LR\n")[1]
    labels = [label.replace("<br/>", "") for label in re.findall(r'[\[({]"(.*)"[\])}]', body)]
    for label in labels:
        assert not re.search(r'["<>&`*\\|\[\]{}]', label), label
        assert not re.search(r"#(?!\d+;)", label), label
    accessible = [line for line in body.splitlines() if line.strip().startswith("acc")]
    assert len(accessible) == 2
    assert not [line for line in accessible if re.search(r"[{}<>#;%]", line)]
