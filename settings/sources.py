"""Where an application's code comes from: one class per provider.

To add a provider: write a subclass of `Source` with its own `provider` literal, and add it to the union `AnySource`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field, PrivateAttr, model_validator

from settings.base import Context, Derived, Model, Site
from settings.fields import Branch, ExactBranch, Listed, RepositoryName, StackName, at_least, distinct


class ChangeDetection(StrEnum):
    """What starts the pipeline."""

    EVENTS = "events"
    MANUAL = "manual"


class Source(Model):
    """What every source says."""

    builds: ClassVar[bool] = True
    """Whether the pipeline builds what it gets; False where the artifact was built by another pipeline."""

    @classmethod
    def provider_name(cls) -> str:
        """The word in `source.provider` that chooses this class."""
        (name,) = get_args(cls.model_fields["provider"].annotation)
        return str(name)


class CodeCommitSource(Source):
    """A CodeCommit repository, owned by exactly one stack and referred to by the others of its account."""

    provider: Literal["codecommit"] = Field(description="Where the code is.")
    repository: RepositoryName = Field(description="The repository's name: 1 to 100 of A-Z a-z 0-9 . _ -.")
    owned: bool = Field(
        default=False, description="Whether this stack makes the repository; exactly one stack and application does."
    )
    branch: ExactBranch = Field(description="The branch that a manual start builds.")
    branches: Annotated[Listed[Branch], at_least(1, "branch"), distinct("branches"), Derived("`[branch]`")] = Field(
        default=(),
        description="What starts the pipeline: exact branches, or prefixes such as release/*.",
    )
    change_detection: Annotated[ChangeDetection, Field(strict=False)] = Field(
        default=ChangeDetection.EVENTS,
        description="What starts the pipeline: events (EventBridge, at once), or manual (a person).",
    )

    @model_validator(mode="before")
    @classmethod
    def _its_branch_alone(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and "branches" not in given and isinstance(given.get("branch"), str):
            return {**given, "branches": [given["branch"]]}
        return given


class PromotionSource(Source):
    """The artifact that another stack built and tested: built once, promoted."""

    builds: ClassVar[bool] = False

    provider: Literal["promotion"] = Field(description="Where the code is.")
    from_stack: StackName = Field(
        alias="from",
        description="The stack whose application of the same name promotes to this one (promote.to).",
    )
    _origin: Site = PrivateAttr()

    @property
    def origin(self) -> Site:
        """Where the artifact comes from."""
        return self._origin

    def model_post_init(self, context: Any) -> None:
        """Look the other stack up; a stack that isn't there is refused by `settings.rules` with its place."""
        if isinstance(context, Context) and self.from_stack in context.sites:
            self._origin = context.sites[self.from_stack]


AnySource = Annotated[CodeCommitSource | PromotionSource, Field(discriminator="provider")]

PROVIDERS: Mapping[str, type[Source]] = {
    source.provider_name(): source for source in get_args(get_args(AnySource)[0]) if issubclass(source, Source)
}
BUILDING = tuple(name for name, source in PROVIDERS.items() if source.builds)
"""The providers whose code this stack's pipeline builds."""
