"""The rule of a time zone, in the form that needs no database of time zones where it is used."""

import zoneinfo
from importlib import resources
from pathlib import Path


def posix_rule(zone: str) -> str:
    """When the clocks of a zone change, in POSIX's form: Europe/Berlin is `CET-1CEST,M3.5.0,M10.5.0/3`.

    It is the last line of the zone's file in the IANA database, for all times to come
    (https://www.rfc-editor.org/rfc/rfc9636#section-3.3).

    Args:
        zone: its name in the IANA database.

    Raises:
        LookupError: this machine doesn't have the zone.
    """
    *_, rule, _ = _file(zone).rsplit(b"\n", 2)
    return rule.decode("ascii")


def _file(zone: str) -> bytes:
    for folder in zoneinfo.TZPATH:
        found = Path(folder, zone)
        if found.is_file():
            return found.read_bytes()
    try:
        return resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise LookupError(f"this machine doesn't know the time zone {zone}") from error
