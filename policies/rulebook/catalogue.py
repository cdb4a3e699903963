"""The documentation of the rules, made from the rules.

`PYTHONPATH=policies python -m rulebook.catalogue` writes `docs/rules.md`; with `--check` it only says whether the
file is current.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rulebook.kit.rule import COMMON_PARAMETERS, Level, Parameter, ResourceRule, Rule, StackRule
from rulebook.packs import PACKS
from rulebook.tiers import TABLE, Tier

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
_TITLES = {Tier.DEVELOPMENT: "dev", Tier.STAGING: "staging", Tier.PRODUCTION: "prod"}


def readme_table() -> str:
    """One line a rule, for the README: its name, what must be so, its level in each tier.

    The first pack stands open; the others are folded, because there are many of them.
    """
    first, *others = PACKS
    parts = [_table_of(first.rules)]
    for pack in others:
        rules = [rule for rule in pack.rules if rule not in first.rules]
        summary = f"{pack.name}: {len(rules)} rules more"
        parts.append(f"<details>\n<summary>{summary}</summary>\n\n{_table_of(rules)}\n</details>\n")
    return "\n".join(parts)


def _table_of(rules: Sequence[Rule]) -> str:
    lines = ["| rule | what must be so | dev | staging | prod |", "| --- | --- | --- | --- | --- |"]
    for rule in rules:
        levels = " | ".join(_level(rule, tier) for tier in Tier)
        lines.append(f"| [`{rule.id}`]({rule.documentation}) | {rule.title} | {levels} |")
    return "\n".join(lines) + "\n"


def document() -> str:
    """The whole of `docs/rules.md`."""
    parts = [_INTRODUCTION, _environments(), _READING, _parameters(COMMON_PARAMETERS), _CONFIGURING]
    described: set[str] = set()
    for pack in PACKS:
        parts.append(f"## The pack `{pack.name}`\n\n{pack.description} Served from `policies/{pack.folder}`.\n")
        for rule in pack.rules:
            if rule.id in described:
                parts.append(f"It has [`{rule.id}`](#{rule.id}) too.\n")
            else:
                parts.append(_section(rule))
                described.add(rule.id)
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    levels = ", ".join(f"{_TITLES[tier]}: {_level(rule, tier)}" for tier in Tier)
    looks_at = ", ".join(f"`{token}`" for kind in rule.kinds for token in sorted(kind.tokens)) or "the whole stack"
    lines = [
        f"### {rule.id}",
        "",
        f"{rule.title} {rule.why}",
        "",
        f"- **Levels**: {levels}; severity {rule.severity}{_scope(rule)}.",
        f"- **Looks at** {looks_at}.",
        f"- **To fix it**: {rule.fix}",
        f"- **Decided by** {rule.reference}",
    ]
    if rule.frameworks:
        named = "; ".join(f"{one.name} {one.version}: {one.control}" for one in rule.frameworks)
        lines.append(f"- **Frameworks**: {named}.")
    if isinstance(rule, ResourceRule) and rule.remedies:
        paths = ", ".join(f"`{remedy.path}`" for remedy in rule.remedies)
        lines.append(f"- **Remediation** at level `remediate`: {paths}.")
    return "\n".join(lines) + "\n" + (f"\n{_parameters(rule.parameters)}" if rule.parameters else "")


def _scope(rule: Rule) -> str:
    if rule.judges_targets:
        return (
            "; it judges what a pipeline reaches, so it is asked in every stack, at the level of prod, "
            "and finds nothing where nothing reaches production"
        )
    return ", for the stack as a whole" if isinstance(rule, StackRule) else ""


def _level(rule: Rule, tier: Tier) -> str:
    level = rule.levels.at(tier)
    if rule.judges_targets and tier is not Tier.PRODUCTION:
        return f"{rule.levels.at(Tier.PRODUCTION).value} for what reaches production"
    return "-" if level is Level.OFF else level.value


def _parameters(parameters: Iterable[Parameter]) -> str:
    lines = ["| parameter | type | default | what it is for |", "| --- | --- | --- | --- |"]
    for one in parameters:
        kind = " \\| ".join(f"`{word}`" for word in one.schema.get("enum", ()) if word) or str(one.schema["type"])
        default = json.dumps(one.default, ensure_ascii=False).replace("|", "\\|")
        lines.append(f"| `{one.name}` | {kind} | `{default}` | {one.description} |")
    return "\n".join(lines) + "\n"


def _environments() -> str:
    lines = ["| tier | word anywhere | word at the end | whole name |", "| --- | --- | --- | --- |"]
    for row in TABLE:
        lines.append(
            f"| {row.tier} | " + " | ".join(", ".join(sorted(s)) for s in (row.names, row.last, row.alone)) + " |"
        )
    return "\n".join(lines) + "\n"


_INTRODUCTION = """# Rules

<!-- Made by `python -m rulebook.catalogue` from the rules themselves; do not edit. -->

Two policy packs judge any stack of the organization by its AWS resources, before they are created, and never by the
classes that made them. `pulumi preview --policy-pack policies/delivery --policy-pack policies/hardening` asks them.

## Which environment a stack is

A rule is held to the tier of the stack, or of a single resource. These sources are read; each is mapped to a tier by
the table below, whole words only (`eu-prod` is production, `reproduce` is nothing):

1. the parameter `environment` of the rule, in the configuration of the pack;
2. the stack tags `environment`, `env` or `stage` (also as `pulumiservice:index:StackTag`);
3. the stack's name;
4. the stack's configuration `<project>:environment` (or `env`, `stage`): a word, or an object with `tier`;
5. of a resource: the input `environment` of a component above it, its tag `Environment`, the default tags of its
   provider, the account that its provider allows.

Where they name one tier, that is it. Where none names one, or two disagree, the rules of production apply and every
finding says why. Within a pipeline of a stack that isn't production, the names of stage, action and target say what an
action reaches; in a production stack every deployment is a production deployment.
"""

_READING = """## How to read an answer

- **Mandatory** findings end the preview with an exit code that isn't 0; **advisory** ones are shown. The level follows
  the stack's tier without any configuration, and a configuration file (`--policy-pack-config`) has the last word.
- **`-`** means that the rule isn't asked in that tier. A single resource that belongs to a stricter tier than its stack
  is still asked, at the strictest level.
- **"can't run policy … during preview"** means that a value isn't known before the update. What is decided is reported
  all the same; the update asks again when the value is known. `unknown: fail` refuses instead.
- **Exemptions** need `id`, `urn` (a pattern), `reason` (20 characters), `owner`, `ticket` and `expires`; `finding`
  (a pattern of the path in the message) narrows one down. They come from the pack's configuration or from a reviewed
  file `exemptions.json` beside the pack, `{"<rule>": [<exemption>]}`. After its last day the rule fires again and says
  so.
- Messages name paths, never values: values may be secret.

Every rule has these parameters:
"""


_CONFIGURING = """## Configuring a pack

`pulumi preview --policy-pack policies/delivery --policy-pack-config prod.json` reads a file such as

```json
{
  "flow-tests-before-deploy": "mandatory",
  "flow-prod-blue-green": {
    "enforcementLevel": "mandatory",
    "onPremises": "allowInPlace",
    "exemptions": [
      {
        "id": "EX-7", "urn": "*::legacy-group", "reason": "The vendor's appliance has no second node",
        "owner": "team-x", "ticket": "OPS-41", "expires": "2027-01-31"
      }
    ]
  }
}
```

The engine takes a misspelled rule or parameter in silence.
`PYTHONPATH=policies python -m rulebook.configuration delivery prod.json` doesn't: it names every unknown rule, unknown
parameter, wrong type and impossible date, and ends with 1.

## Adding a rule

A rule is one `ResourceRule` or `StackRule` in a module of `policies/rulebook/rules`, added to its `RULES`: data, and a
function that takes a `Resource` (or a `Stack`) and yields a `Violation` for each thing that is wrong.

```python
def log_retention(resource: Resource) -> Iterator[Outcome]:
    if resource.properties["retentionInDays"].number(0) < resource.parameters["minDays"]:
        yield Violation(message=f"{resource} doesn't keep its logs long enough.", finding="retentionInDays")
```

- `resource.properties` is a `Node`: `["key"]`, `[0]`, then `.text()`, `.flag()`, `.number()`, `.items()`, `.texts()`.
  Write as if every value were known. One that isn't ends the question, and the kit says so; `each(parts, judge)` keeps
  one part's unknown value from hiding what is wrong with another; `some`, `every`, `all_of` and `at_least` decide as
  soon as what is known is enough.
- Pipelines are read with `kit.pipeline.actions`, IAM documents with `kit.iam.each_statement`; type tokens, with those
  of older providers, are in `kit.facts`.
- The kit does the rest: environment, levels, parameters, exemptions, unknown values, broken rules.
- `tests/policies/cases` needs a case of each of the six kinds; a test names the kind that is missing. `exempted` makes
  two of them from a violating one.
- `PYTHONPATH=policies python -m rulebook.catalogue` writes this document again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the document, or say whether it is current; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rulebook.catalogue", description="the documentation of the rules")
    parser.add_argument("--check", action="store_true", help="only say whether docs/rules.md is current")
    wanted = document()
    if not parser.parse_args(arguments).check:
        DOCUMENT.write_text(wanted, encoding="utf-8")
        return 0
    current = DOCUMENT.is_file() and DOCUMENT.read_text(encoding="utf-8") == wanted
    if not current:
        print(
            "docs/rules.md is out of date: run `PYTHONPATH=policies python -m rulebook.catalogue`", file=sys.stderr
        )
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
