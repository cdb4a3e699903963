"""A passing and a failing example of each rule, as Pulumi YAML.

They are cases of the rule's own tests, which run through the runtime's analyzer; so none of them can be wrong. The
first compliant and the first violating case of a rule in which every value is known, or is given by another resource of
the case, is shown.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import yaml

from rulebook.kit.rule import Rule, StackRule
from tests.policies.cases.case import Case, Kind
from tests.policies.cases.every import CASES, asked
from tests.policies.harness import UNKNOWN, Given

_PROVIDER = "pulumi:providers:"
_NAMES = {
    "role": "name",
    "rule": "name",
    "repository": "name",
    "repositoryName": "repositoryName",
    "approvalRuleTemplateName": "name",
}
"""What a property takes of another resource; not in here: its id where it is a bucket, else its ARN."""
_BUCKET = "aws:s3/"
_CALL = "fn::"
_WIDTH = 124
"""Characters: as many as an action of a pipeline needs in one line."""


class UnshowableError(Exception):
    """A case has something that Pulumi YAML, or a reader, doesn't know."""


def example(rule: Rule, kind: Kind) -> Case:
    """The case of a rule that is its example.

    Raises:
        LookupError: each case of this kind has a value that isn't known.
    """
    for case in CASES:
        if case.rule is rule and case.kind is kind and is_showable(case):
            return case
    raise LookupError(f"{rule.id} has no case '{kind}' in which everything is known")


def is_showable(case: Case) -> bool:
    """Whether a case can be written as Pulumi YAML."""
    try:
        resources(case)
    except UnshowableError:
        return False
    return True


def shown(rule: Rule) -> str:
    """Both examples as Markdown."""
    return f"{_shown(example(rule, Kind.COMPLIANT))}\n{_shown(example(rule, Kind.VIOLATING))}"


def _shown(case: Case) -> str:
    what = case.what[0].upper() + case.what[1:]
    told = [f"**{'Fails' if case.finds else 'Passes'}**: {what}.", _circumstances(case)]
    lines = [" ".join(part for part in told if part), "", "```yaml", as_yaml(case).rstrip(), "```", ""]
    for answer in asked(case):
        lines += [f"> {sentence(answer.message)}", ""]
    return "\n".join(lines)


def sentence(message: str) -> str:
    """What a rule says of the resources, without its title and how to fix it."""
    return message.partition("\n")[2].partition(" To fix it: ")[0]


def _circumstances(case: Case) -> str:
    configuration: dict[str, Any] = {**case.others, **({case.rule.id: case.parameters} if case.parameters else {})}
    where = [f"the stack is called `{case.stack}`"] if case.stack != "prod" else []
    said = [f"the pack is configured with `{json.dumps(configuration)}`"] if any(configuration.values()) else []
    told = " and ".join((*where, *said))
    return told and f"{told[0].upper()}{told[1:]}."


def as_yaml(case: Case) -> str:
    """The resources of a case."""
    lines = ["resources:"]
    for name, resource in resources(case).items():
        lines += [f"  {name}:", *(f"    {key}: {_flow(one)}" for key, one in resource.items() if isinstance(one, str))]
        for key in ("properties", "options"):
            if key in resource:
                lines += [f"    {key}:", *_lines(resource[key], indent=6)]
    return "\n".join(lines) + "\n"


def _lines(value: Any, *, indent: int) -> list[str]:
    """A mapping or list in block style, with what is short in one line."""
    lines: list[str] = []
    space = " " * indent
    if isinstance(value, list):
        for one in value:
            inline = f"{space}- {_flow(one)}"
            if not isinstance(one, dict) or len(inline) <= _WIDTH:
                lines.append(inline)
            else:
                first, *rest = _lines(one, indent=indent + 2)
                lines += [f"{space}- {first.lstrip()}", *rest]
        return lines
    for key, one in value.items():
        inline = f"{space}{_flow(key)}: {_flow(one)}"
        if not one or not isinstance(one, dict | list) or (len(inline) <= _WIDTH and not _is_call(one)):
            lines.append(inline)
        else:
            # A list stands as deep as its key, which leaves more room for what is in it.
            deeper = indent if isinstance(one, list) else indent + 2
            lines += [f"{space}{_flow(key)}:", *_lines(one, indent=deeper)]
    return lines


def _is_call(value: Any) -> bool:
    return isinstance(value, dict) and any(key.startswith(_CALL) for key in value)


def _flow(value: Any) -> str:
    text = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def _decoded(text: str) -> str:
    """A script that was encoded for an instance; empty where it is something else."""
    try:
        return b64decode(text, validate=True).decode()
    except ValueError:
        return ""


class _Dumper(yaml.SafeDumper):
    """Writes a value again where it stands twice, without YAML's anchors."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def resources(case: Case) -> dict[str, dict[str, Any]]:
    """The resources of a case as a Pulumi YAML program has them.

    Raises:
        UnshowableError: a value isn't known and no other resource gives it, or it belongs to a component or provider.
    """
    return {given.name: _resource(given, case) for given in case.given}


def _resource(given: Given, case: Case) -> dict[str, Any]:
    if given.parent or given.provider is not None:
        raise UnshowableError(given.name)
    others = {other.urn(case.stack): other for other in case.given}
    properties = {}
    for key, value in given.properties.items():
        if value == UNKNOWN and not given.depends.get(key) and isinstance(case.rule, StackRule):
            # What a stack rule sees are outputs: this one the provider fills in, so a program doesn't write it.
            continue
        if given.type.startswith(_PROVIDER) and isinstance(value, str) and value[:1] in "[{":
            # The engine shows a provider's lists and objects as text.
            value = json.loads(value)
        properties[key] = _value(value, key, [others[urn] for urn in given.depends.get(key, ()) if urn in others])
    options: dict[str, Any] = {}
    if given.protect:
        options["protect"] = True
    if given.ignore_changes:
        options["ignoreChanges"] = list(given.ignore_changes)
    shown: dict[str, Any] = {"type": _short(given.type)}
    if properties:
        shown["properties"] = properties
    if options:
        shown["options"] = options
    return shown


def _short(token: str) -> str:
    """`aws:s3:Bucket` for `aws:s3/bucket:Bucket`, as one writes it in Pulumi YAML."""
    module, _, kind = token.rpartition(":")
    return f"{module.partition('/')[0]}:{kind}"


def _value(value: Any, key: str, sources: list[Given]) -> Any:
    if isinstance(value, str):
        if value == UNKNOWN and len(sources) == 1:
            attribute = _NAMES.get(key, "id" if sources[0].type.startswith(_BUCKET) else "arn")
            return f"${{{sources[0].name}.{attribute}}}"
        if UNKNOWN in value:
            raise UnshowableError(key)
        if key == "userData" and (script := _decoded(value)):
            return {f"{_CALL}toBase64": _literal(script)}
        document = _document(value)
        return _literal(value) if document is None else {f"{_CALL}toJSON": _value(document, key, sources)}
    if isinstance(value, Mapping):
        return {name: _value(one, name, sources) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_value(one, key, sources) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _literal(text: str) -> str:
    """A text in which Pulumi YAML sees no reference."""
    return text.replace("${", "$${")


def _document(text: str) -> Any:
    """The object that a text is as JSON, if it is one and is written as Python does."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if "\n" in value else None)


_Dumper.add_representer(str, _text)
