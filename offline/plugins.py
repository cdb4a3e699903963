"""Puts the stand-in provider, the policy packs and Python where the engine starts them: short generated scripts."""

from __future__ import annotations

import importlib.metadata
import json
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


def host_python(*, layout: Layout) -> Path:
    """A script that is Python to the built language host.

    The host starts Python twice: to ask pip which packages have a plugin, which takes a third of a second and has one
    answer, and to run the program, which `offline.executor` does.
    """
    installed = importlib.metadata.distribution(PROVIDER_DISTRIBUTION)
    location = str(installed.locate_file(""))
    packages = [{"name": installed.name, "version": installed.version, "location": location}]
    python = shlex.quote(str(layout.python))
    executor = shlex.quote(str(layout.root / "offline" / "executor.py"))
    script = layout.home / "host" / "python"
    write_script(
        path=script,
        lines=(
            'case "$*" in',
            f'"-m pip list -v --format json") echo {shlex.quote(json.dumps(packages))} ;;',
            f'*pulumi-language-python-exec*) exec {python} -P {executor} "$@" ;;',
            f'*) exec {python} "$@" ;;',
            "esac",
        ),
    )
    return script
