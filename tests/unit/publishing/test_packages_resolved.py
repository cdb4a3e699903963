"""After the commands for its ecosystem, a build's client resolves from the stack's repository."""

import json
import subprocess
from pathlib import Path

import pytest

from components.packages import PackageRepository, resolving
from plans.publishing import package_setup
from runtimes import PackageFormat, Runtime
from tests.unit.publishing.aws_clients import TOKEN
from tests.unit.publishing.runs import PLACE, Machine

REPOSITORY = PackageRepository(
    place=PLACE,
    domain="delivery-prod",
    owner="444455556666",
    repository="shop-packages",
    formats=[one for one in PackageFormat if one is not PackageFormat.GENERIC],
)
ENDPOINT = "https://delivery-prod-444455556666.d.codeartifact.eu-west-1.amazonaws.com/ruby/shop-packages"


def environment_after(package_format: PackageFormat, machine: Machine) -> tuple[dict[str, str], str, list[list[str]]]:
    """The environment that later commands see, the log, and the calls of clients."""
    machine.tell("endpoint", ENDPOINT)
    after = machine.folder / "environment"
    environment = {"PATH": machine.path, "HOME": str(machine.folder), **REPOSITORY.settings}
    commands = [*resolving(package_format), f'env -0 > "{after}"']
    done = subprocess.run(
        ["bash", "-euc", "\n".join(commands)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    calls = [json.loads(line) for line in (machine.state / "calls.jsonl").read_text().splitlines()]
    assert not any(TOKEN in argument for call in calls for argument in call)
    found = dict(one.split("=", 1) for one in after.read_text().split("\0") if one)
    return found, done.stdout + done.stderr, calls


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(folder=tmp_path)


@pytest.mark.parametrize(
    ("package_format", "tool"),
    [(PackageFormat.PYPI, "pip"), (PackageFormat.NPM, "npm"), (PackageFormat.NUGET, "dotnet")],
)
def test_clients_that_aws_knows_are_logged_in_by_aws(
    package_format: PackageFormat, tool: str, machine: Machine
) -> None:
    _, _, calls = environment_after(package_format, machine)
    where = ["--domain", "delivery-prod", "--domain-owner", "444455556666", "--repository", "shop-packages"]
    assert calls == [["aws", "codeartifact", "login", "--tool", tool, *where]]


def test_maven_reads_the_token_from_its_environment(machine: Machine) -> None:
    environment, log, _ = environment_after(PackageFormat.MAVEN, machine)
    settings = (machine.folder / ".m2/settings.xml").read_text()
    assert "<password>${env.CODEARTIFACT_AUTH_TOKEN}</password>" in settings
    assert "<mirrorOf>*</mirrorOf>" in settings
    assert TOKEN not in settings + log
    assert environment["CODEARTIFACT_AUTH_TOKEN"] == TOKEN
    assert environment["CODEARTIFACT_ENDPOINT"].startswith("https://")


def test_bundler_goes_to_the_mirror_with_a_token_from_its_environment(machine: Machine) -> None:
    environment, log, calls = environment_after(PackageFormat.RUBYGEMS, machine)
    host = "DELIVERY___PROD___444455556666__D__CODEARTIFACT__EU___WEST___1__AMAZONAWS__COM"
    assert environment[f"BUNDLE_{host}"] == f"aws:{TOKEN}"
    assert ["bundle", "config", "set", "--global", "mirror.all", f"{ENDPOINT}/"] in calls
    assert TOKEN not in log


@pytest.mark.parametrize("runtime", Runtime)
def test_a_runtime_resolves_through_the_stack_where_it_has_a_store_for_it(runtime: Runtime) -> None:
    only_python = PackageRepository(
        place=PLACE, domain="d1", owner="444455556666", repository="r1", formats=[PackageFormat.PYPI]
    )
    assert package_setup(runtime, None) == ()
    assert bool(package_setup(runtime, REPOSITORY)) is (runtime is not Runtime.GO)
    assert bool(package_setup(runtime, only_python)) is (runtime is Runtime.PYTHON)


def test_a_build_ends_when_it_gets_no_token(machine: Machine) -> None:
    machine.tell("denied", "get-authorization-token")
    environment = {"PATH": machine.path, "HOME": str(machine.folder), **REPOSITORY.settings}
    for package_format in (PackageFormat.MAVEN, PackageFormat.RUBYGEMS):
        # CodeBuild looks at the exit code of each command.
        done = subprocess.run(["bash", "-c", resolving(package_format)[0]], env=environment, check=False)
        assert done.returncode != 0


def test_generic_files_are_fetched_by_nobody() -> None:
    assert resolving(PackageFormat.GENERIC) == ()


def test_the_snippet_of_the_documentation_is_what_we_run() -> None:
    text = (Path(__file__).parents[3] / "docs" / "builds.md").read_text()
    for package_format in (PackageFormat.PYPI, PackageFormat.MAVEN):
        for command in resolving(package_format):
            assert all(line.strip() in text for line in command.splitlines()), command
