"""GitHub, GitLab and Bitbucket: repositories behind a connection, whose pushes start a pipeline by its own triggers."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import codeconnections

from components.guard import WebhookCheck, WebhookCheckArgs, WebhookCheckPlan
from components.iam import Statement
from components.later import Later
from components.place import Place
from components.sources.detection import Detection, triggers
from components.sources.plan import NAMESPACE, SOURCE, OwnedSource, SourcePlan, SourceResources, SourceSurroundings
from components.sources.references import References
from components.stages import Action, Category
from components.triggers import GitTrigger, Patterns, PullRequestEvent, PullRequestFilter, PushFilter

CONNECTION = Later("connection")
CONNECTION_BY_OLDER_NAME = Later("connection-by-older-name")
"""The same connection as the service was called before; AWS answers either, by the API that is asked
(https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html)."""


@dataclass(frozen=True, kw_only=True)
class PullRequests:
    """Pull requests that run through the pipeline: those into these branches, on these events."""

    into: Sequence[str]
    events: Sequence[PullRequestEvent]


def connection_source(
    *,
    repository: str,
    branch: str,
    references: References,
    pull_requests: PullRequests | None,
    detection: Detection,
    place: Place,
    connection: str | None,
    owned: OwnedSource | None,
) -> SourcePlan:
    """Pushes to a repository behind a connection
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html).

    Args:
        repository: `<owner>/<name>`, of GitLab with every group above it.
        branch: what a start by hand or clock builds.
        references: what starts the pipeline by itself.
        pull_requests: which pull requests do so too.
        detection: what starts it at all. AWS doesn't poll a connection.
        place: where the pipeline runs.
        connection: the ARN of a connection that exists.
        owned: what the stack makes: the connection where there is none, and the check of pull requests.
    """
    arn = connection or CONNECTION
    newer, older = _both_names(connection) if connection else (CONNECTION, CONNECTION_BY_OLDER_NAME)
    action = Action(
        name=NAMESPACE,
        category=Category.SOURCE,
        provider="CodeStarSourceConnection",
        configuration={
            "ConnectionArn": arn,
            "FullRepositoryId": repository,
            "BranchName": branch,
            "OutputArtifactFormat": "CODE_ZIP",
            # The triggers do it; both together would start everything twice.
            "DetectChanges": "false",
        },
        outputs=(SOURCE,),
        namespace=NAMESPACE,
        permissions=(
            Statement(
                actions=("codeconnections:UseConnection", "codestar-connections:UseConnection"),
                resources=(newer, older),
            ),
            # The service behind the connection writes the artifact, and hands its object to the bucket's owner.
            Statement(actions=("s3:PutObjectAcl",), resources=(f"{place.bucket_arn(place.artifact_bucket)}/*",)),
        ),
    )
    return SourcePlan(
        action=action,
        triggers=triggers(detection, on_events=(_trigger(references, pull_requests),), what=f"the head of {branch}"),
        commit=f"#{{{NAMESPACE}.CommitId}}",
        revision=f"commit #{{{NAMESPACE}.CommitId}} of #{{{NAMESPACE}.BranchName}}",
        branch=f"#{{{NAMESPACE}.BranchName}}",
        owned=owned,
    )


def _both_names(arn: str) -> tuple[str, str]:
    newer, older = ":codeconnections:", ":codestar-connections:"
    return arn.replace(older, newer), arn.replace(newer, older)


def _trigger(references: References, pull_requests: PullRequests | None) -> GitTrigger:
    pushes, words = [], []
    if references.branches:
        pushes.append(PushFilter(branches=_globs(references.branches), paths=references.paths))
        where = f" in {references.paths}" if references.paths else ""
        words.append(f"push to {', '.join(references.branches)}{where}")
    if references.tags:
        pushes.append(PushFilter(tags=_globs(references.tags)))
        words.append(f"tag {', '.join(references.tags)}")
    requests = []
    if pull_requests:
        requests.append(
            PullRequestFilter(
                events=tuple(pull_requests.events), branches=_globs(pull_requests.into), paths=references.paths
            )
        )
        words.append(f"pull request into {', '.join(pull_requests.into)}")
    return GitTrigger(
        description="; ".join(words), action=NAMESPACE, pushes=tuple(pushes), pull_requests=tuple(requests)
    )


def _globs(names: Sequence[str]) -> Patterns:
    """`release/*` means every branch that begins so, as with CodeCommit; AWS's `*` would end at the next slash
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html)."""
    return Patterns(includes=tuple(f"{name}*" if name.endswith("*") else name for name in names))


@dataclass(frozen=True, kw_only=True)
class ConnectionPlan:
    """The connection, where the stack makes one, as data.

    Args:
        connection_name: at most 32 characters.
        provider_type: `GitHub`, `GitLab` or `Bitbucket`.
        place: where it is made.
    """

    connection_name: str
    provider_type: str
    place: Place

    @property
    def console(self) -> str:
        """Where a person finishes the handshake."""
        domain = "amazonaws.cn" if self.place.partition == "aws-cn" else "aws.amazon.com"
        region = self.place.region
        return f"https://{region}.console.{domain}/codesuite/settings/connections?region={region}"

    def standing(self, status: str) -> str:
        """How the connection stands, and what a person has to do about it.

        Args:
            status: `PENDING`, `AVAILABLE` or `ERROR`.
        """
        said = f"{self.connection_name} is {status}"
        return said if status == "AVAILABLE" else f"{said}: finish its handshake at {self.console}"


@dataclass(frozen=True, kw_only=True)
class ConnectedRepositoryPlan:
    """What the stack makes for a repository behind a connection, as data.

    Args:
        connection: the one to make, or the ARN of one that exists.
        check: the check of its pull requests. Its webhook needs the connection's handshake: without it, AWS refuses.
    """

    connection: ConnectionPlan | str
    check: WebhookCheckPlan | None

    def make(self, name: str, *, surroundings: SourceSurroundings, opts: pulumi.ResourceOptions) -> SourceResources:
        """All of it as resources."""
        return ConnectedRepository(f"{name}-connection", plan=self, surroundings=surroundings, opts=opts)


class ConnectedRepository(SourceResources):
    """The connection and the check. AWS makes a connection PENDING: until a person has finished the handshake, the
    pipeline's source fails (https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html)."""

    def __init__(
        self,
        name: str,
        *,
        plan: ConnectedRepositoryPlan,
        surroundings: SourceSurroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("delivery:index:ConnectedRepository", name, None, opts)
        self.outputs = {}
        arn = pulumi.Output.from_input(
            plan.connection if isinstance(plan.connection, str) else self._connect(name, plan.connection)
        )
        older = arn.apply(lambda arn: _both_names(arn)[1])
        self.values = {CONNECTION.name: arn, CONNECTION_BY_OLDER_NAME.name: older}
        if plan.check:
            check = WebhookCheck(
                f"{name}-check",
                WebhookCheckArgs(
                    plan=plan.check,
                    connection=arn,
                    connection_by_older_name=older,
                    key_arn=surroundings.key_arn,
                    log_retention_days=surroundings.log_retention_days,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
            if check.badge_url is not None:
                self.outputs["badge"] = check.badge_url
        self.register_outputs(dict(self.outputs))

    def _connect(self, name: str, plan: ConnectionPlan) -> pulumi.Output[str]:
        connection = codeconnections.Connection(
            name,
            name=plan.connection_name,
            provider_type=plan.provider_type,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.outputs = {
            "connection": connection.connection_status.apply(plan.standing),
            "connectionArn": connection.arn,
        }
        return connection.arn
