"""What builds run in, and who sees them."""

import json
from typing import Any

from rulebook.rules import supply_builds
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.harness import UNKNOWN, Given

PRIVILEGED, IMAGE, PRIVATE = supply_builds.RULES


def build(*, provider: Any = None, **properties: Any) -> Given:
    """A build project called `thing`."""
    return Given(
        type="aws:codebuild/project:Project", properties={"name": "shop-build", **properties}, provider=provider
    )


def privileged(kind: Kind, what: str, given: Given, *finds: str, undecided: str = "", **parameters: Any) -> Case:
    """A case of `supply-no-privileged-build`."""
    return Case(
        rule=PRIVILEGED, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided, parameters=parameters
    )


ROOT = {"privilegedMode": True}
_ROOT = privileged(
    Kind.VIOLATING,
    "a project is privileged",
    build(environment=ROOT),
    "The build project 'thing' runs its builds in privileged mode (`environment.privilegedMode`)",
    dockerProjects=["other"],
)
PRIVILEGED_CASES = (
    privileged(Kind.COMPLIANT, "it is not", build(environment={"privilegedMode": False})),
    privileged(Kind.COMPLIANT, "it builds containers", build(environment=ROOT), dockerProjects=["shop-*"]),
    privileged(
        Kind.COMPLIANT,
        "it is named as in the program",
        build(environment=ROOT, name=UNKNOWN),
        dockerProjects=["thing"],
    ),
    _ROOT,
    *exempted(_ROOT),
    privileged(Kind.MISSING, "AWS's default is no", build(environment={})),
    privileged(Kind.UNKNOWN, "it isn't known", build(environment={"privilegedMode": UNKNOWN}), undecided="privileged"),
    privileged(
        Kind.UNKNOWN,
        "its name isn't known, and some are allowed",
        build(environment=ROOT, name=UNKNOWN),
        undecided="name",
        dockerProjects=["shop-*"],
    ),
    privileged(
        Kind.UNKNOWN, "its name isn't known, and none is allowed", build(environment=ROOT, name=UNKNOWN), "privileged"
    ),
)

DIGEST = "@sha256:" + "0" * 64
OWN = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/builder"


def image(
    kind: Kind,
    what: str,
    name: Any,
    *finds: str,
    undecided: str = "",
    accounts: tuple[str, ...] = (),
    pull: Any = "SERVICE_ROLE",
    **parameters: Any,
) -> Case:
    """A case of `supply-approved-build-image`, whose provider is pinned to accounts or, without, to none."""
    given = build(
        environment={"image": name, "imagePullCredentialsType": pull},
        provider={"allowedAccountIds": json.dumps(accounts)} if accounts else None,
    )
    return Case(
        rule=IMAGE, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided, parameters=parameters
    )


_FOREIGN = image(
    Kind.VIOLATING,
    "an image of the public registry",
    f"docker.io/library/python{DIGEST}",
    "The build project 'thing' builds in an image that is not approved (`environment.image`)",
)
IMAGE_CASES = (
    image(Kind.COMPLIANT, "an image of CodeBuild", "aws/codebuild/standard:7.0", pull="CODEBUILD"),
    image(Kind.COMPLIANT, "an own image by its digest", OWN + DIGEST, accounts=("111122223333",)),
    image(Kind.COMPLIANT, "an own image, of a provider that isn't pinned", OWN + DIGEST),
    image(Kind.COMPLIANT, "a tag, where tags will do", f"{OWN}:v4", requireDigest=False),
    image(
        Kind.COMPLIANT,
        "an image that the organization lists",
        f"registry.example.com/builder{DIGEST}",
        approvedImages=["registry.example.com/*"],
    ),
    _FOREIGN,
    *exempted(_FOREIGN),
    image(Kind.VIOLATING, "another account's", OWN + DIGEST, "not approved", accounts=("444455556666",)),
    image(
        Kind.VIOLATING,
        "a name that looks like a registry",
        f"{OWN.replace('.com/', '.com.evil.org/')}{DIGEST}",
        "approved",
    ),
    image(Kind.VIOLATING, "an own image by its tag", f"{OWN}:v4", "can change under its name (`environment.image`)"),
    image(Kind.VIOLATING, "latest, where tags will do", f"{OWN}:latest", "can change", requireDigest=False),
    image(Kind.VIOLATING, "no tag, where tags will do", OWN, "can change", requireDigest=False),
    image(
        Kind.VIOLATING,
        "an own image that CodeBuild pulls",
        OWN + DIGEST,
        "The build project 'thing' must pull its image as SERVICE_ROLE (`environment.imagePullCredentialsType`)",
        pull="CODEBUILD",
    ),
    image(
        Kind.VIOLATING,
        "CodeBuild's image by the role",
        "aws/codebuild/standard:7.0",
        "must pull its image as CODEBUILD",
    ),
    image(Kind.MISSING, "no image at all", None, "not approved", pull=None),
    image(Kind.MISSING, "CodeBuild pulls by default", OWN + DIGEST, "as SERVICE_ROLE", pull=None),
    image(Kind.UNKNOWN, "the image isn't known", UNKNOWN, undecided="environment.image"),
    image(
        Kind.UNKNOWN,
        "who pulls isn't known, and the image is bad",
        f"{OWN}:v4",
        "can change",
        pull=UNKNOWN,
        undecided="imagePullCredentialsType",
    ),
)


def visible(kind: Kind, what: str, *finds: str, undecided: str = "", stack: str = "prod", **properties: Any) -> Case:
    """A case of `supply-private-builds`."""
    given = (build(**properties),)
    return Case(rule=PRIVATE, kind=kind, what=what, given=given, finds=finds, undecided=undecided, stack=stack)


_PUBLIC = visible(
    Kind.VIOLATING,
    "everyone may look, in dev",
    "The build project 'thing' shows its builds to everyone (`projectVisibility`)",
    stack="dev",
    projectVisibility="PUBLIC_READ",
)
PRIVATE_CASES = (
    visible(Kind.COMPLIANT, "it is private", projectVisibility="PRIVATE"),
    _PUBLIC,
    *exempted(_PUBLIC),
    visible(Kind.MISSING, "AWS's default is private"),
    visible(Kind.UNKNOWN, "it isn't known", projectVisibility=UNKNOWN, undecided="projectVisibility"),
)

CASES = (*PRIVILEGED_CASES, *IMAGE_CASES, *PRIVATE_CASES)
