"""Where pipelines take what they deploy from: lower environments, and builds."""

from typing import Any

from rulebook.kit.rule import Rule
from rulebook.rules.flow import order
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.road import (
    ADMIT,
    BUILD,
    CARRY_OUT,
    CHANGE_SET,
    DEPLOY,
    GATE,
    PROMOTE,
    SHIFT,
    SOURCE,
    TEST,
    VERIFY,
    action,
    pipeline,
    stage,
)
from tests.policies.harness import UNKNOWN

ORDER, BUILT = order.RULES


def case(rule: Rule, kind: Kind, what: str, *stages: Any, **more: Any) -> Case:
    """A case of one pipeline called `thing`."""
    return Case(rule=rule, kind=kind, what=what, given=(pipeline(*stages),), **more)


def to(name: str, *inputs: Any) -> dict[str, Any]:
    """A stage of this name that deploys."""
    return stage(name, action("Deploy", "ECS", inputArtifacts=list(inputs)))


RELEASE = stage("Source", action("Source", "S3", outputArtifacts=["built"]))
_FIRST = case(
    ORDER,
    Kind.VIOLATING,
    "production is the first environment",
    *(SOURCE, BUILD, TEST, GATE, DEPLOY),
    finds=("production at `stages[4].actions[0]` what no lower environment has had",),
)
ORDER_CASES = (
    case(
        ORDER, Kind.COMPLIANT, "our own road: promoted, then shifted by a function", RELEASE, TEST, GATE, SHIFT, VERIFY
    ),
    case(
        ORDER,
        Kind.COMPLIANT,
        "one pipeline over three environments",
        *(SOURCE, BUILD, to("Dev"), to("Staging"), GATE, to("Production")),
        stack="tools",
    ),
    case(
        ORDER,
        Kind.COMPLIANT,
        "a function names no artifact and the pipeline starts from a promoted one",
        *(RELEASE, stage("Deploy", action("Invoke", "Lambda", "ShiftTraffic"))),
    ),
    case(
        ORDER,
        Kind.COMPLIANT,
        "a function admits what was promoted, and deploys nothing by it",
        *(RELEASE, ADMIT, TEST, GATE, SHIFT, VERIFY),
    ),
    case(
        ORDER,
        Kind.COMPLIANT,
        "a function gives staging's release to the next environment",
        *(SOURCE, BUILD, TEST, DEPLOY, PROMOTE),
        stack="staging",
    ),
    case(
        ORDER,
        Kind.COMPLIANT,
        "an image was pushed by another pipeline",
        stage("Source", action("Source", "ECR", outputArtifacts=["image"])),
        to("Deploy", "image"),
    ),
    case(ORDER, Kind.COMPLIANT, "staging is deployed first in staging", SOURCE, BUILD, DEPLOY, stack="staging"),
    case(
        ORDER,
        Kind.COMPLIANT,
        "staging hands its artifact over",
        *(SOURCE, BUILD, stage("PromoteToProd", action("Deploy", "S3", configuration={"Extract": "false"}))),
        stack="staging",
    ),
    case(ORDER, Kind.COMPLIANT, "dev is in no order", SOURCE, to("Prod"), stack="dev"),
    case(
        ORDER,
        Kind.COMPLIANT,
        "what is tested after production may be called staging",
        *(RELEASE, to("Prod", "built"), stage("Staging", action("Test", "CodeBuild"))),
        stack="tools",
    ),
    case(
        ORDER,
        Kind.COMPLIANT,
        "what is tested before staging may be called production",
        *(SOURCE, stage("ProdLike", action("Test", "CodeBuild")), to("Staging")),
        stack="staging",
    ),
    case(
        ORDER,
        Kind.COMPLIANT,
        "a build after the deployment changes nothing of it",
        *(RELEASE, stage("Deploy", action("Invoke", "Lambda", "Shift")), BUILD),
    ),
    _FIRST,
    *exempted(_FIRST),
    case(
        ORDER,
        Kind.VIOLATING,
        "production isn't a lower environment of itself",
        *(SOURCE, to("Prod"), to("ProdTwo")),
        stack="tools",
        finds=("`stages[1].actions[0]`", "`stages[2].actions[0]`"),
    ),
    case(
        ORDER,
        Kind.VIOLATING,
        "a website in a bucket is no promoted source",
        *(SOURCE, stage("Site", action("Deploy", "S3")), stage("Deploy", action("Invoke", "Lambda", "Shift"))),
        finds=("`stages[1].actions[0]`", "`stages[2].actions[0]`"),
    ),
    case(
        ORDER,
        Kind.VIOLATING,
        "staging comes after production",
        *(RELEASE, to("Prod", "built"), to("Staging")),
        stack="tools",
        finds=("`stages[2].actions[0]` to an environment that comes before",),
    ),
    case(
        ORDER,
        Kind.VIOLATING,
        "what was promoted is built again",
        *(RELEASE, stage("Build", action("Build", "CodeBuild", inputArtifacts=["built"], outputArtifacts=["new"]))),
        to("Deploy", "new"),
        finds=("`stages[2].actions[0]` what no lower",),
    ),
    case(
        ORDER,
        Kind.VIOLATING,
        "a bucket isn't trusted to be a promotion",
        *(RELEASE, SHIFT),
        parameters={"promotedSources": ["ECR"]},
        finds=("`stages[1].actions[0]` what no lower",),
    ),
    case(
        ORDER,
        Kind.VIOLATING,
        "an order of one's own is kept too",
        *(SOURCE, to("Staging"), to("Dev")),
        stack="staging",
        parameters={"promotionOrder": ["development", "staging"]},
        finds=("`stages[2].actions[0]` to an environment",),
    ),
    case(
        ORDER,
        Kind.MISSING,
        "a function without artifacts deploys what was built here",
        *(RELEASE, BUILD, stage("Deploy", action("Invoke", "Lambda", "ShiftTraffic"))),
        finds=("`stages[2].actions[0]` what no lower",),
    ),
    case(
        ORDER,
        Kind.UNKNOWN,
        "what is deployed isn't known",
        *(RELEASE, stage("Deploy", action("Deploy", "ECS", inputArtifacts=UNKNOWN))),
        undecided="stages[1].actions[0].inputArtifacts",
    ),
    case(
        ORDER,
        Kind.UNKNOWN,
        "an earlier stage may be a lower environment",
        *(SOURCE, stage(UNKNOWN, action("Deploy", "ECS")), to("Prod")),
        stack="tools",
        finds=("`stages[1].actions[0]` what no lower",),
        undecided="stages[1].name",
    ),
)

_RAW = case(
    BUILT,
    Kind.VIOLATING,
    "the repository is deployed",
    *(SOURCE, BUILD, to("Deploy", "source")),
    finds=("`stages[2].actions[0].inputArtifacts[0]`",),
)
JENKINS = stage("Build", {**action("Build", "Ours", outputArtifacts=["built"]), "owner": "Custom"})
BUILT_CASES = (
    case(BUILT, Kind.COMPLIANT, "a build is deployed", SOURCE, BUILD, DEPLOY),
    case(
        BUILT,
        Kind.VIOLATING,
        "a change set is made of what the repository holds",
        *(SOURCE, stage("Prod", CHANGE_SET, CARRY_OUT)),
        finds=("at `stages[1].actions[0].inputArtifacts[0]`",),
    ),
    case(BUILT, Kind.COMPLIANT, "a promoted artifact is deployed", RELEASE, TEST, GATE, SHIFT),
    case(
        BUILT,
        Kind.COMPLIANT,
        "commands make what is deployed",
        *(SOURCE, stage("Make", action("Compute", "Commands", outputArtifactsForComputeActions=[{"name": "built"}]))),
        DEPLOY,
    ),
    case(
        BUILT,
        Kind.COMPLIANT,
        "a build that deploys needs its source",
        SOURCE,
        stage("Prod", action("Build", "CodeBuild", "deploy", inputArtifacts=["source"])),
    ),
    case(BUILT, Kind.COMPLIANT, "a machine of one's own built it", SOURCE, JENKINS, DEPLOY),
    case(
        BUILT,
        Kind.COMPLIANT,
        "a hosted build is wanted, and nothing else than builds is asked for it",
        stage("Source", {**action("Source", "Ours", outputArtifacts=["kept"]), "owner": "Custom"}, *SOURCE["actions"]),
        *(BUILD, to("Deploy", "kept", "built")),
        parameters={"requireHostedBuild": True, "trustedArtifactSources": ["Ours"]},
    ),
    case(
        BUILT,
        Kind.COMPLIANT,
        "a test takes the source",
        SOURCE,
        stage("T", action("Test", "X", inputArtifacts=["source"])),
    ),
    case(
        BUILT,
        Kind.COMPLIANT,
        "a hosted build is wanted, and something else was built elsewhere",
        *(
            SOURCE,
            BUILD,
            stage("Docs", {**action("Build", "Ours", outputArtifacts=["docs"]), "owner": "Custom"}),
            DEPLOY,
        ),
        parameters={"requireHostedBuild": True},
    ),
    _RAW,
    *exempted(_RAW),
    case(
        BUILT,
        Kind.VIOLATING,
        "a function deploys the repository",
        *(SOURCE, stage("Deploy", action("Invoke", "Lambda", "Shift", inputArtifacts=["source"]))),
        stack="dev",
        finds=("`stages[1].actions[0].inputArtifacts[0]`",),
    ),
    case(
        BUILT,
        Kind.VIOLATING,
        "one of two artifacts is the repository's, and that one is named",
        *(SOURCE, BUILD, to("Deploy", "built", "source")),
        finds=("`stages[2].actions[0].inputArtifacts[1]`",),
    ),
    case(
        BUILT,
        Kind.VIOLATING,
        "no bucket is trusted",
        *(RELEASE, DEPLOY),
        parameters={"trustedArtifactSources": []},
        finds=("`stages[1].actions[0].inputArtifacts[0]`",),
    ),
    case(
        BUILT,
        Kind.VIOLATING,
        "a hosted build is wanted",
        *(SOURCE, JENKINS, DEPLOY),
        parameters={"requireHostedBuild": True},
        finds=("a builder outside AWS",),
    ),
    case(BUILT, Kind.MISSING, "a deployment takes no artifact", SOURCE, stage("Deploy", action("Deploy", "ECS"))),
    case(
        BUILT,
        Kind.UNKNOWN,
        "which artifact isn't known",
        *(SOURCE, BUILD, to("Deploy", UNKNOWN)),
        undecided="stages[2].actions[0].inputArtifacts[0]",
    ),
)

CASES = (*ORDER_CASES, *BUILT_CASES)
