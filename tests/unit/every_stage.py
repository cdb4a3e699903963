"""The applications of `tests.stages`, planned once: a development stack of every action, waves, and each mode."""

from functools import cache

from tests.stages import stack_config
from tests.unit.planning import Config, Planned, apart, planned


@apart
def change(config: Config) -> None:
    """Puts them in the place of the file's, in place."""
    config.clear()
    config.update(stack_config())


@cache
def every_stage() -> Planned:
    """What dev plans with all of them."""
    return planned("dev", change)
