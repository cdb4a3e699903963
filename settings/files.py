"""The settings of a stack file, for who plans without Pulumi: pictures and documentation."""

from pathlib import Path

from settings import siblings as neighbours
from settings.loader import parse
from settings.models import Settings
from settings.problems import Problem, SettingsError
from settings.siblings import Unreadable, at


def read(file: Path) -> Settings:
    """The settings of one `Pulumi.<stack>.yaml`; its neighbours are looked up beside it.

    Raises:
        SettingsError: it isn't there, isn't YAML, or with every problem in it.
    """
    stack = file.name.removeprefix("Pulumi.").removesuffix(".yaml")
    config = neighbours.read(file.parent, {stack}).get(stack, Unreadable("there is no such file"))
    if isinstance(config, Unreadable):
        raise SettingsError(file.name, [Problem(path=("config",), message=config.reason)])
    return parse(
        config,
        stack=stack,
        siblings=neighbours.read(file.parent, neighbours.named(config)),
        secrets={key for key, value in config.items() if at(value, "secure") is not None},
    )
