"""A stack with approvals beside each other and one after them, made by the real engine under both policy packs."""

from __future__ import annotations

import json

from tests.engine.harness import Document, EngineFactory
from tests.engine.lifecycle import named

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
POLICY = "aws:iam/policy:Policy"

GATES: list[Document] = [
    {"name": "qa-head", "emails": ["qa-head@example.com"], "reviewUrl": "https://staging.example.com"},
    {"name": "board", "emails": ["board@example.com"], "timeoutMinutes": 600},
    {"name": "owner", "emails": ["owner@example.com"], "order": 2},
]


def three_gates(document: Document) -> None:
    """Two approvals beside each other, one after them, and somebody with other names."""
    document["config"]["delivery:applications"]["storefront"]["approvals"] = GATES
    document["config"]["delivery:people"] = {"jane@example.com": ["jdoe"]}


def test_approvals_side_by_side_and_in_order_are_made_once_left_alone_and_gone_at_the_end(
    engine: EngineFactory,
) -> None:
    prod = engine(stack="prod", edit=three_gates, packs=True)

    made = prod.up()
    assert (made.rc, made.mandatory) == (0, []), made.text

    state = prod.export()
    pipeline = named(state, name="storefront-pipeline", type_token=PIPELINE)["inputs"]
    (stage,) = (one for one in pipeline["stages"] if one["name"] == "Approval")
    assert [(one["name"], one["runOrder"]) for one in stage["actions"]] == [
        ("GatherEvidence", 1),
        ("qa-head", 2),
        ("board", 2),
        ("owner", 3),
        ("CheckApprovers", 4),
    ]
    for gate in GATES:
        policy = named(state, name=f"storefront-approval-{gate['name']}-approver", type_token=POLICY)["inputs"]
        assert json.loads(policy["policy"])["Statement"][0]["Resource"] == [
            f"arn:aws:codepipeline:eu-west-1:444455556666:storefront-prod/Approval/{gate['name']}"
        ]

    again = prod.up()
    assert again.rc == 0, again.text
    assert again.changed == {}

    prod.session.unprotect()
    gone = prod.destroy()
    assert gone.rc == 0, gone.text
    assert prod.export()["deployment"].get("resources", []) == []


def test_four_eyes_that_cannot_see_are_refused_before_anything_is_planned(engine: EngineFactory) -> None:
    def connected(document: Document) -> None:
        source = {"provider": "github", "repository": "acme/storefront", "branch": "main"}
        document["config"]["delivery:applications"]["storefront"]["source"] = source

    preview = engine(stack="prod", edit=connected).preview()

    assert preview.rc != 0
    assert "applications.storefront.fourEyes: missing, which means authors in this tier; needed: starter or none" in (
        preview.text
    )
    assert set(preview.steps) <= {"delivery-prod"}
    assert preview.resources == []
