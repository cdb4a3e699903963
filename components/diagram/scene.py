"""What a picture shows beside the road itself: where it lies, where it comes from, and whom it asks and tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.place import Place
from components.stages import Road


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One road in its surroundings. Everything but the road may be unknown; then it isn't drawn.

    Args:
        road: the pipeline.
        application: what it delivers.
        place: the environment it delivers to.
        tier: what kind of environment that is, for example `production`.
        runs: what the application runs on there, in words: `3 instances of t3.small`.
        origin: the environment that promotes into this one.
        asked: by the name of a gate, the addresses that are asked to decide.
        told: the addresses that hear of a failure.
    """

    road: Road
    application: str = ""
    place: Place | None = None
    tier: str = ""
    runs: str = ""
    origin: Place | None = None
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    told: Sequence[str] = ()

    @property
    def environment(self) -> str:
        """The environment's name; the road's own where it isn't known."""
        return self.place.environment if self.place else self.road.name


def seen_from(here: Place | None, there: Place) -> tuple[str, ...]:
    """Where another environment is, line by line, without the region where that is the same."""
    account = f"account {there.account}"
    return (account,) if here and here.region == there.region else (account, there.region)


def address(place: Place) -> str:
    """Where an environment is, in AWS's terms."""
    return f"account {place.account} · {place.region}"
