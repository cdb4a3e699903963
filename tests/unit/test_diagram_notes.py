"""What a picture says beside its shapes: when a stage runs, what its failure does, and in which way a road starts."""

from components.diagram import mermaid
from components.diagram.look import ICONS
from components.stages import Road
from components.triggers import EventTrigger, GitTrigger, ManualTrigger, PollingTrigger, PushFilter, ScheduleTrigger
from tests.unit.pictures import HOTFIX, PROD, SVG, drawn, shapes, texts


def test_a_stage_that_rolls_back_says_so() -> None:
    stages = {group.get("data-name"): group for group in drawn(PROD).iter(f"{SVG}g") if group.get("class") == "stage"}
    assert "rollsbackonfailure" not in texts(stages["Test"])
    sentence = list(stages["Deploy"].iter(f"{SVG}text"))[-1]
    assert sentence.text == "rolls back on failure"
    card, *inner = shapes(stages["Deploy"])
    assert max(box.bottom for box in inner) + 11 <= float(sentence.get("y", "nan")) < card.bottom


def test_a_stage_with_a_condition_says_whom_it_lets_in_in_every_picture() -> None:
    stages = {group.get("data-name"): group for group in drawn(HOTFIX).iter(f"{SVG}g") if group.get("class") == "stage"}
    said = {name: [text.text for text in group.findall(f"{SVG}text")] for name, group in stages.items()}
    assert "skipped for hotfix/*" not in said["Source"]
    assert said["TestUnlessHotfix"][-1] == "skipped for hotfix/*"
    assert said["Deploy"][-2:] == ["skipped for hotfix/*", "rolls back on failure"]
    signs = [shape.get("d") for shape in stages["Deploy"].findall(f"{SVG}path")]
    assert len(set(signs)) == 2, "each note has a sign of its own"
    card, *inner = shapes(stages["Deploy"])
    baselines = [float(text.get("y", "nan")) for text in stages["Deploy"].findall(f"{SVG}text")[-2:]]
    assert max(box.bottom for box in inner) + 11 <= baselines[0] < baselines[1] - 11 < card.bottom - 11

    assert 'subgraph stage2["TestUnlessHotfix<br/>↷ skipped for hotfix/#42;"]' in mermaid(HOTFIX)
    assert 'subgraph stage3["Deploy<br/>↷ skipped for hotfix/#42;<br/>↺ rolls back on failure"]' in mermaid(HOTFIX)
    story = drawn(HOTFIX).findtext(f"{SVG}desc") or ""
    assert "Stage 2, TestUnlessHotfix (skipped for hotfix/*): e2e" in story
    assert "Stage 3, Deploy (skipped for hotfix/*; rolls back on failure): ShiftTraffic" in story


TRIGGERS = (
    EventTrigger(name="branches", description="commit on develop", pattern={}, input_paths={}, input_template="{}"),
    GitTrigger(description="push to main", action="Source", pushes=(PushFilter(),)),
    PollingTrigger(description="a change of the head of main, asked for every minute"),
    ScheduleTrigger(description="rate(1 day) (UTC)", expression="rate(1 day)", time_zone="UTC"),
    ManualTrigger(description="by hand, with the head of main"),
)


def test_each_way_to_start_has_its_own_icon() -> None:
    root = drawn(Road(name="started", triggers=TRIGGERS, stages=PROD.stages))
    groups = [group for group in root.iter(f"{SVG}g") if group.get("class") == "trigger"]
    drawn_icons = {
        trigger.kind: group.find(f"{SVG}path").get("d")  # type: ignore[union-attr]
        for trigger, group in zip(TRIGGERS, groups, strict=True)
    }
    assert set(drawn_icons) == {"event", "polling", "schedule", "manual"}
    assert len(set(drawn_icons.values())) == 4
    assert ICONS["other"] not in drawn_icons.values()
