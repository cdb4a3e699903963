"""Both diagrams show every part of a road, tell the kinds apart, and stay readable whatever the parts are called."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from components.diagram import mermaid, svg
from components.diagram.boxes import Box
from components.diagram.layout import CELL, lay_out
from components.diagram.text import width
from components.stages import Action, Artifact, Category, Road, Stage
from components.triggers import Trigger

SVG = "{http://www.w3.org/2000/svg}"
RELEASE = Artifact("release")


def codebuild(name: str, *, run_order: int = 1, target: str | None = None) -> Action:
    """A test of the release."""
    return Action(
        name=name, category=Category.TEST, provider="CodeBuild", inputs=(RELEASE,), run_order=run_order, target=target
    )


SOURCE = Action(name="Release", category=Category.SOURCE, provider="S3", outputs=(RELEASE,))
GATE = Action(name="qa-head", category=Category.APPROVAL, provider="Manual")
SHIFT = Action(
    name="ShiftTraffic", category=Category.INVOKE, provider="Lambda", inputs=(RELEASE,), target="blue/green on 2 fleets"
)

PROD = Road(
    name="storefront-prod",
    triggers=(Trigger(kind="event", description="S3 object created in the release bucket"),),
    stages=(
        Stage(name="Source", actions=(SOURCE,)),
        Stage(name="Test", actions=(codebuild("component"), codebuild("e2e"))),
        Stage(name="Approval", actions=(GATE,)),
        Stage(name="Deploy", actions=(codebuild("Verify", run_order=8), SHIFT), roll_back_on_failure=True),
    ),
)
STAGING = Road(
    name="storefront-staging",
    triggers=(
        Trigger(kind="event", description="CodeCommit push to release/*"),
        Trigger(kind="schedule", description="every night at 02:00 UTC"),
        Trigger(kind="manual", description="a person, any branch"),
    ),
    stages=(
        Stage(name="Source", actions=(SOURCE,)),
        Stage(name="Suites", actions=tuple(codebuild(f"suite{n}", target=f"room {n}") for n in range(7))),
        Stage(name="Matrix", actions=tuple(codebuild(f"run{n}", run_order=n // 4 + 1) for n in range(8))),
    ),
)
ODD = Road(
    name="a&b",
    triggers=(Trigger(kind='odd"kind', description='1. x < y & "z" > end; `code` #35; [a](b)\n\x07 two'),),
    stages=(
        Stage(name="end", actions=(Action(name="_src_", category=Category.SOURCE, provider="S3"),)),
        Stage(name="W" * 100, actions=(codebuild("n" * 100, target='<script>alert("&")</script>'),)),
        Stage(name="subgraph", actions=()),
    ),
)
MANY = tuple(Trigger(kind="event", description=f"push to release/{n}") for n in range(9))
LONG = Road(name="long", triggers=MANY, stages=tuple(Stage(name=f"S{n}", actions=(codebuild("a"),)) for n in range(50)))
EMPTY = Road(name="empty", stages=())
ROADS = {road.name: road for road in (PROD, STAGING, ODD, LONG, EMPTY)}
every_road = pytest.mark.parametrize("road", ROADS.values(), ids=ROADS)


def drawn(road: Road) -> Element:
    """The picture as a parser reads it."""
    return ElementTree.fromstring(svg(road))  # noqa: S314 - our own text


def names(root: Element, kind: str) -> list[str]:
    """What the groups of a kind are called; the samples of the legend have no name."""
    groups = (group for group in root.iter(f"{SVG}g") if kind in group.get("class", "").split())
    return [name for group in groups if (name := group.get("data-name"))]


def one_line(text: str) -> str:
    """Text as the diagrams write it, without the spaces that a line break swallows."""
    return "".join(character for character in text if character.isprintable() and character != " ")


def texts(root: Element) -> str:
    """All that is written in the picture, run together: a word may be broken over lines."""
    return one_line("".join(text.text or "" for text in root.iter(f"{SVG}text")))


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


def test_a_stage_that_rolls_back_says_so() -> None:
    stages = {group.get("data-name"): group for group in drawn(PROD).iter(f"{SVG}g") if group.get("class") == "stage"}
    assert "rollsbackonfailure" not in texts(stages["Test"])
    sentence = list(stages["Deploy"].iter(f"{SVG}text"))[-1]
    assert sentence.text == "rolls back on failure"
    card, *inner = shapes(stages["Deploy"])
    assert max(box.bottom for box in inner) + 11 <= float(sentence.get("y", "nan")) < card.bottom


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def shapes(group: Element) -> Iterator[Box]:
    """The boxes of the shapes as drawn: rectangles, hexagons and cylinders."""
    for shape in group.iter():
        if shape.get("class") not in ("shape", "card"):
            continue
        if shape.tag == f"{SVG}rect":
            yield Box(*(float(shape.get(side, "nan")) for side in ("x", "y", "width", "height")))
        else:
            xs, ys = corners(shape)
            yield Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def corners(shape: Element) -> tuple[list[float], list[float]]:
    """The points of a polygon, or of the outline of a cylinder without its curves."""
    if shape.tag == f"{SVG}polygon":
        points = [tuple(map(float, point.split(","))) for point in shape.get("points", "").split()]
        return [x for x, _ in points], [y for _, y in points]
    found = re.match(r"M(\S+) ([\d.]+)A\S+ \S+ 0 0 1 (\S+) \S+?V([\d.]+)A", shape.get("d", ""))
    assert found, shape.get("d")
    left, top, right, bottom = map(float, found.groups())
    return [left, right], [top, bottom]


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
