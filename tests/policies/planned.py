"""The program's own stacks, judged by the packs."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import pulumi

from rulebook.kit.rule import Level, Rule
from rulebook.packs import DELIVERY
from tests.policies.harness import Engine, Given
from tests.unit.planning import Planned

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
Change = Callable[[dict[str, Any]], None]
NO_PARAMETERS: Mapping[str, Mapping[str, Any]] = {}


def found(
    plan: Planned,
    *,
    level: Level,
    rules: Sequence[Rule] = DELIVERY.rules,
    parameters: Mapping[str, Mapping[str, Any]] = NO_PARAMETERS,
    change: Change | None = None,
) -> list[str]:
    """The rules that have something to say of a plan, at a level.

    Args:
        plan: what is judged.
        level: of what is said.
        rules: those that are asked.
        parameters: by the rule, what a configuration says to it.
        change: alters the plan's pipeline before.
    """
    given = []
    for resource in plan.resources:
        if not resource.type.startswith("aws:"):
            continue
        # What is in an archive is no property that a rule reads.
        properties = deepcopy(
            {key: value for key, value in resource.inputs.items() if not isinstance(value, pulumi.Archive)}
        )
        if change and resource.type == PIPELINE:
            change(properties)
        given.append(
            Given(
                type=resource.type,
                name=resource.name,
                properties=properties,
                protect=resource.protect,
                ignore_changes=resource.ignore_changes,
            )
        )
    answers = Engine(rules=rules, stack=plan.stack, parameters=parameters).ask(*given)
    return sorted({answer.rule for answer in answers if answer.level is level and not answer.undecided})
