"""Who may do what in a deployment to Lambda: statements only.

Resource levels are those of https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html and
…/list_awscodedeploy.html; `"*"` stands only where an action has none.
"""

from collections.abc import Iterable, Sequence

import pulumi

from components.deployment.permissions import (
    create_deployments,
    follow_deployments,
    know_way_back,
    see_releases,
    watch_alarms,
)
from components.deployment.shift import TrafficShift, config_name
from components.iam import Statement
from components.place import Place


def _functions(place: Place, names: Iterable[str], *, versions: bool = False) -> tuple[str, ...]:
    """The ARNs of functions, or of all their versions and aliases."""
    return tuple(place.arn("lambda", f"function:{name}{':*' if versions else ''}") for name in names)


def deploy(place: Place, name: str, functions: Sequence[str], shift: TrafficShift | None) -> tuple[Statement, ...]:
    """Bringing code to functions, making it a version, and having CodeDeploy shift the alias there."""
    return (
        Statement(actions=("lambda:UpdateFunctionCode",), resources=_functions(place, functions)),
        # Of the functions, and of the version that serves.
        Statement(
            actions=("lambda:GetFunctionConfiguration",),
            resources=(*_functions(place, functions), *_functions(place, (name,), versions=True)),
        ),
        Statement(
            actions=("lambda:GetAlias", "lambda:PublishVersion", "lambda:UpdateAlias"),
            resources=_functions(place, (name,)),
        ),
        *create_deployments(place, name, config_name(name, shift)),
        *see_releases(place, name),
        *follow_deployments(),
        *watch_alarms(),
        *know_way_back(place, name),
    )


def read_bundle(place: Place, key_arn: pulumi.Input[str]) -> tuple[Statement, ...]:
    """What Lambda asks of who hands it code that lies in S3
    (https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html)."""
    return (
        Statement(actions=("s3:GetObject",), resources=(f"{place.bucket_arn(place.artifact_bucket)}/*",)),
        Statement(actions=("kms:Decrypt",), resources=(key_arn,)),
    )


def pass_variables_on(place: Place, key_arn: pulumi.Input[str]) -> tuple[Statement, ...]:
    """What Lambda does in the name of who brings new code to functions whose variables are encrypted with a key of the
    account: it lets their roles decrypt them
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html)."""
    through_lambda = {"StringEquals": {"kms:ViaService": f"lambda.{place.region}.amazonaws.com"}}
    return (Statement(actions=("kms:CreateGrant",), resources=(key_arn,), conditions=through_lambda),)


def answer_as_hook(place: Place, name: str) -> tuple[Statement, ...]:
    """Finding and invoking the version that is tested, and telling CodeDeploy how that went
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/tutorial-lambda-sam-create-sam-template.html)."""
    return (
        Statement(actions=("lambda:InvokeFunction",), resources=_functions(place, (name,), versions=True)),
        Statement(actions=("lambda:ListVersionsByFunction",), resources=_functions(place, (name,))),
        Statement(
            actions=("codedeploy:GetDeployment",),
            resources=(place.arn("codedeploy", f"deploymentgroup:{name}/{name}"),),
        ),
        Statement(actions=("codedeploy:PutLifecycleEventHookExecutionStatus",), resources=("*",)),
    )


def shift_alias(place: Place, name: str, hooks: Iterable[str]) -> tuple[Statement, ...]:
    """The service role of CodeDeploy: `AWSCodeDeployRoleForLambdaLimited` on one function and its hooks."""
    moved = (*_functions(place, (name,)), *_functions(place, (name,), versions=True))
    asked = tuple(hooks)
    return (
        Statement(
            actions=("lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"), resources=moved
        ),
        *([Statement(actions=("lambda:InvokeFunction",), resources=_functions(place, asked))] if asked else ()),
        *watch_alarms(),
    )
