"""Port and version come from outside, and a wrong port is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from storefront.configuration import UNRELEASED, ConfigurationError, read_configuration


def test_the_port_is_8080_unless_told(tmp_path: Path) -> None:
    assert read_configuration(environment={}, home=tmp_path).port == 8080
    assert read_configuration(environment={"PORT": "9090"}, home=tmp_path).port == 9090


@pytest.mark.parametrize("port", ["", "0", "65536", "-1", "http", "80.5"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="PORT"):
        read_configuration(environment={"PORT": port}, home=tmp_path)


def test_the_version_is_what_the_build_wrote(tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text("0123abcd\n", encoding="utf-8")
    assert read_configuration(environment={}, home=tmp_path).version == "0123abcd"


def test_a_checkout_without_a_build_says_so(tmp_path: Path) -> None:
    assert read_configuration(environment={}, home=tmp_path).version == UNRELEASED
