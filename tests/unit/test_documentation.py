"""The documentation says what is there: generated parts are current, and what it names exists."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.deployment import ServerDeploymentPlan
from docs import generate
from settings import parse, siblings
from settings.models import Settings
from settings.reference import rows
from tests.unit.planning import STACKS, STOREFRONT, config_of, planned

ROOT = generate.ROOT
README = ROOT / "README.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
MADE_LATER = (".offline/", "../storefront", "Pulumi.qa.yaml")
"""Beginnings of paths that a reader makes by following the text."""

COSTS = {
    "NAT gateways, each with an address": ("ec2/natGateway:NatGateway",),
    "Load balancers": ("lb/loadBalancer:LoadBalancer",),
    "KMS keys": ("kms/key:Key",),
    "Auto Scaling groups": ("autoscaling/group:Group",),
    "Pipelines": ("codepipeline/pipeline:Pipeline",),
    "CodeBuild projects": ("codebuild/project:Project",),
    "Lambda functions": ("lambda/function:Function",),
    "Buckets": ("s3/bucket:Bucket",),
    "Alarms": ("cloudwatch/metricAlarm:MetricAlarm",),
    "Log groups": ("cloudwatch/logGroup:LogGroup",),
    "Others of EC2: network, security groups, template": ("ec2/",),
    "Roles, policies, profiles": ("iam/",),
}
"""What the README counts, by the beginnings of type tokens after `aws:`; the first that fits takes a resource."""


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _fences(page: Path, language: str) -> list[str]:
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in blocks]


def _prose(page: Path) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def _inline_code(page: Path) -> Iterator[str]:
    yield from re.findall(r"`([^`\n]+)`", _prose(page))


def resource_table() -> str:
    """The table of resources of the README, from what the program plans."""
    counts: dict[str, Counter[str]] = {}
    for stack in STACKS:
        types = [one.type.removeprefix("aws:") for one in planned(stack).resources if one.type.startswith("aws:")]
        counts[stack] = Counter(
            next((label for label, starts in COSTS.items() if token.startswith(starts)), "Others") for token in types
        )
    lines = ["| | " + " | ".join(STACKS) + " |", "| --- |" + " --- |" * len(STACKS)]
    deployments = [generate.plan_of(stack, STOREFRONT).deployment for stack in STACKS]
    size = [one.fleet.capacity for one in deployments if isinstance(one, ServerDeploymentPlan)]
    lines.append(
        "| Instances, desired (not resources of Pulumi) | " + " | ".join(str(one.desired) for one in size) + " |"
    )
    lines += [
        f"| {label} | " + " | ".join(str(counts[stack][label]) for stack in STACKS) + " |"
        for label in (*COSTS, "Others")
    ]
    lines.append("| **All** | " + " | ".join(f"**{counts[stack].total()}**" for stack in STACKS) + " |")
    return "\n".join(lines)


@cache
def _generated() -> Mapping[Path, str]:
    """Every file as it should be, made once for all."""
    return generate.documents()


@pytest.mark.parametrize(
    "path",
    [
        *generate.PICTURES,
        generate.FLOW,
        *generate.DASHBOARDS,
        generate.RULES,
        *(ROOT / name for name in generate.TABLES),
    ],
    ids=_relative,
)
def test_what_is_generated_is_current(path: Path) -> None:
    assert generate.is_current(path, _generated()[path]), f"run `{generate.COMMAND}`"


def test_the_resources_that_the_readme_counts_are_those_that_are_planned() -> None:
    found = re.search(r"<!-- begin: resources -->\n(.*?)<!-- end: resources -->", README.read_text(), flags=re.DOTALL)
    assert found, "README.md has no place for the table `resources`"
    assert found[1].strip() == resource_table(), f"the table should be:\n\n{resource_table()}"


def test_the_stages_that_the_architecture_lists_are_those_of_the_roads() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    for stack in STACKS:
        stages = ", ".join(stage.name for stage in generate.plan_of(stack, STOREFRONT).road().stages)
        assert f"| {stack} | {stages} |" in text


def test_the_readme_shows_every_picture_with_its_words_for_who_cannot_see_it() -> None:
    text = README.read_text()
    shown = {target: " ".join(alt.split()) for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text)}
    for path in generate.PICTURES:
        name = _relative(path)
        if path.suffix == ".svg":
            assert len(shown[name]) > 40, name
        else:
            assert f"]({name})" in text


def test_the_stack_file_in_the_readme_is_the_repositorys_own() -> None:
    (shown,) = (block for block in _fences(README, "yaml") if "# Pulumi.prod.yaml" in block)
    assert yaml.safe_load(shown)["config"] == config_of("prod")


@pytest.mark.parametrize("page", [page for page in PAGES if page != generate.RULES], ids=_relative)
def test_every_yaml_block_is_a_valid_configuration(page: Path) -> None:
    for block in _fences(page, "yaml"):
        document: dict[str, Any] = yaml.safe_load(block)
        stack = next((name for name in STACKS if f"# Pulumi.{name}.yaml" in block), "dev")
        config = document.get("config") or {**config_of(stack), **document}
        parse(config, stack=stack, siblings=siblings.read(ROOT, siblings.named(config)))


@pytest.mark.parametrize("page", PAGES, ids=_relative)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    commands = [*_inline_code(page), *(line for block in _fences(page, "sh") for line in block.splitlines())]
    named = {found[1] for command in commands if (found := re.search(r"(?:^|\s)make ([a-z-]+)", command))}
    assert named <= targets, named - targets


@pytest.mark.parametrize("page", PAGES, ids=_relative)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", _prose(page)):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name) if name else page
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings}, link


@pytest.mark.parametrize("page", [page for page in PAGES if page != generate.RULES], ids=_relative)
def test_every_path_that_is_named_exists(page: Path) -> None:
    files = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
    known = {path.name for path in ROOT.iterdir()}
    for word in {part for code in _inline_code(page) for part in code.split()}:
        if not files.fullmatch(word) or word.startswith(MADE_LATER):
            continue
        if ("/" in word and word.split("/")[0] in known) or word.startswith("Pulumi."):
            assert (ROOT / word).exists(), f"{word} doesn't exist"


@pytest.mark.parametrize("page", [page for page in PAGES if page != generate.RULES], ids=_relative)
def test_every_key_of_a_stack_file_that_is_named_exists(page: Path) -> None:
    keys = {f".{row.key.removeprefix('delivery:')}" for row in rows()}
    beginnings = ("applications.", "approvals.", "build.", "deploy.", "environment.", "network.", "promote.", "source.")
    for code in _inline_code(page):
        with_value = re.fullmatch(r"([a-z][A-Za-z0-9]*): (?!\{\}).+", code)
        name = with_value[1] if with_value else code if re.fullmatch(r"[a-z]+(\.[a-zA-Z]+)+", code) else ""
        if with_value or name.startswith(beginnings):
            assert any(key.endswith(f".{name}") for key in keys), f"{code} is no key of a stack file"


def test_pulumi_yaml_declares_every_key_so_that_our_own_report_is_what_a_user_sees() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert set(declared) == {field.alias for field in Settings.model_fields.values()} - {"region"}
    for key, declaration in declared.items():
        assert declaration["type"] == ("array" if key == "freezes" else "object"), key
        assert len(declaration["description"]) > 30, key
        # Without a default the engine refuses a stack file that lacks the key, and reports nothing else that is wrong.
        assert declaration["default"] == ([] if key == "freezes" else {}), key


def test_the_changelog_says_what_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(r"^## \[Unreleased\]\n\n### (Added|Changed|Fixed|Removed)\n\n- ", text, flags=re.MULTILINE)


def test_decisions_are_numbered_without_a_gap_and_have_their_three_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text()
        assert text.startswith(f"# {page.name[:4]} "), page.name
        positions = [text.find(f"\n**{part}.** ") for part in ("Context", "Decision", "Consequences")]
        assert -1 not in positions, page.name
        assert positions == sorted(positions), page.name


def test_the_license_is_apache_2_0_in_full() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert "The delivery platform authors" in text
