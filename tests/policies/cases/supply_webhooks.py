"""Webhooks, and the instructions of the builds that they start."""

from typing import Any

from rulebook.rules import supply_webhooks
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.supply_sources import project, webhook
from tests.policies.harness import UNKNOWN

WEBHOOK, BUILDSPEC = supply_webhooks.RULES


def filtered(
    kind: Kind, what: str, *filters: Any, finds: tuple[str, ...] = (), undecided: str = "", **more: Any
) -> Case:
    """A case of `supply-webhook-restricted` with one group of filters."""
    given = webhook(filterGroups=[{"filters": list(filters)}], **more)
    return Case(rule=WEBHOOK, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided)


def ref(pattern: Any, **more: Any) -> dict[str, Any]:
    """A filter on the branch that was pushed."""
    return {"type": "HEAD_REF", "pattern": pattern, **more}


PUSH = {"type": "EVENT", "pattern": "PUSH"}
PULL = {"type": "EVENT", "pattern": "PULL_REQUEST_CREATED, PULL_REQUEST_UPDATED"}
DISABLED = {"requiresCommentApproval": "DISABLED"}
_LOOSE = filtered(
    Kind.VIOLATING,
    "a branch's name is matched anywhere",
    PUSH,
    ref("refs/heads/main"),
    finds=("The webhook 'thing' has a pattern without `^` and `$` around all of it at `filterGroups[0].filters[1]`",),
)
_OPEN = ("builds pull requests of strangers without anyone's comment, by `filterGroups[0].filters[0]`",)
WEBHOOK_CASES = (
    filtered(Kind.COMPLIANT, "one branch is matched as a whole", PUSH, ref("^refs/heads/main$")),
    filtered(Kind.COMPLIANT, "alternatives are within anchors", PUSH, ref("^refs/heads/(main|release/[|]+)$")),
    filtered(Kind.COMPLIANT, "each alternative is anchored", PUSH, ref("^refs/heads/main$|^refs/tags/v.*$")),
    filtered(Kind.COMPLIANT, "what is left out needs no anchors", PUSH, ref("wip", excludeMatchedPattern=True)),
    filtered(Kind.COMPLIANT, "other filters need no anchors", PUSH, {"type": "FILE_PATH", "pattern": "src/"}),
    filtered(
        Kind.COMPLIANT,
        "pull requests from forks wait for a comment",
        PULL,
        pullRequestBuildPolicy={"requiresCommentApproval": "FORK_PULL_REQUESTS"},
    ),
    filtered(Kind.COMPLIANT, "pushes need no comment", PUSH, pullRequestBuildPolicy=DISABLED),
    _LOOSE,
    *exempted(_LOOSE),
    filtered(Kind.VIOLATING, "one alternative isn't anchored", PUSH, ref("^refs/heads/main$|dev$"), finds=("[1]",)),
    filtered(Kind.VIOLATING, "anchors bind weaker than |", PUSH, ref("^main|dev$"), finds=("filters[1]",)),
    filtered(Kind.VIOLATING, "the last $ is a letter", PUSH, ref(r"^main\$"), finds=("filters[1]",)),
    filtered(
        Kind.VIOLATING,
        "an account is matched anywhere",
        PUSH,
        {"type": "ACTOR_ACCOUNT_ID", "pattern": "1234"},
        finds=("filters[1]",),
    ),
    filtered(Kind.VIOLATING, "nobody has to comment", PULL, finds=_OPEN, pullRequestBuildPolicy=DISABLED),
    Case(
        rule=WEBHOOK,
        kind=Kind.MISSING,
        what="there are no filters, only the older one for branches",
        given=(webhook(branchFilter="^main$"),),
        finds=("The webhook 'thing' starts a build for every event, without `filterGroups`",),
    ),
    filtered(Kind.MISSING, "AWS asks for a comment unless told not to", PULL),
    Case(
        rule=WEBHOOK,
        kind=Kind.UNKNOWN,
        what="the groups aren't known",
        given=(webhook(filterGroups=UNKNOWN),),
        undecided="filterGroups",
    ),
    filtered(
        Kind.UNKNOWN,
        "one pattern isn't known, another is loose",
        ref(UNKNOWN),
        ref("main"),
        finds=("filters[1]",),
        undecided="filterGroups[0].filters[0].pattern",
    ),
    filtered(
        Kind.UNKNOWN, "whether it leaves out isn't known, but it is anchored", ref("^a$", excludeMatchedPattern=UNKNOWN)
    ),
    filtered(
        Kind.UNKNOWN,
        "the approval isn't known",
        PULL,
        undecided="requiresCommentApproval",
        pullRequestBuildPolicy={"requiresCommentApproval": UNKNOWN},
    ),
)


def buildspec(
    kind: Kind, what: str, source: Any, *finds: str, undecided: str = "", stack: str = "prod", **parameters: Any
) -> Case:
    """A case of `supply-buildspec-protected`."""
    return Case(
        rule=BUILDSPEC,
        kind=kind,
        what=what,
        given=(project(source=source),),
        finds=finds,
        undecided=undecided,
        stack=stack,
        parameters=parameters,
    )


_PATH = buildspec(
    Kind.VIOLATING,
    "it is a file of the source",
    {"type": "GITHUB", "buildspec": "ci/buildspec.yml"},
    "The build project 'thing' follows a build specification that whoever writes to the source can change",
)
FED = {"type": "CODEPIPELINE", "buildspec": "buildspec.yml"}
BUILDSPEC_CASES = (
    buildspec(Kind.COMPLIANT, "it is inline", {"type": "GITHUB", "buildspec": "version: 0.2\nphases: {}\n"}),
    buildspec(Kind.COMPLIANT, "it is in a bucket", {"type": "GITHUB", "buildspec": "arn:aws-cn:s3:::specs/shop.yml"}),
    buildspec(Kind.COMPLIANT, "a pipeline feeds the project", FED),
    buildspec(Kind.COMPLIANT, "there is no source", {"type": "NO_SOURCE", "buildspec": "version: 0.2"}),
    buildspec(Kind.COMPLIANT, "dev has no rights to steal", {"type": "GITHUB"}, stack="dev"),
    _PATH,
    *exempted(_PATH),
    buildspec(Kind.VIOLATING, "pipelines are looked at too", FED, "`source.buildspec`", alsoInPipelines=True),
    buildspec(Kind.MISSING, "absent means a file of the source", {"type": "CODECOMMIT"}, "`source.buildspec`"),
    buildspec(Kind.MISSING, "there is no source at all", None),
    buildspec(Kind.UNKNOWN, "it isn't known", {"type": "GITHUB", "buildspec": UNKNOWN}, undecided="source.buildspec"),
    buildspec(Kind.UNKNOWN, "the kind of source isn't known", {"type": UNKNOWN}, undecided="source.type"),
)

CASES = (*WEBHOOK_CASES, *BUILDSPEC_CASES)
