"""What a picture says beside its shapes: when a stage runs, what its failure does, and in which way a road starts."""

from components.diagram import Scene, mermaid, prose
from components.diagram.layout import lay_out
from components.diagram.look import ICONS, SIGNS
from components.stages import Road
from components.triggers import EventTrigger, GitTrigger, ManualTrigger, PollingTrigger, PushFilter, ScheduleTrigger
from tests.unit.measured import ways_of
from tests.unit.pictures import HOTFIX, PROD, SCENES, SVG, drawn, shapes, texts


def test_a_stage_that_rolls_back_says_so() -> None:
    root = drawn(SCENES[PROD.name])
    stages = {group.get("data-name"): group for group in root.iter(f"{SVG}g") if group.get("class") == "stage"}
    card = next(shapes(stages["Deploy"]))
    ways = [way for one, way in ways_of(root) if one.kind == "way back"]
    (way,) = ways
    assert card.x < way[-1][0] < way[0][0] < card.right, "from the end of the card to its start"
    assert way[0][1] == way[-1][1] == card.bottom
    (sentence,) = (one for one in root.iter(f"{SVG}text") if one.get("class") == "failure")
    assert sentence.text == "rolls back on failure"
    assert card.x < float(sentence.get("x", "nan")) < card.right


def test_a_stage_with_a_condition_says_whom_it_lets_in_in_every_picture() -> None:
    stages = {
        group.get("data-name"): group
        for group in drawn(SCENES[HOTFIX.name]).iter(f"{SVG}g")
        if group.get("class") == "stage"
    }
    said = {name: [text.text for text in group.findall(f"{SVG}text")] for name, group in stages.items()}
    assert "skipped for hotfix/*" not in said["Source"]
    assert said["TestUnlessHotfix"][-1] == "skipped for hotfix/*"
    assert said["Deploy"][-1] == "skipped for hotfix/*"
    card, *inner = shapes(stages["Deploy"])
    baseline = float(stages["Deploy"].findall(f"{SVG}text")[-1].get("y", "nan"))
    assert card.y < baseline < min(box.y for box in inner), "what is asked before comes before the work"

    assert 'subgraph stage2["TestUnlessHotfix<br/>↷ skipped for hotfix/#42;"]' in mermaid(SCENES[HOTFIX.name])
    assert 'subgraph stage3["Deploy<br/>↷ skipped for hotfix/#42;"]' in mermaid(SCENES[HOTFIX.name])
    story = drawn(SCENES[HOTFIX.name]).findtext(f"{SVG}desc") or ""
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
    root = drawn(Scene(road=Road(name="started", triggers=TRIGGERS, stages=PROD.stages)))
    groups = [group for group in root.iter(f"{SVG}g") if group.get("class") == "trigger"]
    drawn_icons = {
        trigger.kind: group.find(f"{SVG}path").get("d")  # type: ignore[union-attr]
        for trigger, group in zip(TRIGGERS, groups, strict=True)
    }
    assert set(drawn_icons) == {"event", "polling", "schedule", "manual"}
    assert len(set(drawn_icons.values())) == 4
    assert ICONS["other"] not in drawn_icons.values()


def test_every_kind_of_condition_has_its_sign_and_is_told_before_or_after_the_work() -> None:
    root = drawn(SCENES["asked"])
    stages = {group.get("data-name"): group for group in root.iter(f"{SVG}g") if group.get("class") == "stage"}
    signs = [path.get("d") for path in stages["Deploy"].findall(f"{SVG}path") if path.get("class") == "note"]
    assert signs == [SIGNS["window"], SIGNS["alarm"], SIGNS["ask"], SIGNS["alarm"]]
    story = root.findtext(f"{SVG}desc") or ""
    assert "Mon to Thu from 08:00 to 16:00, Europe/Berlin; no alarm rings; no change freeze" in story
    assert "when done: no alarm for 10 minutes; rolls back if that isn't so" in story
    assert "trieswhatfailedagain" in texts(root)
    assert [one.kind for one, _ in ways_of(root)].count("way back") == 1


def test_a_gate_says_whom_it_asks_and_how_long_it_waits() -> None:
    shown = {name: texts(drawn(SCENES[name])) for name in ("prod in its account", "asked")}
    for word in ("qa-head@example.com", "second@example.com", "waits2days"):
        assert word in shown["prod in its account"]
    assert "qa-head:waits2days" in shown["asked"], "of several gates, which"
    assert "owner:waits90minutes" in shown["asked"]
    assert "asks qa-head@example.com<br/>asks second@example.com<br/>waits 2 days" in mermaid(
        SCENES["prod in its account"]
    )


def test_the_surroundings_are_in_every_picture() -> None:
    scene = SCENES["prod in its account"]
    for text in (texts(drawn(scene)), mermaid(scene).replace(" ", ""), prose(scene).replace(" ", "")):
        assert "account444455556666" in text, "where it delivers to"
        assert "account111122223333" in text, "where the release comes from"
        assert "lead@example.com" in text, "who hears of a failure"
    assert "runson3instancesoft3.small,upto6" in texts(drawn(scene))
    assert "intoanotheraccount" in texts(drawn(scene))


def test_what_leaves_the_account_is_drawn_outside_its_frame() -> None:
    layout = lay_out(SCENES["staging promotes"])
    (left,) = layout.exits
    assert layout.frame
    assert left.box.y > layout.frame.bottom
    assert left.name == "release bucket of prod"
    assert not [one for one in layout.actions if one.target and one.action.lands]
    origin = lay_out(SCENES["prod in its account"]).origin
    frame = lay_out(SCENES["prod in its account"]).frame
    assert origin
    assert frame
    assert origin.box.bottom < frame.y < origin.way[-1][1]
