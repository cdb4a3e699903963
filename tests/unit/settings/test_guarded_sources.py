"""What the owner of a repository can't say of reviews and names: one mistake, one line, with its place and the way."""

from typing import Any

import pytest

from settings.sources import CodeCommitSource
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, said

SOURCE = (*STOREFRONT, "source")
PLACE = "applications.storefront.source"
OWNED = {"provider": "codecommit", "repository": "storefront", "owned": True, "flow": "git-flow"}
LEAD = "arn:aws:sts::111122223333:assumed-role/Lead/*"
THIRTEEN = [f"arn:aws:sts::111122223333:assumed-role/Lead{number}/*" for number in range(13)]


def source(**keys: Any) -> dict[str, Any]:
    return {**OWNED, **keys}


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    (source(reviews={"main": {}}), "reviews", "the lasting branches master, develop, not main"),
    (source(reviews={"release/1.2": {}, "develop": {}}), "reviews", "not release/1.2"),
    (source(flow="trunk", reviews={"develop": {}}), "reviews", "the lasting branches main, not develop"),
    (source(reviews={"develop": {"pool": THIRTEEN}}), "reviews.develop.pool", "at most 12 approvers"),
    (source(reviews={"develop": {"pool": [LEAD + 200 * "s"]}}), "reviews.develop.pool[0]", "at most 200 characters"),
    (source(reviews={"develop": {"approvals": 11}}), "reviews.develop.approvals", "1 to 10 approvals"),
    (source(developerRoles=[f"Team{number}" for number in range(13)]), "developerRoles", "at most 12 roles"),
    (source(branchNames={"tags": "release"}), "branchNames.tags", "with * at the end"),
    (source(branchNames={"tags": "v1.*"}), "branchNames.tags", "a version follows it"),
    (
        source(repository="r" * 80, branchNames={"develop": "d" * 20}),
        "repository",
        "at most 100 characters for the approval rule template " + "r" * 80 + " approvals " + "d" * 20,
    ),
]


@pytest.mark.parametrize(("given", "key", "allowed"), REFUSED)
def test_what_could_not_be_guarded_is_refused_with_the_reason(given: dict[str, Any], key: str, allowed: str) -> None:
    lines = said(changed(config_of("dev"), (SOURCE, given)), stack="dev", siblings={})
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{PLACE}.{key}")
    assert allowed in lines[0]


def test_reviews_of_the_lasting_branches_are_taken_by_the_names_they_have() -> None:
    given = source(branchNames={"main": "main"}, reviews={"main": {"approvals": 3}, "develop": {"pool": [LEAD]}})
    read = good("dev", (SOURCE, given)).applications["storefront"].source
    assert isinstance(read, CodeCommitSource)
    assert {branch: (one.approvals, one.pool) for branch, one in read.reviews.items()} == {
        "main": (3, ()),
        "develop": (2, (LEAD,)),
    }
