"""What becomes of source code that says nothing of how it is built: a ready buildspec is put into it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.build_plan import BUILDSPEC
from components.function import PipelineFunction
from components.place import Place
from components.sources.plan import SOURCE
from components.stages import Action, Artifact

PREPARED = Artifact("Prepared")
"""The source with a buildspec: its own, or else the ready one."""


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """The first action of a build by runtime, as data.

    Args:
        application: what is built.
        place: where.
        buildspec: the text of the ready buildspec.
    """

    application: str
    place: Place
    buildspec: str

    def function(self, key_arn: pulumi.Input[str]) -> PipelineFunction:
        """The function that looks into the source.

        Args:
            key_arn: the key of the stack. The function needs no right to it: artifacts it reads and writes with the
                credentials that come with each job.
        """
        del key_arn
        return PipelineFunction(
            package="provide_buildspec",
            application=self.application,
            place=self.place,
            statements=(),
            files={"ready_buildspec.yml": self.buildspec},
        )

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the function works on."""
        return {"path": BUILDSPEC}

    @property
    def action(self) -> Action:
        """The action before the build."""
        return self.function("").action(name="Prepare", inputs=(SOURCE,), outputs=(PREPARED,))
