"""A machine on premises in a folder: the scripts run for real, and the machine's own commands are stand-ins."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from operations.registration.folder import MACHINE

PACKAGES = {"debian": "codedeploy-agent_2.1.0-1_amd64.deb", "red-hat": "codedeploy-agent-2.1.0-1.x86_64.rpm"}
TOOL = "3.3.2299.0/debian_amd64/ssm-setup-cli"
AGENT, SETUP = "the agent\n", '#!/bin/bash\necho ssm-setup-cli "$@" >> "$CALLS"\nexec "$TAKES_ACTIVATION"\n'
ID, CODE = "11111111-2222-3333-4444-555555555555", "Sup3rSecretActivat10n"
MACHINE_ID = "mi-0123456789abcdef0"

_COMMANDS = (
    "bash",
    "sh",
    "cat",
    "sed",
    "grep",
    "find",
    "cmp",
    "cp",
    "mv",
    "rm",
    "mktemp",
    "chmod",
    "install",
    "dirname",
)


def digest(content: str) -> str:
    """As sha256sum prints it."""
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a script ended, and the machine's own commands in their order."""

    code: int
    output: str
    errors: str
    calls: list[str]


@dataclass(kw_only=True)
class Machine:
    """A machine whose folders are below `root`; what it lacks, or what fails, is said before a script is run.

    Args:
        root: an empty folder.
        system: debian or red-hat.
        user: who runs the script.
        lacks: a command that isn't there.
        fails: a command that answers with an error.
        brings: whether Systems Manager brings credentials.
        settings: changes of settings.env.
    """

    root: Path
    system: str = "debian"
    user: int = 0
    lacks: str = ""
    fails: str = ""
    brings: bool = True
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in ("etc/systemd/system", "opt", "root", "var/lib/amazon/ssm", "tmp", "taken"):
            (self.root / folder).mkdir(parents=True)
        for file in MACHINE.iterdir():
            text = file.read_text(encoding="utf-8")
            for path in ("/etc/", "/opt/", "/var/lib/"):
                text = text.replace(path, f"{self.root}{path}")
            text = text.replace("~root/", f"{self.file('~root')}/")
            (self.taken / file.name).write_text(text, encoding="utf-8")

    @property
    def taken(self) -> Path:
        """The folder that the administrator took there."""
        return self.root / "taken"

    def activated(self) -> "Machine":
        """With an activation beside the scripts."""
        (self.taken / "activation.env").write_text(f"ACTIVATION_ID={ID}\nACTIVATION_CODE={CODE}\n", encoding="utf-8")
        return self

    def run(self, script: str, *words: str) -> Run:
        """Runs a script as the machine is now."""
        self._write_settings()
        commands = self._write_commands()
        calls = self.root / "calls"
        calls.unlink(missing_ok=True)
        done = subprocess.run(
            [commands / "sh", self.taken / script, *words],
            env={
                "PATH": str(commands),
                "CALLS": str(calls),
                "TMPDIR": str(self.root / "tmp"),
                "TAKES_ACTIVATION": str(commands / "take-activation"),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        return Run(code=done.returncode, output=done.stdout, errors=done.stderr, calls=said)

    def file(self, path: str) -> Path:
        """A file of the machine."""
        return self.root / path.lstrip("/~")

    def _write_settings(self) -> None:
        values = {
            "APPLICATION": "tills-dev",
            "ACCOUNT": "111122223333",
            "PARTITION": "aws",
            "REGION": "eu-west-1",
            "ROLE": "tills-dev-machine",
            "SYSTEM": self.system,
            "AGENT_PACKAGE": PACKAGES.get(self.system, "x"),
            "AGENT_SHA256": digest(AGENT),
            "SETUP_TOOL": TOOL,
            "SETUP_SHA256": digest(SETUP),
            **self.settings,
        }
        lines = [f"{key}={value}\n" for key, value in values.items()]
        (self.taken / "settings.env").write_text("".join(lines), encoding="utf-8")

    def _write_commands(self) -> Path:
        commands = self.root / "bin"
        shutil.rmtree(commands, ignore_errors=True)
        commands.mkdir()
        for name in (*_COMMANDS, "sha256sum"):
            found = shutil.which(name, path=os.defpath)
            assert found, name
            (commands / name).symlink_to(found)
        registration = self.file("/var/lib/amazon/ssm/registration")
        credentials = self.file("~root/.aws/credentials")
        named = f'{{"ManagedInstanceID":"{MACHINE_ID}","Region":"eu-west-1"}}'
        bring = f'mkdir -p "{credentials.parent}"; echo "[default]" > "{credentials}"' if self.brings else ":"
        taken = f"echo '{named}' > {registration}\n{bring}"
        stand_ins = {
            "id": f"echo {self.user}",
            "curl": _curl(),
            "systemctl": ":",
            "sleep": ":",
            "mkdir": f'exec {shutil.which("mkdir", path=os.defpath)} "$@"',
            "take-activation": taken,
            "amazon-ssm-agent": ":",
            "rpm": '[ "$1" != -qp ] || echo codedeploy-agent-2.1.0-1.x86_64',
            ("apt-get" if self.system == "debian" else "dnf"): ":",
        }
        quiet = {"id", "sleep", "mkdir", "take-activation", "rpm"}
        for name, does in stand_ins.items():
            if name == self.lacks:
                continue
            command = commands / name
            log = "" if name in quiet else f'echo {name} "$@" >> "$CALLS"\n'
            command.write_text(f"#!/bin/bash\n{log}{'exit 1' if name == self.fails else does}\n", encoding="utf-8")
            command.chmod(0o755)
        return commands


def _curl() -> str:
    """Answers with what AWS's buckets hold, by the end of the address."""
    return f"""
while [ "$#" -gt 0 ]; do
    case "$1" in
    --output) file=$2; shift ;;
    https://*) address=$1 ;;
    esac
    shift
done
case "$address" in
*/ssm-setup-cli) cat > "$file" <<'SETUP'
{SETUP}SETUP
;;
*) cat > "$file" <<'AGENT'
{AGENT}AGENT
;;
esac"""
