"""What CodePipeline computes by itself, without a project: commands, and images for ECR.

Both write the log `/aws/codepipeline/<pipeline>`; the pipeline's owner makes that group, so that it is encrypted and
ends.
"""

from collections.abc import Sequence
from dataclasses import replace

from components.actions.position import Position
from components.iam import Statement
from components.place import Place
from components.stages import Action, Artifact, Category, Road

PROVIDERS = frozenset({("Compute", "Commands"), ("Build", "ECRBuildAndPublish"), ("Deploy", "EC2")})
"""By category: what writes that log."""


def compute_log(pipeline: str) -> str:
    """Where CodePipeline writes what the compute actions of a pipeline say."""
    return f"/aws/codepipeline/{pipeline}"


def writes_a_log(road: Road) -> bool:
    """Whether a pipeline has an action, or a rule of a condition, that writes it."""
    rules = (rule for stage in road.stages for one in stage.conditions.values() for rule in one.rules)
    return any(rule.commands for rule in rules) or any(
        action.owner == "AWS" and (action.category, action.provider) in PROVIDERS for _, action in road.actions
    )


def write_compute_log(place: Place, pipeline: str) -> Statement:
    """Writing that log; AWS documents the making of the group with it."""
    arn = place.arn("logs", f"log-group:{compute_log(pipeline)}")
    return Statement(
        actions=("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"), resources=(arn, f"{arn}:*")
    )


def commands(
    position: Position,
    *,
    pipeline: str,
    lines: Sequence[str],
    inputs: tuple[Artifact, ...],
    output: Artifact | None = None,
    files: Sequence[str] = (),
    output_variables: Sequence[str] = (),
) -> Action:
    """Runs commands on artifacts
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html).

    Args:
        position: where the action stands.
        pipeline: the pipeline's name.
        lines: 1 to 50 commands of one line.
        inputs: 1 to 10; the first is the working directory.
        output: what becomes of `files`.
        files: 1 to 10 globs, with an output.
        output_variables: at most 15 of the shell's variables, for later actions.
    """
    action = position.action(
        category=Category.COMPUTE,
        provider="Commands",
        inputs=inputs,
        outputs=(output,) if output else (),
        permissions=(write_compute_log(position.pipeline, pipeline),),
    )
    return replace(action, commands=tuple(lines), files=tuple(files), output_variables=tuple(output_variables))


def ecr_build_and_publish(
    position: Position,
    *,
    pipeline: str,
    repository: str,
    tags: Sequence[str],
    dockerfile: str | None,
    artifact: Artifact,
) -> Action:
    """Builds an image and pushes it to a private repository that exists
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECRBuildAndPublish.html).

    Args:
        position: where the action stands.
        pipeline: the pipeline's name.
        repository: of ECR.
        tags: of the image; none is `latest`.
        dockerfile: where the Dockerfile lies, if not in the root.
        artifact: what it is built from.
    """
    return position.action(
        category=Category.BUILD,
        provider="ECRBuildAndPublish",
        configuration={
            "ECRRepositoryName": repository,
            "ImageTags": ",".join(tags) or None,
            "DockerFilePath": dockerfile,
            "RegistryType": "private",
        },
        inputs=(artifact,),
        target=f"image {repository}",
        permissions=(
            write_compute_log(position.pipeline, pipeline),
            Statement(actions=("ecr:GetAuthorizationToken",), resources=("*",)),
            Statement(
                actions=(
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:CompleteLayerUpload",
                    "ecr:DescribeRepositories",
                    "ecr:GetDownloadUrlForLayer",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ),
                resources=(position.place.arn("ecr", f"repository/{repository}"),),
            ),
        ),
    )
