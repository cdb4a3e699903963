"""What a pipeline's actions reach: the words, parameters and answers that the rules about deployments share."""

import re
from collections.abc import Mapping
from typing import Any

from rulebook.kit.pipeline import Action, DeployPatterns, target_tier
from rulebook.kit.rule import Parameter, Resource
from rulebook.rules.names import NAMES, REGEX
from rulebook.tiers import Tier

STRUCTURE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html"

DEPLOY_PARAMETERS = (
    Parameter(
        name="prodStagePattern",
        schema=REGEX,
        default="",
        description="Further names of stages and actions that reach production, as a regular expression; "
        "the names of the table of tiers (prod, production, prd, live) always do.",
    ),
    Parameter(
        name="deployLikeProviders",
        schema=NAMES,
        default=["Lambda", "StepFunctions", "CodeBuild", "Commands"],
        description="Providers of Invoke, Build and Compute actions that deploy when they are named so.",
    ),
    Parameter(
        name="deployNamePattern",
        schema=REGEX,
        default=r"(?i)deploy|shift|traffic|roll-?out|cut-?over|go-?live|^release",
        description="What such an action is called when it deploys; for Invoke actions the stage's name counts too.",
    ),
    Parameter(
        name="watchNamePattern",
        schema=REGEX,
        default=r"^([Pp]re|[Pp]ost)-?[Dd]eploy|^([Cc]heck|[Vv]erify|[Vv]alidate|[Ss]moke|[Tt]est|[Ss]can|[Nn]otify)([^a-z]|$)",
        description="Names of Invoke, Build and Compute actions that only look or tell, whatever their stage is; "
        "by their beginning, so that `DeployCheckout` is no check.",
    ),
    Parameter(
        name="deployCommandPattern",
        schema=REGEX,
        default=r"\b(kubectl (apply|rollout|set image)|helm (install|upgrade)|(terraform|tofu) apply|pulumi up|"
        r"cdk deploy|sam deploy|serverless deploy|ansible-playbook|aws (deploy create-deployment|ecs update-service|"
        r"lambda update-function-code|cloudformation (deploy|create-stack|update-stack|execute-change-set)))\b",
        description="Commands of a Compute action that deploy, whatever the action is called.",
    ),
    Parameter(
        name="prodAccounts",
        schema=NAMES,
        default=[],
        description="Accounts of production: what a role of theirs deploys reaches production, from any stack.",
    ),
)


def deploy_patterns(parameters: Mapping[str, Any]) -> DeployPatterns:
    """What counts as a deployment, by the parameters of a rule that has `DEPLOY_PARAMETERS`."""
    return DeployPatterns(
        providers=frozenset(parameters["deployLikeProviders"]),
        name=re.compile(parameters["deployNamePattern"]),
        watcher=re.compile(parameters["watchNamePattern"]),
        command=re.compile(parameters["deployCommandPattern"]),
    )


def target(action: Action, resource: Resource) -> Tier:
    """The tier that an action of a pipeline reaches, by the parameters of a rule that has `DEPLOY_PARAMETERS`."""
    further = resource.parameters["prodStagePattern"]
    return target_tier(
        action,
        resource.environment,
        production=re.compile(further) if further else None,
        accounts=resource.parameters["prodAccounts"],
    )


def hands_over(action: Action) -> bool:
    """Whether it puts an artifact down as it is, for another pipeline to take; nothing that runs is changed by that.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html
    """
    return action.provider == "S3" and action.node["configuration"]["Extract"].text() == "false"
