"""The decisions of `check_approvers`: plain values in, plain values out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline_job.failures import RefusedError
from pipeline_job.values import text_of, texts_of, told_values
from release_evidence.people import People, name_of, names_in_git
from release_evidence.release import Release, Subject
from release_manifest.executions import IN_PROGRESS, SUCCEEDED, ActionRun, approvals_in

PATIENCE = 600
"""Seconds for which an approval that isn't listed yet is waited for: CodePipeline's lists run behind its events."""

UNDECIDED = frozenset({"", IN_PROGRESS})


class Rule(StrEnum):
    """What is asked of whoever approves."""

    AUTHORS = "authors"
    STARTER = "starter"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What the function is told; the package says what each is.

    Args:
        stage, gates: of the check.
        others: approvals that another check looks at.
    """

    execution: str
    subject: Subject
    stage: str
    gates: tuple[str, ...]
    others: frozenset[str]
    rule: Rule
    people: People

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters`, together with what is fixed for the function.

        Raises:
            RefusedError: not JSON, a key missing, unknown or said twice, or a value that makes no sense.
        """
        own = {"execution", "check", "checks", "rule", "people"}
        values = told_values(text, fixed=fixed, needed={*own, *Subject.__dataclass_fields__})
        if values["rule"] not in list(Rule):
            raise RefusedError(f"Parameter `rule` must be one of {', '.join(Rule)}.")
        checks = _checks(values["checks"])
        if (check := text_of(values, "check")) not in checks:
            raise RefusedError(f"Parameter `checks` doesn't say what {check} looks at.")
        stage, gates = checks[check]
        return cls(
            execution=text_of(values, "execution"),
            subject=Subject.of(values),
            stage=stage,
            gates=gates,
            others=frozenset(gate for _, theirs in checks.values() for gate in theirs) - {*gates},
            rule=Rule(str(values["rule"])),
            people=_people(values["people"]),
        )


def _checks(told: object) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """By check, its stage and its approvals."""
    ours = {"stage", "gates"}
    if not isinstance(told, dict) or not all(isinstance(one, dict) and {*one} == ours for one in told.values()):
        raise RefusedError("Parameter `checks` must have `stage` and `gates` for each check.")
    checks = {str(name): (text_of(one, "stage"), texts_of(one, "gates")) for name, one in told.items()}
    if not all(gates for _, gates in checks.values()):
        raise RefusedError("Parameter `gates` must name the approvals; it names none.")
    return checks


def _people(told: object) -> People:
    if not isinstance(told, dict) or not all(
        isinstance(names, list) and all(isinstance(name, str) for name in names) for names in told.values()
    ):
        raise RefusedError("Parameter `people` must have a list of names for each mail address.")
    return People(known={str(address): tuple(names) for address, names in told.items()})


@dataclass(frozen=True, kw_only=True)
class Approval:
    """An answer that was given.

    Args:
        gate: the action's name.
        status: as CodePipeline says: `Succeeded`, `Failed`, `InProgress`, …; empty where it isn't listed.
        by: the ARN of whoever answered, empty where AWS doesn't say.
        comment: what they wrote.
    """

    gate: str
    status: str
    by: str
    comment: str = ""


def approvals(
    runs: Sequence[ActionRun], *, parameters: Parameters, last_updated_by: Mapping[str, str]
) -> tuple[Approval, ...]:
    """The last answer at each gate: at those that there must be, and at those that the execution had besides.

    Args:
        runs: the actions of the execution.
        parameters: which there must be, and in which stage.
        last_updated_by: who changed a run last, by its id, as the state of the pipeline has it.
    """
    listed = {run.action: run for run in approvals_in(parameters.stage, runs) if run.action not in parameters.others}
    return tuple(
        Approval(gate=name, status="", by="")
        if (run := listed.get(name)) is None
        else Approval(gate=name, status=run.status, by=last_updated_by.get(run.id) or run.by, comment=run.summary)
        for name in dict.fromkeys([*parameters.gates, *listed])
    )


def is_early(given: Sequence[Approval]) -> bool:
    """Whether CodePipeline doesn't tell yet what must have happened: this action runs after every approval."""
    return any(one.status in UNDECIDED or (one.status == SUCCEEDED and not one.by) for one in given)


def objections(given: Sequence[Approval], release: Release | None, *, rule: Rule, people: People) -> tuple[str, ...]:
    """Why the release must not go on, each for a person to read; empty where it may.

    Args:
        given: the last answer at each gate.
        release: what was approved; None where the rule asks nothing of it.
        rule: what is asked.
        people: who is who.
    """
    return tuple(_objections(given, release, rule=rule, people=people))


def _objections(given: Sequence[Approval], release: Release | None, *, rule: Rule, people: People) -> Iterator[str]:
    for one in given:
        if one.status in UNDECIDED:
            yield (
                f"{one.gate} has no answer in this execution. If the pipeline was changed meanwhile, start the release "
                "again"
            )
        elif one.status != SUCCEEDED:
            yield f"{one.gate} was not approved, it is {one.status}"
    approved = [one for one in given if one.status == SUCCEEDED]
    if rule is Rule.NONE or release is None:
        return
    named = {one.gate: name for one in approved if (name := name_of(one.by))}
    for one in approved:
        if one.gate not in named:
            who = one.by or "somebody whom AWS doesn't name"
            yield f"{one.gate} was approved by {who}, and nobody can tell which person that is"
    yield from _twice(named, people)
    for gate, name in named.items():
        yield from _started(gate, name, release, people)
        if rule is Rule.AUTHORS:
            yield from _wrote(gate, name, release, people)
    yield from _unknown(release, rule)


def _twice(named: Mapping[str, str], people: People) -> Iterator[str]:
    gates = list(named)
    for number, gate in enumerate(gates):
        for other in gates[number + 1 :]:
            if people.are_one([named[gate]], [named[other]]):
                yield f"{gate} and {other} were both approved by {named[other]}, and two people have to"


def _started(gate: str, name: str, release: Release, people: People) -> Iterator[str]:
    for one in release.starters:
        starter = name_of(one.principal)
        if starter and people.are_one([name], [starter]):
            yield f"{gate} was approved by {name}, who started {one.what} as {one.principal}"


def _wrote(gate: str, name: str, release: Release, people: People) -> Iterator[str]:
    for author in release.authors:
        if people.are_one([name], names_in_git(author)):
            mail = f" <{author.email}>" if author.email else ""
            yield f"{gate} was approved by {name}, who had a hand in this release as {author.name}{mail}"


def _unknown(release: Release, rule: Rule) -> Iterator[str]:
    for one in release.starters:
        if one.by_hand and not name_of(one.principal):
            who = one.principal or "somebody whom AWS doesn't name"
            yield f"{one.what} was started by {who}, and nobody can tell which person that is"
    if rule is Rule.AUTHORS and release.unknown:
        yield f"not all who had a hand in this release are known: {release.unknown}"


def refusal(found: Sequence[str]) -> str:
    """What the action fails with."""
    said = "\n".join(f"- {one}." for one in found)
    return (
        f"Four eyes are needed, and this release hasn't had them:\n{said}\n"
        "Retry all actions of the stage, and let somebody else approve. Where two are taken for one, `people` in the "
        "stack file tells them apart."
    )


def record(parameters: Parameters, given: Sequence[Approval], release: Release | None, found: Sequence[str]) -> str:
    """One line of JSON for those who ask later."""
    told: dict[str, object] = {
        "record": "approval",
        "pipeline": parameters.subject.pipeline,
        "execution": parameters.execution,
        "rule": str(parameters.rule),
        "result": "refused" if found else "let on",
        "approvals": [{"gate": one.gate, "status": one.status, "by": one.by, "comment": one.comment} for one in given],
        "objections": list(found),
    }
    if release:
        told["revision"] = release.revision
        told["running"] = release.running
        told["authors"] = [f"{one.name} <{one.email}>" for one in release.authors]
        told["startedBy"] = {one.what: one.principal for one in release.starters}
    return json.dumps(told, sort_keys=True)
