"""The manifests of what was promoted, one after the other."""

from dataclasses import dataclass, field
from typing import Any

from pipeline_job.failures import RefusedError
from release_manifest import Manifest, read_manifest

MOST_RELEASES = 50
"""Manifests that are read, one after the other."""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The manifests of one application in a release bucket.

    Args:
        client: of S3.
    """

    bucket: str
    application: str
    client: Any = field(repr=False)

    def manifest(self, digest: str) -> Manifest:
        """The manifest of these bytes.

        Raises:
            RefusedError: there is none.
        """
        return read_manifest(self.client, bucket=self.bucket, application=self.application, digest=digest)

    def found(self, digest: str) -> Manifest | None:
        """The manifest of these bytes, None where there is none: what runs may be older than manifests are."""
        try:
            return self.manifest(digest) if digest else None
        except RefusedError:
            return None

    def since(self, own: Manifest, runs: str) -> tuple[list[Manifest], str]:
        """A release with those that were promoted since the one that runs, and never deployed.

        A release that is older than what runs stands alone: it has nothing that what runs hasn't.

        Args:
            own: its manifest.
            runs: digest of what runs, empty where nothing does.

        Returns:
            The manifests, and why they may not be all; empty where they are.
        """
        chain, broken = self._back(own, runs)
        if runs and chain[-1].previous != runs and own.digest != runs:
            newer = self.found(runs)
            if newer and self._back(newer, own.digest)[0][-1].previous == own.digest:
                return [own], ""
        return chain, broken

    def _back(self, own: Manifest, until: str) -> tuple[list[Manifest], str]:
        chain, seen = [own], {own.digest}
        while own.digest != until and (previous := chain[-1].previous) and previous != until:
            if len(chain) >= MOST_RELEASES or previous in seen:
                return chain, f"more than {MOST_RELEASES} releases were promoted since the one that runs"
            try:
                chain.append(self.manifest(previous))
            except RefusedError as error:
                return chain, f"a release in between can't be read. {error}"
            seen.add(previous)
        return chain, ""
