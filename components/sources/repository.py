"""The CodeCommit repository itself, in the one stack that owns it; the others refer to it by name."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import codecommit

from components.guard import Guard, GuardArgs, GuardPlan
from components.sources.plan import SourceResources, SourceSurroundings


@dataclass(frozen=True, kw_only=True)
class CodeCommitRepositoryPlan:
    """A repository, as data.

    Args:
        repository: its name, 1 to 100 of `A-Z a-z 0-9 . _ -`.
        application: whose code it holds.
        guard: what holds its flow together, if it has one.
    """

    repository: str
    application: str
    guard: GuardPlan | None

    def make(self, name: str, *, surroundings: SourceSurroundings, opts: pulumi.ResourceOptions) -> SourceResources:
        """The repository as a resource, with its guard."""
        return CodeCommitRepository(f"{name}-repository", plan=self, surroundings=surroundings, opts=opts)


class CodeCommitRepository(SourceResources):
    """The repository, and what holds its flow together.

    Pulumi refuses to delete it in every tier: its history is the one thing here that `up` can't make again. Branches
    come with the first push: CodeCommit has no branch without a commit.
    """

    def __init__(
        self,
        name: str,
        *,
        plan: CodeCommitRepositoryPlan,
        surroundings: SourceSurroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("delivery:index:CodeCommitRepository", name, None, opts)
        repository = codecommit.Repository(
            name,
            repository_name=plan.repository,
            description=f"Source of {plan.application}",
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.outputs = {"cloneUrl": repository.clone_url_http}
        self.values = {}
        if plan.guard:
            guard = Guard(
                f"{name}-guard",
                GuardArgs(
                    plan=plan.guard,
                    repository=repository.repository_name,
                    topic_arn=surroundings.topic_arn,
                    key_arn=surroundings.key_arn,
                    log_retention_days=surroundings.log_retention_days,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.outputs["protectedBranchesPolicy"] = guard.policy_arn
            if guard.badge_url is not None:
                self.outputs["badge"] = guard.badge_url
        self.register_outputs(dict(self.outputs))
