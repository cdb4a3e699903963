"""Ctrl-C at a moment of a deployment by hand."""

import shlex
from collections.abc import Callable

from tests.unit.operations.hand_world import HandWorld

LIFE = ("--revision", "v1.4.0")


def interrupt(world: HandWorld, when: Callable[[], bool]) -> None:
    """Ctrl-C once, while the command waits."""
    goes_on = world.on_wait
    pressed: list[bool] = []

    def press() -> None:
        if not pressed and when():
            pressed.append(True)
            raise KeyboardInterrupt
        goes_on()

    world.on_wait = press


def runs(world: HandWorld) -> bool:
    """Whether a deployment of CodeDeploy is under way."""
    return any(one["status"] == "Created" for one in world.deployments.values())


def words_of(said: str) -> list[str]:
    """The line by which it is watched again, without what `HandWorld` adds itself."""
    words = shlex.split(said.rsplit("Go on with:\n", 1)[1])
    words = words[words.index("deploy") + 1 :]
    return words[words.index("--application") + 2 :]
