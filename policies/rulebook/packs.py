"""The two packs: which rules each has, and how one is served to the engine."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rulebook.kit.rule import Rule
from rulebook.kit.run import Run
from rulebook.kit.server import Analyzer, serve
from rulebook.rules import (
    enc,
    enc_buckets,
    enc_builds,
    enc_services,
    flow,
    iam,
    iam_accounts,
    iam_documents,
    iam_roles,
    net,
    ops,
    ops_stores,
    ops_tags,
    ops_watch,
    supply,
    supply_builds,
    supply_isolation,
    supply_reviews,
    supply_sources,
    supply_stores,
    supply_webhooks,
)

EXEMPTIONS_FILE = "exemptions.json"


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A policy pack: the name under which it is published, what it is for, the folder it is served from, its rules."""

    name: str
    folder: str
    description: str
    rules: tuple[Rule, ...]


# `ops` comes last in each: what exemptions withheld is known when every other rule has been asked.
DELIVERY = Pack(
    name="aws-delivery-flow",
    folder="delivery",
    description="How software reaches production on AWS: approval, tests, blue/green, rollback.",
    rules=(*flow.RULES, *ops.RULES),
)
HARDENING = Pack(
    name="aws-delivery-hardening",
    folder="hardening",
    description="What a delivery on AWS is made of: supply chain, permissions, encryption, operations.",
    rules=(
        *supply.RULES,
        *supply_stores.RULES,
        *supply_reviews.RULES,
        *supply_isolation.RULES,
        *supply_webhooks.RULES,
        *supply_sources.RULES,
        *supply_builds.RULES,
        *iam.RULES,
        *iam_roles.RULES,
        *iam_documents.RULES,
        *iam_accounts.RULES,
        *enc.RULES,
        *enc_builds.RULES,
        *enc_buckets.RULES,
        *enc_services.RULES,
        *net.RULES,
        *ops_tags.RULES,
        *ops_watch.RULES,
        *ops_stores.RULES,
        *ops.RULES,
    ),
)
PACKS = (DELIVERY, HARDENING)


def analyzer(pack: Pack, *, run: Run, version: str = "0.0.0") -> Analyzer:
    """The pack as the engine talks to it."""
    return Analyzer(name=pack.name, version=version, description=pack.description, rules=pack.rules, run=run)


def reviewed_exemptions(folder: Path) -> dict[str, list[Any]]:
    """The exemptions of the reviewed file beside a pack, by rule; none where there is no file.

    Raises:
        ValueError: the file isn't JSON of the form `{"<rule>": [<exemption>, …]}`, or names a rule that no pack has.
    """
    path = folder / EXEMPTIONS_FILE
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{EXEMPTIONS_FILE}: is not JSON ({error})") from None
    known = {rule.id for pack in PACKS for rule in pack.rules}
    if not isinstance(entries, dict) or not all(isinstance(value, list) for value in entries.values()):
        raise ValueError(f'{EXEMPTIONS_FILE}: must be {{"<rule>": [<exemption>, …]}}')
    if strangers := sorted(set(entries) - known):
        raise ValueError(f"{EXEMPTIONS_FILE}: no such rule: {', '.join(strangers)}")
    return entries


def version_of(folder: Path) -> str:
    """The version in a pack's `PulumiPolicy.yaml`; the engine reads it itself except where it starts an executable."""
    lines = (folder / "PulumiPolicy.yaml").read_text(encoding="utf-8").splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("version:"))


def serve_pack(pack: Pack, *, folder: Path) -> None:
    """Serve the pack to the engine that started this process.

    Args:
        pack: which one.
        folder: where its `PulumiPolicy.yaml` is, and its `exemptions.json` if it has one.
    """
    run = Run(reviewed=reviewed_exemptions(folder))
    serve(analyzer(pack, run=run, version=version_of(folder)))
