"""The types that rules read, held against the provider that is installed."""

import re
from collections.abc import Mapping
from pathlib import Path

import pulumi_aws
import pytest

from rulebook.kit import facts

KINDS = sorted((kind for kind in vars(facts).values() if isinstance(kind, facts.Kind)), key=lambda kind: kind.noun)


@pytest.fixture(scope="module")
def aliases() -> Mapping[str, frozenset[str]]:
    """The spellings of each type of the AWS provider, its own and the older ones that it declares."""
    found: dict[str, frozenset[str]] = {}
    for path in Path(pulumi_aws.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        older = re.findall(r'Alias\(type_="([^"]+)"\)', text)
        for token in re.findall(r"__self__\)\.__init__\(\s*'([^']+)'", text):
            found[token] = frozenset({token, *older})
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_a_type_is_read_in_every_spelling_that_the_provider_declares(
    kind: facts.Kind, aliases: Mapping[str, frozenset[str]]
) -> None:
    of_provider = {token for token in kind.tokens if token.startswith("aws:")}
    spellings = {one for token in of_provider for one in aliases.get(token, frozenset())}
    assert spellings <= kind.tokens
    # A token that the provider doesn't know, in any spelling, is a slip of the pen.
    assert of_provider <= spellings
