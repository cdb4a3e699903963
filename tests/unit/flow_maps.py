"""Flows to map and to draw: three stacks with the sources of one kind."""

from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from components.delivery_plan import DeliveryPlan
from docs.flow_map import FlowMap, flow_map
from docs.flow_picture import flow_picture
from plans import delivery_plans
from settings import parse, siblings
from settings.models import Settings
from tests.unit.lanes import CODECOMMIT, CONNECTION, application, sourced
from tests.unit.pictures import parsed
from tests.unit.planning import ROOT, STACKS, config_of

GIT_FLOW = {**CODECOMMIT, "flow": "git-flow"}
TRUNK = {**CODECOMMIT, "flow": "trunk"}
OWNED = {"owned": True}
RENAMED = {"main": "live", "develop": "next", "release": "rel/*", "hotfix": "urgent/*", "tags": "r-*"}

SOURCES: dict[str, dict[str, dict[str, Any]]] = {
    "git-flow": {"dev": {**GIT_FLOW, **OWNED}, "staging": GIT_FLOW},
    "trunk": {"dev": {**TRUNK, **OWNED}, "staging": TRUNK, "prod": {**TRUNK, "tags": ["v*"]}},
    "renamed": {
        "dev": {**GIT_FLOW, **OWNED, "branchNames": RENAMED, "reviews": {"live": {"approvals": 1}}},
        "staging": {**GIT_FLOW, "branchNames": RENAMED},
    },
    "connected": {stack: {**CONNECTION, "flow": "git-flow"} for stack in STACKS},
    "plain": {
        "dev": {**CODECOMMIT, **OWNED, "branch": "develop"},
        "staging": {**CODECOMMIT, "branch": "master", "branches": ["release/*", "hotfix/*"]},
    },
}
every_flow = pytest.mark.parametrize("flow", SOURCES)


@cache
def mapped(flow: str) -> FlowMap:
    """The map of three stacks with these sources; a stack that isn't named keeps its own."""
    return flow_map([resolved(stack, SOURCES[flow].get(stack)) for stack in STACKS])


def resolved(stack: str, source: dict[str, Any] | None, **more: Any) -> tuple[Settings, DeliveryPlan]:
    """Settings and plan of one stack; `more` goes into its application."""
    config = config_of(stack)
    if source:
        sourced(source)(config)
    # Whatever feeds production here, nobody is compared with its authors.
    application(config).update({"fourEyes": "none", **more})
    settings = parse(config, stack=stack, siblings=siblings.read(ROOT, siblings.named(config)))
    return settings, delivery_plans(settings)[0]


@cache
def drawn(flow: str) -> Element:
    """The picture as a parser reads it."""
    return parsed(flow_picture(mapped(flow)))
