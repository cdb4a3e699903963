"""Where code comes from: URLs, credentials of hosts, owners of repositories."""

from typing import Any

from rulebook.rules import supply_sources
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.road import action, pipeline, stage
from tests.policies.harness import UNKNOWN, Given

URL, CONNECTION, OWNERS = supply_sources.RULES


def project(**properties: Any) -> Given:
    """A build project called `thing`."""
    return Given(type="aws:codebuild/project:Project", properties={"name": "shop-build", **properties})


def url(kind: Kind, what: str, *, finds: tuple[str, ...] = (), undecided: str = "", **properties: Any) -> Case:
    """A case of `supply-no-credentials-in-source-url`."""
    return Case(rule=URL, kind=kind, what=what, given=(project(**properties),), finds=finds, undecided=undecided)


_IN_URL = url(
    Kind.VIOLATING,
    "user and password are in the URL",
    source={"type": "GITHUB", "location": "https://me:hush@github.com/acme/shop.git"},
    finds=("The build project 'thing' has a user in the URL at `source.location`",),
)
URL_CASES = (
    url(
        Kind.COMPLIANT,
        "no URL has a user, though a path has an @",
        source={"type": "GITHUB", "location": "https://github.com/acme/shop@2"},
        secondarySources=[{"type": "S3", "location": "bucket/me@x", "sourceIdentifier": "more"}],
    ),
    _IN_URL,
    *exempted(_IN_URL),
    url(
        Kind.VIOLATING,
        "a token is in the URL of the second secondary source",
        source={"type": "CODEPIPELINE"},
        secondarySources=[
            {"location": UNKNOWN, "sourceIdentifier": "a"},
            {"location": "HTTPS://hush@bitbucket.org/acme/shop", "sourceIdentifier": "b"},
        ],
        finds=("secondarySources[1].location",),
        undecided="secondarySources[0].location",
    ),
    url(Kind.MISSING, "a source has no location", source={"type": "CODEPIPELINE"}),
    url(Kind.MISSING, "a project has no source"),
    url(
        Kind.UNKNOWN, "the location isn't known", source={"type": "GITHUB", "location": UNKNOWN}, undecided="source.loc"
    ),
)

CREDENTIAL = "aws:codebuild/sourceCredential:SourceCredential"


def connection(
    kind: Kind, what: str, given: Given, *finds: str, undecided: str = "", stack: str = "prod", **parameters: Any
) -> Case:
    """A case of `supply-connection-not-token`."""
    return Case(
        rule=CONNECTION,
        kind=kind,
        what=what,
        given=(given,),
        finds=finds,
        undecided=undecided,
        stack=stack,
        parameters=parameters,
    )


def credential(**properties: Any) -> Given:
    """A credential of CodeBuild called `thing`."""
    return Given(type=CREDENTIAL, properties={"serverType": "GITHUB", "token": "hush", **properties})


def github(**configuration: Any) -> Any:
    """A source action that reads GitHub by a token."""
    return action("Source", "GitHub", owner="ThirdParty", configuration=configuration)


_TOKEN = connection(
    Kind.VIOLATING,
    "the source is GitHub by a token",
    pipeline(stage("Source", github(Owner="acme", Repo="shop", Branch="main", OAuthToken="hush"))),
    "The pipeline 'thing' reads GitHub by a token in `stages[0].actions[0]`",
)
CONNECTION_CASES = (
    connection(
        Kind.COMPLIANT,
        "the source is a connection",
        pipeline(stage("Source", action("Source", "CodeStarSourceConnection"))),
    ),
    connection(Kind.COMPLIANT, "the credential is a connection", credential(authType="CODECONNECTIONS")),
    connection(Kind.COMPLIANT, "the credential is a managed secret", credential(authType="SECRETS_MANAGER")),
    connection(
        Kind.COMPLIANT,
        "a type is allowed",
        credential(authType="BASIC_AUTH"),
        allowedAuthTypes=["BASIC_AUTH"],
    ),
    connection(
        Kind.COMPLIANT,
        "an action of another owner is called GitHub",
        pipeline(stage("Source", action("Source", "GitHub", owner="Custom"))),
    ),
    _TOKEN,
    *exempted(_TOKEN),
    connection(
        Kind.VIOLATING,
        "the credential is a personal token, in dev",
        credential(authType="PERSONAL_ACCESS_TOKEN"),
        "The source credential 'thing' is a token or a password, by its `authType`",
        stack="dev",
    ),
    connection(Kind.MISSING, "the credential has no type", credential(), "`authType`"),
    connection(Kind.MISSING, "the token isn't shown", pipeline(stage("Source", github())), "stages[0].actions[0]"),
    connection(Kind.UNKNOWN, "the type isn't known", credential(authType=UNKNOWN), undecided="authType"),
    connection(
        Kind.UNKNOWN,
        "the provider isn't known, and another action has a token of an unknown configuration",
        pipeline(
            stage(
                "Source",
                action("Source", UNKNOWN, "code", owner="ThirdParty"),
                action("Source", "GitHub", owner="ThirdParty", configuration=UNKNOWN),
            )
        ),
        "stages[0].actions[1]",
        undecided="stages[0].actions[0].provider",
    ),
    connection(
        Kind.UNKNOWN,
        "the provider isn't known, of an owner who has no GitHub",
        pipeline(stage("Source", action("Source", UNKNOWN, "code"))),
    ),
)


def owners(
    kind: Kind, what: str, given: Given, *finds: str, allowed: tuple[str, ...] = ("acme",), undecided: str = ""
) -> Case:
    """A case of `supply-allowed-source-owners`."""
    return Case(
        rule=OWNERS,
        kind=kind,
        what=what,
        given=(given,),
        finds=finds,
        undecided=undecided,
        parameters={"allowedOwners": list(allowed)},
    )


def connected(repository: Any) -> Given:
    """A pipeline whose source is a repository behind a connection."""
    source = action("Source", "CodeStarSourceConnection", configuration={"FullRepositoryId": repository})
    return pipeline(stage("Source", source))


def hosted(location: Any, **more: Any) -> Given:
    """A build project whose source is a repository outside AWS."""
    return project(source={"type": "GITHUB", "location": location, **more})


def webhook(**properties: Any) -> Given:
    """A webhook called `thing`."""
    return Given(type="aws:codebuild/webhook:Webhook", properties={"projectName": "shop-build", **properties})


_STRANGER = owners(
    Kind.VIOLATING,
    "the repository is somebody else's",
    connected("evil/acme"),
    "The pipeline 'thing' builds code of an owner that is not listed, by "
    "`stages[0].actions[0].configuration.FullRepositoryId`",
)
OWNERS_CASES = (
    owners(Kind.COMPLIANT, "the owner is listed, in capitals", connected("ACME/shop")),
    owners(Kind.COMPLIANT, "a group is the owner of its subgroups", connected("acme/team/shop")),
    owners(Kind.COMPLIANT, "a listed subgroup", connected("acme/team/shop"), allowed=("acme/team",)),
    owners(
        Kind.COMPLIANT,
        "an owner on a listed host",
        hosted("https://github.com/acme/shop.git"),
        allowed=("github.com/a*",),
    ),
    owners(
        Kind.COMPLIANT, "any repository of the webhook's owner", hosted("CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION")
    ),
    owners(
        Kind.COMPLIANT,
        "the webhook is of a listed organization",
        webhook(scopeConfiguration={"name": "acme", "scope": "GITHUB_ORGANIZATION"}),
    ),
    owners(
        Kind.COMPLIANT,
        "the source is in AWS, and nobody is listed",
        pipeline(stage("Source", action("Source", "CodeCommit", configuration={"RepositoryName": "shop"}))),
        allowed=(),
    ),
    _STRANGER,
    *exempted(_STRANGER),
    owners(Kind.VIOLATING, "nobody is listed", connected("acme/shop"), "FullRepositoryId", allowed=()),
    owners(Kind.VIOLATING, "only a sibling group is listed", connected("acme/b/shop"), "Full", allowed=("acme/a",)),
    owners(
        Kind.VIOLATING,
        "the listed owner, on another host",
        hosted("https://gitlab.example.com/acme/shop"),
        "The build project 'thing' builds code of an owner that is not listed, by `source.location`",
        allowed=("github.com/acme",),
    ),
    owners(
        Kind.VIOLATING,
        "a user in the URL is called as a listed owner",
        hosted("https://acme@github.com/evil/shop"),
        "source.location",
    ),
    owners(
        Kind.VIOLATING,
        "the older action names another owner",
        pipeline(stage("Source", github(Owner="evil"))),
        "configuration.Owner",
    ),
    owners(
        Kind.VIOLATING,
        "the webhook is of another organization",
        webhook(scopeConfiguration={"name": "evil", "scope": "GITHUB_ORGANIZATION"}),
        "The webhook 'thing' builds code",
    ),
    owners(Kind.MISSING, "a project has no source", project()),
    owners(Kind.MISSING, "a webhook has no scope of its own", webhook()),
    owners(Kind.MISSING, "a hosted source names no repository", project(source={"type": "GITLAB"}), "source.location"),
    owners(Kind.UNKNOWN, "the repository isn't known", connected(UNKNOWN), undecided="FullRepositoryId"),
    owners(
        Kind.UNKNOWN,
        "the kind of one source isn't known, another is a stranger's",
        project(
            source={"type": UNKNOWN, "location": "https://github.com/acme/shop"},
            secondarySources=[{"type": "GITHUB", "location": "https://github.com/evil/shop"}],
        ),
        "secondarySources[0].location",
        undecided="source.type",
    ),
)

CASES = (*URL_CASES, *CONNECTION_CASES, *OWNERS_CASES)
