"""How the delivery, and these rules themselves, are kept in order."""

from collections.abc import Iterator

from rulebook.kit.rule import Framework, Level, Levels, Outcome, Severity, Stack, StackRule, Violation


def exemptions_in_force(stack: Stack) -> Iterator[Outcome]:
    """Everyone sees which findings are withheld, by whose word and how long; the engine itself shows nothing of it."""
    for rejected in stack.exemptions.rejected:
        yield Violation(message=f"An entry for {rejected.rule} is no exemption: {rejected.problem}.")
    for use in stack.exemptions.uses.values():
        one = use.exemption
        if one.rule == EXEMPTIONS_RULE:
            continue
        agreed = f"The exemption {one.id} from {one.rule} ({one.owner}, {one.ticket}) "
        if not one.in_force(stack.today):
            message = f"{agreed}expired on {one.expires.isoformat()} and exempts nothing."
            yield Violation(message=message, finding=one.id)
        elif not use.urns:
            message = f"{agreed}was not needed; it runs until {one.expires.isoformat()}."
            yield Violation(message=message, finding=one.id)
        else:
            for urn in sorted(use.urns):
                message = f"{agreed}is in force until {one.expires.isoformat()} for {urn}."
                yield Violation(message=message, finding=one.id, urn=urn)


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
        frameworks=(Framework(name="AWS Well-Architected", version="2024-06", control="SEC01-BP06"),),
        never_blocks=True,
        check=exemptions_in_force,
    ),
)
