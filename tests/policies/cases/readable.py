"""Deliveries in templates and in types of other providers."""

from rulebook.rules.flow import readable
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.judging import judging, making, thing
from tests.policies.harness import UNKNOWN

(READABLE,) = readable.RULES
case = judging(READABLE)
template = making("aws:cloudformation/stack:Stack")
PIPELINE = '{"Resources": {"Road": {"Type": "AWS::CodePipeline::Pipeline"}}}'
QUEUE = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"
CANARY = "Type: AWS::Serverless::Function\nProperties:\n  DeploymentPreference: {Type: Canary10Percent5Minutes}\n"

_HIDDEN = case(Kind.VIOLATING, "a template has a pipeline", template(templateBody=PIPELINE), finds=("`templateBody`",))
CASES: tuple[Case, ...] = (
    case(Kind.COMPLIANT, "a template delivers nothing", template(templateBody=QUEUE)),
    case(
        Kind.COMPLIANT,
        "a generic resource delivers nothing",
        making("aws:cloudcontrol/resource:Resource")(typeName="AWS::SQS::Queue"),
    ),
    _HIDDEN,
    *exempted(_HIDDEN),
    case(
        Kind.VIOLATING, "a function says how it is deployed", template(templateBody=CANARY), finds=("`templateBody`",)
    ),
    case(
        Kind.VIOLATING,
        "a template is an object, of which a part isn't known yet",
        making("aws-native:cloudformation:Stack")(
            templateBody={"Resources": {"A": {"Name": UNKNOWN}, "B": {"Type": "AWS::CodeDeploy::DeploymentGroup"}}}
        ),
        finds=("`templateBody`",),
    ),
    case(
        Kind.VIOLATING,
        "a generic resource is a pipeline",
        making("aws:cloudcontrol/resource:Resource")(typeName="AWS::CodePipeline::Pipeline", desiredState=UNKNOWN),
        finds=("The Cloud Control resource 'thing' delivers software",),
    ),
    *(
        case(Kind.VIOLATING, f"it is of the type {token}", thing(token, {}), finds=("of a type that no rule can read",))
        for token in ("aws-native:codepipeline:Pipeline", "aws-native:codedeploy:DeploymentGroup")
    ),
    case(
        Kind.VIOLATING,
        "the type of a generic resource is no text",
        making("aws:cloudcontrol/resource:Resource")(typeName=["x"]),
        finds=("`typeName` must be a text",),
    ),
    case(Kind.MISSING, "a template is somewhere else", template(templateUrl="https://s3/x"), undecided="templateUrl"),
    case(Kind.UNKNOWN, "a template isn't known yet", template(templateBody=UNKNOWN), undecided="templateBody"),
)
