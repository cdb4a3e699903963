"""Where the code that is built comes from, and how its host is asked for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rulebook.kit.facts import BUILD_PROJECT, BUILD_WEBHOOK, PIPELINE, SOURCE_CREDENTIAL
from rulebook.kit.pipeline import Action, actions
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    each,
    guarded,
)
from rulebook.kit.values import Node, all_of
from rulebook.rules.frameworks import owasp, security_hub
from rulebook.rules.names import NAMES, is_named

_USER_IN_URL = re.compile(r"^[a-z][a-z0-9+.-]*://[^/?#]*@", re.IGNORECASE)
_HOSTED = frozenset({"GITHUB", "GITHUB_ENTERPRISE", "BITBUCKET", "GITLAB", "GITLAB_SELF_MANAGED"})
# What a project says that builds any repository of an organization; the webhook then names the organization.
_OF_THE_WEBHOOK = "CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION"


def _sources(project: Resource) -> Iterator[Node]:
    if project.properties["source"].present:
        yield project.properties["source"]
    yield from project.properties["secondarySources"].items()


def credentials_in_source_url(resource: Resource) -> Iterator[Outcome]:
    """No source of a build, main or secondary, has a user or a password in its URL."""

    def judge(source: Node) -> Iterator[Outcome]:
        location = source["location"]
        if _USER_IN_URL.search(location.text()):
            yield Violation(message=f"{resource} has a user in the URL at `{location.path}`.", finding=location.path)

    yield from guarded(lambda: each(_sources(resource), judge))


def connection_not_token(resource: Resource) -> Iterator[Outcome]:
    """GitHub, GitLab and Bitbucket are reached by a connection or a managed secret, never by somebody's token."""
    if resource.kind is SOURCE_CREDENTIAL:
        given = resource.properties["authType"]
        if given.text() not in resource.parameters["allowedAuthTypes"]:
            yield Violation(message=f"{resource} is a token or a password, by its `{given.path}`.", finding=given.path)
        return

    def judge(action: Action) -> Iterator[Outcome]:
        # This version of the action can't do without an OAuthToken; whether it shows in the configuration or not.
        if all_of(
            lambda: action.category == "Source",
            lambda: action.node["owner"].text() == "ThirdParty",
            lambda: action.provider == "GitHub",
        ):
            yield Violation(message=f"{resource} reads GitHub by a token in `{action.path}`.", finding=action.path)

    yield from each(actions(resource.properties), judge)


@dataclass(frozen=True)
class _Repository:
    """A repository outside AWS: where it is named, its owner and name in lower case, its host where that is known."""

    node: Node
    name: str
    host: str = ""


def allowed_source_owners(resource: Resource) -> Iterator[Outcome]:
    """Repositories outside AWS belong to owners that the organization lists."""
    allowed = [pattern.lower() for pattern in resource.parameters["allowedOwners"]]

    def judge(repositories: Iterator[_Repository]) -> Iterator[Outcome]:
        for one in repositories:
            if not _is_owned(one.name.lower(), one.host.lower(), allowed):
                yield Violation(
                    message=f"{resource} builds code of an owner that is not listed, by `{one.node.path}`.",
                    finding=one.node.path,
                )

    if resource.kind is PIPELINE:
        yield from each(actions(resource.properties), lambda action: judge(_of_action(action)))
    elif resource.kind is BUILD_PROJECT:
        yield from guarded(lambda: each(_sources(resource), lambda source: judge(_of_source(source))))
    elif resource.properties["scopeConfiguration"].present:
        scopes = resource.properties["scopeConfiguration"].items()
        yield from each(scopes, lambda scope: judge(_of_scope(scope)))


def _of_action(action: Action) -> Iterator[_Repository]:
    if action.category != "Source":
        return
    configuration = action.node["configuration"]
    repository, owner = configuration["FullRepositoryId"], configuration["Owner"]
    if action.provider == "GitHub":
        yield _Repository(owner, f"{owner.text()}/*", "github.com")
    elif action.provider == "CodeStarSourceConnection":
        yield _Repository(repository, repository.text())


def _of_source(source: Node) -> Iterator[_Repository]:
    location = source["location"]
    if source["type"].text() in _HOSTED and location.text() != _OF_THE_WEBHOOK:
        host, _, path = location.text().partition("://")[2].rpartition("@")[2].partition("/")
        yield _Repository(location, path.removesuffix(".git"), host)


def _of_scope(scope: Node) -> Iterator[_Repository]:
    """A webhook of a whole organization says itself whose repositories it is about."""
    yield _Repository(scope["name"], f"{scope['name'].text()}/*")


def _is_owned(repository: str, host: str, allowed: list[str]) -> bool:
    """An owner is all but the last part (`group/team` of `group/team/shop`); its first part owns the others."""
    owner = repository.rpartition("/")[0]
    names = {owner, owner.partition("/")[0]} - {""}
    return any(is_named(name, allowed) or (host and is_named(f"{host}/{name}", allowed)) for name in names)


RULES = (
    ResourceRule(
        id="supply-no-credentials-in-source-url",
        title="No URL of a source holds a user or a password.",
        why="The URL is in every log, event and state file, and whoever reads it may read and write the repository.",
        fix="remove the part before the `@` and let the project reach the repository by a connection.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-1",
        frameworks=(owasp(6), security_hub("CodeBuild.1")),
        check=credentials_in_source_url,
    ),
    ResourceRule(
        id="supply-connection-not-token",
        title="The host of a repository is reached by a connection, not by somebody's token.",
        why="A personal token opens every repository of its owner, never ends by itself, and leaves with that person. "
        "A `source.auth` of a single project can only be a connection or a secret, so it is not looked at.",
        fix="use a connection (`CodeStarSourceConnection`, `CODECONNECTIONS`) or a secret of Secrets Manager.",
        severity=Severity.HIGH,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(PIPELINE, SOURCE_CREDENTIAL),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html",
        parameters=(
            Parameter(
                name="allowedAuthTypes",
                schema=NAMES,
                default=["CODECONNECTIONS", "SECRETS_MANAGER"],
                description="Values of `authType` that a source credential may have.",
            ),
        ),
        frameworks=(owasp(6),),
        check=connection_not_token,
    ),
    ResourceRule(
        id="supply-allowed-source-owners",
        title="Code from outside AWS comes from owners that the organization lists.",
        why="A fork or a repository of the same name under another owner is built and shipped like one's own. Without "
        "a list nobody is allowed; CodeCommit and S3 need none, for there IAM says whose they are. A connection does "
        "not show its host, so `FullRepositoryId` is compared by the owner alone.",
        fix="build from a repository of a listed owner, or add the owner to `allowedOwners`.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(PIPELINE, BUILD_PROJECT, BUILD_WEBHOOK),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html",
        parameters=(
            Parameter(
                name="allowedOwners",
                schema=NAMES,
                default=[],
                description="Organizations, groups and workspaces, `*` for any text, with the host in front where it "
                "matters (`github.com/acme`); upper and lower case are the same.",
            ),
        ),
        frameworks=(owasp(3), owasp(8)),
        check=allowed_source_owners,
    ),
)
