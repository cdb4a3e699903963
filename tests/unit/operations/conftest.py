"""What the tests of commands share."""

from collections.abc import Iterator

import pytest

from tests.unit.operations.hand_world import HandWorld, hand_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[HandWorld]:
    """AWS around one application between two fleets, in production."""
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "testing")
    with hand_world(HandWorld) as made:
        yield made


@pytest.fixture
def approved(world: HandWorld) -> HandWorld:
    """The same with a release that was promoted as v1.4.0, and approved."""
    version = world.promote(b"one", tag="v1.4.0")
    world.execution("e-1", version, artifact="storefront-prod/Source/one")
    world.approve("e-1")
    return world
