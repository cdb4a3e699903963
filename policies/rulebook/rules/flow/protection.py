"""What Pulumi must refuse to delete."""

from collections.abc import Iterator

from rulebook.kit.facts import BUCKET, DEPLOYMENT_GROUP, KEY, PIPELINE
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
)
from rulebook.rules.frameworks import well_architected
from rulebook.rules.names import NAMES, is_named

KINDS = (PIPELINE, DEPLOYMENT_GROUP, BUCKET, KEY)


def protected_in_prod(resource: Resource) -> Iterator[Outcome]:
    """Nobody deletes by one mistaken update what production is delivered with."""
    if not resource.protect and is_named(resource.type, resource.parameters["protectedTypes"]):
        yield Violation(message=f"{resource} isn't protected from deletion.", finding="protect")


RULES = (
    ResourceRule(
        id="flow-protected-in-prod",
        title="Pulumi refuses to delete what production is delivered with.",
        why="A renamed component deletes and makes anew what it holds: the key that artifacts are encrypted with, the "
        "artifacts to roll back to. The engine tells packs of `protect` but not of `retainOnDelete`, so what is "
        "only retained needs an exemption; and which buckets hold artifacts can't be seen on one bucket, so all are "
        "asked.",
        fix="set the resource option protect, by hand or by the component that makes it.",
        severity=Severity.LOW,
        levels=Levels(Level.OFF, Level.OFF, Level.ADVISORY),
        kinds=KINDS,
        reference="https://www.pulumi.com/docs/iac/concepts/options/protect/",
        parameters=(
            Parameter(
                name="protectedTypes",
                schema=NAMES,
                default=sorted(token for kind in KINDS for token in kind.tokens),
                description="Which of the types that the rule looks at must be protected, `*` for any text.",
            ),
        ),
        frameworks=(well_architected("REL09-BP02"),),
        check=protected_in_prod,
    ),
)
