"""What a stack file may say of suites, and what is refused with its place and what is allowed."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.builds import Batch
from settings.suites import After, Coverage, CoverageFormat, ReportFormat
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, said

APP = "applications.storefront"
E2E = f"{APP}.suites.e2e"
FLEET = (*STOREFRONT, "deploy", "fleet")
SUITE = (*STOREFRONT, "suites", "e2e")
PAGE = Path(__file__).parents[3] / "docs" / "builds.md"
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-1234-5678-9abc-0123456789ab"

# place, value, the line's beginning (its place), and what else the line has to say
CASES: list[tuple[tuple[str | int, ...], Any, str, str]] = [
    ((*SUITE, "commands"), ["make"], f"{E2E}.commands", "either buildspec or commands"),
    (SUITE, {"commands": []}, f"{E2E}", "either buildspec or commands"),
    (SUITE, {"commands": ["a\nb"]}, f"{E2E}.commands[0]", "a command on one line"),
    (SUITE, {"commands": ["  "]}, f"{E2E}.commands[0]", "a command on one line"),
    (SUITE, {"commands": ["make"] * 51}, f"{E2E}.commands", "at most 50 commands; there are 51"),
    ((*SUITE, "report"), {"files": ["a.xml"]}, f"{E2E}.report", "report only with commands"),
    (SUITE, {"commands": ["make"], "report": {}}, f"{E2E}.report.files", "missing"),
    (
        SUITE,
        {"commands": ["make"], "report": {"format": "tap", "files": ["a.tap"]}},
        f"{E2E}.report.format",
        "junit, cucumber, testng",
    ),
    (
        (*SUITE, "coverage"),
        {"format": "jacoco", "file": "a.xml"},
        f"{E2E}.coverage",
        "coverage only with commands",
    ),
    (
        SUITE,
        {"commands": ["make"], "coverage": {"format": "jacoco", "file": "a.xml", "threshold": 101}},
        f"{E2E}.coverage.threshold",
        "1 to 100 percent",
    ),
    (
        SUITE,
        {"commands": ["make"], "coverage": {"format": "lcov", "file": "a"}},
        f"{E2E}.coverage.format",
        "jacoco, cobertura",
    ),
    (SUITE, {"commands": ["make"], "batch": {}}, f"{E2E}.batch", "a batch only with buildspec"),
    ((*SUITE, "order"), 0, f"{E2E}.order", "1 to 20"),
    ((*SUITE, "after"), "approval", f"{E2E}.after", "build, deploy"),
    *(
        (
            SUITE,
            {"buildspec": "a.yml", "after": "deploy", key: {"TARGET_URL": value}},
            f"{E2E}.{key}",
            "variables without TARGET_URL",
        )
        for key, value in (("environment", "x"), ("parameterStore", "/x"), ("secrets", "x"))
    ),
    ((*FLEET, "url"), "shop.example.com", f"{APP}.deploy.fleet.url", "an address with http:// or https://"),
    ((*STOREFRONT, "suites", "Coverage"), {"buildspec": "a.yml"}, f"{APP}.suites.Coverage", "another name"),
]


@pytest.mark.parametrize(("path", "value", "place", "hint"), CASES)
def test_a_bad_suite_is_one_line_with_its_place_and_what_is_allowed(
    path: tuple[str | int, ...], value: Any, place: str, hint: str
) -> None:
    (line,) = said(changed(config_of("dev"), (path, value)), stack="dev")
    assert line.startswith(f"{place}: ")
    assert hint in line


@pytest.mark.parametrize(
    "suite",
    [
        {"commands": ["make"] * 50, "order": 20, "after": "deploy"},
        {"commands": ["x" * 2000]},
        {"buildspec": "a.yml", "environment": {"TARGET_URL": "http://localhost"}},
        {"buildspec": "a.yml", "batch": {"mostBuilds": 100, "timeoutMinutes": 5}},
        {"commands": ["make"], "coverage": {"format": "clover", "file": "a.xml", "threshold": 100}},
    ],
)
@pytest.mark.parametrize("name", ["unit", "e2e", "contract-2"])
def test_a_good_suite_is_taken_whatever_it_is_called(name: str, suite: dict[str, Any]) -> None:
    assert name in good("dev", ((*STOREFRONT, "suites", name), suite)).applications["storefront"].suites


def test_what_a_suite_omits_has_a_default() -> None:
    suite = {
        "commands": ["make"],
        "report": {"files": ["a.xml"]},
        "coverage": {"format": "jacoco", "file": "jacoco.xml"},
    }
    read = good("dev", (SUITE, suite)).applications["storefront"].suites["e2e"]
    assert (read.after, read.order, read.batch, read.timeout_minutes) == (After.BUILD, 1, None, 20)
    assert read.report is not None
    assert read.report.format is ReportFormat.JUNIT
    assert isinstance(read.coverage, Coverage)
    assert (read.coverage.format, read.coverage.threshold) == (CoverageFormat.JACOCO, None)
    batch = good("dev", (SUITE, {"buildspec": "a.yml", "batch": {}})).applications["storefront"].suites["e2e"].batch
    assert isinstance(batch, Batch)
    assert (batch.most_builds, batch.timeout_minutes) == (10, 60)


def test_a_suite_after_the_deployment_is_told_an_address_that_the_certificate_names() -> None:
    reached = changed(
        config_of("dev"),
        ((*STOREFRONT, "suites", "e2e"), {"buildspec": "a.yml", "after": "deploy"}),
        ((*STOREFRONT, "deploy", "fleet", "certificateArn"), CERTIFICATE),
    )
    (line,) = said(reached, stack="dev")
    assert line.startswith(f'{APP}.suites.e2e.after: given "deploy"; allowed: deploy with deploy.fleet.url')
    url = (*STOREFRONT, "deploy", "fleet", "url")
    assert said(changed(reached, (url, "https://shop.example.com")), stack="dev") == []
    assert said(changed(reached, ((*STOREFRONT, "suites", "e2e", "after"), "build")), stack="dev") == []


@pytest.mark.parametrize("batching", ["build", "e2e"])
def test_a_suite_may_not_be_called_as_the_role_of_a_batch_beside_it(batching: str) -> None:
    config = changed(config_of("dev"), ((*STOREFRONT, "suites", "e2e"), {"buildspec": "a.yml"}))
    config = changed(config, ((*STOREFRONT, "suites", f"{batching}-batch"), {"buildspec": "a.yml"}))
    assert said(config, stack="dev") == []
    place = (*STOREFRONT, "build") if batching == "build" else (*STOREFRONT, "suites", "e2e")
    (line,) = said(changed(config, ((*place, "batch"), {})), stack="dev")
    assert line.startswith(f"{APP}.suites.{batching}-batch: ")
    assert f"the batch of {batching} has a role of it" in line


def test_the_role_of_a_suites_batch_has_a_name_that_aws_takes() -> None:
    config = config_of("dev")
    config["delivery:applications"]["a" * 20] = config["delivery:applications"].pop("storefront")
    path = ("delivery:applications", "a" * 20, "suites", "x" * 40)
    (line,) = said(changed(config, (path, {"buildspec": "a.yml"})), stack="dev")
    assert "has 1 too many" in line
    path = (*path[:-1], "x" * 39)
    assert said(changed(config, (path, {"buildspec": "a.yml"})), stack="dev") == []
    (line,) = said(changed(config, (path, {"buildspec": "a.yml", "batch": {"mostBuilds": 3}})), stack="dev")
    assert "-batch has 6 too many" in line


def test_the_suites_that_the_documentation_shows_are_taken() -> None:
    shown = re.search(r"^## Suites$.*?^```yaml$(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert shown
    suites = yaml.safe_load(shown[1])["suites"]
    read = good("dev", ((*STOREFRONT, "suites"), suites)).applications["storefront"].suites
    assert list(read) == ["component", "contract", "browsers", "e2e"]
