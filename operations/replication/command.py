"""`operations replicate`."""

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.command import Example, Exit, UnusableError
from operations.engine import PACKS, PROJECT
from operations.replication.answers import NOTHING, Answers, said, short, shown
from operations.replication.page import Page
from operations.replication.questions import Home, Question, clashes, encrypted, questions, whereabouts
from operations.stack import stack_file, stacks
from operations.terminal import Terminal
from settings import SettingsError, parse
from settings import siblings as neighbours
from settings.fields import is_stack_name
from settings.problems import Problem

ENCRYPTION = ("secretsprovider", "encryptedkey", "encryptionsalt")
"""How a stack encrypts: Pulumi makes it anew for each."""

LONGEST_NAME = 100
"""https://www.pulumi.com/docs/iac/concepts/stacks/"""


@dataclass(frozen=True, kw_only=True)
class Replicate:
    """Writes the stack file of a new environment from that of another.

    Args:
        project: where the stack files are.
    """

    project: Path = PROJECT

    name = "replicate"
    purpose = "write the file of another environment like this one"
    about = (
        "Writes Pulumi.<to>.yaml from Pulumi.<from>.yaml, with its order and comments.\n"
        "Whatever belongs to one environment alone is asked, unless --set says it.\n"
        "Nothing is written unless the program would take the file, and no file is\n"
        "overwritten. Nothing is asked of AWS."
    )
    examples = (
        Example(line="replicate --from staging --to qa", purpose="asks for everything that must differ"),
        Example(line="replicate --from dev --to sandbox --yes", purpose="takes what is proposed, asks nothing"),
        Example(
            line="replicate --from dev --to us --set region=us-east-1",
            purpose="the same environment in another region",
        ),
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", required=True, dest="source", metavar="STACK", help="the environment there is")
        parser.add_argument("--to", required=True, dest="target", metavar="STACK", help="the environment to come")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            dest="values",
            metavar="PLACE=VALUE",
            help=f"a value, as YAML; {NOTHING} leaves the key out; may be said often",
        )
        parser.add_argument("--yes", action="store_true", help="ask nothing, take what is proposed")

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        file = self.project / f"Pulumi.{given.target}.yaml"
        siblings = self._siblings(given.source, given.target, file)
        page = self._page(given.source)
        config = page.content["config"]
        asks = terminal.can_ask and not given.yes
        answers = Answers(given=said(given.values), terminal=terminal if asks else None, patient=not given.yes)
        if asks:
            terminal.trouble(f"Enter takes what stands in brackets, {NOTHING} leaves the key out.")
        page = answers.said_before(page)
        for question in whereabouts(config):
            page = answers.settle(page, question)
        here, there = _home(config, given.source), _home(page.content["config"], given.target)
        for question in questions(config, source=given.source, here=here, there=there, siblings=siblings):
            page = answers.settle(page, question)
        if answers.unanswered:
            raise UnusableError(_unanswered(answers.unanswered))
        lost = encrypted(config)
        for key in lost:
            page = page.without(("config", key))
        if problems := _problems(page, given.target, siblings):
            terminal.hand_over({"file": file.name, "written": False, "problems": [str(one) for one in problems]})
            terminal.trouble(str(SettingsError(file.name, problems)).replace("planned", "written"))
            if asks:
                again = shlex.join(answers.words())
                terminal.trouble(f"The same again: replicate --from {given.source} --to {given.target} {again}")
            return Exit.REFUSED
        _write(file, page.text)
        self._tell(terminal, given, answers=answers, lost=lost, region=there.region)
        return Exit.DONE

    def _siblings(self, source: str, target: str, file: Path) -> neighbours.Siblings:
        """Every stack file there is.

        Raises:
            UnusableError: the new one is there already, or the other isn't.
        """
        if not is_stack_name(target):
            raise UnusableError(f"{target}: no name for a stack; a-z 0-9 and single -, beginning with a letter")
        if len(target) > LONGEST_NAME:
            raise UnusableError(f"{target}: a stack's name has at most {LONGEST_NAME} characters")
        if file.exists():
            raise UnusableError(f"{file.name} is there already, and nothing is overwritten")
        stack_file(source, project=self.project)
        siblings = neighbours.read(self.project, stacks(self.project))
        if isinstance(config := siblings[source], neighbours.Unreadable):
            raise UnusableError(f"Pulumi.{source}.yaml: {config.reason}")
        return siblings

    def _page(self, source: str) -> Page:
        file = stack_file(source, project=self.project)
        page = Page(text=file.read_text(encoding="utf-8"))
        if found := page.alias:
            alias, line = found
            raise UnusableError(f"{file.name}: {alias} in line {line} stands for another place; write it out first")
        for key in ENCRYPTION:
            page = page.without((key,))
        return page

    def _tell(self, terminal: Terminal, given: Namespace, *, answers: Answers, lost: list[str], region: str) -> None:
        stack = given.target
        commands = [
            f"make up STACK={stack}",
            f'pulumi stack init {stack} --secrets-provider="awskms://alias/pulumi-state?region={region}"',
            *(f"pulumi config set --secret {key} --stack {stack}" for key in lost),
            f"pulumi preview --stack {stack} {PACKS}",
            f"pulumi up --stack {stack} {PACKS}",
        ]
        kept = [question for question, answer in answers.settled if answer == question.was]
        file = f"Pulumi.{stack}.yaml"
        terminal.hand_over({"file": file, "written": True, "kept": [short(one.path) for one in kept], "next": commands})
        terminal.say(f"{file}: written from Pulumi.{given.source}.yaml")
        if kept:
            terminal.say(f"As in {given.source}, and about one environment:")
            terminal.table(("place", "value"), [(f"  {short(one.path)}", shown(one.was)) for one in kept])
        terminal.say("Next (the first without an account, the others with one):")
        for command in commands:
            terminal.say(f"  {command}")


def _write(file: Path, text: str) -> None:
    """Write a file that isn't there, or leave none.

    Raises:
        UnusableError: it can't be written, or somebody has written it meanwhile.
    """
    try:
        opened = file.open("x", encoding="utf-8")
        try:
            with opened:
                opened.write(text)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnusableError(f"{file.name} can't be written: {error.strerror}") from error


def _problems(page: Page, stack: str, siblings: neighbours.Siblings) -> tuple[Problem, ...]:
    """Everything that the program would refuse, and what the new environment would take from others."""
    config = page.content["config"]
    found = list(clashes(config, stack=stack, siblings=siblings))
    try:
        parse(config, stack=stack, siblings={name: siblings[name] for name in neighbours.named(config) & set(siblings)})
    except SettingsError as error:
        found += error.problems
    return tuple(found)


def _home(config: Mapping[str, Any], stack: str) -> Home:
    """Where an environment is.

    Raises:
        UnusableError: its values don't say it.
    """
    site = neighbours.site_of(stack, config)
    if site is None:
        raise UnusableError("environment.account (12 digits) and region have to be known first")
    return Home(account=site.account, region=site.region)


def _unanswered(open_questions: list[Question]) -> str:
    lines = ["nobody is here to answer; --yes takes what is proposed, the rest has to be said:"]
    for one in open_questions:
        place = short(one.path)
        word = f"{place}=…" if one.proposal is None else shlex.quote(f"{place}={shown(one.proposal)}")
        lines.append(f"  --set {word}  ({one.why})")
    return "\n".join(lines)
