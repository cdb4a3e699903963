"""`make diagram`: a stack file becomes pictures in a moment, without an engine, or all of its mistakes are said."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from offline import commands
from offline.commands import diagram
from offline.diagrams import draw
from offline.layout import Layout
from offline.voice import MissingError
from settings import SettingsError, read
from tests.unit.planning import ROOT, STACKS, Change, config_of


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of somebody else: three stack files and nothing besides."""
    for stack in STACKS:
        shutil.copy(ROOT / f"Pulumi.{stack}.yaml", tmp_path)
    return tmp_path


def changed(project: Path, stack: str, change: Change) -> Path:
    """One of its stack files, changed."""
    file = project / f"Pulumi.{stack}.yaml"
    config = config_of(stack)
    change(config)
    file.write_text(yaml.safe_dump({"config": config}))
    return file


def test_a_stack_gives_a_picture_a_flowchart_and_a_text_and_so_do_all_stacks_beside_it(project: Path) -> None:
    written = draw(file=project / "Pulumi.prod.yaml", folder=project / "drawn")
    assert [path.name for path in written] == [
        *(f"storefront-prod.{ending}" for ending in ("svg", "mmd", "md")),
        *(f"storefront.overview.{ending}" for ending in ("svg", "mmd", "md")),
    ]
    for path in written[3:]:
        assert all(stack in path.read_text() for stack in STACKS)
    assert sorted(written) == sorted((project / "drawn").iterdir())


def test_a_stack_that_is_alone_has_no_overview(project: Path) -> None:
    (project / "Pulumi.prod.yaml").unlink()
    (project / "Pulumi.staging.yaml").unlink()
    written = draw(file=project / "Pulumi.dev.yaml", folder=project / "drawn")
    assert [path.stem for path in written] == ["storefront-dev"] * 3


def test_a_broken_neighbour_is_left_out_and_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "Pulumi.qa.yaml").write_text("config: {delivery:environment: {tier: moon}}")
    written = draw(file=project / "Pulumi.dev.yaml", folder=project / "drawn")
    assert "## qa" not in (project / "drawn" / "storefront.overview.md").read_text()
    assert len(written) == 6
    assert "» the overview leaves qa out: Pulumi.qa.yaml: " in capsys.readouterr().err


def test_every_mistake_of_a_stack_file_is_said_and_nothing_is_written(project: Path) -> None:
    def wrong(config: dict[str, object]) -> None:
        config["delivery:environment"] = {"tier": "moon", "account": "12"}

    file = changed(project, "dev", wrong)
    with pytest.raises(SettingsError) as refused:
        draw(file=file, folder=project / "drawn")
    assert [line.split(":")[0].strip() for line in str(refused.value).splitlines()[1:]] == [
        "environment.account",
        "environment.tier",
    ]
    assert not (project / "drawn").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [", "it isn't YAML"),
        ("config: 3", "it has no mapping `config`"),
        ("", "it has no mapping `config`"),
    ],
)
def test_a_file_that_is_no_stack_file_is_said_to_be_none(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "Pulumi.mine.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=said):
        read(file)


def test_an_encrypted_value_is_refused_and_not_shown(project: Path) -> None:
    def secret(config: dict[str, object]) -> None:
        config["delivery:notifications"] = {"secure": "v1:abcdefghijkl:mnop"}

    with pytest.raises(SettingsError) as refused:
        read(changed(project, "dev", secret))
    assert "given an encrypted value" in str(refused.value)
    assert "abcdefghijkl" not in str(refused.value)


def test_the_command_ends_with_the_paths_or_with_the_mistakes(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What asks the engine isn't there.
    monkeypatch.setattr(commands, "open_session", None)
    layout = Layout(root=project)
    assert diagram(layout=layout, stack="staging", file=project / "Pulumi.staging.yaml") == 0
    assert "diagram: .offline/diagrams/storefront-staging.svg\n" in capsys.readouterr().out
    assert (layout.diagrams / "storefront-staging.svg").is_file()

    (project / "Pulumi.staging.yaml").write_text("config: {}")
    assert diagram(layout=layout, stack="staging", file=project / "Pulumi.staging.yaml") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Pulumi.staging.yaml: " in shown.err

    with pytest.raises(MissingError, match=r"FILE is the path of a Pulumi.<stack>.yaml"):
        diagram(layout=layout, stack="moon", file=project / "Pulumi.moon.yaml")


def test_it_needs_no_engine_no_state_and_no_network(project: Path, tmp_path: Path) -> None:
    file, folder = project / "Pulumi.prod.yaml", tmp_path / "drawn"
    program = (
        "import sys; from pathlib import Path; from offline.diagrams import draw; "
        "draw(file=Path(sys.argv[1]), folder=Path(sys.argv[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file), str(folder)],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "storefront-prod.svg").is_file()
