"""Environments to draw together: in one account and in several, in one row and in more, promoted in every direction."""

from collections.abc import Mapping, Sequence

from components.diagram import Scene
from components.place import Place
from components.stages import Road, Stage
from tests.unit.pictures import ABROAD, ASKED, HERE, MANY, ODD, PROD, PROMOTING, SOURCE, STAGING, THERE, promote

DEV = Place(environment="dev", account="111122223333", region="eu-west-1")


def scene(road: Road, place: Place, *, origin: Place | None = None, tier: str = "staging") -> Scene:
    """One environment of the storefront."""
    return Scene(
        road=road, application="storefront", place=place, tier=tier, runs="2 instances of t3.small", origin=origin
    )


def _chain(count: int) -> list[Scene]:
    """Each promotes to the next, in an account of its own."""
    places = [Place(environment=f"e{n}", account=f"{n:012}", region="eu-west-1") for n in range(count + 1)]
    return [
        scene(
            Road(
                name=f"storefront-e{n}",
                triggers=MANY[:1],
                stages=(
                    Stage(name="Source", actions=(SOURCE,)),
                    Stage(name="Promote", actions=(promote(places[n + 1]),)),
                ),
            ),
            places[n],
            origin=places[n - 1] if n else None,
        )
        for n in range(count)
    ]


_FAR = _chain(9)

OVERVIEWS: Mapping[str, Sequence[Scene]] = {
    "three": (scene(STAGING, DEV), scene(PROMOTING, HERE), scene(PROD, THERE, origin=HERE, tier="production")),
    "one": (scene(PROD, THERE),),
    "two that a third lies between": (
        scene(PROMOTING, HERE),
        scene(STAGING, DEV),
        scene(PROD, THERE, origin=HERE, tier="production"),
    ),
    "seven in a chain": _chain(7),
    "rows that a promotion passes": (_FAR[0], *_FAR[3:7], *_FAR[7:9], _FAR[1]),
    "back to an earlier row": (_FAR[1], *_FAR[4:7], _FAR[0]),
    "with gates and conditions": (scene(ASKED, ABROAD), scene(ODD, THERE, origin=ABROAD)),
    "without an environment": (Scene(road=PROD, application="storefront"), Scene(road=Road(name="empty", stages=()))),
}
