"""The command around reader and writers, with other programs in the engine's place."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from rulebook.reports.__main__ import main
from tests.policies.reports.stream import asked, end, lines, violation

FILES = ["alerts.sarif", "findings.md", "findings.sarif", "findings.xml"]


def test_the_exit_code_of_events_says_whether_the_preview_passed(tmp_path: Path) -> None:
    good, bad, cut = (tmp_path / name for name in ("good", "bad", "cut"))
    good.write_bytes(b"\n".join(lines(asked("a"), end())))
    bad.write_bytes(b"\n".join(lines(violation(), end("failed"))))
    cut.write_bytes(b"\n".join(lines(asked("a"))))

    assert [main([*into(tmp_path), "--events", str(file)]) for file in (good, bad, cut)] == [0, 1, 1]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES


def test_events_are_also_read_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines(violation(), end("failed"))))))

    assert main([*into(tmp_path), "--events", "-"]) == 1
    assert "flow-prod-manual-approval" in (tmp_path / "out" / "findings.md").read_text()


def test_a_command_is_run_with_an_event_log_and_its_exit_code_is_kept(tmp_path: Path) -> None:
    code = run(tmp_path, lines(violation(), end("failed")), "sys.exit(7)")

    assert code == 7
    assert "refused by the policies" in (tmp_path / "out" / "findings.md").read_text()


def test_a_command_that_fails_before_any_event_is_reported_with_its_last_words(tmp_path: Path) -> None:
    code = run(tmp_path, [], "sys.exit('error: no stack named moon found')")

    assert code == 1
    for name in FILES:
        assert "no stack named moon found" in (tmp_path / "out" / name).read_text()


def test_a_command_that_fails_without_a_word_is_reported_with_its_exit_code(tmp_path: Path) -> None:
    assert run(tmp_path, lines(asked("a"), end()), "sys.exit(9)") == 9
    assert "exit code 9" in (tmp_path / "out" / "findings.md").read_text()


def test_a_command_that_succeeds_under_no_pack_fails_all_the_same(tmp_path: Path) -> None:
    assert run(tmp_path, lines({"summaryEvent": {"result": "succeeded"}}), "") == 1


def test_a_command_that_is_not_there_is_reported(tmp_path: Path) -> None:
    assert main([*into(tmp_path), "--", str(tmp_path / "pulumi"), "preview"]) == 2
    assert "can't be started" in (tmp_path / "out" / "findings.md").read_text()


def test_files_of_an_earlier_run_do_not_outlive_a_later_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, lines(asked("a"), end()), "")

    assert main([*into(tmp_path), "--events", str(tmp_path / "nothing")]) == 2
    assert list((tmp_path / "out").iterdir()) == []
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [[], ["--events", "a", "--", "pulumi"], ["--", "pulumi", "preview", "--event-log=mine"]]
)
def test_a_wrong_call_is_refused(wrong: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        main([*into(tmp_path), *wrong])
    assert refused.value.code == 2


def test_the_place_of_findings_is_the_stacks_file_without_the_organization(tmp_path: Path) -> None:
    file = tmp_path / "events"
    file.write_bytes(b"\n".join(lines(violation(), end("failed"))))
    for given, place in (([], "Pulumi.prod.yaml"), (["--stack-file", "infra/a.yaml"], "infra/a.yaml")):
        main(["--stack", "acme/shop/prod", "--into", str(tmp_path / "out"), *given, "--events", str(file)])
        (run_,) = json.loads((tmp_path / "out" / "findings.sarif").read_text())["runs"]
        (where,) = run_["results"][0]["locations"]
        assert where["physicalLocation"]["artifactLocation"]["uri"] == place


def into(folder: Path) -> list[str]:
    return ["--stack", "prod", "--into", str(folder / "out")]


def run(folder: Path, events: list[bytes], last: str) -> int:
    """The command around a program that writes these events where it is told to, as the engine does."""
    (folder / "given").write_bytes(b"\n".join(events))
    program = (
        "import os, pathlib, sys\n"
        "assert os.environ['PULUMI_DEBUG_COMMANDS'] == 'true' and sys.argv[1] == '--event-log'\n"
        f"pathlib.Path(sys.argv[2]).write_bytes(pathlib.Path({str(folder / 'given')!r}).read_bytes())\n"
        f"{last}\n"
    )
    return main([*into(folder), "--", sys.executable, "-c", program])
