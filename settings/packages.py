"""The packages of a stack: a domain of CodeArtifact that it makes, or one that is there."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from settings.base import Model
from settings.fields import Account, Listed, at_least, distinct, matching

DomainName = Annotated[
    str, matching(r"[a-z][a-z0-9\-]{0,48}[a-z0-9]", "a domain of CodeArtifact, 2 to 50 of a-z 0-9 -")
]
PackageRepositoryName = Annotated[
    str, matching(r"[A-Za-z0-9][A-Za-z0-9._\-]{1,99}", "a repository of CodeArtifact, 2 to 100 of A-Z a-z 0-9 . _ -")
]

NEW = "a domain of the stack (formats)"
EXISTING = "an existing domain (domain, no formats)"
EXISTING_KEYS = frozenset({"domain", "domainOwner", "repository"})


class StoreFormat(StrEnum):
    """The ecosystems whose packages CodeArtifact fetches from the world.

    https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection.html#supported-public-repositories
    """

    MAVEN = "maven"
    NPM = "npm"
    PYPI = "pypi"
    NUGET = "nuget"
    RUBYGEMS = "rubygems"


class NewPackages(Model):
    """A domain with a store for each format, and a repository for each application."""

    formats: Annotated[
        Listed[Annotated[StoreFormat, Field(strict=False)]], at_least(1, "format"), distinct("formats")
    ] = Field(description="What builds resolve through it, each by a store that fetches the world's packages.")


class ExistingPackages(Model):
    """A repository that another program made, perhaps in another account, whose policies let this one in."""

    domain: DomainName = Field(description="The domain's name.")
    domain_owner: Account = Field(description="The account of the domain: 12 digits, quoted.")
    repository: PackageRepositoryName = Field(
        description="The repository that builds resolve from and publish to, in the stack's region."
    )


def _kind(given: Any) -> str:
    if isinstance(given, ExistingPackages):
        return EXISTING
    # With both kinds of keys the new domain wins, so that the keys of the other are the ones to take away.
    return EXISTING if isinstance(given, Mapping) and "formats" not in given and EXISTING_KEYS & given.keys() else NEW


AnyPackages = Annotated[
    Annotated[NewPackages, Tag(NEW)] | Annotated[ExistingPackages, Tag(EXISTING)], Discriminator(_kind)
]
