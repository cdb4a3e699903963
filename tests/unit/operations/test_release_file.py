"""`release.yaml` in a bundle: what `validate-bundle` says of it, with lines."""

import zipfile
from pathlib import Path

import pytest

from operations.bundle.check import check_bundle
from operations.bundle.contents import open_bundle
from operations.bundle.release import Migration, read_release

APPSPEC = """version: 0.0
os: linux
files:
  - source: app
    destination: /opt/app
"""
GOOD = """version: 1
migrations:
  - id: 0041-add-orders
    reversible: true
  - id: 0042-drop-price
    reversible: false
    note: the column price is gone
"""


def findings(folder: Path, release: str | bytes | None) -> list[str]:
    """What is found in a bundle with this file."""
    with zipfile.ZipFile(folder / "bundle.zip", "w") as archive:
        archive.writestr("appspec.yml", APPSPEC)
        archive.writestr("app/run", "")
        if release is not None:
            archive.writestr("release.yaml", release)
    return [str(one) for one in check_bundle(open_bundle(folder / "bundle.zip"))]


@pytest.mark.parametrize("release", [None, GOOD, "version: 1\n", "version: 1\nmigrations: []\n"])
def test_a_bundle_may_have_none_and_a_good_one_is_good(tmp_path: Path, release: str | None) -> None:
    assert findings(tmp_path, release) == []


@pytest.mark.parametrize(
    ("release", "says"),
    [
        ("migrations: []\n", "release.yaml:1: error: version is missing"),
        ("version: 2\n", "release.yaml:1: error: version: given 2; allowed: 1, the only version there is"),
        ("version: 1\nmigration: []\n", "release.yaml:2: error: migration: unknown key; did you mean migrations?"),
        (GOOD.replace("true", "'yes'"), 'release.yaml:4: error: migrations[0].reversible: given "yes"; allowed: true'),
        (GOOD.replace("    note: the column price is gone\n", ""), "isn't reversible and has no note"),
        (
            GOOD.replace("0042-drop-price", "0041-add-orders"),
            "release.yaml:5: error: migrations[1].id: 0041-add",
        ),
        (GOOD.replace("    reversible: true\n", ""), "migrations[0]: reversible is missing"),
        ("version: 1\nmigrations: all\n", "a list of mappings with an id"),
        ("[1", "is no YAML"),
        (b"\xff", "isn't written in UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, release: str | bytes, says: str) -> None:
    (found,) = findings(tmp_path, release)
    assert says in found


def test_the_migrations_are_read_in_their_order() -> None:
    assert read_release(GOOD.encode()).migrations == (
        Migration(id="0041-add-orders", reversible=True),
        Migration(id="0042-drop-price", reversible=False, note="the column price is gone"),
    )
