"""The other regions and accounts that a pipeline reaches: which they are, and whom its artifact stores let in.

https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html and
https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi

from components.artifact_store import exchange_artifacts, use_key
from components.iam import Statement, policy_document
from components.place import Place
from components.stages import Action, Road, Stage


@dataclass(frozen=True, kw_only=True)
class Guests:
    """The roles of other accounts that exchange artifacts with the stores of a stack.

    Args:
        by_region: the roles of each region in which an action runs; the stack's own is there too, if it has guests.
    """

    by_region: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def elsewhere(self, region: str) -> tuple[str, ...]:
        """The regions besides this one."""
        return tuple(one for one in self.by_region if one != region)

    def of(self, region: str) -> tuple[str, ...]:
        """The guests of one region's store."""
        return tuple(self.by_region.get(region, ()))


def regions_of(stages: Iterable[Stage]) -> tuple[str, ...]:
    """The regions besides the pipeline's own in which actions run, sorted."""
    return tuple(sorted({action.region for stage in stages for action in stage.actions if action.region}))


def guests_of(actions: Iterable[Action], place: Place) -> Guests:
    """Who of other accounts is let into which store.

    Args:
        actions: of every pipeline of a stack.
        place: where the pipelines run.
    """
    found: dict[str, set[str]] = {}
    for action in actions:
        roles = [action.role_arn, *action.artifact_roles] if action.role_arn else []
        foreign = {role for role in roles if role and role.split(":")[4] != place.account}
        if action.region or foreign:
            found.setdefault(action.region or place.region, set()).update(foreign)
    return Guests(by_region={region: sorted(roles) for region, roles in sorted(found.items())})


def action_roles(
    road: Road, application: str, place: Place, keys: Mapping[str, pulumi.Input[str]]
) -> dict[str, dict[str, pulumi.Output[str]]]:
    """What the roles have to be that actions are done by: for each ARN the two documents to make it of.

    Args:
        road: the pipeline.
        application: the application it delivers.
        place: where it runs.
        keys: of its artifact stores, by region.
    """
    needed: dict[str, list[Statement]] = {}
    for _, action in road.actions:
        if action.role_arn:
            region = action.region or place.region
            needed.setdefault(action.role_arn, []).extend(
                (*exchange_artifacts(replace(place, region=region)), use_key(keys[region]), *action.delegated)
            )
    return {
        role: {"trust": policy_document([_trust(application, place)]), "policy": policy_document(statements)}
        for role, statements in needed.items()
    }


def _trust(application: str, place: Place) -> Statement:
    return Statement(
        actions=("sts:AssumeRole",),
        principals={"AWS": place.iam_arn("root")},
        conditions={"ArnEquals": {"aws:PrincipalArn": place.pipeline_role_arn(application)}},
    )
