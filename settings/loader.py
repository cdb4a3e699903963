"""From the Pulumi configuration to the settings: the only place that reads it."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path as FilePath
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

from settings import siblings as neighbours
from settings.base import Context
from settings.fields import is_stack_name
from settings.models import Settings
from settings.peeling import Peeling
from settings.problems import Problem, SettingsError, given, key_hint, nearest
from settings.rules import broken
from settings.siblings import Siblings, Unreadable, at, site_of
from settings.stack import Stack
from settings.tiers import DEFAULTS, Tier

NAMESPACE = "delivery:"
REGION = "aws:region"
KEYS = {
    key: f"{NAMESPACE}{key}"
    for key in (field.alias or name for name, field in Settings.model_fields.items())
    if key != "region"
}
PROJECT = FilePath(__file__).resolve().parent.parent


def load(directory: FilePath = PROJECT) -> Settings:
    """The settings of the stack that is being planned.

    Args:
        directory: where the neighbouring stack files are; `--config-file` doesn't move them.

    Raises:
        SettingsError: with every problem of the stack file.
    """
    # pulumi.Config reads one known key at a time; an unknown one is found only by looking at them all.
    texts = {**get_config_env(), **CONFIG.get()}
    # Pulumi.yaml gives an empty mapping to a key that the stack file doesn't say, so that the engine leaves it to us.
    config = {key: value for key, text in texts.items() if (value := _decoded(text)) != {}}
    return parse(
        config,
        stack=pulumi.get_stack(),
        siblings=neighbours.read(directory, neighbours.named(config)),
        secrets={key for key in config if is_config_secret(key)},
    )


def parse(
    config: Mapping[str, Any],
    *,
    stack: str,
    siblings: Siblings | None = None,
    secrets: Collection[str] = (),
) -> Settings:
    """The settings that a stack's configuration says, or every problem in it.

    Args:
        config: what stands under `config` in the stack file, with its namespaces.
        stack: the stack's name.
        siblings: by name, the same of the neighbouring stacks that it names.
        secrets: the keys that Pulumi keeps encrypted; they are refused, and never shown.

    Raises:
        SettingsError: with every problem of the stack file.
    """
    siblings = siblings or {}
    problems = [*_about_the_name(stack), *_encrypted(config, secrets)]
    values, unknown, written_as = _ours({key: value for key, value in config.items() if key not in secrets})
    problems += unknown
    sites = {
        name: site
        for name, one in siblings.items()
        if not isinstance(one, Unreadable) and (site := site_of(name, one)) is not None
    }
    peeled = Peeling(values, Context(stack=stack, defaults=DEFAULTS[_tier(values)], sites=sites))
    found = dict(peeled.problems)
    for problem in broken(Stack(name=stack, values=peeled.tree, siblings=siblings)):
        found.setdefault(problem.path, problem)
    reported = {problem.path for problem in problems}
    for problem in found.values():
        path = (written_as.get(str(problem.path[0]), problem.path[0]), *problem.path[1:])
        if path not in reported and (KEYS.get(str(path[0])),) not in reported:
            problems.append(Problem(path=path, message=problem.message))
    if problems or peeled.settings is None:
        raise SettingsError(f"Pulumi.{stack}.yaml", problems)
    return peeled.settings


def _decoded(text: Any) -> Any:
    """A value as the file has it: Pulumi hands objects and lists over as JSON, everything else as text."""
    if not isinstance(text, str) or not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _ours(config: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem], dict[str, str]]:
    """The values with the keys of `Settings`, a problem for each key that is nearly ours, and how keys were written."""
    values: dict[str, Any] = {}
    problems = []
    written_as = {"region": REGION}
    meant_by = {full: name for name, full in KEYS.items()} | {REGION: "region"}
    for key, value in config.items():
        if key in meant_by:
            values[meant_by[key]] = value
            continue
        hint, guess = key_hint(key, meant_by, config)
        if key.startswith(NAMESPACE) or (guess and not key.startswith(("aws:", "pulumi:"))):
            problems.append(Problem(path=(key,), message=f"unknown key; {hint}"))
            if guess and meant_by[guess] not in values:
                values[meant_by[guess]] = value
                written_as[meant_by[guess]] = key.removeprefix(NAMESPACE)
    return values, problems, written_as


def _encrypted(config: Mapping[str, Any], secrets: Collection[str]) -> list[Problem]:
    message = (
        "given an encrypted value; allowed: plain ones, with the name of a Secrets Manager or Parameter Store entry"
    )
    return [Problem(path=(key,), message=message) for key in config if key in secrets and key.startswith(NAMESPACE)]


def _about_the_name(stack: str) -> list[Problem]:
    if is_stack_name(stack):
        return []
    allowed = "a name of a-z 0-9 and single -, beginning with a letter: load balancers, buckets and roles carry it"
    return [Problem(path=("stack",), message=given(stack, allowed))]


def _tier(values: Mapping[str, Any]) -> Tier:
    """The tier whose defaults fill the file; for an unknown one the nearest, so that the rest can be checked."""
    word = nearest(at(values, "environment", "tier"), list(Tier))
    return Tier(word) if word else Tier.DEVELOPMENT
