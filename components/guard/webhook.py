"""The check of pull requests behind a connection: a build of the head of each, whose status is shown on its commit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import pulumi
from pulumi_aws import codebuild

from components.build_plan import ProjectPlan
from components.build_project import BuildProject, BuildProjectArgs
from components.iam import Statement


@dataclass(frozen=True, kw_only=True)
class Forge:
    """A provider as CodeBuild knows it.

    Args:
        source: the type of the source.
        host: of the repositories.
        events: what happens to a pull request that its head is built for
            (https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html).
        names_status: whether the status of a build can be given a name
            (https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html).
    """

    source: str
    host: str
    events: tuple[str, ...]
    names_status: bool = True


_NEW_HEAD = ("PULL_REQUEST_CREATED", "PULL_REQUEST_UPDATED")

FORGES: Mapping[str, Forge] = MappingProxyType(
    {
        "GitHub": Forge(source="GITHUB", host="github.com", events=(*_NEW_HEAD, "PULL_REQUEST_REOPENED")),
        # CodeBuild hears of a pull request that is opened again from GitHub alone.
        "GitLab": Forge(source="GITLAB", host="gitlab.com", events=_NEW_HEAD, names_status=False),
        "Bitbucket": Forge(source="BITBUCKET", host="bitbucket.org", events=_NEW_HEAD),
    }
)
"""By the provider's name as CodeConnections has it."""


@dataclass(frozen=True, kw_only=True)
class WebhookCheckPlan:
    """The check, as data.

    Args:
        provider_type: `GitHub`, `GitLab` or `Bitbucket`.
        repository: `<owner>/<name>`, of GitLab with every group above it.
        branches: those into which, names or prefixes as `release/*`.
        build: the machine and the buildspec. Code that nobody has reviewed runs there.
    """

    provider_type: str
    repository: str
    branches: tuple[str, ...]
    build: ProjectPlan

    @property
    def forge(self) -> Forge:
        """The provider."""
        return FORGES[self.provider_type]

    def project(self, connections: Sequence[pulumi.Input[str]]) -> ProjectPlan:
        """The project: it reads the repository, says its status there, and has no way to the pipeline's artifacts.

        CodeBuild asks for the connection's token in the name of this role, and makes no project before it may
        (https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html).

        Args:
            connections: the ARNs of the one connection, under both names of its service; AWS checks either.
        """
        use = Statement(
            actions=tuple(
                f"{service}:{action}"
                for service in ("codeconnections", "codestar-connections")
                for action in ("GetConnection", "GetConnectionToken", "UseConnection")
            ),
            resources=tuple(connections),
        )
        return replace(self.build, statements=[*self.build.statements, use])

    def source(self, connection: pulumi.Input[str]) -> codebuild.ProjectSourceArgsDict:
        """Where the project fetches the code, and where it says how a build ended."""
        source: codebuild.ProjectSourceArgsDict = {
            "type": self.forge.source,
            "location": f"https://{self.forge.host}/{self.repository}.git",
            "auth": {"type": "CODECONNECTIONS", "resource": connection},
            "report_build_status": True,
        }
        if self.forge.names_status:
            source["build_status_config"] = {"context": self.build.project}
        return source

    @property
    def filter_groups(self) -> list[codebuild.WebhookFilterGroupArgsDict]:
        """Which events start a build: any group, of which every filter matches."""
        return [
            {
                "filters": [
                    {"type": "EVENT", "pattern": ", ".join(self.forge.events)},
                    {"type": "BASE_REF", "pattern": _expression(branch)},
                ]
            }
            for branch in self.branches
        ]


def _expression(branch: str) -> str:
    """A branch as a regular expression from beginning to end: `evil-main` must not pass for `main`."""
    name = re.escape(branch.removesuffix("*"))
    return f"^refs/heads/{name}{'.*' if branch.endswith('*') else ''}$"


@dataclass(frozen=True, kw_only=True)
class WebhookCheckArgs:
    """Inputs of a `WebhookCheck`.

    Args:
        plan: the check as data.
        connection: the ARN of the connection. Its handshake has to be done: AWS makes no webhook before.
        connection_by_older_name: the same under its service's former name.
        key_arn: encrypts logs.
        log_retention_days: how long logs are kept.
    """

    plan: WebhookCheckPlan
    connection: pulumi.Input[str]
    connection_by_older_name: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_retention_days: int


class WebhookCheck(pulumi.ComponentResource):
    """The project and the webhook that starts it."""

    badge_url: pulumi.Output[str] | None

    def __init__(self, name: str, args: WebhookCheckArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:WebhookCheck", name, None, opts)
        plan = args.plan
        project = BuildProject(
            name,
            BuildProjectArgs(
                job=plan.project((args.connection, args.connection_by_older_name)),
                key_arn=args.key_arn,
                log_retention_days=args.log_retention_days,
                source=plan.source(args.connection),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        codebuild.Webhook(
            f"{name}-webhook",
            project_name=project.name,
            build_type="BUILD",
            filter_groups=plan.filter_groups,
            # A stranger's code runs when somebody who may write to the repository has looked at it and said so
            # (https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html).
            pull_request_build_policy={"requires_comment_approval": "FORK_PULL_REQUESTS"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.badge_url = project.badge_url
        self.register_outputs({"project": project.name})
