"""Whatever a resource, a configuration or an exemption file looks like: findings or silence, never an exception.

The trees are those of all rules' own cases, spoiled at random places, and trees of the words that rules look for.
"""

import ast
import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rulebook.kit.exemptions import Exemption, Rejected, read
from rulebook.packs import DELIVERY, HARDENING, PACKS, reviewed_exemptions
from rulebook.tier_files import POLICIES
from tests.policies.cases.case import Kind, exemption
from tests.policies.cases.every import CASES
from tests.policies.harness import UNKNOWN, Answer, Engine, Given

MARKER = "Qx7Secret"
RULES = tuple({rule.id: rule for pack in PACKS for rule in pack.rules}.values())
KINDS = sorted({token for rule in RULES for kind in rule.kinds for token in (*kind.tokens, *kind.opaque)})
_SIGNED = "4dabf18193072939515e22adb298388d"
# As they travel: a secret, an asset, an archive, a reference to a resource
# (https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go).
SIGNED: tuple[Any, ...] = (
    {_SIGNED: "1b47061264138c4ac30d75fd1eb44270", "value": "hush"},
    {_SIGNED: "1b47061264138c4ac30d75fd1eb44270", "value": {"Statement": [UNKNOWN]}},
    {_SIGNED: "c44067f5952c0a294b673a41bacd8c17", "text": "hush"},
    {
        _SIGNED: "0def7320c3a5731c473e5ecbe6d01bc7",
        "assets": {"a": {_SIGNED: "c44067f5952c0a294b673a41bacd8c17", "text": ""}},
    },
    {_SIGNED: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::b", "id": ""},
)
UNSIGNED: tuple[Any, ...] = (
    *(UNKNOWN, None, True, False, 0, -1, 1e308, 3.5, "", "{", "[]", "null", '{"Statement": 1}', "true", "*", "::"),
    *({}, [], [[]], [None], [UNKNOWN], {"Statement": [1, None, "x"]}, {"": {}}),
    *("x" * 5000, "\u0000\ud7ff", "%zz", "=="),
)
ODD = (*SIGNED, *UNSIGNED)


def words() -> list[str]:
    """Every text in the rules' modules that may be a property's name or value."""
    found = {
        node.value
        for path in sorted((POLICIES / "rulebook" / "rules").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) < 60
    }
    return sorted(found)


class Fuzz:
    """Trees by chance; the same number gives the same trees."""

    def __init__(self, seed: int, *, odd: tuple[Any, ...] = ODD) -> None:
        self.odd = odd
        self.chance = random.Random(seed)  # noqa: S311 - a test wants the same trees each time
        self.words = words()

    def tree(self, depth: int) -> Any:
        """A tree of the words that rules know."""
        choice = self.chance.random()
        if depth == 0 or choice < 0.2:
            return self.chance.choice((self.chance.choice(self.odd), self.chance.choice(self.words)))
        if choice < 0.45:
            return [self.tree(depth - 1) for _ in range(self.chance.randrange(4))]
        return {self.chance.choice(self.words): self.tree(depth - 1) for _ in range(self.chance.randrange(6))}

    def spoiled(self, value: Any) -> Any:
        """The tree with one place changed; a JSON document in it may be changed inside."""
        choice = self.chance.random()
        if isinstance(value, dict) and value and choice < 0.85:
            key = self.chance.choice(sorted(value))
            if choice < 0.1:
                return {other: item for other, item in value.items() if other != key}
            return {**value, key: self.spoiled(value[key])}
        if isinstance(value, list) and value and choice < 0.85:
            at = self.chance.randrange(len(value))
            return [*value[:at], self.spoiled(value[at]), *value[at + 1 :]]
        if isinstance(value, str) and value.startswith("{") and choice < 0.7:
            return json.dumps(self.spoiled(json.loads(value))) if is_json(value) else value[:-1]
        if choice < 0.9:
            return self.chance.choice(self.odd)
        return self.chance.choice(([value], {"value": value}, [value, value]))

    def resources(self, number: int) -> Iterator[Given]:
        """Resources of the cases, as many of each type, each spoiled a few times and tied to others at random."""
        urns: list[str] = []
        by_type: dict[str, list[Given]] = {}
        for given in (given for case in CASES for given in case.given):
            by_type.setdefault(given.type, []).append(given)
        for index in range(number):
            given = self.chance.choice(by_type[self.chance.choice(sorted(by_type))])
            properties: Any = dict(given.properties)
            for _ in range(self.chance.randrange(1, 4)):
                spoiled = self.spoiled(properties)
                properties = spoiled if isinstance(spoiled, dict) else properties
            depends = {
                key: tuple(self.chance.choices(urns, k=2)) for key in properties if urns and self.chance.random() < 0.3
            }
            one = replace(
                given,
                name=f"r{index}",
                properties=properties,
                depends=depends,
                parent=self.chance.choice(urns) if urns and self.chance.random() < 0.2 else "",
                provider=given.provider and {key: self.chance.choice(self.odd) for key in given.provider},
                ignore_changes=self.chance.choice(((), ("tags",), ("[", "*"))),
            )
            urns.append(one.urn("prod"))
            yield one


def is_json(text: str) -> bool:
    """Whether a text is a JSON document."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def broken(answers: list[Answer]) -> list[str]:
    """The messages that tell of a rule's exception."""
    return sorted({answer.message for answer in answers if " broke (" in answer.message})


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_no_spoiled_resource_breaks_a_rule(seed: int, stack: str) -> None:
    given = list(Fuzz(seed).resources(500))
    parameters = {rule.id: {"unknown": "fail"} for rule in RULES} if seed % 2 else {}
    answers = Engine(rules=RULES, stack=stack, parameters=parameters).ask(*given)
    assert broken(answers) == []
    # The resources are still near enough to real ones that most rules have something to say.
    assert len({answer.rule for answer in answers}) > len(RULES) * (0.6 if stack == "prod" else 0.4)


def test_no_tree_of_words_breaks_a_rule() -> None:
    fuzz = Fuzz(20261123)
    given = [
        Given(
            type=KINDS[number % len(KINDS)],
            name=f"r{number}",
            properties={word: fuzz.tree(4) for word in fuzz.chance.sample(fuzz.words, 12)},
        )
        for number in range(300)
    ]
    assert broken(Engine(rules=RULES).ask(*given)) == []


def test_no_resource_without_anything_breaks_a_rule() -> None:
    given = [Given(type=token, name=f"r{number}", properties={}) for number, token in enumerate(KINDS)]
    answers = Engine(rules=RULES).ask(*given)
    assert broken(answers) == []
    assert broken(Engine(rules=RULES).ask()) == []


def test_no_message_tells_a_value_of_a_property() -> None:
    """Every text in these resources has a marker; messages may name the resource and its paths, nothing else."""

    def marked(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: marked(item) for key, item in value.items()}
        if isinstance(value, list):
            return [marked(item) for item in value]
        return f"{value}{MARKER}" if isinstance(value, str) and value != UNKNOWN and not is_json(value) else value

    given = [
        replace(one, name=f"r{number}", properties=marked(dict(one.properties)))
        for number, one in enumerate(one for case in CASES if case.kind is Kind.VIOLATING for one in case.given)
    ]
    answers = Engine(rules=RULES).ask(*given)
    assert answers
    assert [answer.message for answer in answers if MARKER in answer.message] == []


def test_two_thousand_resources_are_judged_in_seconds() -> None:
    given = list(Fuzz(7).resources(2000))
    for pack in (DELIVERY, HARDENING):
        begun = time.monotonic()
        assert broken(Engine(rules=pack.rules).ask(*given)) == []
        # Ten times what it takes; a rule that compares every resource with every other takes longer.
        assert time.monotonic() - begun < 30


def test_no_value_of_a_parameter_breaks_a_rule() -> None:
    fuzz = Fuzz(17)
    given = list(fuzz.resources(60))
    for _ in range(20):
        parameters = {
            rule.id: {parameter.name: fuzz.chance.choice((fuzz.chance.choice(ODD), fuzz.tree(2)))}
            for rule in RULES
            for parameter in [fuzz.chance.choice(rule.all_parameters)]
        }
        answers = Engine(rules=RULES, parameters=parameters).ask(*given)
        assert broken(answers) == []
        assert any("the configuration of" in answer.message for answer in answers)


def test_no_exemption_entry_breaks_a_rule_and_none_that_is_malformed_exempts() -> None:
    fuzz = Fuzz(11)
    entries = [fuzz.spoiled(exemption()) for _ in range(500)]
    entries += [fuzz.tree(3) for _ in range(500)]
    usable = [one for one in read(entries, rule="flow-auto-rollback") if isinstance(one, Exemption)]
    rejected = [one for one in read(entries, rule="flow-auto-rollback") if isinstance(one, Rejected)]
    assert len(usable) + len(rejected) == len(entries)
    assert all(len(one.reason.strip()) >= 20 and one.owner and one.ticket for one in usable)
    for odd in ODD:
        reviewed: Any = {rule.id: odd for rule in RULES}
        answers = Engine(rules=RULES, reviewed=reviewed).ask(Given(type=KINDS[0], properties={}))
        assert broken(answers) == []
    reviewed = {rule.id: entries[:20] for rule in RULES}
    assert broken(Engine(rules=RULES, reviewed=reviewed).ask(*list(fuzz.resources(40)))) == []


def refusal_of(folder: Path) -> str:
    """Why a folder's exemption file is refused; one of known rules and lists is taken."""
    try:
        entries = reviewed_exemptions(folder)
    except ValueError as error:
        return str(error)
    return "exemptions.json: taken" if set(entries) <= {rule.id for rule in RULES} else "taken with unknown rules"


def test_a_malformed_exemption_file_is_refused_by_a_clear_error(tmp_path: Path) -> None:
    fuzz = Fuzz(13)
    file = tmp_path / "exemptions.json"
    for _ in range(300):
        content = fuzz.chance.choice((fuzz.tree(3), {"flow-auto-rollback": fuzz.tree(2)}))
        text = json.dumps(content)
        file.write_text(text if fuzz.chance.random() < 0.7 else text[: fuzz.chance.randrange(len(text) + 1)])
        assert refusal_of(tmp_path).startswith("exemptions.json: ")
    file.write_bytes(b"\xff\xfe{")
    with pytest.raises(ValueError, match=r"^exemptions\.json: is not JSON"):
        reviewed_exemptions(tmp_path)
