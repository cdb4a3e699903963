"""The CodeCommit repository itself, in the one stack that owns it; the others refer to it by name."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import codecommit

from components.place import Place
from components.sources.plan import SourceResources, SourceSurroundings


@dataclass(frozen=True, kw_only=True)
class CodeCommitRepositoryPlan:
    """A repository, as data.

    Args:
        repository: its name, 1 to 100 of `A-Z a-z 0-9 . _ -`.
        application: whose code it holds.
        place: where it is.
    """

    repository: str
    application: str
    place: Place

    def make(self, name: str, *, surroundings: SourceSurroundings, opts: pulumi.ResourceOptions) -> SourceResources:
        """The repository as a resource."""
        del surroundings
        return CodeCommitRepository(f"{name}-repository", plan=self, opts=opts)


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
        self.register_outputs({"cloneUrl": repository.clone_url_http})
