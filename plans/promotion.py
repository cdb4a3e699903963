"""From the settings of a promotion to its two ends."""

from components.place import Place
from components.promotion import Admission, Promotion
from components.sources import SourcePlan
from plans.places import place_of
from settings.models import Application, PromotionSource


def promotion(name: str, application: Application, place: Place, source: SourcePlan) -> Promotion | None:
    """Where an application's tested artifact goes next, if anywhere.

    Args:
        name: the application.
        application: its settings.
        place: where it is tested.
        source: where its changes come from.
    """
    if application.promote is None:
        return None
    destination = place_of(application.promote.destination)
    return Promotion(application=name, place=place, destination=destination, source=source)


def admission(name: str, application: Application, place: Place) -> Admission | None:
    """What lets an application's releases in, where another stack promotes them."""
    if not isinstance(application.source, PromotionSource):
        return None
    return Admission(application=name, origin=place_of(application.source.origin), place=place)
