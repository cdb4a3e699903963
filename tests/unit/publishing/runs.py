"""Runs the buildspec of a target as CodeBuild would, with clients that write down how they were called."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from components.packages import PackageRepository
from components.place import Place
from components.publishing import CodeArtifactTarget, RegistryTarget, Target, buildspec
from runtimes import PackageFormat
from tests.unit.publishing.aws_clients import DOCKER_PASSWORD, TOKEN
from tests.unit.publishing.registry import PASSWORD, USER

HERE = Path(__file__).parent
PLACE = Place(environment="prod", account="444455556666", region="eu-west-1")
COMMIT = "3f1d8c0a" * 5
SECRETS = (PASSWORD, TOKEN, DOCKER_PASSWORD)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One build.

    Attributes:
        rc: of its commands.
        text: its log.
        calls: of every client, with its arguments.
        exported: the variables that later actions may read.
    """

    rc: int
    text: str
    calls: list[list[str]]
    exported: dict[str, str] = field(default_factory=dict)

    def of(self, *beginning: str) -> list[list[str]]:
        """The calls that begin like this."""
        return [call for call in self.calls if tuple(call[: len(beginning)]) == beginning]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A build machine: its bundle, and what its clients remember from one build to the next."""

    folder: Path

    @property
    def bundle(self) -> Path:
        """What the pipeline hands over."""
        return self.folder / "bundle"

    @property
    def state(self) -> Path:
        """What the clients keep; files in it change what they answer."""
        return self.folder / "state"

    def add(self, path: str, content: str | bytes) -> Path:
        """A file of the bundle."""
        file = self.bundle / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def tell(self, name: str, text: str = "") -> None:
        """Something that the clients go by: `endpoint`, `refuse`, `unreachable`, `denied`."""
        self.state.mkdir(parents=True, exist_ok=True)
        (self.state / name).write_text(text)

    def publish(self, target: Target, *, commit: str = COMMIT) -> Run:
        """Runs the target's buildspec on the bundle."""
        calls = self.state / "calls.jsonl"
        calls.unlink(missing_ok=True)
        specification = yaml.safe_load(buildspec(target))
        commands = [command for phase in specification["phases"].values() for command in phase.get("commands", [])]
        exported = specification["env"].get("exported-variables", [])
        # CodeBuild reads what is exported when a phase has ended well.
        commands += [f'printf "%s\\n" "${name}" > "{self.state}/{name}"' for name in exported]
        environment = {
            "PATH": self.path,
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder / "tmp"),
            "EXECUTION": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            **({"COMMIT": commit} if commit else {}),
            **specification["env"].get("variables", {}),
        }
        if target.secrets:
            assert [one.name for one in target.secrets] == ["REGISTRY_USERNAME", "REGISTRY_PASSWORD"]
            environment |= {"REGISTRY_USERNAME": USER, "REGISTRY_PASSWORD": PASSWORD}
        done = subprocess.run(
            [specification["env"]["shell"], "-c", "\n".join(commands)],
            cwd=self.bundle,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        said = calls.read_text().splitlines() if calls.exists() else []
        values = {name: self.state / name for name in exported}
        run = Run(
            rc=done.returncode,
            text=done.stdout,
            calls=[json.loads(line) for line in said],
            exported={name: path.read_text().strip() for name, path in values.items() if path.exists()},
        )
        asked = self.state / "curl"
        lines = asked.read_text() if asked.exists() else ""
        for secret in SECRETS:
            assert secret not in lines, "a command line of curl shows a secret"
            assert secret not in run.text, "the log shows a secret"
            assert not any(secret in argument for call in run.calls for argument in call), (
                "a command line shows a secret"
            )
        return run

    @property
    def path(self) -> str:
        """Where its commands find their clients."""
        return os.pathsep.join([str(self._clients()), os.environ["PATH"]])

    def _clients(self) -> Path:
        folder = self.folder / "bin"
        if not folder.exists():
            for each in (folder, self.state, self.folder / "tmp"):
                each.mkdir(parents=True, exist_ok=True)
            for name in ("aws", "bundle", "docker", "dotnet", "gem", "mvn", "npm", "python", "twine"):
                program = HERE / ("aws_clients.py" if name in {"aws", "docker"} else "clients.py")
                client = folder / name
                client.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "{self.state}" {name} "$@"\n')
                client.chmod(0o755)
            # The real one, whose command line is kept as well.
            curl = folder / "curl"
            curl.write_text(f'#!/bin/sh\necho "$*" >> "{self.state}/curl"\nexec "{shutil.which("curl")}" "$@"\n')
            curl.chmod(0o755)
        return folder


def at_registry(url: str, package_format: PackageFormat, *files: str, kind: str = "Nexus") -> RegistryTarget:
    """A target on a server of somebody's own."""
    return RegistryTarget(
        name=f"nexus-{package_format}",
        application="shop",
        place=PLACE,
        format=package_format,
        files=files,
        kind=kind,
        url=f"{url}/index.json" if package_format is PackageFormat.NUGET else url,
        credentials="ci/nexus",
    )


def at_codeartifact(package_format: PackageFormat, *files: str) -> CodeArtifactTarget:
    """A target in CodeArtifact."""
    return CodeArtifactTarget(
        name=f"codeartifact-{package_format}",
        application="shop",
        place=PLACE,
        format=package_format,
        files=files,
        repository=PackageRepository(
            place=PLACE, domain="delivery-prod", owner="444455556666", repository="shop-packages"
        ),
    )
