"""`python -m operations`."""

import sys

from operations.commands import COMMANDS
from operations.line import run

if __name__ == "__main__":
    sys.exit(run(COMMANDS, sys.argv[1:]))
