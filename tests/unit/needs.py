"""What the role of a CodeBuild project may do, each permission by what needs it.

https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
"""

import re

from tests.unit.planning import Planned
from tests.unit.roles import Role, roles_of

Permission = tuple[str, str]
"""An action, and what it is done to."""

HERE = "eu-west-1:111122223333"
REPORTS = f"arn:aws:codebuild:{HERE}:report-group/PROJECT"
ARTIFACTS = "arn:aws:s3:::delivery-STACK-artifacts-111122223333-eu-west-1"
BUCKET = "arn:aws:s3:::delivery-STACK-builds-111122223333-eu-west-1"
LOG = f"arn:aws:logs:{HERE}:log-group:/aws/codebuild/PROJECT"
REPORTING = "BatchPutCodeCoverages BatchPutTestCases CreateReport CreateReportGroup UpdateReport"
PULLING = "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer"

NEEDS: dict[str, list[tuple[str, str, list[str]]]] = {
    "its log": [("logs", "CreateLogStream PutLogEvents", [LOG, f"{LOG}:*"])],
    "its reports": [("codebuild", REPORTING, [f"{REPORTS}-unit", f"{REPORTS}-coverage"])],
    "its source and its bundle": [
        ("s3", "GetObject GetObjectVersion PutObject", [f"{ARTIFACTS}/*"]),
        ("s3", "GetBucketAcl GetBucketLocation GetBucketVersioning", [ARTIFACTS]),
        ("kms", "Decrypt DescribeKey Encrypt GenerateDataKey* ReEncrypt*", ["KEY"]),
    ],
    "the bundle it tests": [
        ("s3", "GetObject GetObjectVersion", [f"{ARTIFACTS}/*"]),
        ("s3", "GetBucketLocation ListBucket", [ARTIFACTS]),
        ("kms", "Decrypt DescribeKey", ["KEY"]),
    ],
    "its results": [("codebuild", REPORTING, [f"{REPORTS}-SUITE"])],
    "its coverage": [("codebuild", REPORTING, [f"{REPORTS}-coverage"])],
    "its results by parts": [("codebuild", REPORTING, [f"{REPORTS}-SUITEBuildFanoutShard*"])],
    "own-image": [
        ("ecr", "GetAuthorizationToken", ["*"]),
        ("ecr", PULLING, [f"arn:aws:ecr:{HERE}:repository/ci/build"]),
    ],
    "foreign-image": [
        ("ecr", "GetAuthorizationToken", ["*"]),
        ("ecr", PULLING, ["arn:aws:ecr:eu-central-1:444455556666:repository/ci"]),
    ],
    "vpc": [
        (
            "ec2",
            "CreateNetworkInterface",
            [f"arn:aws:ec2:{HERE}:{one}" for one in ("network-interface/*", "security-group/*", "subnet/SUBNET")],
        ),
        (
            "ec2",
            "CreateNetworkInterfacePermission DeleteNetworkInterface",
            [f"arn:aws:ec2:{HERE}:network-interface/*"],
        ),
        (
            "ec2",
            "DescribeDhcpOptions DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs",
            ["*"],
        ),
    ],
    "cached": [
        ("s3", "GetObject PutObject", [f"{BUCKET}/cache/PROJECT/*"]),
        ("s3", "GetBucketAcl GetBucketLocation", [BUCKET]),
    ],
    # What a build hands over is encrypted too; a suite hands nothing over.
    "encrypting what it keeps": [("kms", "GenerateDataKey", ["KEY"])],
    "logged": [
        ("s3", "PutObject", [f"{BUCKET}/logs/PROJECT/*"]),
        ("s3", "GetBucketAcl GetBucketLocation", [BUCKET]),
    ],
    "parameters": [("ssm", "GetParameters", [f"arn:aws:ssm:{HERE}:parameter/ci/{one}" for one in ("licence", "seat")])],
    "secrets": [
        ("secretsmanager", "GetSecretValue", [f"arn:aws:secretsmanager:{HERE}:secret:ci/token-??????"]),
    ],
    # The parts of a fanout report to groups of their own.
    "batch": [("codebuild", REPORTING, [f"{REPORTS}-{one}BuildFanoutShard*" for one in ("unit", "coverage")])],
    "the builds of a batch": [
        ("codebuild", "RetryBuild StartBuild StopBuild", [f"arn:aws:codebuild:{HERE}:project/PROJECT"]),
    ],
}
"""Every permission by what needs it: by what every project has, and by the word of the stack file."""

OF_ANY_BUILD = ("its log", "its reports", "its source and its bundle")
OF_ANY_SUITE = ("its log", "the bundle it tests")


def needed(*needs: str, stack: str = "dev", suite: str = "") -> set[Permission]:
    """What a project with these needs has to be allowed."""
    return {
        (f"{service}:{action}", resource.replace("STACK", stack).replace("SUITE", suite))
        for need in needs
        for service, actions, resources in NEEDS.get(need, [])
        for action in actions.split()
        for resource in resources
    }


def allowed(plan: Planned, project: str, role: str = "") -> set[Permission]:
    """The same of a role that is planned, by default the project's own, without the names that differ."""
    return permissions(roles_of(plan)[role or project], project=project, key=plan.named("artifacts-key").arn)


def permissions(role: Role, *, project: str, key: str) -> set[Permission]:
    """What a role may do, with words in the place of the names that differ."""
    return {
        (action, re.sub(r"subnet/subnet-\w+", "subnet/SUBNET", resource).replace(project, "PROJECT"))
        if resource != key
        else (action, "KEY")
        for statement in role.statements
        for action in statement["Action"]
        for resource in statement["Resource"]
    }
