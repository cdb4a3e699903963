"""Where everything that is built or kept lies: one ignored folder, `.offline/` at the root of the repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ENGINE_VERSION = "3.258.0"
"""The newest Pulumi CLI that can be built from its Go module."""

PROVIDER_DISTRIBUTION = "pulumi-aws"


@dataclass(frozen=True)
class Layout:
    """The folders of one clone."""

    root: Path

    @classmethod
    def of_this_clone(cls) -> Layout:
        """The layout of the repository that this file is part of."""
        return cls(root=Path(__file__).resolve().parent.parent)

    @property
    def home(self) -> Path:
        """Everything below is ignored by git and can be deleted at any time."""
        return self.root / ".offline"

    @property
    def venv(self) -> Path:
        return self.home / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def bin(self) -> Path:
        """The built engine and language host."""
        return self.home / "bin"

    @property
    def pulumi_home(self) -> Path:
        """`PULUMI_HOME`: plugins lie here."""
        return self.home / "home"

    @property
    def cache(self) -> Path:
        """What the stand-in provider read from the SDK."""
        return self.home / "cache"

    @property
    def packs(self) -> Path:
        """The generated executables that start the policy packs."""
        return self.home / "packs"

    @property
    def diagrams(self) -> Path:
        return self.home / "diagrams"

    @property
    def reports(self) -> Path:
        """The findings of the policy packs, one folder a stack."""
        return self.home / "reports"

    @property
    def work(self) -> Path:
        """State and staged stack files of `make up` and its kin."""
        return self.home / "work"
