"""What going back would change, for people and machines, before anybody is asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from operations.deployment.found import Found
from operations.deployment.past import address
from operations.deployment.target import Target
from operations.rollback.migrations import Migrations
from operations.rollback.program import MOST_SHOWN, Difference
from operations.terminal import Terminal
from release_ledger import Approval, Infrastructure, Release

_BESIDE = 16
"""Columns of the names."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One way back.

    Args:
        target: whose.
        now: the release that runs, None where none does.
        then: the one that comes back.
        found: its artifact.
        approvals: given to it.
        difference: of the infrastructure.
        migrations: of the database.
    """

    target: Target
    now: Release | None
    then: Release
    found: Found
    approvals: tuple[Approval, ...]
    difference: Difference
    migrations: Migrations

    def tell(self, terminal: Terminal, *, with_infrastructure: bool) -> None:
        """Say it all."""
        target, found = self.target, self.found
        rows = [
            ("application", f"{target.application} on {target.stack.stack} ({target.platform}, {target.strategy})"),
            ("runs", _release(self.now) if self.now else "nothing that the ledger knows"),
            ("comes back", _release(self.then)),
            ("artifact", address(found.bundle) if found.bundle else f"version {found.version}"),
            ("approved", ", ".join(f"{one.name} by {one.by or 'somebody'}" for one in self.approvals) or "no"),
        ]
        for name, value in rows:
            terminal.fact(name, value, beside=_BESIDE)
        infrastructure = self._infrastructure(with_infrastructure=with_infrastructure)
        terminal.fact("infrastructure", *infrastructure, beside=_BESIDE)
        terminal.fact("database", *self._database(), beside=_BESIDE)

    def _infrastructure(self, *, with_infrastructure: bool) -> Iterator[str]:
        found, stack = self.difference, self.target.stack.stack
        if found.same:
            yield f"{_version(found.now)}: the same"
            return
        yield f"{_version(found.now)} now, {_version(found.then)} then"
        if found.unknown:
            yield f"What lies between can't be told: {found.unknown}."
        yield from _shortened(found.commits)
        yield from _shortened(found.files)
        if found.settings_differ and not found.files:
            yield "The settings of the stack differ."
        if found.now.commit == found.then.commit and (found.now.dirty or found.then.dirty):
            yield "Files that nobody committed were part of it."
        if with_infrastructure:
            yield "It is brought up before the application."
        elif not found.unknown and not found.then.dirty:
            yield "It stays as it is. --with-infrastructure brings it up; by hand, to look at:"
            yield f"  git worktree add ../rollback {found.then.tag or found.then.commit[:12]}"
            yield f"  cd ../rollback && pulumi preview --stack {stack}"
        else:
            yield "It stays as it is."

    def _database(self) -> Iterator[str]:
        found = self.migrations
        if found.unknown:
            yield f"nobody can tell{' all' if found.ahead else ''}: {found.unknown}"
        elif not found.ahead:
            yield "no migration lies between"
        for one in found.ahead:
            note = f": {one.note}" if one.note else ""
            yield f"{one.id} {'stays, which it can live with' if one.reversible else 'can NOT be taken back'}{note}"

    @property
    def told(self) -> dict[str, object]:
        """The same for machines."""
        found = self.difference
        return {
            "application": self.target.application,
            "stack": self.target.stack.stack,
            "from": self.now and self.now.release,
            "to": self.then.release,
            "artifact": address(self.found.bundle) if self.found.bundle else self.found.version,
            "approvals": [one.name for one in self.approvals],
            "infrastructure": {
                "same": found.same,
                "now": found.now.commit,
                "then": found.then.commit,
                "tag": found.then.tag,
                "commits": list(found.commits),
                "files": list(found.files),
                "unknown": found.unknown,
            },
            "migrations": {
                "ahead": [one.id for one in self.migrations.ahead],
                "irreversible": [one.id for one in self.migrations.irreversible],
                "unknown": self.migrations.unknown,
            },
        }


def _release(release: Release) -> str:
    return "  ".join(filter(None, (release.release, release.source.tag, release.source.commit[:12])))


def _version(version: Infrastructure) -> str:
    known = f"{version.tag} ({version.commit[:12]})" if version.tag else version.commit[:12]
    return f"{known}, changed" if version.dirty else known


def _shortened(lines: tuple[str, ...]) -> Iterator[str]:
    yield from lines[:MOST_SHOWN]
    if len(lines) > MOST_SHOWN:
        yield f"… and {len(lines) - MOST_SHOWN} more"
