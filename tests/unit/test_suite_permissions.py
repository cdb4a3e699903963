"""Each permission of a suite with what needs it; one without a need fails here, and so does a role without a row."""

from dataclasses import replace
from functools import cache

import pytest

from tests.unit.every_build import OWN_IMAGE
from tests.unit.every_suite import every_suite
from tests.unit.needs import OF_ANY_BUILD, OF_ANY_SUITE, allowed, needed, permissions
from tests.unit.planning import Config, Planned, planned
from tests.unit.roles import roles_of

SUITES: dict[str, tuple[str, ...]] = {
    "unit": ("its results",),
    "component": ("its results", "its coverage"),
    "contract": ("its results", "vpc"),
    "browsers": ("its results", "its results by parts"),
    "load": (),
    "smoke": (),
    "e2e": ("its results",),
    "cached": ("its results", "cached", "encrypting what it keeps"),
    "logged": ("its results", "logged", "encrypting what it keeps"),
    "all": ("its results", "cached", "logged", "encrypting what it keeps", "parameters", "secrets"),
}
"""What each suite asks for, besides what every suite has."""


@cache
def plan() -> Planned:
    """Staging with every suite, on an image of ECR, and one that keeps and reads all it can."""

    def change(config: Config) -> None:
        every_suite(config)
        storefront = config["delivery:applications"]["storefront"]
        storefront["build"] = {"image": OWN_IMAGE}
        storefront["suites"]["cached"] = {"buildspec": "cached.yml", "cache": "s3"}
        storefront["suites"]["logged"] = {"buildspec": "logged.yml", "logsInS3": True}
        storefront["suites"]["all"] = {
            "buildspec": "all.yml",
            "cache": "s3",
            "logsInS3": True,
            "parameterStore": {"LICENCE": "/ci/licence", "SEAT": "/ci/seat"},
            "secrets": {"TOKEN": "ci/token:value"},
        }

    return planned("staging", change)


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_may_do_what_it_asks_for_and_nothing_else(suite: str) -> None:
    needs = needed(*OF_ANY_SUITE, "own-image", *SUITES[suite], stack="staging", suite=suite)
    assert allowed(plan(), f"storefront-staging-{suite}") == needs
    assert roles_of(plan())[f"storefront-staging-{suite}"].managed == ()


def test_what_starts_a_batch_may_start_its_builds_alone() -> None:
    project = "storefront-staging-browsers"
    assert allowed(plan(), project, role=f"{project}-batch") == needed("the builds of a batch")


def test_every_role_of_codebuild_has_a_row() -> None:
    rows = {f"storefront-staging-{one}" for one in ("build", "browsers-batch", *SUITES)}
    found = roles_of(plan()).items()
    assert {name for name, role in found if role.service == "codebuild.amazonaws.com"} == rows
    build = needed(*OF_ANY_BUILD, "own-image", stack="staging")
    assert allowed(plan(), "storefront-staging-build") == build


def test_a_permission_that_nothing_needs_would_be_seen() -> None:
    role = roles_of(plan())["storefront-staging-load"]
    more = {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": ["arn:aws:s3:::anywhere/*"]}
    wider = replace(role, statements=(*role.statements, more))
    key = plan().named("artifacts-key").arn
    needs = needed(*OF_ANY_SUITE, "own-image", stack="staging", suite="load")
    found = permissions(wider, project="storefront-staging-load", key=key)
    assert found - needs == {("s3:PutObject", "arn:aws:s3:::anywhere/*")}
