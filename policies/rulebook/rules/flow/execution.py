"""How a pipeline runs: one execution after the other, back again when a stage fails, first to few and then to many."""

from collections.abc import Iterator

from rulebook.kit.facts import PIPELINE
from rulebook.kit.pipeline import Action, actions
from rulebook.kit.remedy import Remedy, listed
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    each,
)
from rulebook.kit.values import Node, all_of, at_least, some
from rulebook.rules.flow.reach import DEPLOY_PARAMETERS, deploy_patterns, hands_over, target
from rulebook.rules.frameworks import aws_config, owasp, well_architected
from rulebook.rules.names import NAMES
from rulebook.tiers import Tier


def execution_mode(resource: Resource) -> Iterator[Outcome]:
    """A pipeline that deploys is of type V2 and never overtakes itself."""
    properties, order = resource.properties, actions(resource.properties)
    patterns = deploy_patterns(resource.parameters)

    # Absent is V1 in the provider's schema, and SUPERSEDED in both.
    def is_old(_: str) -> Iterator[Outcome]:
        if all_of(lambda: properties["pipelineType"].text("V1") != "V2", lambda: some(order, patterns.deploys)):
            yield Violation(message=f"{resource} isn't of type V2.", finding="pipelineType")

    def overtakes(_: str) -> Iterator[Outcome]:
        mode, allowed = properties["executionMode"], resource.parameters["allowedModes"]
        if all_of(lambda: mode.text("SUPERSEDED") not in allowed, lambda: some(order, patterns.deploys)):
            yield Violation(
                message=f"{resource} deploys in an execution mode that isn't allowed.", finding="executionMode"
            )

    for question in (is_old, overtakes):
        yield from each(("",), question)


def stage_rollback(resource: Resource) -> Iterator[Outcome]:
    """A stage that fails to deploy is rolled back to the last version that went well."""
    order = actions(resource.properties)
    patterns = deploy_patterns(resource.parameters)

    def needs_rollback(action: Action) -> bool:
        return all_of(
            lambda: target(action, resource) is not Tier.DEVELOPMENT,
            lambda: patterns.deploys(action),
            # CodeDeploy rolls back by itself, and takes one deployment at a time: the stage's would meet it.
            lambda: action.provider not in {"CodeDeploy", "CodeDeployToECS"},
            lambda: not hands_over(action),
        )

    def judge(stage: tuple[Node, list[Action]]) -> Iterator[Outcome]:
        node, its_actions = stage
        if all_of(lambda: not _rolls_back(node), lambda: some(its_actions, needs_rollback)):
            yield Violation(
                message=f"{resource} isn't rolled back when the deployment of `{node.path}` fails.",
                finding=f"{node.path}.onFailure",
            )

    yield from each(_by_stage(order), judge)


def _rolls_back(stage: Node) -> bool:
    failure = stage["onFailure"]
    return some(
        (failure["result"], failure["condition"]["result"], stage["onSuccess"]["condition"]["result"]),
        lambda result: result.text() == "ROLLBACK",
    )


def _by_stage(order: list[Action]) -> list[tuple[Node, list[Action]]]:
    stages = {action.stage_number: action.stage for action in order}
    return [(node, [one for one in order if one.stage_number == number]) for number, node in stages.items()]


def limited_fanout(resource: Resource) -> Iterator[Outcome]:
    """The first stage that deploys reaches one place; those that follow reach a limited number more."""
    patterns = deploy_patterns(resource.parameters)
    factor = int(resource.parameters["regionFactor"])
    regions: set[str] = set()
    limit = 1

    # Each stage counts on those before it, so what isn't known in one ends the whole judgement.
    for stage, its_actions in _by_stage(actions(resource.properties)):
        if at_least(limit + 1, its_actions, patterns.deploys):
            yield Violation(
                message=f"{resource} deploys more than {limit} time(s) at `{stage.path}`.", finding=stage.path
            )
        # Absent is the pipeline's own region.
        reached = {action.node["region"].text() for action in its_actions if patterns.deploys(action)}
        if not reached:
            continue
        most = max(1, len(regions) * factor)
        if len(reached) > most:
            finding = f"{stage.path}:regions"
            yield Violation(
                message=f"{resource} deploys to more than {most} region(s) at `{stage.path}`.", finding=finding
            )
        regions |= reached
        limit = int(resource.parameters["deploymentLimit"])


RULES = (
    ResourceRule(
        id="flow-execution-mode",
        title="A pipeline that deploys is of type V2 and runs its executions one after the other.",
        why="In parallel, an old version may be deployed after a new one, and no stage can be rolled back; "
        "a pipeline that only verifies may run as it likes.",
        fix="set pipelineType to V2 and executionMode to QUEUED or SUPERSEDED.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE,),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html",
        parameters=(
            *DEPLOY_PARAMETERS,
            Parameter(
                name="allowedModes",
                schema=NAMES,
                default=["QUEUED", "SUPERSEDED"],
                description="Execution modes that a pipeline which deploys may have, in CodePipeline's words.",
            ),
        ),
        frameworks=(owasp(1),),
        check=execution_mode,
        remedies=(Remedy("executionMode", listed("allowedModes")),),
    ),
    ResourceRule(
        id="flow-stage-rollback",
        title="A stage that fails to deploy is rolled back.",
        why="Without it a failed stage leaves half a version behind until somebody acts. Not asked of CodeDeploy's own "
        "action, which flow-auto-rollback covers: the two would meet in a group that takes one deployment at a time; "
        "nor of a copy to S3 as it is, which changes nothing that runs.",
        fix="set the stage's onFailure.result to ROLLBACK, or give it a condition with that result.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.ADVISORY),
        kinds=(PIPELINE,),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html",
        parameters=DEPLOY_PARAMETERS,
        frameworks=(well_architected("OPS06-BP04"),),
        check=stage_rollback,
    ),
    ResourceRule(
        id="flow-limited-fanout",
        title="A pipeline deploys to one place first, and only then to a limited number more.",
        why="What fails in the first region should not be in all of them at the same moment.",
        fix="deploy once in the first stage, and spread further deployments and regions over later stages.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.ADVISORY),
        kinds=(PIPELINE,),
        reference="https://docs.aws.amazon.com/config/latest/developerguide/codepipeline-region-fanout-check.html",
        parameters=(
            *DEPLOY_PARAMETERS,
            Parameter(
                name="deploymentLimit",
                schema={"type": "integer", "minimum": 1},
                default=5,
                description="How many deployments a stage after the first that deploys may have.",
            ),
            Parameter(
                name="regionFactor",
                schema={"type": "integer", "minimum": 1},
                default=3,
                description="How many times the regions of all earlier stages a stage may deploy to.",
            ),
        ),
        frameworks=(aws_config("codepipeline-deployment-count-check"), aws_config("codepipeline-region-fanout-check")),
        check=limited_fanout,
    ),
)
