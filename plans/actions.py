"""From the settings of a free stage's action to the action, for every provider."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from components import actions
from components.approval import ApprovalGate
from components.stages import Action, Artifact, Category
from plans.waves import Spot
from settings.actions import (
    ArtifactFile,
    CloudFormationAction,
    CodeBuildAction,
    CodeDeployAction,
    CommandsAction,
    DeployAction,
    Ec2Action,
    EcrBuildAction,
    EcsAction,
    Instances,
    LambdaAction,
    ManualAction,
    Purpose,
    S3Action,
    StackMode,
    StepFunctionsAction,
    WorkAction,
)

_CATEGORIES = {Purpose.BUILD: Category.BUILD, Purpose.TEST: Category.TEST}
_MODES = {
    StackMode.CREATE_UPDATE: actions.Mode.CREATE_UPDATE,
    StackMode.REPLACE_ON_FAILURE: actions.Mode.REPLACE_ON_FAILURE,
    StackMode.DELETE_ONLY: actions.Mode.DELETE_ONLY,
    StackMode.CHANGE_SET_REPLACE: actions.Mode.CHANGE_SET_REPLACE,
    StackMode.CHANGE_SET_EXECUTE: actions.Mode.CHANGE_SET_EXECUTE,
}


def gate_of(action: ManualAction, spot: Spot, application: str, message: str) -> ApprovalGate:
    """The approval that an action asks for.

    Args:
        action: its settings.
        spot: where it stands.
        application: what waits.
        message: what the approver reads if the settings don't say it.
    """
    return ApprovalGate(
        name=spot.called(action.name),
        application=application,
        place=spot.pipeline,
        emails=action.emails,
        review_url=action.review_url,
        timeout_minutes=action.timeout_minutes,
        message=action.message or message,
        run_order=spot.after + action.order,
    )


@dataclass(frozen=True, kw_only=True)
class ActionPlanner:
    """Makes the actions of one spot, of every provider but `manual`, whose gate has its action.

    Args:
        spot: where they stand.
        pipeline: the pipeline's name.
        delivered: what an action reads that has to read something and doesn't say what.
    """

    spot: Spot
    pipeline: str
    delivered: Artifact

    def action(self, given: WorkAction | DeployAction) -> Action:
        """The action of these settings."""
        settings = self.spot.told(given)
        position = self.spot.position(settings)
        if isinstance(settings, DeployAction):
            return self._deployment(settings, position)
        return self._work(settings, position)

    def _work(self, settings: WorkAction, position: actions.Position) -> Action:
        match settings:
            case CodeBuildAction():
                inputs = self._several(settings.inputs) or (self.delivered,)
                return actions.codebuild(
                    position,
                    project=settings.project,
                    category=_CATEGORIES[settings.purpose],
                    inputs=inputs,
                    outputs=self._several(settings.outputs),
                    primary=inputs[0].name,
                    batch=settings.batch,
                    variables=settings.environment,
                )
            case CommandsAction():
                return actions.commands(
                    position,
                    pipeline=self.pipeline,
                    lines=settings.commands,
                    inputs=self._several(settings.inputs) or (self.delivered,),
                    output=self._made(settings.output),
                    files=settings.files,
                    output_variables=settings.output_variables,
                )
            case EcrBuildAction():
                return actions.ecr_build_and_publish(
                    position,
                    pipeline=self.pipeline,
                    repository=settings.repository,
                    tags=settings.tags,
                    dockerfile=settings.dockerfile,
                    artifact=self._read(settings.input),
                )
            case LambdaAction():
                return actions.lambda_function(
                    position,
                    function=settings.function,
                    parameters=settings.text,
                    inputs=self._several(settings.inputs),
                    outputs=self._several(settings.outputs),
                )
            case StepFunctionsAction():
                return actions.step_functions(
                    position,
                    state_machine=settings.state_machine,
                    prefix=settings.prefix,
                    literal=settings.text,
                    file=settings.file,
                    artifact=self._read(settings.input),
                    output=self._made(settings.output),
                )

    def _deployment(self, settings: DeployAction, position: actions.Position) -> Action:
        match settings:
            case CloudFormationAction():
                return actions.cloudformation(position, self._stack_change(settings))
            case S3Action():
                return actions.s3(
                    position,
                    bucket=settings.bucket,
                    artifact=self._read(settings.input),
                    key=settings.key,
                    extract=settings.extract,
                    key_arn=settings.key_arn,
                    cache_control=settings.cache_control,
                )
            case EcsAction():
                return actions.ecs(
                    position,
                    cluster=settings.cluster,
                    service=settings.service,
                    family=settings.family,
                    task_roles=settings.task_roles,
                    artifact=self._read(settings.input),
                    file=settings.image_definitions,
                    timeout_minutes=settings.steady_minutes,
                )
            case CodeDeployAction():
                return actions.codedeploy(
                    position,
                    application=settings.application,
                    group=settings.deployment_group,
                    deployment_config=settings.deployment_config,
                    artifact=self._read(settings.input),
                )
            case Ec2Action():
                return actions.ec2(
                    position,
                    pipeline=self.pipeline,
                    instances=_instances(settings),
                    directory=settings.directory,
                    artifact=self._read(settings.input),
                    post_script=settings.post_script,
                    pre_script=settings.pre_script,
                )

    def _read(self, name: str | None) -> Artifact:
        return self.spot.artifact(name) if name else self.delivered

    def _made(self, name: str | None) -> Artifact | None:
        return self.spot.artifact(name) if name else None

    def _several(self, names: Sequence[str]) -> tuple[Artifact, ...]:
        return tuple(map(self.spot.artifact, names))

    def _file(self, one: ArtifactFile | None) -> actions.StackFile | None:
        return actions.StackFile(artifact=self._read(one.artifact), file=one.file) if one else None

    def _stack_change(self, settings: CloudFormationAction) -> actions.StackChange:
        return actions.StackChange(
            stack=settings.stack,
            mode=_MODES[settings.mode],
            role_arn=settings.deployment_role,
            change_set=settings.change_set,
            template=self._file(settings.template),
            configuration=self._file(settings.template_configuration),
            parameters=settings.parameters,
            capabilities=[one.value for one in settings.capabilities],
            output=self._made(settings.output),
            output_file=settings.output_file,
        )


def _instances(settings: Ec2Action) -> actions.TaggedInstances:
    return actions.TaggedInstances(
        tag=settings.tag,
        value=settings.value,
        managed_nodes=settings.instances is Instances.MANAGED_NODE,
        most_at_once=settings.most_at_once,
        most_errors=settings.most_errors,
        target_groups=settings.target_groups,
    )


def renumbered(found: Sequence[Action]) -> tuple[Action, ...]:
    """The actions with orders from 1 without gaps, as AWS wants them."""
    orders = sorted({action.run_order for action in found})
    return tuple(replace(action, run_order=orders.index(action.run_order) + 1) for action in found)
