"""The packs' configuration for each tier, made from the rules.

`PYTHONPATH=policies python -m rulebook.tier_files` writes `policies/<pack>/config/<tier>.json`, for the policy group of
a tier or for `--policy-pack-config`; with `--check` it only says whether the files are current. Levels are those that a
stack of the tier has without any file; what the files add is the administrator's word on which tier it is.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rulebook.configuration import LEVEL
from rulebook.kit.environment import clues_of_stack, find
from rulebook.packs import PACKS, Pack
from rulebook.tiers import Tier

POLICIES = Path(__file__).resolve().parents[1]


def configuration_of(pack: Pack, tier: Tier) -> dict[str, dict[str, str]]:
    """Each rule's level in a tier, and the tier itself, so that no name of a stack can make it laxer."""
    environment = find(clues_of_stack(stack="", parameter=tier.value))
    return {rule.id: {LEVEL: rule.level(environment).value, "environment": tier.value} for rule in pack.rules}


def files(policies: Path) -> Mapping[Path, str]:
    """The path of every file, and what must be in it."""
    return {
        policies / pack.folder / "config" / f"{tier}.json": json.dumps(configuration_of(pack, tier), indent=2) + "\n"
        for pack in PACKS
        for tier in Tier
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or say which aren't current; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rulebook.tier_files", description="configuration for each tier")
    parser.add_argument("--check", action="store_true", help="only say whether the files are current")
    parser.add_argument("--policies", type=Path, default=POLICIES, help="the folder that holds the packs")
    given = parser.parse_args(arguments)
    wanted = files(given.policies)
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if given.check:
            where = path.relative_to(given.policies)
            print(f"{where} is out of date: run `PYTHONPATH=policies python -m rulebook.tier_files`", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
    return 1 if given.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
