"""Whether a pipeline is continuous delivery or continuous deployment, and why: read from the road itself.

Continuous delivery keeps what is tested ready to be deployed, and a person says when. Continuous deployment goes one
step further: what is tested is deployed without anybody's word.
"""

from dataclasses import dataclass
from enum import StrEnum

from components.stages import Action, Category, Road
from components.triggers import ManualTrigger


class Practice(StrEnum):
    """What the road is."""

    DELIVERY = "delivery"
    DEPLOYMENT = "deployment"
    NEITHER = "neither"


@dataclass(frozen=True, kw_only=True)
class Continuous:
    """What a road is, and why, for people."""

    practice: Practice
    because: str

    @property
    def output(self) -> dict[str, str]:
        """The same as an output of the stack."""
        return {"is": str(self.practice), "because": self.because}


def continuous(road: Road) -> Continuous:
    """What a road is.

    An approval counts where an execution meets it before a deployment, in an earlier stage or earlier in the same one:
    a road that deploys to a first region by itself and asks before the second is delivery, too.
    """
    deployments = [place for place, action in _places(road) if action.deploys]
    if not deployments:
        return Continuous(practice=Practice.NEITHER, because="it deploys nothing")
    if not [one for one in road.triggers if not isinstance(one, ManualTrigger)]:
        return Continuous(practice=Practice.NEITHER, because="a person starts every execution")
    approvals = [(place, action) for place, action in _places(road) if action.category is Category.APPROVAL]
    before = [(place, action) for place, action in approvals if place[:2] < max(deployments)[:2]]
    if not before:
        first = min(deployments)
        late = " (an approval comes later)" if approvals else ""
        return Continuous(practice=Practice.DEPLOYMENT, because=f"nobody is asked before {_stage(road, first)}{late}")
    last = max(place for place, _ in before)
    asked = next(place for place in sorted(deployments) if place[:2] > last[:2])
    names = [action.name for _, action in before]
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "approves" if len(names) == 1 else "approve"
    return Continuous(practice=Practice.DELIVERY, because=f"{who} {verb} before {_stage(road, asked)}")


def _places(road: Road) -> list[tuple[tuple[int, int, int], Action]]:
    """Every action with where it stands: stage, run order, and its number among those."""
    return [
        ((at, action.run_order, number), action)
        for at, stage in enumerate(road.stages)
        for number, action in enumerate(stage.actions)
    ]


def _stage(road: Road, place: tuple[int, int, int]) -> str:
    return road.stages[place[0]].name
