"""CodeCommit: a repository, and the branches whose commits start a pipeline."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import codecommit

from components.iam import Statement
from components.place import Place
from components.sources.plan import NAMESPACE, SOURCE, SourcePlan
from components.stages import Action, Category, EventStart, Trigger

BRANCH_VARIABLE = "GIT_BRANCH"
"""The pipeline variable with the branch of the commit. `#{Source.BranchName}` can't be trusted for it: it names the
branch of a manual start even when the event handed over a commit of another one."""


def codecommit_source(
    *, repository: str, branch: str, branches: Sequence[str], on_events: bool, place: Place
) -> SourcePlan:
    """Commits of a CodeCommit repository.

    Args:
        repository: its name, in the account and region of `place`.
        branch: what a manual start builds.
        branches: names, or prefixes as `release/*`, whose new commits start the pipeline.
        on_events: whether they do; else only people start it. Polling is never on: with EventBridge it would start
            every execution twice (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html).
        place: where repository and pipeline live.
    """
    arn = place.arn("codecommit", repository)
    action = Action(
        name=NAMESPACE,
        category=Category.SOURCE,
        provider="CodeCommit",
        configuration={
            "RepositoryName": repository,
            "BranchName": branch,
            "PollForSourceChanges": "false",
            "OutputArtifactFormat": "CODE_ZIP",
        },
        outputs=(SOURCE,),
        namespace=NAMESPACE,
        permissions=(
            Statement(
                actions=(
                    "codecommit:CancelUploadArchive",
                    "codecommit:GetBranch",
                    "codecommit:GetCommit",
                    "codecommit:GetUploadArchiveStatus",
                    "codecommit:UploadArchive",
                ),
                resources=(arn,),
            ),
        ),
    )
    trigger = (
        Trigger(
            name="branches",
            kind="event",
            description=f"commit on {', '.join(branches)}",
            event=_new_commit(arn, branches, action.name),
        )
        if on_events
        else Trigger(kind="manual", description=f"by hand, from {branch}")
    )
    return SourcePlan(
        action=action,
        triggers=(trigger,),
        variables={BRANCH_VARIABLE: branch},
        revision=f"commit #{{{NAMESPACE}.CommitId}} of #{{variables.{BRANCH_VARIABLE}}}",
    )


def _new_commit(repository_arn: str, branches: Sequence[str], action: str) -> EventStart:
    names = [{"prefix": branch.removesuffix("*")} if branch.endswith("*") else branch for branch in branches]
    return EventStart(
        pattern={
            "source": ["aws.codecommit"],
            "detail-type": ["CodeCommit Repository State Change"],
            "resources": [repository_arn],
            "detail": {
                "event": ["referenceCreated", "referenceUpdated"],
                "referenceType": ["branch"],
                "referenceName": names,
            },
        },
        input_paths={"commit": "$.detail.commitId", "branch": "$.detail.referenceName"},
        input_template=json.dumps(
            {
                "sourceRevisions": [
                    {"actionName": action, "revisionType": "COMMIT_ID", "revisionValue": "<commit>"},
                ],
                "variables": [{"name": BRANCH_VARIABLE, "value": "<branch>"}],
            }
        ),
    )


@dataclass(frozen=True, kw_only=True)
class CodeCommitRepositoryArgs:
    """Inputs of a `CodeCommitRepository`.

    Args:
        repository: its name, 1 to 100 of `A-Z a-z 0-9 . _ -`.
        description: what people read beside it.
    """

    repository: str
    description: str


class CodeCommitRepository(pulumi.ComponentResource):
    """The repository itself, in the one stack that owns it; the others refer to it by name.

    Pulumi refuses to delete it in every tier: its history is the one thing here that `up` can't make again.

    Branches and their protection come with the first push: CodeCommit has no branch without a commit.
    """

    clone_url: pulumi.Output[str]

    def __init__(self, name: str, args: CodeCommitRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:CodeCommitRepository", name, None, opts)
        repository = codecommit.Repository(
            name,
            repository_name=args.repository,
            description=args.description,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.clone_url = repository.clone_url_http
        self.register_outputs({"cloneUrl": self.clone_url})
