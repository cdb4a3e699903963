"""The program's own repository: what lies between two versions of it, and one of them in a folder of its own."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations.command import UnusableError
from operations.engine import PROJECT
from operations.patience import patience
from release_ledger import Infrastructure
from release_ledger.infrastructure import UNKNOWN

MOST_SHOWN = 10
"""Commits, and files, that are shown of a difference."""

SECONDS = 120
"""How long git may take, to lay a version out too."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What the infrastructure is now and was then.

    Args:
        now, then: both versions.
        settings_differ: whether the stack's resolved settings differ, as far as both are known.
        commits: those that would be taken back, the newest first, in a line each; or would be brought.
        files: that differ, with how much.
        unknown: why nobody can tell what lies between, empty where it can be told.
    """

    now: Infrastructure
    then: Infrastructure
    settings_differ: bool = False
    commits: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    unknown: str = ""

    @property
    def same(self) -> bool:
        """Whether the release would come back to what it ran on."""
        known = UNKNOWN not in (self.now.commit, self.then.commit)
        clean = not (self.now.dirty or self.then.dirty)
        return known and clean and self.now.commit == self.then.commit and not self.settings_differ


@dataclass(frozen=True, kw_only=True)
class Program:
    """The repository that this program lies in.

    Args:
        folder: of the program, which may be a part of the repository.
    """

    folder: Path = PROJECT

    def difference(self, now: Infrastructure, then: Infrastructure, *, settings_differ: bool) -> Difference:
        """What lies between two versions."""
        found = Difference(now=now, then=then, settings_differ=settings_differ)
        if found.same or now.commit == then.commit:
            return found
        if missing := [one.commit for one in (now, then) if not self.has(one.commit)]:
            said = "nobody has written it down" if missing[0] == UNKNOWN else f"this clone has no commit {missing[0]}"
            return Difference(now=now, then=then, settings_differ=settings_differ, unknown=said)
        newer = self._git("log", "--oneline", "--no-decorate", f"{then.commit}..{now.commit}", "--", ".").splitlines()
        older = self._git("log", "--oneline", "--no-decorate", f"{now.commit}..{then.commit}", "--", ".").splitlines()
        stat = self._git("diff", "--stat=64", now.commit, then.commit, "--", ".").splitlines()
        return Difference(
            now=now,
            then=then,
            settings_differ=settings_differ,
            commits=(*(f"- {one}" for one in newer), *(f"+ {one}" for one in older)),
            files=tuple(line.strip() for line in stat),
        )

    def has(self, commit: str) -> bool:
        """Whether the repository has this commit."""
        return commit != UNKNOWN and bool(self._git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"))

    @property
    def packs(self) -> tuple[str, ...]:
        """What hands the policy packs of this clone to `pulumi`: today's rules judge what comes back, too."""
        found = sorted(one.parent.resolve() for one in self.folder.glob("policies/*/PulumiPolicy.yaml"))
        return tuple(word for pack in found for word in ("--policy-pack", str(pack)))

    @contextmanager
    def at(self, commit: str) -> Iterator[Path]:
        """The program as it was, in a folder of its own that is gone afterwards; the clone stays as it is.

        Raises:
            UnusableError: git refuses it.
        """
        top = self._git("rev-parse", "--show-toplevel")
        if not top or not self.has(commit):
            raise UnusableError(f"this clone has no commit {commit}; fetch it, with its tags")
        inside = self.folder.resolve().relative_to(Path(top).resolve())
        with tempfile.TemporaryDirectory(prefix="rollback-") as parent:
            tree = Path(parent) / "program"
            try:
                self._git("worktree", "add", "--detach", str(tree), commit)
                if not (tree / inside).is_dir():
                    raise UnusableError(f"git can't lay commit {commit} out in {tree}")
                yield tree / inside
            finally:
                self._git("worktree", "remove", "--force", str(tree))

    def _git(self, *words: str) -> str:
        """What git answers; empty where there is no git, no repository or no answer."""
        try:
            with patience():
                answer = subprocess.run(
                    ["git", "-C", str(self.folder), *words],
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    encoding="utf-8",
                    errors="replace",
                    timeout=SECONDS,
                    check=True,
                    # Out of the terminal's reach: between two steps Ctrl-C would leave an entry for a lost folder.
                    start_new_session=True,
                )
        except (OSError, subprocess.SubprocessError):
            return ""
        return answer.stdout.strip()
