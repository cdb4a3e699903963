"""How the delivery, and these rules themselves, are kept in order."""

from collections.abc import Iterator

from rulebook.kit.notices import Notice, Standing
from rulebook.kit.rule import Level, Levels, Outcome, Severity, Stack, StackRule, Violation
from rulebook.rules.frameworks import well_architected


def exemptions_in_force(stack: Stack) -> Iterator[Outcome]:
    """Everyone sees which findings are withheld, by whose word and how long; the engine itself shows nothing of it."""
    for rejected in stack.exemptions.rejected:
        yield Violation(message=f"An entry for {rejected.rule} is no exemption: {rejected.problem}.")
    for use in stack.exemptions.uses.values():
        one = use.exemption
        if one.rule == EXEMPTIONS_RULE:
            continue
        if not one.in_force(stack.today):
            yield Violation(message=str(Notice.of(one, Standing.EXPIRED)), finding=one.id)
        elif not use.withheld:
            yield Violation(message=str(Notice.of(one, Standing.UNUSED)), finding=one.id)
        for urn, findings in sorted(use.withheld.items()):
            # A finding about the resource as a whole has no path.
            notice = Notice.of(one, Standing.IN_FORCE, tuple(sorted(findings - {""})))
            yield Violation(message=str(notice), finding=one.id, urn=urn)


EXEMPTIONS_RULE = "ops-exemptions-in-force"

RULES = (
    StackRule(
        id=EXEMPTIONS_RULE,
        title="Exemptions are few, known and temporary.",
        why="An exemption that nobody sees outlives its reason.",
        fix="remove exemptions that aren't needed, and agree again, or do the work, where one ends.",
        severity=Severity.LOW,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.ADVISORY),
        kinds=(),
        reference="https://www.pulumi.com/docs/insights/policy/",
        frameworks=(well_architected("SEC01-BP06"),),
        never_blocks=True,
        check=exemptions_in_force,
    ),
)
