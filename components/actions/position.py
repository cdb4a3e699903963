"""Where an action stands on the road and in the world, and what follows from that for every provider."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi

from components.iam import Statement
from components.later import Later
from components.place import Place
from components.stages import Action, Artifact, Category


@dataclass(frozen=True, kw_only=True)
class Position:
    """The part of an action that no provider changes.

    Args:
        name: of the action.
        pipeline: where the pipeline runs.
        place: where the action works: the account and region of what it reaches.
        run_order: 1 to 999.
        namespace: under which later actions read what it sets.
        role_arn: a role that does it instead of the pipeline's.
        artifact_roles: who else reads and writes artifacts there.
    """

    name: str
    pipeline: Place
    place: Place
    run_order: int = 1
    namespace: str | None = None
    role_arn: str | None = None
    artifact_roles: tuple[str, ...] = ()

    def action(
        self,
        *,
        category: Category,
        provider: str,
        permissions: Iterable[Statement],
        configuration: Mapping[str, pulumi.Input[str] | Later | None] | None = None,
        inputs: tuple[Artifact, ...] = (),
        outputs: tuple[Artifact, ...] = (),
        target: str | None = None,
    ) -> Action:
        """The action, done by the pipeline's role or by `role_arn`.

        Args:
            category, provider: AWS's words for it.
            permissions: what whoever does it must be allowed.
            configuration: the provider's keys; those without a value are left out.
            inputs, outputs: artifacts.
            target: what it changes, in the words of pictures.
        """
        needed = tuple(permissions)
        is_away = self.place.region != self.pipeline.region
        return Action(
            name=self.name,
            category=category,
            provider=provider,
            configuration={key: value for key, value in (configuration or {}).items() if value is not None},
            inputs=inputs,
            outputs=outputs,
            namespace=self.namespace,
            run_order=self.run_order,
            permissions=(assume_role(self.role_arn),) if self.role_arn else needed,
            target=f"{target} in {self.place.region}" if target and is_away else target,
            region=self.place.region if is_away else None,
            role_arn=self.role_arn,
            delegated=needed if self.role_arn else (),
            artifact_roles=self.artifact_roles,
        )


def assume_role(role_arn: str) -> Statement:
    """Becoming one role
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html)."""
    return Statement(actions=("sts:AssumeRole",), resources=(role_arn,))
