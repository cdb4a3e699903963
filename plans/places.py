"""From the sites of stack files to places."""

from components.place import Place
from settings.models import Site


def place_of(site: Site) -> Place:
    """The environment of a stack, this one or a neighbour."""
    return Place(environment=site.environment, account=site.account, region=site.region)
