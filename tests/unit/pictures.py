"""Roads to draw, of every kind and in every surroundings, and what can be read off their pictures."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from components.conditions import ROLL_BACK, Condition, OnFailure, Result, Retry, Rule, skip_unless, variable_check
from components.diagram import Scene, svg
from components.diagram.boxes import Box
from components.place import Place
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
GATE = Action(name="qa-head", category=Category.APPROVAL, provider="Manual", timeout_minutes=2880)
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


def promote(to: Place, name: str = "Promote") -> Action:
    """Hands the release on."""
    return Action(
        name=name, category=Category.DEPLOY, provider="S3", target=f"release bucket of {to.environment}", lands=to
    )


HERE = Place(environment="staging", account="111122223333", region="eu-west-1")
THERE = Place(environment="prod", account="444455556666", region="eu-west-1")
ABROAD = Place(environment="prod-us", account="777788889999", region="us-east-1")

PROMOTING = Road(
    name="storefront-staging",
    triggers=STAGING.triggers[:1],
    stages=(*STAGING.stages[:2], Stage(name="Promote", actions=(promote(THERE),), on_failure=ROLL_BACK)),
)
WAVES = Road(
    name="waves",
    stages=(
        STAGING.stages[0],
        Stage(name="First", actions=(promote(THERE, "eu"), promote(ABROAD, "us"))),
        Stage(name="Second", actions=tuple(promote(ABROAD, f"us{n}") for n in range(3))),
    ),
)


def rule(provider: str, description: str) -> Rule:
    """One question."""
    return Rule(name=provider, provider=provider, description=description)


ASKED = Road(
    name="asked",
    triggers=MANY[:2],
    stages=(
        STAGING.stages[0],
        Stage(
            name="Deploy",
            actions=(SHIFT, codebuild("smoke", run_order=2)),
            before_entry=Condition(
                result=Result.FAIL,
                rules=(
                    rule("DeploymentWindow", "Mon to Thu from 08:00 to 16:00, Europe/Berlin"),
                    rule("CloudWatchAlarm", "no alarm rings"),
                    rule("LambdaInvoke", "no change freeze"),
                ),
            ),
            on_success=Condition(result=Result.ROLLBACK, rules=(rule("CloudWatchAlarm", "no alarm for 10 minutes"),)),
        ),
        Stage(
            name="Approval",
            actions=(GATE, Action(name="owner", category=Category.APPROVAL, provider="Manual", timeout_minutes=90)),
            on_failure=OnFailure(result=Result.RETRY, retry=Retry.FAILED_ACTIONS),
        ),
    ),
)
SCENES = {road.name: Scene(road=road) for road in (PROD, STAGING, HOTFIX, ODD, LONG, EMPTY)} | {
    "prod in its account": Scene(
        road=PROD,
        application="storefront",
        place=THERE,
        tier="production",
        runs="3 instances of t3.small, up to 6",
        origin=HERE,
        asked={"qa-head": ("qa-head@example.com", "second@example.com")},
        told=("releases@example.com", "lead@example.com"),
    ),
    "staging promotes": Scene(
        road=PROMOTING, application="storefront", place=HERE, tier="staging", runs="1 instance of t3.small"
    ),
    "waves": Scene(road=WAVES, application="storefront", place=HERE, origin=ABROAD),
    "asked": Scene(road=ASKED, application="storefront", place=ABROAD, tier="production", origin=THERE),
    "odd in odd surroundings": Scene(
        road=ODD,
        application="a&b",
        place=Place(environment="<e&" * 20, account="1" * 12, region="eu-west-1"),
        tier='"tier"',
        runs="<b>" * 40,
        origin=Place(environment="`o`" * 30, account="2" * 12, region="x" * 90),
        told=("who<ever>@example.com" * 20,),
    ),
    "empty in its account": Scene(road=EMPTY, place=THERE, origin=HERE),
}
every_scene = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)


def drawn(scene: Scene) -> Element:
    """The picture as a parser reads it."""
    return parsed(svg(scene))


def parsed(text: str) -> Element:
    """A picture of ours as a parser reads it."""
    return ElementTree.fromstring(text)  # noqa: S314 - our own text


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
