"""Roads to draw, of every kind, and what can be read off their pictures."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from components.conditions import ROLL_BACK, skip_unless, variable_check
from components.diagram import svg
from components.diagram.boxes import Box
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
        Stage(name="Deploy", actions=(codebuild("Verify", run_order=8), SHIFT), on_failure=ROLL_BACK),
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
LANE = variable_check(
    name="UnlessHotfix",
    variable="#{variables.GIT_BRANCH}",
    expression="^(?!hotfix/.*$).*$",
    description="skipped for hotfix/*",
)
HOTFIX = Road(
    name="storefront-lane",
    stages=(
        Stage(name="Source", actions=(SOURCE,)),
        Stage(name="TestUnlessHotfix", actions=(codebuild("e2e"),), before_entry=skip_unless(LANE)),
        Stage(name="Deploy", actions=(SHIFT,), before_entry=skip_unless(LANE), on_failure=ROLL_BACK),
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
ROADS = {road.name: road for road in (PROD, STAGING, HOTFIX, ODD, LONG, EMPTY)}
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
