"""Writes the folder that an administrator takes to the machine."""

import os
from collections.abc import Mapping
from pathlib import Path

from operations.registration.activation import Activation
from operations.registration.target import Target
from settings.deployments import System

MACHINE = Path(__file__).with_name("machine")
"""The scripts and units as they lie there."""

_SCRIPTS = {
    False: (
        "register.sh",
        "deregister.sh",
        "renew-credentials.sh",
        "delivery-credentials.service",
        "delivery-credentials.timer",
    ),
    True: ("register.ps1", "deregister.ps1", "renew-credentials.ps1"),
}


def write_scripts(folder: Path, target: Target) -> list[Path]:
    """The scripts of the target's system and their settings, which name no secret."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name in _SCRIPTS[target.system is System.WINDOWS]:
        file = folder / name
        file.write_text((MACHINE / name).read_text(encoding="utf-8"), encoding="utf-8")
        files.append(file)
    settings = folder / "settings.env"
    settings.write_text(_lines(target.settings), encoding="utf-8")
    return [*files, settings]


def write_activation(folder: Path, activation: Activation) -> Path:
    """The activation, in a file that only its owner reads from its first moment on."""
    file = folder / "activation.env"
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(_lines({"ACTIVATION_ID": activation.id, "ACTIVATION_CODE": activation.code}))
    return file


def _lines(values: Mapping[str, str]) -> str:
    return "".join(f"{key}={value}\n" for key, value in values.items())
