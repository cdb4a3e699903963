"""Artifact stores of other regions, to which CodePipeline copies what an action there reads
(https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi
from pulumi_aws import Provider

from components.artifact_store import ArtifactStore, ArtifactStoreArgs
from components.place import Place
from components.places import Guests


@dataclass(frozen=True, kw_only=True)
class RegionalStoresArgs:
    """Inputs of `RegionalStores`.

    Args:
        place: the environment, in the region of its pipelines.
        guests: the regions that need a store, and who of other accounts is let in.
        retention_days: how long artifacts are kept.
        key_deletion_days: 7 to 30.
        protect: whether Pulumi refuses to delete keys and buckets.
        force_destroy: whether deleting a bucket deletes the artifacts in it.
    """

    place: Place
    guests: Guests
    retention_days: int
    key_deletion_days: int
    protect: bool = False
    force_destroy: bool = False


class RegionalStores(pulumi.ComponentResource):
    """One key and one bucket in each other region, each by a provider of that region."""

    stores: Mapping[str, ArtifactStore]

    def __init__(self, name: str, args: RegionalStoresArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:RegionalStores", name, None, opts)
        regions = args.guests.elsewhere(args.place.region)
        self.stores = {region: self._store(f"{name}-{region}", region, args) for region in regions}
        self.register_outputs({"regions": list(regions)})

    def _store(self, name: str, region: str, args: RegionalStoresArgs) -> ArtifactStore:
        place = replace(args.place, region=region)
        return ArtifactStore(
            name,
            ArtifactStoreArgs(
                place=place,
                retention_days=args.retention_days,
                key_deletion_days=args.key_deletion_days,
                guests=args.guests.of(region),
                only_artifacts=True,
                protect=args.protect,
                force_destroy=args.force_destroy,
            ),
            opts=pulumi.ResourceOptions(parent=self, provider=aws_provider(place, name=f"aws-{region}")),
        )


def aws_provider(place: Place, *, name: str = "aws") -> Provider:
    """AWS as this stack may see it: one region, one account, and tags that say whose everything is.

    With `allowed_account_ids`, credentials of another account are refused before anything is touched.

    Args:
        place: the account and the region.
        name: of the provider, one for each region.
    """
    return Provider(
        name,
        region=place.region,
        allowed_account_ids=[place.account],
        default_tags={"tags": {"Project": place.project, "Environment": place.environment, "ManagedBy": "pulumi"}},
    )
