"""What `operations replicate` leaves behind when the file can't be written to its end."""

import subprocess
import sys
from pathlib import Path

from tests.unit.planning import ROOT

SMALL_DISK = """
import resource
import sys
from pathlib import Path
sys.path.append("functions")
from operations.line import run
from operations.replication.command import Replicate
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
words = ["--from", "dev", "--to", "qa", "--yes"]
sys.exit(run((Replicate(project=Path(sys.argv[1])),), ["replicate", *words]))
"""


def test_a_file_that_could_not_be_written_to_its_end_is_not_left_behind(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-c", SMALL_DISK, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "replicate: Pulumi.qa.yaml can't be written: File too large\n")
    assert not (tmp_path / "Pulumi.qa.yaml").exists()
