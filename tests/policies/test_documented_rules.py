"""`docs/rules.md` as a reader takes it: its examples, asked again as they are written there."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from docs import catalogue
from docs.examples import sentence
from docs.generate import RULES as PAGE
from rulebook.kit.rule import Rule
from tests.policies.harness import UNKNOWN, Engine, Given

TEXT = PAGE.read_text(encoding="utf-8")
RULES = {rule.id: rule for rule in catalogue.rules()}
REFERENCE = re.compile(r"(?<!\$)\$\{([\w-]+)\.\w+\}")


@dataclass(frozen=True)
class Example:
    """What the page shows: resources as Pulumi YAML, what is said of stack and configuration, and the answers."""

    resources: dict[str, Any]
    stack: str
    configuration: dict[str, Any]
    answers: list[str]


def section(rule: str) -> str:
    """What the page says of a rule."""
    found = re.search(rf"^### {rule}\n(.*?)(?=^##|\Z)", TEXT, flags=re.MULTILINE | re.DOTALL)
    assert found, f"{rule} has no section"
    return found[1]


def example(rule: str, verdict: str) -> Example:
    """The one that passes or fails."""
    pattern = rf"^\*\*{verdict}\*\*: ([^\n]+)\n\n```yaml\n(.*?)^```\n((?:\n> [^\n]+\n)*)"
    (shown,) = re.findall(pattern, section(rule), flags=re.MULTILINE | re.DOTALL)
    told, block, answers = shown
    stack = re.search(r"stack is called `([\w-]+)`", told)
    configuration = re.search(r"pack is configured with `(\{.*\})`", told)
    return Example(
        resources=yaml.safe_load(block)["resources"],
        stack=stack[1] if stack else "prod",
        configuration=json.loads(configuration[1]) if configuration else {},
        answers=re.findall(r"^> (.+)$", answers, flags=re.MULTILINE),
    )


def token(short: str) -> str:
    """The type that the engine knows by `aws:s3:Bucket`."""
    package, module, kind = short.split(":")
    return short if package == "pulumi" else f"{package}:{module}/{kind[0].lower()}{kind[1:]}:{kind}"


def given(name: str, shown: Example) -> Given:
    """A resource of an example as the engine shows it to a pack at preview."""
    resource = shown.resources[name]
    properties: dict[str, Any] = {}
    depends: dict[str, tuple[str, ...]] = {}
    for key, value in resource.get("properties", {}).items():
        known = evaluated(value)
        # The engine shows a provider's lists and objects as text.
        as_text = resource["type"].startswith("pulumi:providers:") and not isinstance(known, str)
        properties[key] = json.dumps(known) if as_text else known
        named = dict.fromkeys(REFERENCE.findall(json.dumps(value)))
        depends[key] = tuple(
            Given(type=token(shown.resources[other]["type"]), properties={}, name=other).urn(shown.stack)
            for other in named
        )
    options = resource.get("options", {})
    return Given(
        type=token(resource["type"]),
        properties=properties,
        name=name,
        protect=options.get("protect", False),
        ignore_changes=tuple(options.get("ignoreChanges", ())),
        depends=depends,
    )


def evaluated(value: Any) -> Any:
    """A value of a YAML program as it is at preview, where no other resource has been made."""
    if isinstance(value, str):
        return UNKNOWN if REFERENCE.search(value) else value.replace("$${", "${")
    if isinstance(value, list):
        return [evaluated(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"fn::toJSON"}:
        return json.dumps(evaluated(value["fn::toJSON"]))
    if set(value) == {"fn::toBase64"}:
        return b64encode(evaluated(value["fn::toBase64"]).encode()).decode()
    return {key: evaluated(one) for key, one in value.items()}


def answered(rule: Rule, shown: Example) -> list[str]:
    """What the rule says of an example; other rules that the configuration names are asked before it."""
    before = [RULES[other] for other in shown.configuration if other != rule.id]
    engine = Engine(rules=[*before, rule], stack=shown.stack, parameters=shown.configuration)
    answers = engine.ask(*(given(name, shown) for name in shown.resources))
    return [sentence(answer.message) or answer.message for answer in answers if answer.rule == rule.id]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.id))
def test_the_example_that_passes_does_and_the_one_that_fails_gets_the_answer_below_it(rule: Rule) -> None:
    passes, fails = example(rule.id, "Passes"), example(rule.id, "Fails")
    assert answered(rule, passes) == passes.answers == []
    assert fails.answers
    assert answered(rule, fails) == fails.answers
    assert UNKNOWN not in section(rule.id)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.id))
def test_a_section_has_what_why_levels_parameters_fix_and_references(rule: Rule) -> None:
    text = section(rule.id)
    assert f"**{rule.title}** {rule.why}" in text
    assert f"- **To fix it**: {rule.fix}\n" in text
    assert rule.reference in text
    assert all(f"{one.name} {one.version}: {one.control}" in text for one in rule.frameworks)
    assert all(word in text for word in ("- **Levels**: dev: ", "staging: ", "prod: ", f"severity {rule.severity}"))
    assert all(f"| `{one.name}` |" in text for one in rule.parameters)
    assert f"- [`{rule.id}`](#{rule.id})\n" in TEXT.partition("\n## Contents\n")[2]
    assert rule.documentation == f"docs/rules.md#{rule.id}"


def test_the_table_for_the_readme_has_one_line_a_rule() -> None:
    table = catalogue.readme_table()
    assert all(table.count(f"`{rule}`") == 1 for rule in RULES)
    line = next(line for line in table.splitlines() if "flow-prod-blue-green" in line)
    assert line.endswith("| - | advisory | mandatory |")
