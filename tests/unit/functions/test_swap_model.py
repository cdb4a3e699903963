"""The swap of the fleets, whatever happens meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_no_interleaving_of_what_may_happen_breaks_the_swap_of_the_fleets() -> None:
    """A hundred of them, the same wherever it runs; more by `python -m tests.unit.functions.swap_model --examples`."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.unit.functions.swap_model"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}", "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert run.returncode == 0, run.stderr
