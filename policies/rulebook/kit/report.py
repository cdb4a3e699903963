"""From a check's outcomes to what the engine prints.

Decided violations are reported first, whatever else isn't known; then everything undecided becomes one notice, which
the runtime makes advisory even for a mandatory rule, or a violation where the parameter `unknown` says `fail`.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi_policy as runtime
from pulumi_policy import proxy

from rulebook.kit.exemptions import Exemption
from rulebook.kit.rule import Misshapen, Outcome, Rule, Undecided, Violation, guarded
from rulebook.kit.run import Run
from rulebook.kit.values import UNKNOWN_ON_THE_WIRE

_PATHS_NAMED = 3


def judged(check: Callable[[], Iterable[Outcome]], *, subject: str, rule: Rule) -> list[Outcome]:
    """All outcomes of a check. A rule that breaks is a finding of its own: an exception would end the whole run."""
    outcomes: list[Outcome] = []
    try:
        outcomes.extend(guarded(check))
    except Exception as error:  # whatever a rule raises must not stop the engine
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        # The exception's text may hold a property's value, so only its type is told.
        message = f"{subject} can't be judged: the rule {rule.id} broke ({type(error).__name__} at {place})."
        outcomes.append(Violation(message=message))
    return outcomes


@dataclass(frozen=True, kw_only=True)
class Report:
    """Where the outcomes of one rule on one resource or stack go.

    Args:
        subject: what is judged, as the beginning of a sentence.
        urn: the resource, or any of the stack.
        remark: what is to be said of an environment that had to be assumed.
    """

    rule: Rule
    run: Run
    exempt: list[Exemption]
    settings: Mapping[str, Any]
    report: runtime.ReportViolation
    subject: str
    urn: str
    remark: str

    def publish(self, outcomes: Iterable[Outcome]) -> None:
        """Report violations that no exemption covers, then what is undecided, at most once."""
        undecided: list[str] = []
        for outcome in outcomes:
            finding = outcome.finding if isinstance(outcome, Violation) else outcome.path
            covering = [one for one in self.exempt if one.covers(urn=outcome.urn or self.urn, finding=finding)]
            in_force = next((one for one in covering if one.in_force(self.run.today())), None)
            if in_force is not None:
                self.run.ledger.withhold(in_force, outcome.urn or self.urn, finding)
            elif isinstance(outcome, Undecided):
                undecided.append(outcome.path)
            else:
                self._violation(self._sentence(outcome), outcome.urn, covering)
        if undecided:
            self._undecided(list(dict.fromkeys(undecided)))

    def _sentence(self, outcome: Violation | Misshapen) -> str:
        if isinstance(outcome, Misshapen):
            return f"{self.subject} can't be judged: `{outcome.path}` must be {outcome.expected}."
        # An exemption can name a finding; so whoever writes one must be able to read its name here.
        if not outcome.finding or outcome.finding in outcome.message:
            return outcome.message
        return f"{outcome.message.removesuffix('.')} (`{outcome.finding}`)."

    def _violation(self, sentence: str, urn: str | None, expired: list[Exemption]) -> None:
        notes = "".join(f" The exemption {one.id} expired on {one.expires.isoformat()}." for one in expired)
        self.report(f"{sentence} To fix it: {self.rule.fix}{notes}{self.remark}", urn)

    def _undecided(self, paths: list[str]) -> None:
        named = ", ".join(paths[:_PATHS_NAMED])
        if len(paths) > _PATHS_NAMED:
            named += f" and {len(paths) - _PATHS_NAMED} more"
        if self.settings["unknown"] == "fail":
            self.report(
                f"{self.subject} can't be judged: `{named}` isn't known yet, and `unknown: fail` asks to refuse that.",
                None,
            )
            return
        raise proxy.UnknownValueError(UNKNOWN_ON_THE_WIRE, [named])
