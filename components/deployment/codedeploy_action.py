"""CodePipeline's own action of CodeDeploy, for groups that it deploys to in place."""

from components.deployment.permissions import create_deployments
from components.place import Place
from components.stages import Action, Artifact, Category


def codedeploy_action(place: Place, name: str, *, deployment_config: str, artifact: Artifact, target: str) -> Action:
    """The action that deploys an artifact
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeDeploy.html).

    Args:
        place: where.
        name: of the CodeDeploy application, and of its main group.
        deployment_config: how many machines may change at the same time.
        artifact: what is deployed.
        target: what it changes, for pictures.
    """
    return Action(
        name="CodeDeploy",
        category=Category.DEPLOY,
        provider="CodeDeploy",
        configuration={"ApplicationName": name, "DeploymentGroupName": name},
        inputs=(artifact,),
        target=target,
        permissions=create_deployments(place, name, deployment_config),
    )
