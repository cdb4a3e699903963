"""The functions as they lie in `functions/`: those that Lambda is given, and the packages that they share."""

import importlib
from pathlib import Path
from types import ModuleType

FUNCTIONS = Path(__file__).parents[2] / "functions"
NAMES = sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))
SHARED = sorted({path.parent.name for path in FUNCTIONS.glob("*/*.py")} - set(NAMES))


def function(name: str) -> ModuleType:
    """The declaration of a function."""
    return importlib.import_module(name)


def handler(name: str) -> ModuleType:
    """Its edge, which Lambda calls."""
    return importlib.import_module(f"{name}.handler")
