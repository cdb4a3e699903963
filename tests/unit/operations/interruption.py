"""Ctrl-C at a moment of a deployment by hand."""

from collections.abc import Callable

from tests.unit.operations.hand_world import HandWorld


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
