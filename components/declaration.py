"""From a road's stages to what CodePipeline's API calls them."""

from collections.abc import Iterable, Mapping

import pulumi
from pulumi_aws import codepipeline

from components.conditions import Condition, OnFailure, Rule
from components.later import settled
from components.stages import Action, Category, Stage

Values = Mapping[str, pulumi.Input[str]]
"""What has become of the road's `Later` values."""


def stage_declarations(stages: Iterable[Stage], values: Values) -> list[codepipeline.PipelineStageArgsDict]:
    """The stages as AWS takes them
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StageDeclaration.html)."""
    return [_stage(stage, values) for stage in stages]


def _stage(stage: Stage, values: Values) -> codepipeline.PipelineStageArgsDict:
    declaration: codepipeline.PipelineStageArgsDict = {
        "name": stage.name,
        "actions": [_action(action, values) for action in stage.actions],
    }
    if stage.before_entry:
        declaration["before_entry"] = {"condition": _condition(stage.before_entry, values)}
    if stage.on_success:
        declaration["on_success"] = {"condition": _condition(stage.on_success, values)}
    if stage.on_failure:
        declaration["on_failure"] = _on_failure(stage.on_failure, values)
    return declaration


def _on_failure(failure: OnFailure, values: Values) -> codepipeline.PipelineStageOnFailureArgsDict:
    declaration: codepipeline.PipelineStageOnFailureArgsDict = {}
    if failure.result:
        declaration["result"] = failure.result.value
    if failure.retry:
        declaration["retry_configuration"] = {"retry_mode": failure.retry.value}
    if failure.condition:
        declaration["condition"] = _condition(failure.condition, values)
    return declaration


def _condition(condition: Condition, values: Values) -> codepipeline.PipelineStageBeforeEntryConditionArgsDict:
    return {"result": condition.result.value, "rules": [_rule(rule, values) for rule in condition.rules]}


def _rule(rule: Rule, values: Values) -> codepipeline.PipelineStageBeforeEntryConditionRuleArgsDict:
    declaration: codepipeline.PipelineStageBeforeEntryConditionRuleArgsDict = {
        "name": rule.name,
        "rule_type_id": {"category": "Rule", "owner": "AWS", "provider": rule.provider, "version": "1"},
        "configuration": {key: settled(value, values) for key, value in rule.configuration.items()},
    }
    if rule.commands:
        declaration["commands"] = list(rule.commands)
    if rule.inputs:
        declaration["input_artifacts"] = list(rule.inputs)
    if rule.timeout_minutes:
        declaration["timeout_in_minutes"] = rule.timeout_minutes
    return declaration


def _action(action: Action, values: Values) -> codepipeline.PipelineStageActionArgsDict:
    declaration: codepipeline.PipelineStageActionArgsDict = {
        "name": action.name,
        "category": action.category.value,
        "owner": action.owner,
        "provider": action.provider,
        "version": action.version,
        "configuration": {key: settled(value, values) for key, value in action.configuration.items()},
        "run_order": action.run_order,
    }
    if action.inputs:
        declaration["input_artifacts"] = [artifact.name for artifact in action.inputs]
    if action.category == Category.COMPUTE:
        declaration["commands"] = list(action.commands)
        if action.output_variables:
            declaration["output_variables"] = list(action.output_variables)
        if action.outputs:
            declaration["output_artifacts_for_compute_actions"] = [
                {"name": artifact.name, "files": list(action.files)} for artifact in action.outputs
            ]
    elif action.outputs:
        declaration["output_artifacts"] = [artifact.name for artifact in action.outputs]
    if action.region:
        declaration["region"] = action.region
    if action.role_arn:
        declaration["role_arn"] = action.role_arn
    if action.namespace:
        declaration["namespace"] = action.namespace
    if action.timeout_minutes:
        declaration["timeout_in_minutes"] = action.timeout_minutes
    return declaration
