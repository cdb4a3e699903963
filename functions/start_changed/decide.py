"""The decisions of `start_changed`: plain values in, plain values out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline_job.failures import RefusedError
from pipeline_job.values import fixed_values, text_of, texts_of
from repository_events.client_token import client_token
from repository_events.event import ReferenceChange


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    repository: str
    pipeline: str
    action: str
    variable: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=cls.__dataclass_fields__)
        includes, excludes = texts_of(values, "includes"), texts_of(values, "excludes")
        for pattern in (*includes, *excludes):
            glob(pattern)
        return cls(
            repository=text_of(values, "repository"),
            pipeline=text_of(values, "pipeline"),
            action=text_of(values, "action"),
            variable=text_of(values, "variable"),
            includes=includes,
            excludes=excludes,
        )


def no_business(change: ReferenceChange, *, parameters: Parameters) -> str:
    """Why the event starts nothing, whatever was changed; empty where the paths decide."""
    if change.repository != parameters.repository:
        return f"{change.event} of {change.repository} is not watched"
    if change.deleted:
        return f"{change.kind} {change.name} is deleted, there is nothing to build"
    if change.commit == change.old_commit:
        return f"{change.kind} {change.name} stands where it stood, at {change.commit}"
    return ""


def counts(path: str, *, parameters: Parameters) -> bool:
    """Whether a change of this path starts the pipeline."""
    included = not parameters.includes or _any(path, parameters.includes)
    return included and not _any(path, parameters.excludes)


def token(change: ReferenceChange) -> str:
    """The same for the same push each time, so that CodePipeline starts one execution for an event that comes twice.

    The old commit is part of it: a branch that comes back to a commit is started again.
    """
    return client_token(change.commit, change.old_commit, change.kind, change.name)


@cache
def glob(pattern: str) -> re.Pattern[str]:
    r"""The pattern as CodePipeline reads it (https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html).

    `*` is any part of a name within its folder, `**` crosses folders, `?` is one character of a name, `[ab]`, `[a-c]`
    and `[!a]` are one of or none of a set, `{one,other}` is one of several, without nesting, and `\` takes a wildcard
    literally. `**/x` wants a folder before `x`; write `{x,**/x}` for both.

    Raises:
        RefusedError: a bracket, a brace or a backslash is left open, or a set makes no sense.
    """
    try:
        return re.compile(rf"{_translated(pattern)}\Z", re.DOTALL)
    except re.error as error:
        raise RefusedError(f"The path pattern {pattern} has a set that makes no sense.") from error


_WORD = re.compile(
    r"\\(?P<escaped>.)|\[(?P<set>[^\]]+)\]|\{(?P<group>(?:\\.|[^{}\\])*)\}|(?P<wild>\*\*|\*|\?)|(?P<plain>[^\\\[{])",
    re.DOTALL,
)
_WORDS = re.compile(f"(?:{_WORD.pattern})*", re.DOTALL)
_COMMA = re.compile(r"(?<!\\),")
_WILD = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def _translated(pattern: str) -> str:
    """The pattern as a regular expression, word by word."""
    if not _WORDS.fullmatch(pattern):
        raise RefusedError(f"The path pattern {pattern} has an open bracket, brace or backslash.")
    words = []
    for word in _WORD.finditer(pattern):
        if word["set"]:
            words.append(_set(word["set"]))
        elif word["group"] is not None:
            words.append(f"(?:{'|'.join(map(_translated, _COMMA.split(word['group'])))})")
        else:
            words.append(_WILD.get(word["wild"]) or re.escape(word["escaped"] or word["plain"]))
    return "".join(words)


def _set(signs: str) -> str:
    """The inside of brackets, where only a leading `!` and a hyphen between two signs mean something."""
    negated, signs = signs.startswith("!"), signs.removeprefix("!")
    escaped = "".join(f"\\{sign}" if sign in "\\[]^&~|" else sign for sign in signs)
    return f"(?!/)[{'^' if negated else ''}{escaped}]"


def _any(path: str, patterns: Iterable[str]) -> bool:
    return any(glob(pattern).match(path) for pattern in patterns)
