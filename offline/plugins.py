"""Puts the stand-in provider and the policy packs where the engine starts them: short generated scripts."""

from __future__ import annotations

import importlib.metadata
import shlex
from pathlib import Path

from offline.install import write_script
from offline.layout import PROVIDER_DISTRIBUTION, Layout


def install_provider(*, layout: Layout) -> None:
    """The stand-in, as the plugin of exactly the installed `pulumi_aws`."""
    version = importlib.metadata.version(PROVIDER_DISTRIBUTION)
    plugin = layout.pulumi_home / "plugins" / f"resource-aws-v{version}" / "pulumi-resource-aws"
    write_script(
        path=plugin,
        lines=(
            f"export PYTHONPATH={shlex.quote(str(layout.root))} PYTHONWARNINGS=ignore",
            f"export DELIVERY_OFFLINE_CACHE={shlex.quote(str(layout.cache))}",
            f'exec {shlex.quote(str(layout.python))} -u -m offline.provider "$@"',
        ),
    )


def pack_executable(*, layout: Layout, pack: Path) -> Path:
    """A script that serves the policy pack in the folder `pack`; the engine calls it with its own address.

    The language host at hand cannot start packs. The engine also takes an executable as a pack.
    """
    script = layout.packs / pack.name
    roots = ":".join(str(each) for each in (layout.root, layout.root / "policies"))
    write_script(
        path=script,
        lines=(
            f"export PYTHONPATH={shlex.quote(roots)}",
            f'exec {shlex.quote(str(layout.python))} -u -m pulumi.policy "$1" {shlex.quote(str(pack))}',
        ),
    )
    return script
