"""What the documentation says of the rules, made from the rules: `docs/rules.md`, and tables of other pages."""

import json
from collections.abc import Iterable, Iterator, Sequence

from docs.examples import shown
from rulebook.kit.rule import COMMON_PARAMETERS, Level, Parameter, ResourceRule, Rule, StackRule
from rulebook.packs import PACKS
from rulebook.tiers import TABLE, Tier

_TITLES = {Tier.DEVELOPMENT: "dev", Tier.STAGING: "staging", Tier.PRODUCTION: "prod"}
_GROUPS = {
    "Delivery flow": ("flow",),
    "Supply chain": ("supply",),
    "Permissions and accounts": ("iam", "env"),
    "Encryption and storage": ("enc",),
    "Network and fleet": ("net",),
    "Operations and tags": ("ops",),
}
"""The groups of the document, by the beginnings of the rules' ids."""


def rules() -> tuple[Rule, ...]:
    """Every rule of every pack, once."""
    return tuple({rule.id: rule for pack in PACKS for rule in pack.rules}.values())


def readme_table() -> str:
    """One line a rule, for the README: its name, what must be so, its level in each tier.

    The first pack stands open; the others are folded, because there are many of them.
    """
    first, *others = PACKS
    parts = [_table_of(first.rules)]
    for pack in others:
        more = [rule for rule in pack.rules if rule not in first.rules]
        summary = f"{pack.name}: {len(more)} rules more"
        parts.append(f"<details>\n<summary>{summary}</summary>\n\n{_table_of(more)}\n</details>\n")
    return "\n".join(parts)


def _table_of(listed: Sequence[Rule]) -> str:
    lines = ["| rule | what must be so | dev | staging | prod |", "| --- | --- | --- | --- | --- |"]
    for rule in listed:
        levels = " | ".join(_level(rule, tier) for tier in Tier)
        lines.append(f"| [`{rule.id}`]({rule.documentation}) | {rule.title} | {levels} |")
    return "\n".join(lines) + "\n"


def tiers() -> str:
    """Which words of a name say which tier."""
    lines = ["| tier | word anywhere | word at the end | whole name |", "| --- | --- | --- | --- |"]
    for row in TABLE:
        words = (", ".join(sorted(found)) for found in (row.names, row.last, row.alone))
        lines.append(f"| {row.tier} | {' | '.join(words)} |")
    return "\n".join(lines)


def document() -> str:
    """The whole of `docs/rules.md`."""
    parts = [_INTRODUCTION, _parameters(COMMON_PARAMETERS), "## Contents\n", _contents()]
    for title in _GROUPS:
        parts.append(f"## {title}\n")
        parts += [_section(rule) for rule in _of_group(title)]
    return "\n".join(parts)


def _of_group(title: str) -> Iterator[Rule]:
    return (rule for rule in rules() if rule.id.partition("-")[0] in _GROUPS[title])


def _contents() -> str:
    lines = []
    for title in _GROUPS:
        lines.append(f"- **[{title}](#{title.lower().replace(' ', '-')})**")
        lines += [f"  - [`{rule.id}`](#{rule.id})" for rule in _of_group(title)]
    return "\n".join(lines) + "\n"


def _section(rule: Rule) -> str:
    levels = ", ".join(f"{_TITLES[tier]}: {_level(rule, tier)}" for tier in Tier)
    looks_at = ", ".join(f"`{token}`" for kind in rule.kinds for token in sorted(kind.tokens)) or "the whole stack"
    packs = " and ".join(f"`{pack.name}`" for pack in PACKS if rule in pack.rules)
    named = "; ".join(f"{one.name} {one.version}: {one.control}" for one in rule.frameworks)
    lines = [
        f"### {rule.id}",
        "",
        f"**{rule.title}** {rule.why}",
        "",
        f"- **Levels**: {levels}; severity {rule.severity}{_scope(rule)}. In {packs}.",
        f"- **Looks at** {looks_at}.",
        f"- **To fix it**: {rule.fix}",
        f"- **References**: {rule.reference}; {named}.",
    ]
    if isinstance(rule, ResourceRule) and rule.remedies:
        paths = ", ".join(f"`{remedy.path}`" for remedy in rule.remedies)
        lines.append(f"- **Remediation** at level `remediate`: {paths}.")
    if rule.parameters:
        lines += ["", _parameters(rule.parameters).rstrip()]
    return "\n".join(lines) + f"\n\n{shown(rule)}"


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


_INTRODUCTION = """# Rules

<!-- Made by `python -m docs.generate` from the rules and their tests; do not edit. -->

What each rule of the two policy packs asks, and why. [policies.md](policies.md) says how a rule finds the environment
of a stack, how to read an answer, how to configure a pack and how to hold an organization to it.

- **Levels** are those of a stack of that tier without any configuration. `-`: the rule isn't asked there.
- **The examples** are cases of the rule's own tests, as Pulumi YAML, in a stack that is called `prod` unless it says
  otherwise. They have only what the rule reads, so AWS would want more; what the rule answers stands below the one that
  fails.
- **Not seen by any rule**, because no resource shows it: signed commits, what an SBOM or a provenance says, and secrets
  inside a repository.

Every rule has these parameters, beside its own:
"""
