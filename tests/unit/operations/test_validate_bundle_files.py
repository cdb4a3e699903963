"""`operations validate-bundle`: scripts, links, archives, and how the command ends."""

import io
import itertools
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from operations.commands import COMMANDS
from operations.line import run
from tests.unit.operations.bundles import FILES, LAMBDA, SCRIPT, SERVER, folder, said


@pytest.mark.parametrize(
    ("content", "executable", "expected"),
    [
        (SCRIPT, False, "scripts/start.sh:1: warning: has no run bit"),
        ("exit 0\n", True, "scripts/start.sh:1: warning: does not begin with #!"),
        ("#!/bin/sh\r\nexit 0\r\n", True, "scripts/start.sh:1: error: has line ends of Windows"),
    ],
)
def test_a_script_that_linux_does_not_run_as_meant_is_said(
    tmp_path: Path, content: str, executable: bool, expected: str
) -> None:
    bundle = folder(tmp_path, SERVER, {**FILES, "scripts/start.sh": content})
    (bundle / "scripts" / "start.sh").chmod(0o755 if executable else 0o644)
    (finding,) = said(bundle)
    assert finding.startswith(expected)


def test_windows_has_its_own_paths_and_no_permissions_and_accounts(tmp_path: Path) -> None:
    specification = SERVER.replace("linux", "windows").replace("/opt/app", r"C:\app").replace("scripts/", "scripts\\")
    assert said(folder(tmp_path, specification)) == [
        "appspec.yml:6: error: permissions: are for Linux; the agent on Windows refuses the whole specification",
        "appspec.yml:14: warning: hooks.AfterInstall[0].runas: ignored on Windows",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("appspec.yaml", "the agent on a server looks for appspec.yml, not for appspec.yaml"),
        ("deploy/appspec.yml", "no appspec.yml; there is deploy/appspec.yml, but it has to lie at the bundle's root"),
        ("spec.yml", "the bundle has no appspec.yml; only one of Lambda needs none"),
    ],
)
def test_the_specification_has_its_name_and_its_place(tmp_path: Path, name: str, expected: str) -> None:
    bundle = folder(tmp_path, SERVER)
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / "appspec.yml").rename(bundle / name)
    (finding,) = said(bundle)
    assert expected in finding


def test_a_link_out_of_the_bundle_is_said(tmp_path: Path) -> None:
    bundle = folder(tmp_path, SERVER)
    (bundle / "app" / "up").symlink_to("../../etc/passwd")
    (bundle / "app" / "near").symlink_to("../scripts/start.sh")
    assert said(bundle) == ["app/up:1: error: is a link out of the bundle, to ../../etc/passwd"]


def test_a_specification_that_is_no_utf8_is_said(tmp_path: Path) -> None:
    bundle = folder(tmp_path, SERVER)
    (bundle / "appspec.yml").write_bytes(SERVER.encode("utf-16"))
    assert said(bundle) == ["appspec.yml:1: error: isn't written in UTF-8"]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tgz"])
def test_an_archive_is_read_with_the_modes_of_its_files(tmp_path: Path, suffix: str) -> None:
    bundle = folder(tmp_path / "folder", SERVER)
    (bundle / "scripts" / "start.sh").chmod(0o644)
    archive = tmp_path / f"bundle{suffix}"
    if suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as writer:
            for path in sorted(bundle.rglob("*")):
                writer.write(path, path.relative_to(bundle))
    else:
        with tarfile.open(archive, "w:gz" if suffix != ".tar" else "w") as tar:
            tar.add(bundle, arcname=".")
    (finding,) = said(archive)
    assert finding.startswith("scripts/start.sh:1: warning: has no run bit")


def test_a_file_that_an_archive_has_under_two_names_is_read_under_both(tmp_path: Path) -> None:
    archive = tmp_path / "bundle.tar"
    with tarfile.open(archive, "w") as tar:
        for name, link in {"spec.yml": "", "appspec.yml": "spec.yml"}.items():
            entry = tarfile.TarInfo(name)
            entry.size = 0 if link else len(LAMBDA)
            entry.type, entry.linkname = (tarfile.LNKTYPE, link) if link else (tarfile.REGTYPE, "")
            tar.addfile(entry, io.BytesIO(LAMBDA.encode()))
    assert said(archive) == []


def test_an_archive_with_a_name_of_nothing_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "bundle.tar"
    with tarfile.open(archive, "w") as tar:
        entry = tarfile.TarInfo("appspec.yml")
        entry.type, entry.linkname = tarfile.LNKTYPE, "gone.yml"
        tar.addfile(entry)
    assert run(COMMANDS, ["validate-bundle", str(archive)]) == 2
    assert "bundle.tar can't be read: linkname 'gone.yml' not found" in capsys.readouterr().err


def test_an_archive_whose_names_are_no_text_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("äppspec.yml", SERVER)
    archive.write_bytes(archive.read_bytes().replace("ä".encode(), b"\xff\xff"))
    assert run(COMMANDS, ["validate-bundle", str(archive)]) == 2
    assert "bundle.zip can't be read: 'utf-8' codec can't decode" in capsys.readouterr().err


def test_an_archive_that_ends_too_early_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("appspec.yml", SERVER)
    content = bytearray(archive.read_bytes())
    sizes = content.rfind(b"PK\x01\x02") + 20
    content[sizes : sizes + 8] = (100_000).to_bytes(4, "little") * 2
    archive.write_bytes(content)
    assert run(COMMANDS, ["validate-bundle", str(archive)]) == 2
    assert "bundle.zip can't be read: it ends too early" in capsys.readouterr().err


def test_a_file_that_would_be_unpacked_elsewhere_is_said(tmp_path: Path) -> None:
    archive = tmp_path / "bundle.tar"
    with tarfile.open(archive, "w") as tar:
        for name, content in {"appspec.yml": LAMBDA, "../elsewhere": ""}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content.encode()))
    assert said(archive) == ["../elsewhere:1: error: lies outside of the bundle"]


def test_the_command_answers_by_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = folder(tmp_path / "good", SERVER), folder(tmp_path / "bad", SERVER.replace("linux", "os2"))
    hanging = folder(tmp_path / "hanging", SERVER.replace("      timeout: 60\n", ""))
    assert run(COMMANDS, ["validate-bundle", str(good)]) == 0
    assert capsys.readouterr().out == f"{good}: good\n"
    assert run(COMMANDS, ["validate-bundle", str(bad)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"{bad}: 1 error, 0 warnings"
    assert run(COMMANDS, ["validate-bundle", str(hanging)]) == 0
    assert run(COMMANDS, ["validate-bundle", str(hanging), "--strict"]) == 1
    capsys.readouterr()
    assert run(COMMANDS, ["validate-bundle", str(tmp_path / "none.zip")]) == 2
    assert "none.zip can't be read" in capsys.readouterr().err
    assert run(COMMANDS, ["validate-bundle", str(good / "appspec.yml")]) == 2
    assert "is no bundle: give a folder, or a file that ends in .zip" in capsys.readouterr().err


def test_a_machine_gets_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = folder(tmp_path, SERVER.replace("timeout: 60", "timeout: 0"))
    assert run(COMMANDS, ["validate-bundle", str(bundle), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["good"] is False
    (finding,) = document["findings"]
    assert (finding["file"], finding["line"], finding["weight"]) == ("appspec.yml", 13, "error")


def test_an_archive_with_broken_bytes_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("appspec.yml", SERVER * 20)
    content = bytearray(archive.read_bytes())
    content[45:60] = b"\xff" * 15
    archive.write_bytes(content)
    assert run(COMMANDS, ["validate-bundle", str(archive)]) == 2
    assert "bundle.zip can't be read: Error -3 while decompressing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version: 0.0\nos: " + "[" * 3000, "appspec.yml:1: error: is no YAML: it is nested too deeply"),
        ("version: 0.0\nos: linux\nfiles: &a\n  - *a\n", "appspec.yml:3: error: files[0]: given a list of 1"),
        (
            "a: &a [x]\n"
            + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in itertools.pairwise("abcdefghi")),
            "appspec.yml:1: error: a: unknown key",
        ),
    ],
)
def test_a_document_that_winds_around_itself_is_read_to_its_end(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "appspec.yml").write_text(text, encoding="utf-8")
    assert any(line.startswith(says) for line in said(tmp_path))
