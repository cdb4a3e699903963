"""What a new environment has to say for itself: questions, each with what could be the answer."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from operations.replication.places import WHERE, Stays, place_of, values_in
from settings.problems import Path, Problem, given
from settings.siblings import Siblings, Unreadable, at, site_of

REPOSITORIES = ("codecommit", "ecr")
"""Providers whose repository is in the account of the stack."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where an environment is."""

    account: str
    region: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A place of the stack file whose value is about one environment.

    Args:
        path: the place.
        why: what the value is.
        was: the value of the other environment; None where it has none.
        proposal: what could be the answer; None where only a person knows.
    """

    path: Path
    why: str
    was: Any
    proposal: Any = None


def whereabouts(config: Mapping[str, Any]) -> Iterator[Question]:
    """What decides what else can stay: account, region, tier."""
    for path, value in values_in(config):
        if place := place_of(path, WHERE):
            yield Question(path=path, why=place.why, was=value, proposal=value)


def questions(
    config: Mapping[str, Any], *, source: str, here: Home, there: Home, siblings: Siblings
) -> Iterator[Question]:
    """Everything that has to be asked, in the order of the file.

    Args:
        config: of the environment that is replicated.
        source: the stack's name of that.
        here: where that is.
        there: where the new one will be.
        siblings: all stack files there are, so that nothing is proposed that another has.
    """
    for path, value in values_in(config):
        if path[0] == "delivery:network":
            yield from _of_the_network(path, value, here=here, there=there, siblings=siblings)
        elif place := place_of(path):
            proposal = None if place.stays is Stays.NEVER or _abroad(value, here, there) else value
            yield Question(path=path, why=place.why, was=value, proposal=proposal)
        elif path[-1:] == ("owned",) and value is True:
            yield from _owned(config, path, here=here, there=there)
        elif _abroad(value, here, there) and not place_of(path, WHERE):
            yield Question(path=path, why=f"what it is in {there.account}, {there.region}", was=value)
        elif _names(value, source) and not place_of(path, WHERE):
            yield Question(path=path, why=f"what it is here; it speaks of {source}", was=value, proposal=value)
    if there != here:
        yield from _not_owned(config)


def clashes(config: Mapping[str, Any], *, stack: str, siblings: Siblings) -> Iterator[Problem]:
    """What the new environment would take from others, which the checks of one stack file don't see."""
    home = site_of(stack, config)
    ours = _network(at(config, "delivery:network", "cidr"))
    for name, other in sorted(siblings.items()):
        if isinstance(other, Unreadable) or name == stack:
            continue
        theirs = _network(at(other, "delivery:network", "cidr"))
        if ours and theirs and ours.overlaps(theirs):
            message = given(str(ours), f"addresses beside those of Pulumi.{name}.yaml, {theirs}")
            yield Problem(path=("network", "cidr"), message=message)
        site = site_of(name, other)
        if home is None or site is None or (home.account, home.region) != (site.account, site.region):
            continue
        taken = {repository for _, repository in _owners(other)}
        for application, repository in _owners(config):
            if repository in taken:
                path: Path = ("applications", application, "source", "owned")
                yield Problem(path=path, message=given(True, f"one owner; {name} owns {repository} too"))


def encrypted(config: Mapping[str, Any]) -> list[str]:
    """The keys whose value is encrypted, with a key that is the other stack's."""
    return [key for key, value in config.items() if at(value, "secure") is not None]


def _names(value: Any, stack: str) -> bool:
    """Whether a value has the name of the other environment as a word, as `orders-staging` has."""
    words = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    return any(re.search(rf"(?<![a-z0-9]){re.escape(stack)}(?![a-z0-9])", one, re.IGNORECASE) for one in words)


def _abroad(value: Any, here: Home, there: Home) -> bool:
    """Whether a value names an account or region that the new environment isn't in."""
    words = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    left = {one for one in (here.account, here.region) if one not in (there.account, there.region)}
    return any(name in word for name in left for word in words)


def _of_the_network(path: Path, value: Any, *, here: Home, there: Home, siblings: Siblings) -> Iterator[Question]:
    match path[1:]:
        case ("cidr",):
            yield Question(path=path, why="addresses that no other stack has", was=value, proposal=_free(siblings))
        case ("availabilityZones",) if there.region != here.region and isinstance(value, list):
            zones = [str(one).replace(here.region, there.region) for one in value]
            yield Question(path=path, why=f"zones of {there.region}", was=value, proposal=zones)
        case ("vpcId" | "publicSubnetIds" | "privateSubnetIds",) if there != here:
            yield Question(path=path, why="the network that exists there", was=value)


def _owned(config: Mapping[str, Any], path: Path, *, here: Home, there: Home) -> Iterator[Question]:
    source = at(config, *map(str, path[:-1]))
    if at(source, "provider") == "s3":
        why = "the name of its bucket; no other in the world has it"
        yield Question(path=(*path[:-1], "bucket"), why=why, was=at(source, "bucket"))
    elif there == here:
        yield Question(path=path, why="whether this stack makes the repository", was=True, proposal=False)


def _not_owned(config: Mapping[str, Any]) -> Iterator[Question]:
    """Repositories that are in the other account or region, and aren't where the new environment is."""
    for name, application in _applications(config):
        source = at(application, "source")
        if at(source, "provider") in REPOSITORIES and at(source, "owned") is not True:
            path = ("delivery:applications", name, "source", "owned")
            yield Question(path=path, why="whether this stack makes the repository", was=None, proposal=True)


def _applications(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    found = at(config, "delivery:applications")
    yield from found.items() if isinstance(found, Mapping) else ()


def _owners(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, application in _applications(config):
        repository = at(application, "source", "repository")
        if at(application, "source", "owned") is True and isinstance(repository, str):
            yield name, repository


def _free(siblings: Siblings) -> str | None:
    """The first private /16 that no stack has."""
    networks = [_network(at(one, "delivery:network", "cidr")) for one in siblings.values()]
    taken = [one for one in networks if one]
    candidates = ipaddress.IPv4Network("10.0.0.0/8").subnets(new_prefix=16)
    # By tens, as people count them; 10.0 is everybody's first.
    wanted = (one for number, one in enumerate(candidates) if number and number % 10 == 0)
    return next((str(one) for one in wanted if not any(one.overlaps(other) for other in taken)), None)


def _network(cidr: Any) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(cidr) if isinstance(cidr, str) else None
    except ValueError:
        return None
