"""YAML as a person would write it, for what is read on another machine: buildspecs and configurations."""

from collections.abc import Mapping

import yaml


def yaml_text(document: Mapping[str, object]) -> str:
    """A document in the order of its keys, with text of several lines as blocks."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=1000)


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)
