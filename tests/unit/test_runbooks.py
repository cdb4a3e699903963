"""The pages for whoever is woken: one for each alarm, in one shape, with commands that exist."""

import itertools
import re
from pathlib import Path

import pytest

from components.monitoring import Runbook
from notices.audience import KINDS
from operations.commands import COMMANDS
from tests.unit.planning import ROOT, Config, planned
from tests.unit.test_watching import ALARM, PLANS, UNWELL, plan_of

FOLDER = ROOT / "docs" / "runbooks"
INDEX = FOLDER / "README.md"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page != INDEX)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@pytest.mark.parametrize("name", PLANS)
def test_every_alarm_ends_with_the_address_of_a_page_that_exists(name: str) -> None:
    plan = plan_of(name)
    for alarm in (*plan.of(ALARM), *plan.of(UNWELL)):
        said = alarm.inputs["alarmDescription"]
        address = re.search(r" Runbook: (docs/runbooks/[a-z-]+\.md)$", said)
        assert address, said
        assert (ROOT / address[1]).is_file(), said
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        assert len(said) <= 1024


def test_a_stack_file_says_where_people_find_the_pages() -> None:
    def elsewhere(config: Config) -> None:
        config["delivery:watch"] = {"runbooks": "https://wiki.example.com/runbooks/"}

    plan = planned("prod", elsewhere)
    said = {one.inputs["alarmDescription"].rsplit(" ", 1)[-1] for one in (*plan.of(ALARM), *plan.of(UNWELL))}
    assert "https://wiki.example.com/runbooks/unwell.md" in said
    assert {one.rsplit("/", 1)[0] for one in said} == {"https://wiki.example.com/runbooks"}


def test_every_page_that_an_alarm_may_name_is_written() -> None:
    assert {one.value for one in Runbook} <= {page.stem for page in PAGES}


def test_the_index_names_every_alarm_beside_its_page() -> None:
    def with_workers(config: Config) -> None:
        config["delivery:applications"]["storefront"]["deploy"]["workers"] = {"reports": {}}

    plans = [*(plan_of(name) for name in PLANS), planned("prod", with_workers)]
    alarms = [one for plan in plans for one in (*plan.of(ALARM), *plan.of(UNWELL))]
    rows = [line for line in INDEX.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    lost = set()
    for alarm in alarms:
        name = str(alarm.inputs.get("name") or alarm.inputs["alarmName"])
        page = str(alarm.inputs["alarmDescription"]).rsplit("/", 1)[-1]
        called = [one for row in rows if f"({page})" in row for one in re.findall(r"`[^`]*?(-[a-z0-9-]+)`", row)]
        if not any(name.endswith(one.removeprefix("-prod")) for one in called):
            lost.add((name, page))
    assert lost == set()


def test_the_index_names_every_notice_that_asks_for_something() -> None:
    said = {
        "approval-needed": "… waits for …",
        "failed": "… failed at …",
        "rolled-back": "… was rolled back to …",
        "superseded": "… was overtaken",
        "stopped": "… was stopped",
        "drift": "resources drifted",
    }
    assert set(said) == {*KINDS} - {"succeeded"}
    assert [words for words in said.values() if words not in INDEX.read_text(encoding="utf-8")] == []


@every_page
def test_every_page_says_what_it_is_what_to_do_first_and_how_to_stop_the_harm(page: Path) -> None:
    text = page.read_text()
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert [one for one in headings if one in ("First", "Stop the harm", "Afterwards")] == [
        "First",
        "Stop the harm",
        "Afterwards",
    ]
    meaning = text.split("\n## ", 1)[0].split("\n", 1)[1].strip()
    assert len(meaning) > 80
    assert "```sh" in text


@every_page
def test_every_page_is_found_by_what_woke_its_reader(page: Path) -> None:
    assert f"]({page.name})" in INDEX.read_text()


@every_page
def test_every_command_of_ours_that_a_page_gives_exists(page: Path) -> None:
    text = page.read_text()
    known = {command.name for command in COMMANDS}
    assert set(re.findall(r"python -m operations ([a-z-]+)", text)) <= known
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+) ", text)) <= targets


@every_page
def test_every_command_of_aws_is_one_line_or_goes_on(page: Path) -> None:
    """A line of a command that ends without a backslash, and the next begins with an option: it would be cut in two."""
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", page.read_text(), flags=re.MULTILINE | re.DOTALL):
        lines = block.splitlines()
        for one, following in itertools.pairwise(lines):
            if following.strip().startswith("--"):
                assert one.endswith("\\"), one
