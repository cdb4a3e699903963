"""What a terminal asks, and whom."""

import errno
import io

import pytest

from operations.terminal import Terminal


def terminal(answers: str, *, as_json: bool = False) -> Terminal:
    return Terminal(as_json=as_json, errors=io.StringIO(), answers=io.StringIO(answers))


@pytest.mark.parametrize(
    ("answer", "agreed"), [("y\n", True), ("Yes \n", True), ("\n", False), ("n\n", False), ("sure\n", False)]
)
def test_only_yes_is_yes(answer: str, agreed: bool) -> None:
    assert terminal(answer).agrees("Go on?") is agreed


def test_an_answer_comes_without_the_spaces_around_it() -> None:
    assert terminal("  eu-west-1 \n").ask("region:") == "eu-west-1"


def test_no_more_answers_is_an_interruption() -> None:
    with pytest.raises(KeyboardInterrupt):
        terminal("").ask("region:")


def test_a_machine_is_asked_nothing() -> None:
    assert not terminal("y\n", as_json=True).can_ask
    assert terminal("y\n").can_ask


def test_a_process_without_standard_input_can_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert not Terminal().can_ask


def test_questions_are_no_result(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(answers=io.StringIO("y\n")).agrees("Go on?")
    assert capsys.readouterr() == ("", "Go on? [y/N] ")


def test_a_fact_fits_80_columns_and_an_address_stays_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    address = f"s3://{'b' * 63}/storefront-prod/Source/1"
    Terminal().fact("database", "nobody can tell: " + "why-not " * 20, address, "  git tag", "", beside=16)
    said = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in said if address not in line) <= 80
    assert said[0].startswith("database        nobody can tell: why-not")
    assert all(line.startswith(" " * 16) for line in said[1:-1])
    assert said[-3:] == [f"{' ' * 16}{address}", f"{' ' * 16}  git tag", ""]


class _Gone(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_terminal_that_is_gone_hinders_nobody_and_answers_nothing() -> None:
    gone = Terminal(errors=_Gone(), answers=io.StringIO("y\n"))
    gone.tell("half way")
    gone.trouble("oh")
    with pytest.raises(KeyboardInterrupt):
        gone.agrees("Go on?")
