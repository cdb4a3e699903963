"""What AWS allows of a pipeline, as data: how many, how long, how named, and which actions there are.

`ACTIONS` is the table of
https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html,
`LIMITS` and `NAMES` are those of https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html, and
`RESERVED_NAMESPACES` of https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from components.stages import Action


class Bounds(NamedTuple):
    """The least and the most of something, both allowed."""

    least: int
    most: int

    def __str__(self) -> str:
        """The bounds as a message says them."""
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"

    def hold(self, value: int) -> bool:
        """Whether a count, length or number is allowed."""
        return self.least <= value <= self.most


class Limits(NamedTuple):
    """The quotas of one pipeline; a number of things, of characters, or (the timeout) of minutes."""

    stages: Bounds = Bounds(2, 50)
    actions_per_stage: Bounds = Bounds(1, 50)
    actions: Bounds = Bounds(0, 500)
    variables: Bounds = Bounds(0, 50)
    variable_characters: Bounds = Bounds(1, 1000)
    key_characters: Bounds = Bounds(1, 50)
    value_characters: Bounds = Bounds(1, 1000)
    run_order: Bounds = Bounds(1, 999)
    approval_minutes: Bounds = Bounds(5, 86400)
    triggers: Bounds = Bounds(0, 50)
    filters: Bounds = Bounds(1, 3)
    patterns: Bounds = Bounds(1, 8)
    pattern_characters: Bounds = Bounds(1, 255)
    condition_characters: Bounds = Bounds(1, 10000)
    rules: Bounds = Bounds(1, 5)
    rule_minutes: Bounds = Bounds(5, 86400)
    event_pattern_characters: Bounds = Bounds(1, 2048)
    # Of the 4 KB that Lambda gives a function for all of its variables.
    function_paths_characters: Bounds = Bounds(1, 3000)
    description_characters: Bounds = Bounds(1, 200)
    commands: Bounds = Bounds(1, 50)
    command_characters: Bounds = Bounds(1, 1000)
    output_variables: Bounds = Bounds(0, 15)
    files: Bounds = Bounds(1, 10)
    file_characters: Bounds = Bounds(1, 128)
    # Of a role's inline policies, white space left aside:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    role_policy_characters: Bounds = Bounds(0, 10240)


LIMITS: Final = Limits()


class NamePattern(NamedTuple):
    """What a whole name must match, and how a message says it."""

    expression: str
    in_words: str


_ORDINARY: Final = NamePattern(r"[A-Za-z0-9.@\-_]{1,100}", "1 to 100 of A-Z a-z 0-9 . @ - _")
NAMES: Final[Mapping[str, NamePattern]] = {
    "pipeline": _ORDINARY,
    "stage": _ORDINARY,
    "action": _ORDINARY,
    "artifact": NamePattern(r"[A-Za-z0-9_\-]{1,100}", "1 to 100 of A-Z a-z 0-9 _ -"),
    "provider": NamePattern(r"[0-9A-Za-z_\-]{1,35}", "1 to 35 of A-Z a-z 0-9 _ -"),
    "namespace": NamePattern(r"[A-Za-z0-9@\-_]{1,100}", "1 to 100 of A-Z a-z 0-9 @ - _"),
    "variable": NamePattern(r"[A-Za-z0-9@\-_]{1,128}", "1 to 128 of A-Z a-z 0-9 @ - _"),
    "output variable": NamePattern(r"[A-Za-z0-9@\-_]{1,128}", "1 to 128 of A-Z a-z 0-9 @ - _"),
}


class Artifacts(NamedTuple):
    """How many artifacts an action takes and gives, and in which version AWS has it."""

    inputs: Bounds
    outputs: Bounds
    version: str = "1"


_SOURCE: Final = Artifacts(Bounds(0, 0), Bounds(1, 1))
_CODEBUILD: Final = Artifacts(Bounds(1, 5), Bounds(0, 5))
_DEPLOY: Final = Artifacts(Bounds(1, 1), Bounds(0, 0))
_UP_TO_FIVE: Final = Artifacts(Bounds(0, 5), Bounds(0, 5))
_NONE: Final = Artifacts(Bounds(0, 0), Bounds(0, 0))

ACTIONS: Final[Mapping[tuple[str, str, str], Artifacts]] = {
    ("Source", "AWS", "S3"): _SOURCE,
    ("Source", "AWS", "CodeCommit"): _SOURCE,
    ("Source", "AWS", "ECR"): _SOURCE,
    ("Source", "AWS", "CodeStarSourceConnection"): _SOURCE,
    ("Build", "AWS", "CodeBuild"): _CODEBUILD,
    ("Test", "AWS", "CodeBuild"): _CODEBUILD,
    ("Compute", "AWS", "Commands"): Artifacts(Bounds(1, 10), Bounds(0, 1)),
    ("Build", "AWS", "ECRBuildAndPublish"): Artifacts(Bounds(1, 1), Bounds(0, 0)),
    ("Test", "AWS", "DeviceFarm"): _DEPLOY,
    ("Approval", "AWS", "Manual"): _NONE,
    ("Deploy", "AWS", "CodeDeploy"): _DEPLOY,
    ("Deploy", "AWS", "S3"): _DEPLOY,
    ("Deploy", "AWS", "ECS"): _DEPLOY,
    ("Deploy", "AWS", "EC2"): _DEPLOY,
    ("Deploy", "AWS", "CodeDeployToECS"): Artifacts(Bounds(1, 5), Bounds(0, 0)),
    ("Deploy", "AWS", "CloudFormation"): Artifacts(Bounds(0, 10), Bounds(0, 1)),
    ("Deploy", "AWS", "CloudFormationStackSet"): Artifacts(Bounds(1, 10), Bounds(0, 0)),
    ("Deploy", "AWS", "CloudFormationStackInstances"): Artifacts(Bounds(0, 10), Bounds(0, 0)),
    ("Deploy", "AWS", "ElasticBeanstalk"): _DEPLOY,
    ("Deploy", "AWS", "ServiceCatalog"): _DEPLOY,
    ("Deploy", "AWS", "AppConfig"): _DEPLOY,
    ("Deploy", "AWS", "EKS"): _DEPLOY,
    ("Deploy", "AWS", "Lambda"): _DEPLOY,
    ("Invoke", "AWS", "Lambda"): _UP_TO_FIVE,
    ("Invoke", "AWS", "StepFunctions"): Artifacts(Bounds(0, 1), Bounds(0, 1)),
    ("Invoke", "AWS", "CodePipeline"): _NONE,
    ("Invoke", "AWS", "InspectorScan"): Artifacts(Bounds(1, 1), Bounds(0, 1)),
}
"""By category, owner and provider. An action of owner `Custom` brings its own provider: see `artifacts_of`."""

AT_HOME: Final = frozenset({"Commands", "ECRBuildAndPublish", "EC2", "Manual"})
"""Providers whose actions this program runs in the pipeline's region and by its role only: AWS documents no other place
for them."""

RESERVED_NAMESPACES: Final = frozenset({"variables", "codepipeline"})


def artifacts_of(action: Action) -> Artifacts | None:
    """How many artifacts AWS lets this action take and give; nothing if AWS knows no such action."""
    if action.owner == "Custom":
        return _UP_TO_FIVE
    return ACTIONS.get((str(action.category), action.owner, action.provider))
