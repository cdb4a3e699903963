"""What a picture shows can be read instead, and Markdown shows every name as it is."""

import re

from components.diagram import Scene, prose
from components.diagram.prose import escaped
from tests.unit.pictures import SCENES, every_scene


def bare(text: str) -> str:
    """Markdown as a reader gets it: without its escapes, spaces and emphasis."""
    unescaped = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), re.sub(r"\\(\W|_)", r"\1", text))
    return "".join(unescaped.replace("**", "").split())


@every_scene
def test_every_part_of_a_road_is_in_its_text_in_the_order_of_the_road(scene: Scene) -> None:
    text = bare(prose(scene))
    position = 0
    for trigger in scene.road.triggers:
        assert bare(trigger.kind) in text
    for stage in scene.road.stages:
        position = text.find(bare(f". {stage.name}"), position)
        assert position >= 0, stage.name
        for action in stage.actions:
            assert bare(action.name) in text[position:]
            assert bare(action.target or "") in text[position:]
            assert not action.lands or action.lands.account in text[position:]


def test_a_text_says_what_the_picture_shows() -> None:
    assert prose(SCENES["prod in its account"]).splitlines()[:8] == [
        "# storefront-prod",
        "",
        "- 1 trigger · 4 stages · 6 actions · 1 gate",
        "- Delivers to prod · production · account 444455556666 · eu-west-1.",
        "- Runs on 3 instances of t3.small, up to 6.",
        "- Takes what staging (account 111122223333 · eu-west-1) tested and promoted.",
        "",
        "## What starts it",
    ]
    assert (
        "3. **Approval**\n"
        "   - qa-head (a person approves, asks qa-head@example.com, asks second@example.com, waits 2 days)\n"
        "4. **Deploy**\n"
        "   - rolls back on failure\n"
        "   - ShiftTraffic (Invoke · Lambda), changing blue/green on 2 fleets\n"
        "   - Verify (Test · CodeBuild)\n"
        "\n"
        "What fails or is refused ends the road there; releases@example.com and lead@example.com are told.\n"
    ) in prose(SCENES["prod in its account"])
    assert "   - In parallel:\n     - component (Test · CodeBuild)\n" in prose(SCENES["prod in its account"])


def test_no_name_becomes_mark_up_a_link_a_mention_or_html() -> None:
    for hostile, shown in (
        ("<script>", r"\<script\>"),
        ("[a](https://example.com)", r"\[a\](https&#58;//example.com)"),
        ("www.example.com", "www&#46;example.com"),
        ("_src_ **b** `c` ~~d~~", r"\_src\_ \*\*b\*\* \`c\` \~\~d\~\~"),
        ("@everyone and a@example.com", r"\@everyone and a@example.com"),
        ("&amp; a & b", r"\&amp; a & b"),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("a | b", r"a \| b"),
        ("two\nlines", "two lines"),
        ("back\\slash", r"back\\slash"),
    ):
        assert escaped(hostile) == shown
