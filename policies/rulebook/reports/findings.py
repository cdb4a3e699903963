"""What a preview under policy packs came to, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property

from rulebook.kit.notices import Notice, Standing
from rulebook.kit.rule import Rule
from rulebook.packs import PACKS


class State(Enum):
    """What is known of a rule on a resource: that it is broken, and what that does, or that nobody can say yet."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    UNDECIDED = "undecided"
    EXEMPTED = "exempted"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a pack had to say.

    Args:
        pack: the name of the pack.
        rule: the rule that is broken, undecided or exempted from.
        state: see `State`.
        urn: the resource; empty where only the stack is known.
        text: what is wrong, as sentences.
        title: what the rule asks; empty where the engine didn't tell.
        severity: `low`, `medium`, `high`, `critical`, or empty where the pack gives none.
        path: what is not known yet, or what is exempted; may be empty.
        notice: the exemption that it is about.
    """

    pack: str
    rule: str
    state: State
    urn: str
    text: str
    title: str = ""
    severity: str = ""
    path: str = ""
    notice: Notice | None = None

    @property
    def resource(self) -> str:
        """The resource's logical name."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A preview under policy packs.

    Args:
        stack: the stack's name.
        findings: everything that the packs said, in the order in which the engine told it.
        asked: by pack, the rules that were asked, in alphabetical order.
        versions: by pack, its version.
        problems: why the preview isn't whole; without any, `findings` is all there is.
    """

    stack: str
    findings: tuple[Finding, ...] = ()
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """The exemptions that were told of, each once."""
        return tuple(dict.fromkeys(finding.notice for finding in self.findings if finding.notice))

    @property
    def passed(self) -> bool:
        """Whether all rules were asked and nothing mandatory was found."""
        return not self.problems and not self.of(State.MANDATORY)

    def of(self, state: State) -> list[Finding]:
        """The findings in this state, those about an exemption's end or uselessness aside."""
        return [
            finding
            for finding in self.findings
            if finding.state is state and (finding.notice is None or state is State.EXEMPTED)
        ]

    def standing(self, standing: Standing) -> int:
        """How many exemptions stand like this."""
        return len({(one.rule, one.id) for one in self.notices if one.standing is standing})

    @property
    def verdict(self) -> str:
        """One sentence on how it ended."""
        if self.problems:
            return f"{self.stack}: the preview is not complete"
        return f"{self.stack}: {'passed' if self.passed else 'refused by the policies'}"

    @property
    def counts(self) -> str:
        """How many findings and exemptions there are, as a list in one line."""
        counted = [f"{len(self.of(state))} {state.value}" for state in State if state is not State.EXEMPTED]
        standings = ((Standing.IN_FORCE, "in force"), (Standing.EXPIRED, "expired"), (Standing.UNUSED, "unused"))
        told = [f"{self.standing(one)} {name}" for one, name in standings]
        return f"{', '.join(counted)}; exemptions: {', '.join(told)}"


@cache
def known_rule(pack: str, rule: str) -> Rule | None:
    """The rule as its author describes it, where it is one of ours."""
    return next((one for known in PACKS if known.name == pack for one in known.rules if one.id == rule), None)
