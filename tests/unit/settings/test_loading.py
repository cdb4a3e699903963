"""Reading the Pulumi configuration and the neighbouring stack files."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from settings import SettingsError, load, parse
from settings.models import PromotionSource
from settings.siblings import Unreadable, named, read
from tests.unit.settings.stack_file import DIRECTORY, STOREFRONT, changed, config_of, neighbours_of, said


@pytest.fixture
def as_stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that makes Pulumi believe that a stack with this configuration is planned."""
    for name in ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS"):
        monkeypatch.delenv(name, raising=False)

    def pretend(stack: str, config: dict[str, Any], secrets: tuple[str, ...] = ()) -> None:
        texts = {key: one if isinstance(one, str) else json.dumps(one) for key, one in config.items()}
        pulumi.runtime.set_all_config(texts, list(secrets))
        monkeypatch.setattr(pulumi, "get_stack", lambda: stack)

    yield pretend
    pulumi.runtime.set_all_config({}, [])


def test_the_settings_of_the_planned_stack_are_read_from_pulumi(as_stack: Any) -> None:
    as_stack("prod", {**config_of("prod"), "aws:defaultTags": {}, "pulumi:tags": {"a": "b"}})
    settings = load(DIRECTORY)
    source = settings.applications["storefront"].source
    assert settings.environment.name == "prod"
    assert isinstance(source, PromotionSource)
    assert source.origin.account == "111122223333"
    assert settings == parse(config_of("prod"), stack="prod", siblings=neighbours_of("prod"))


def test_an_unknown_key_of_the_namespace_is_found_although_no_one_asks_for_it(as_stack: Any) -> None:
    as_stack("dev", {**config_of("dev"), "delivery:notification": {"emails": []}})
    with pytest.raises(SettingsError, match="delivery:notification: unknown key"):
        load(DIRECTORY)


def test_the_other_stack_is_found_while_the_keys_around_its_name_are_misspelled(as_stack: Any) -> None:
    config = changed(config_of("prod"), ((*STOREFRONT, "sorce"), {"provider": "promotion", "form": "staging"}))
    del config["delivery:applications"]["storefront"]["source"]
    config["delivery:aplications"] = config.pop("delivery:applications")
    as_stack("prod", config)
    with pytest.raises(SettingsError) as refusal:
        load(DIRECTORY)
    assert [str(problem).split(": ")[0] for problem in refusal.value.problems] == [
        "aplications.storefront.sorce",
        "aplications.storefront.sorce.form",
        "delivery:aplications",
    ]


def test_a_misspelled_namespace_is_found_and_other_namespaces_are_left_alone() -> None:
    config = {**config_of("dev"), "aws:profile": "x", "github:token": "y", "app:network": "z"}
    assert said(config, stack="dev") == []
    config["delivry:network"] = config.pop("delivery:network")
    (line,) = said(config, stack="dev")
    assert line == "delivry:network: unknown key; did you mean delivery:network?"


def test_an_encrypted_value_is_refused_and_not_shown(as_stack: Any) -> None:
    config = changed(config_of("dev"), ((*STOREFRONT, "build", "buildspec"), "/hunter2"))
    as_stack("dev", config, ("delivery:applications",))
    with pytest.raises(SettingsError) as refusal:
        load(DIRECTORY)
    assert "delivery:applications: given an encrypted value" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)
    assert len(refusal.value.problems) == 1


def test_text_that_only_begins_as_json_is_a_wrong_type_and_no_crash(as_stack: Any) -> None:
    as_stack("dev", {**config_of("dev"), "delivery:network": "{cidr: 10.0.0.0/16"})
    with pytest.raises(SettingsError, match=r"network: given .* allowed: a mapping"):
        load(DIRECTORY)


def test_only_the_files_of_the_stacks_that_are_named_are_read(tmp_path: Path) -> None:
    shutil.copy(DIRECTORY / "Pulumi.staging.yaml", tmp_path)
    (tmp_path / "Pulumi.broken.yaml").write_text("config: [\n", encoding="utf-8")
    assert "staging" in named(config_of("prod"))
    assert named({"a": {"source": {"from": "../../etc"}}, "b": 3, "c": {"promote": {"to": [None, "x/y"]}}}) == set()
    assert read(tmp_path, {"staging", "moon"}) == {"staging": config_of("staging")}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("config:\n  a: [hunter2\n", "it isn't YAML at line 3"),
        ("- 1\n", "it has no mapping `config`"),
        ("", "it has no mapping `config`"),
        ("config: !!python/object:os.system {}\n", "it isn't YAML at line 1"),
        ("config: {from: 2026-02-30}\n", "it can't be read (ValueError)"),
    ],
)
def test_a_neighbouring_file_that_can_not_be_used_says_why_without_its_content(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "Pulumi.other.yaml").write_text(text, encoding="utf-8")
    assert read(tmp_path, {"other"}) == {"other": Unreadable(reason)}


def test_bytes_that_are_no_text_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.other.yaml").write_bytes(b"\xff\xfe\x00config")
    assert isinstance(read(tmp_path, {"other"})["other"], Unreadable)


def test_only_the_loader_reads_pulumi_configuration() -> None:
    root = Path(__file__).parents[3]
    for room in ("settings", "components"):
        for file in (root / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if file != root / "settings" / "loader.py":
                assert "pulumi.Config(" not in text, file
                assert "get_stack(" not in text, file


def test_the_reference_is_printed_by_its_command() -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "settings.reference"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("| Key | Type | Default | What it is for |\n| --- |")
