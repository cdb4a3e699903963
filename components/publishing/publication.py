"""Publishing as a step of the pipeline: one project for each target, on a bundle that passed its tests."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.build_job import Job
from components.build_machine import Machine
from components.publishing.buildspec import buildspec
from components.publishing.targets import ImageTarget, Target
from components.sources import SourcePlan
from components.stages import Action, Artifact, Category, Stage
from components.work import Slot

STAGE = "Publish"
PREFIX = "publish-"
"""How the role of a publishing project begins."""

IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
"""What publishes is CodeBuild's own, whatever the application is built on: it holds the right to publish."""

MINUTES = 20


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A target, and the project that publishes to it."""

    target: Target
    job: Job

    @property
    def image_repository(self) -> str | None:
        """The repository of ECR that it needs."""
        return self.target.repository if isinstance(self.target, ImageTarget) else None

    def action(self, artifact: Artifact) -> Action:
        """The action that publishes an artifact; its variables are `#{Publish-<name>.NAME}`."""
        return self.job.action(
            Slot(
                name=self.target.name,
                category=Category.BUILD,
                source=artifact,
                namespace=f"Publish-{self.target.name}" if self.target.exports else None,
            )
        )


def publication(target: Target, source: SourcePlan) -> Publication:
    """The publishing of an application's versions to one target.

    Args:
        target: where they go.
        source: where they come from.
    """
    known = {"EXECUTION": "#{codepipeline.PipelineExecutionId}"}
    return Publication(
        target=target,
        job=Job(
            role=f"{PREFIX}{target.name}",
            application=target.application,
            place=target.place,
            machine=Machine(
                image=IMAGE,
                compute_type="BUILD_GENERAL1_SMALL",
                timeout_minutes=MINUTES,
                docker=target.docker,
                vpc=target.vpc,
                # Two versions at once could both find that nothing is there.
                concurrency=1,
                variables=target.secrets,
            ),
            buildspec=buildspec(target),
            reports=(),
            parameters={**known, "COMMIT": source.commit} if source.commit else known,
            encrypts=target.encrypts,
            statements=target.permissions(),
        ),
    )


def publish_stage(publications: Sequence[Publication], artifact: Artifact) -> list[Stage]:
    """All targets beside each other, or no stage where there are none."""
    return [Stage(name=STAGE, actions=tuple(one.action(artifact) for one in publications))] if publications else []
