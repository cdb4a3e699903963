"""From settings to what pictures show: each road with its environment, its neighbours, and whom it asks and tells."""

from collections.abc import Iterable

from components.delivery_plan import DeliveryPlan
from components.diagram import Scene
from components.stages import Road
from plans.delivery import delivery_plans
from plans.places import place_of
from settings.models import PromotionSource, Settings
from settings.tiers import Tier


def scenes(settings: Settings) -> dict[str, Scene]:
    """The road of each application of a stack, by its name.

    Raises:
        RoadError: AWS would refuse a road.
    """
    return {plan.application: scene_of(settings, plan, plan.road()) for plan in delivery_plans(settings)}


def scene_of(settings: Settings, plan: DeliveryPlan, road: Road) -> Scene:
    """One road in its surroundings."""
    source = settings.applications[plan.application].source
    return Scene(
        road=road,
        application=plan.application,
        place=plan.place,
        tier=settings.environment.tier,
        runs=plan.deployment.target,
        origin=place_of(source.origin) if isinstance(source, PromotionSource) else None,
        asked={gate.name: tuple(gate.emails) for gate in (plan.approvals.gates if plan.approvals else ())},
        told=tuple(settings.notifications.emails),
    )


def in_order(environments: Iterable[Scene]) -> list[Scene]:
    """One application's roads as a change meets them: by tier, a receiver right after who promotes to it."""
    tiers = list(Tier)
    waiting = sorted(environments, key=lambda one: (tiers.index(Tier(one.tier)), one.environment))
    ordered: list[Scene] = []
    names = {one.environment for one in waiting}
    roots = [one for one in waiting if not one.origin or one.origin.environment not in names]
    chain = list(reversed(roots))
    while chain:
        one = chain.pop()
        ordered.append(one)
        after = [other for other in waiting if other.origin and other.origin.environment == one.environment]
        chain.extend(other for other in reversed(after) if other not in ordered)
    return [*ordered, *(one for one in waiting if one not in ordered)]
