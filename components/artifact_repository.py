"""The stack's packages: a domain of CodeArtifact, a store for each ecosystem, a repository for each application."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import codeartifact

from components.iam import Statement, policy_document
from components.packages import CONNECTIONS, PackageRepository
from components.place import Place
from runtimes import PackageFormat


@dataclass(frozen=True, kw_only=True)
class ArtifactRepositoryArgs:
    """Inputs of an `ArtifactRepository`.

    Args:
        place: the environment the domain belongs to.
        key_arn: encrypts every asset of the domain; it can't be changed later.
        formats: each gets a store that fetches the world's packages.
        repositories: those of the applications.
        protect: whether Pulumi refuses to delete the domain, with everything that was published.
    """

    place: Place
    key_arn: pulumi.Input[str]
    formats: Sequence[PackageFormat]
    repositories: Sequence[PackageRepository]
    protect: bool = False


class ArtifactRepository(pulumi.ComponentResource):
    """The packages of a stack: only its account reads them, and only its stores reach the world.

    A repository has one external connection at most
    (https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection.html), so each format has a store of its
    own, and an application's repository has all of them upstream. What is published there is never asked of the
    world, so that nobody outside can put another package under its name.
    """

    domain: pulumi.Output[str]

    def __init__(self, name: str, args: ArtifactRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ArtifactRepository", name, None, opts)
        domain = codeartifact.Domain(
            f"{name}-domain",
            domain=args.place.package_domain,
            encryption_key=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        # Not the domain's children: what waits for this component then waits for them as well.
        child = pulumi.ResourceOptions(parent=self)
        closed = codeartifact.DomainPermissions(
            f"{name}-domain-policy",
            domain=domain.domain,
            policy_document=policy_document([own_account_only(args.place)]),
            opts=pulumi.ResourceOptions(parent=domain),
        )
        stores = [
            codeartifact.Repository(
                f"{name}-{package_format}-store",
                domain=domain.domain,
                repository=f"{package_format}-store",
                description=f"Packages of {CONNECTIONS[package_format]}, as builds have asked for them",
                external_connections={"external_connection_name": CONNECTIONS[package_format]},
                opts=child,
            )
            for package_format in args.formats
            if package_format in CONNECTIONS
        ]
        for one in args.repositories:
            codeartifact.Repository(
                f"{name}-{one.repository}",
                domain=domain.domain,
                repository=one.repository,
                description="What an application publishes, and what its builds resolve",
                upstreams=[{"repository_name": store.repository} for store in stores],
                opts=child,
            )
        self.domain = pulumi.Output.all(domain.domain, closed.id).apply(lambda values: str(values[0]))
        self.register_outputs({"domain": self.domain})


def own_account_only(place: Place) -> Statement:
    """Refuses every other account, whatever one of the repositories may allow one day
    (https://docs.aws.amazon.com/codeartifact/latest/ug/domain-policies.html)."""
    return Statement(
        effect="Deny",
        actions=("codeartifact:*",),
        resources=("*",),
        principals={"*": "*"},
        conditions={"StringNotEquals": {"aws:PrincipalAccount": place.account}},
    )
