"""How wide a text will be, without a font at hand, and where its lines break."""

import itertools
import re
import unicodedata
from typing import Final

_NARROW: Final = frozenset("fijlrtI.,:;'|!()[]/ ·-")
_SLIM: Final = frozenset("cksvxyzJ")
_BROAD: Final = frozenset("<>+=~^#&")
_WIDE: Final = frozenset("mwMW@%")


def width(text: str, *, size: float, bold: bool = False) -> float:
    """An upper estimate in pixels: DejaVu Sans is the widest face of our font list, other faces leave air."""
    ems = sum(_ems(character) for character in text)
    return ems * size * (1.13 if bold else 1.0)


def wrap(text: str, *, limit: float, size: float, bold: bool = False) -> list[str]:
    """Lines no wider than `limit` pixels: broken at spaces or after `@ - _ / :`, else before a capital, else
    anywhere. `release/*` stays together."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, limit=limit, size=size, bold=bold):
        if line and width((line + piece).rstrip(), size=size, bold=bold) > limit:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, *, limit: float, size: float, bold: bool) -> list[str]:
    pieces: list[str] = []
    words = re.findall(r"\S*?[@\-_/:]+(?=[^\s\d*])|\S+\s*", clean(text))
    for piece in itertools.chain.from_iterable(
        [word] if width(word.rstrip(), size=size, bold=bold) <= limit else re.split(r"(?<=[a-z])(?=[A-Z])", word)
        for word in words
    ):
        start = 0
        for end in range(1, len(piece) + 1):
            if end - start > 1 and width(piece[start:end].rstrip(), size=size, bold=bold) > limit:
                pieces.append(piece[start : end - 1])
                start = end - 1
        pieces.append(piece[start:])
    return pieces


def _ems(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in _NARROW:
        return 0.42
    if character in _SLIM:
        return 0.58
    if character in _WIDE:
        return 1.0
    if character in _BROAD:
        return 0.84
    if character.isupper():
        return 0.79
    return 0.64 if character.isascii() else 0.9


def clean(text: str) -> str:
    """One line of characters that XML can carry: whitespace becomes single spaces, control characters go."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())
