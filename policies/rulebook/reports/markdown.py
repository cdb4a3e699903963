"""The findings as a comment on a pull request, in GitHub's Markdown.

Names of resources and texts of rules are other people's: in a table cell they are written so that nothing in them is
Markdown, HTML, a mention or a reference.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from rulebook.kit.notices import Notice, Standing
from rulebook.reports.events import shortened
from rulebook.reports.findings import Finding, Preview, State

LIMIT = 65_536
"""The most characters that GitHub takes for a comment."""

_FOLDED = 10
"""A table with more rows than this is folded."""
_CELL = 700
_PROBLEMS = 5
_CUT_ROOM = 200
_SPECIAL = re.compile(r"[&<>|`*_~\[\]\\$!#@]")
# GitHub looks for mentions, references and addresses in what is shown; a character without width parts them.
_REFERENCE = re.compile(r"(?<=[@#])|(?<=GH-)|(?<=:)(?=//)|(?<=www)(?=\.)", flags=re.IGNORECASE)
_STANDINGS = {Standing.IN_FORCE: "in force", Standing.EXPIRED: "**expired**", Standing.UNUSED: "not needed"}


@dataclass(frozen=True, kw_only=True)
class _Table:
    """A table of the comment: its heading, the names of its columns, and its rows, cells ready for Markdown."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def markdown(preview: Preview, *, limit: int = LIMIT) -> str:
    """The preview as a comment of at most `limit` characters; a last sentence says how much was left out."""
    text = _head(preview)
    left_out = 0
    for table in _tables(preview):
        room = limit - _CUT_ROOM - len(text)
        part, kept = _written(table, room=room)
        text += part
        left_out += len(table.rows) - kept
    if left_out:
        rows = f"{left_out} more {'rows do' if left_out > 1 else 'row does'}"
        text += f"\n{rows} not fit into a comment; `findings.sarif` and `findings.xml` hold everything.\n"
    return text


def marker(stack: str) -> str:
    """The first line of the comment, which nobody sees: a workflow finds its earlier comment by it."""
    return f"<!-- policy-report: {quote(stack, safe='').replace('--', '-%2D')} -->"


def prose(text: str) -> str:
    """A text that stays a text in a table cell, its `code` shown as code."""
    parts = re.split(r"`([^`]+)`", shortened(" ".join(text.split()), length=_CELL))
    return "".join(code(part) if index % 2 else _inert(part) for index, part in enumerate(parts))


def code(text: str) -> str:
    """A name that stays a name in a table cell; GitHub looks for no mention in code."""
    plain = " ".join(shortened(text, length=_CELL).split())
    return f"<code>{_SPECIAL.sub(_entity, plain)}</code>" if plain else ""


def _inert(text: str) -> str:
    return _SPECIAL.sub(_entity, _REFERENCE.sub("\u200b", text))


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _head(preview: Preview) -> str:
    sign = "✅" if preview.passed else "❌"
    text = f"{marker(preview.stack)}\n{sign} **{_inert(preview.verdict)}** ({preview.counts})\n"
    if preview.problems:
        told = "".join(f"- {prose(problem)}\n" for problem in preview.problems[:_PROBLEMS])
        more = len(preview.problems) - _PROBLEMS
        told += f"- and {more} more\n" if more > 0 else ""
        text += f"\n#### The preview is not complete\n\n{told}"
    return text


def _tables(preview: Preview) -> list[_Table]:
    undecided = sorted(preview.of(State.UNDECIDED), key=_place)
    return [
        _findings("Mandatory", preview.of(State.MANDATORY)),
        _findings("Advisory", preview.of(State.ADVISORY)),
        _Table(
            heading="Undecided until the update",
            columns=("Resource", "Not known yet", "Rules"),
            rows=[
                (code(resource), code(path), ", ".join(code(one.rule) for one in findings))
                for (_, resource, path), findings in groupby(undecided, key=_place)
            ],
        ),
        _Table(
            heading="Exemptions",
            columns=("Exemption", "From", "Standing", "Until", "Owner", "Ticket", "Reason", "Withholds"),
            rows=[_exemption(notice, preview.findings) for notice in preview.notices],
        ),
    ]


def _place(finding: Finding) -> tuple[str, str, str]:
    return finding.urn, finding.resource, finding.path


def _findings(heading: str, findings: Iterable[Finding]) -> _Table:
    rows = [
        (code(one.rule), one.severity and code(one.severity), code(one.resource), prose(one.text)) for one in findings
    ]
    return _Table(heading=heading, columns=("Rule", "Severity", "Resource", "What"), rows=rows)


def _exemption(notice: Notice, findings: Iterable[Finding]) -> Sequence[str]:
    withheld = [one for one in findings if one.notice == notice and one.state is State.EXEMPTED]
    places = (f"{code(one.resource)}{f' at {code(one.path)}' if one.path else ''}" for one in withheld)
    return (
        code(notice.id),
        code(notice.rule),
        _STANDINGS[notice.standing],
        notice.expires.isoformat(),
        prose(notice.owner),
        prose(notice.ticket),
        prose(notice.reason),
        ", ".join(dict.fromkeys(places)),
    )


def _written(table: _Table, *, room: int) -> tuple[str, int]:
    """As much of a table as there is room for, and how many rows that is."""
    heading = f"{table.heading} ({len(table.rows)})"
    before, after = f"\n#### {heading}\n\n", ""
    if len(table.rows) > _FOLDED:
        before, after = f"\n<details><summary>{heading}</summary>\n\n", "\n</details>\n"
    text = f"{before}{_row(table.columns)}{_row(['---'] * len(table.columns))}"
    kept = 0
    for row in table.rows:
        line = _row(row)
        if len(text) + len(line) + len(after) > room:
            break
        text += line
        kept += 1
    return (f"{text}{after}", kept) if kept else ("", 0)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
