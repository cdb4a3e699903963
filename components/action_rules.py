"""Refuses what AWS would refuse of an action's place and of what it computes, and of a pipeline's execution mode."""

import json
import re
from collections.abc import Iterator

from components.conditions import Result
from components.road_order import at
from components.stage_limits import AT_HOME, LIMITS, NAMES
from components.stages import Action, Category, ExecutionMode, Road

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ROLE = re.compile(r"arn:aws[a-z\-]*:iam::\d{12}:role/[\w+=,.@/\-]{1,576}")

_BASE_OF_ROLE = 900
_EACH_STORE = 900
_UNKNOWN = "x" * 100
"""What a statement is counted with whose resource only AWS knows: an ARN is about as long."""


def action_rules(road: Road) -> Iterator[str]:
    """One sentence for each thing that AWS would refuse."""
    for stage, action in road.actions:
        place = at(road, stage, action)
        for problem in (*_place(road, action), *_compute(action)):
            yield f"{place}: {problem}"
    yield from _accounts(road)
    yield from _mode(road)
    yield from _role(road)


def _place(road: Road, action: Action) -> Iterator[str]:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html and
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html"""
    if action.region is not None and _REGION.fullmatch(action.region) is None:
        yield f"runs in {action.region!r}, which is no region"
    elif action.region is not None and action.region not in road.stores:
        there = ", ".join(road.stores) or "none besides the pipeline's own"
        yield f"runs in {action.region}, where there is no artifact store; regions with one: {there}"
    if action.role_arn is not None and _ROLE.fullmatch(action.role_arn) is None:
        yield f"is done by {action.role_arn!r}, which isn't the ARN of a role"
    if action.artifact_roles and action.role_arn is None:
        yield "names roles that read artifacts elsewhere, but is done by the pipeline's own role"
    elsewhere = action.region or action.role_arn
    if elsewhere and action.category == Category.SOURCE:
        yield "is a source; this program has sources in the pipeline's own place only"
    elif elsewhere and action.owner == "Custom":
        yield f"runs elsewhere ({elsewhere}); AWS takes custom actions in the pipeline's own place only"
    elif elsewhere and action.provider in AT_HOME:
        yield f"runs elsewhere ({elsewhere}); {action.provider} works where the pipeline is"
    if action.role_arn and action.provider == "CodeBuild" and action.outputs:
        names = ", ".join(repr(artifact.name) for artifact in action.outputs)
        yield f"is done by a role and gives {names}; CodeBuild hands no artifact from account to account"


def _accounts(road: Road) -> Iterator[str]:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html"""
    makers = {artifact.name: action for _, action in road.actions for artifact in action.outputs}
    for stage, action in road.actions:
        taken = _account(road, action)
        for artifact in action.inputs:
            given = _account(road, makers[artifact.name]) if artifact.name in makers else taken
            if road.account not in (given, taken) and given != taken:
                yield (
                    f"{at(road, stage, action, artifact)}: is made in account {given} and read in {taken}; "
                    "AWS hands artifacts on only from or to the pipeline's own account, or within one"
                )


def _account(road: Road, action: Action) -> str | None:
    return action.role_arn.split(":")[4] if action.role_arn and _ROLE.fullmatch(action.role_arn) else road.account


def _compute(action: Action) -> Iterator[str]:
    """https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html"""
    if action.category == Category.COMPUTE:
        yield from _commands(action)
        yield from _output_variables(action)
        yield from _files(action)
        return
    given = (("commands", action.commands), ("files", action.files), ("output variables", action.output_variables))
    for what, values in given:
        if values:
            yield f"has {what}; only Compute actions take them, this is a {action.category} action"


def _commands(action: Action) -> Iterator[str]:
    if not LIMITS.commands.hold(len(action.commands)):
        yield f"has {len(action.commands)} commands; AWS takes {LIMITS.commands}"
    for number, command in enumerate(action.commands, start=1):
        if "\n" in command or "\r" in command:
            yield f"command {number} has several lines; AWS takes commands of one line"
        if not LIMITS.command_characters.hold(len(command)):
            yield f"command {number} has {len(command)} characters; AWS takes {LIMITS.command_characters}"


def _output_variables(action: Action) -> Iterator[str]:
    if not LIMITS.output_variables.hold(len(action.output_variables)):
        yield f"has {len(action.output_variables)} output variables; AWS takes {LIMITS.output_variables}"
    for variable in action.output_variables:
        if re.fullmatch(NAMES["output variable"].expression, variable) is None:
            yield f"{variable!r} is no output variable; AWS takes {NAMES['output variable'].in_words}"
    if action.output_variables and action.namespace is None:
        yield "has output variables but no namespace, under which later actions could read them"


def _files(action: Action) -> Iterator[str]:
    if bool(action.outputs) != bool(action.files):
        yield "has an output without files, or files without an output; they belong together"
    elif action.files and not LIMITS.files.hold(len(action.files)):
        yield f"has {len(action.files)} files; AWS takes {LIMITS.files}"
    for file in action.files:
        if not LIMITS.file_characters.hold(len(file)):
            yield f"file {file!r} has {len(file)} characters; AWS takes {LIMITS.file_characters}"


def _mode(road: Road) -> Iterator[str]:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/execution-modes.html"""
    if road.mode != ExecutionMode.PARALLEL:
        return
    for stage in road.stages:
        if stage.rolls_back:
            yield f"{at(road, stage)}: rolls back on failure; in PARALLEL mode AWS has no roll-back of stages"
        for when, condition in stage.conditions.items():
            if condition.result == Result.ROLLBACK:
                yield f"{at(road, stage)}, {when}: ends in ROLLBACK; in PARALLEL mode AWS has no roll-back of stages"


def _role(road: Road) -> Iterator[str]:
    unique: list[str] = []
    for stage in road.stages:
        for statement in stage.permissions:
            known = {**statement.as_document(), "Resource": []}
            text = json.dumps(known, separators=(",", ":"))
            resources = [one if isinstance(one, str) else _UNKNOWN for one in statement.resources]
            unique.append(text + json.dumps(resources, separators=(",", ":")))
    size = _BASE_OF_ROLE + _EACH_STORE * len(road.stores) + sum(map(len, dict.fromkeys(unique)))
    if not LIMITS.role_policy_characters.hold(size):
        yield (
            f"{at(road)}: its role needs a policy of about {size} characters for what its actions do; "
            f"IAM takes at most {LIMITS.role_policy_characters.most}"
        )
