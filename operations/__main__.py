"""`python -m operations`."""

import sys
from pathlib import Path

from operations.commands import COMMANDS
from operations.line import run

# What the functions of a delivery know, the commands know by the same modules: those lie at the root of an archive.
sys.path.append(str(Path(__file__).resolve().parents[1] / "functions"))

if __name__ == "__main__":
    sys.exit(run(COMMANDS, sys.argv[1:]))
