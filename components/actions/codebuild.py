"""A build or a test by a CodeBuild project that exists
(https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html)."""

import json
from collections.abc import Mapping

from components.actions.position import Position
from components.build_job import run_builds
from components.stages import Action, Artifact, Category


def codebuild(
    position: Position,
    *,
    project: str,
    category: Category,
    inputs: tuple[Artifact, ...],
    outputs: tuple[Artifact, ...] = (),
    primary: str | None = None,
    batch: bool = False,
    variables: Mapping[str, str] | None = None,
) -> Action:
    """Runs the project on artifacts.

    Args:
        position: where the action stands.
        project: its name.
        category: BUILD or TEST.
        inputs: 1 to 5; with more than one, `primary` is that with the buildspec.
        outputs: at most 5.
        primary: the name of one of the inputs.
        batch: whether the buildspec describes several builds.
        variables: of the build's environment, in plain text.
    """
    environment = [{"name": name, "value": value, "type": "PLAINTEXT"} for name, value in (variables or {}).items()]
    return position.action(
        category=category,
        provider="CodeBuild",
        configuration={
            "ProjectName": project,
            "PrimarySource": primary if len(inputs) > 1 else None,
            "BatchEnabled": "true" if batch else None,
            "CombineArtifacts": "true" if batch and outputs else None,
            "EnvironmentVariables": json.dumps(environment) if environment else None,
        },
        inputs=inputs,
        outputs=outputs,
        permissions=(run_builds(position.place.arn("codebuild", f"project/{project}"), batch=batch),),
    )
