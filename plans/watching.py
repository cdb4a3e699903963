"""From the settings of what watches an application to its canary."""

from components.place import Place
from components.watching import Canary
from settings.deployments import ServerDeploy, ServiceDeploy
from settings.models import Application, Settings


def canary_of(name: str, application: Application, settings: Settings, place: Place) -> Canary | None:
    """The canary of an application; None where it has none, or no address that a browser could open."""
    said, deploy = application.watch.canary, application.deploy
    match deploy:
        case ServerDeploy():
            address, own = deploy.fleet.url, deploy.fleet.certificate_arn is None
        case ServiceDeploy():
            address, own = deploy.service.url, deploy.service.certificate_arn is None
        case _:
            address, own = deploy.url, False
    wanted = settings.defaults.canary if said.enabled is None else said.enabled
    if not wanted or not (address or own):
        return None
    return Canary(
        application=name,
        place=place,
        address=address.rstrip("/") if address else None,
        path=said.path,
        every_minutes=said.every_minutes,
        expects=said.expects or "",
        runtime=settings.watch.canary_runtime,
    )
