"""Packages are published by their own clients, once, with credentials that nobody sees."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.publishing import Target
from runtimes import PackageFormat
from tests.unit.publishing.aws_clients import TOKEN
from tests.unit.publishing.packages import file_of, jar
from tests.unit.publishing.registry import Registry, registry
from tests.unit.publishing.runs import Machine, at_codeartifact, at_registry

CLIENT = {
    PackageFormat.MAVEN: "mvn",
    PackageFormat.NPM: "npm",
    PackageFormat.PYPI: "twine",
    PackageFormat.NUGET: "dotnet",
    PackageFormat.RUBYGEMS: "gem",
}
KEPT_AT = {
    PackageFormat.MAVEN: ["/com/acme/shop/1.2.0/shop-1.2.0.pom", "/com/acme/shop/1.2.0/shop-1.2.0.jar"],
    PackageFormat.NPM: ["/acme-shop-1.2.0.tgz"],
    PackageFormat.PYPI: ["/packages/acme-shop/acme_shop-1.2.0-py3-none-any.whl"],
    PackageFormat.NUGET: ["/flat/acme.shop/1.2.0/acme.shop.1.2.0.nupkg"],
    PackageFormat.RUBYGEMS: ["/gems/shop-1.2.0.gem"],
    PackageFormat.GENERIC: ["/shop/2.0.1/dist/a%20tool.bin"],
}
HOSTED = [(kind, package_format) for kind in ("registry", "codeartifact") for package_format in CLIENT]
HOSTED.append(("registry", PackageFormat.GENERIC))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(folder=tmp_path)
    made.add("VERSION", "2.0.1\n")
    return made


@pytest.fixture
def kept() -> Iterator[Registry]:
    with registry() as one:
        yield one


def target_of(kind: str, package_format: PackageFormat, kept: Registry, machine: Machine, *files: str) -> Target:
    """A target whose registry is the one of the test."""
    globs = files or (file_of(package_format)[0].replace("1.2.0", "*"),)
    if kind == "registry":
        return at_registry(kept.url, package_format, *globs)
    kept.token = TOKEN
    machine.tell("endpoint", kept.url)
    return at_codeartifact(package_format, *globs)


def published(package_format: PackageFormat, kept: Registry, machine: Machine) -> tuple[Target, Path]:
    """A target with a package that is there already, and the package's file in the bundle."""
    file = machine.add(*file_of(package_format))
    target = target_of("registry", package_format, kept, machine)
    assert machine.publish(target).rc == 0
    return target, file


@pytest.mark.parametrize(("kind", "package_format"), HOSTED)
def test_a_package_is_there_afterwards_as_the_bundle_has_it(
    kind: str, package_format: PackageFormat, machine: Machine, kept: Registry
) -> None:
    path, content = file_of(package_format)
    machine.add(path, content)

    run = machine.publish(target_of(kind, package_format, kept, machine))

    assert run.rc == 0, run.text
    assert kept.written == KEPT_AT[package_format]
    assert kept.files[kept.written[-1]] == content
    if package_format in CLIENT:
        assert run.of(CLIENT[package_format]), run.calls


def test_a_token_of_codeartifact_lasts_no_longer_than_publishing_takes(machine: Machine, kept: Registry) -> None:
    machine.add(*file_of(PackageFormat.RUBYGEMS))

    run = machine.publish(target_of("codeartifact", PackageFormat.RUBYGEMS, kept, machine))

    (token,) = run.of("aws", "codeartifact", "get-authorization-token")
    assert token[token.index("--duration-seconds") + 1] == "900"


@pytest.mark.parametrize("package_format", KEPT_AT)
def test_the_same_package_again_is_no_failure_and_no_second_write(
    package_format: PackageFormat, machine: Machine, kept: Registry
) -> None:
    target, _ = published(package_format, kept, machine)
    written = list(kept.written)

    again = machine.publish(target)

    assert again.rc == 0, again.text
    assert "there already" in again.text
    assert kept.written == written


@pytest.mark.parametrize("package_format", KEPT_AT)
def test_other_content_under_a_version_that_is_there_fails_and_changes_nothing(
    package_format: PackageFormat, machine: Machine, kept: Registry
) -> None:
    target, _ = published(package_format, kept, machine)
    before = dict(kept.files)
    machine.add(*file_of(package_format, "changed"))

    other = machine.publish(target)

    assert other.rc == 1
    assert "nothing is overwritten" in other.text
    assert kept.files == before


@pytest.mark.parametrize(
    ("package_format", "status"),
    [*((one, 403) for one in KEPT_AT if one is not PackageFormat.NPM), (PackageFormat.GENERIC, 503)],
)
def test_no_answer_is_taken_for_a_package_that_is_not_there(
    package_format: PackageFormat, status: int, machine: Machine, kept: Registry
) -> None:
    path, content = file_of(package_format)
    machine.add(path, content)
    kept.broken = status
    target = target_of("registry", package_format, kept, machine)

    run = machine.publish(target)

    assert run.rc == 1
    assert f"answered {status}" in run.text
    assert kept.written == []
    assert [call for call in run.calls if call[0] != "python"] == []


def test_npm_that_can_not_ask_publishes_nothing(machine: Machine, kept: Registry) -> None:
    machine.add(*file_of(PackageFormat.NPM))
    machine.tell("unreachable")

    run = machine.publish(target_of("registry", PackageFormat.NPM, kept, machine))

    assert run.rc == 1
    assert "could not ask" in run.text
    assert run.of("npm", "publish") == []


@pytest.mark.parametrize("package_format", CLIENT)
def test_a_client_that_fails_fails_the_build(package_format: PackageFormat, machine: Machine, kept: Registry) -> None:
    machine.add(*file_of(package_format))
    machine.tell("refuse")

    run = machine.publish(target_of("registry", package_format, kept, machine))

    assert run.rc != 0
    assert "published" not in run.text
    assert kept.written == []


@pytest.mark.parametrize("package_format", KEPT_AT)
def test_a_bundle_without_the_files_fails(package_format: PackageFormat, machine: Machine, kept: Registry) -> None:
    run = machine.publish(target_of("registry", package_format, kept, machine, "dist/**/*.none"))

    assert run.rc == 1
    assert "no file of the bundle matches dist/**/*.none" in run.text


@pytest.mark.parametrize("package_format", CLIENT)
def test_clients_run_where_no_file_of_the_bundle_configures_them(
    package_format: PackageFormat, machine: Machine, kept: Registry
) -> None:
    machine.add(*file_of(package_format))
    for name in (".mvn/maven.config", ".npmrc", "nuget.config", ".pypirc"):
        machine.add(name, "what the bundle wants")

    run = machine.publish(target_of("registry", package_format, kept, machine))

    assert run.rc == 0, run.text
    assert (machine.state / "folders").read_text().strip().splitlines()
    assert str(machine.bundle) not in (machine.state / "folders").read_text()


def test_every_file_of_every_pattern_goes_once(machine: Machine, kept: Registry) -> None:
    for path in ("dist/a.bin", "dist/deep/b c.bin", "other/d.txt", "dist/e.txt"):
        machine.add(path, path)
    target = target_of("registry", PackageFormat.GENERIC, kept, machine, "dist/**/*.bin", "dist/a*", "other/*")

    assert machine.publish(target).rc == 0
    assert kept.written == [f"/shop/2.0.1/{path}" for path in ("dist/a.bin", "dist/deep/b%20c.bin", "other/d.txt")]


def test_a_snapshot_of_maven_is_refused(machine: Machine, kept: Registry) -> None:
    machine.add(*file_of(PackageFormat.MAVEN, version="1.3-SNAPSHOT"))

    run = machine.publish(target_of("registry", PackageFormat.MAVEN, kept, machine, "target/*.jar"))

    assert run.rc == 1
    assert "snapshot" in run.text
    assert kept.written == []


def test_a_shaded_jar_is_published_as_what_it_is_called(machine: Machine, kept: Registry) -> None:
    machine.add("target/shop-1.2.0.jar", jar(others=("shop-core", "zebra")))

    assert machine.publish(target_of("registry", PackageFormat.MAVEN, kept, machine)).rc == 0
    assert kept.written == KEPT_AT[PackageFormat.MAVEN]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(jar(artifact="core", others=("util",)), "called after none"), (b"PK\x05\x06" + bytes(18), "no POM of Maven")],
)
def test_an_archive_whose_coordinates_nobody_knows_is_refused(
    content: bytes, complaint: str, machine: Machine, kept: Registry
) -> None:
    machine.add("target/shop-1.2.0.jar", content)

    run = machine.publish(target_of("registry", PackageFormat.MAVEN, kept, machine))

    assert run.rc == 1
    assert complaint in run.text


def test_a_version_of_maven_that_is_there_by_half_is_left_to_a_person(machine: Machine, kept: Registry) -> None:
    target, _ = published(PackageFormat.MAVEN, kept, machine)
    del kept.files[KEPT_AT[PackageFormat.MAVEN][1]]

    run = machine.publish(target)

    assert run.rc == 1
    assert "by half, with its pom only" in run.text


def test_an_older_index_of_python_tells_by_md5_and_one_that_tells_nothing_is_not_believed(
    machine: Machine, kept: Registry
) -> None:
    target, _ = published(PackageFormat.PYPI, kept, machine)
    kept.digest = "md5"
    assert "same content" in machine.publish(target).text
    kept.digest = ""

    run = machine.publish(target)

    assert run.rc == 1
    assert "says nothing of the content" in run.text


@pytest.mark.parametrize(("version", "tag"), [("1.2.0", "latest"), ("1.3.0-rc.1", "next")])
def test_a_version_of_npm_that_is_not_final_does_not_become_the_latest(
    version: str, tag: str, machine: Machine, kept: Registry
) -> None:
    machine.add(*file_of(PackageFormat.NPM, version=version))

    run = machine.publish(target_of("registry", PackageFormat.NPM, kept, machine))

    (published,) = run.of("npm", "publish")
    assert published[published.index("--tag") + 1] == tag


@pytest.mark.parametrize("package_format", CLIENT)
def test_the_next_version_goes_beside_the_one_that_is_there(
    package_format: PackageFormat, machine: Machine, kept: Registry
) -> None:
    target, first = published(package_format, kept, machine)
    before = dict(kept.files)
    first.unlink()
    machine.add(*file_of(package_format, version="1.3.0"))

    run = machine.publish(target)

    assert run.rc == 0, run.text
    assert len(kept.files) == 2 * len(before)
    assert before.items() <= kept.files.items()


def test_an_index_of_python_that_is_empty_holds_nothing(machine: Machine, kept: Registry) -> None:
    machine.add(*file_of(PackageFormat.PYPI))
    kept.files["/simple/acme-shop/"] = b"<html><body></body></html>"

    run = machine.publish(target_of("registry", PackageFormat.PYPI, kept, machine))

    assert run.rc == 0, run.text
    assert kept.written == KEPT_AT[PackageFormat.PYPI]
