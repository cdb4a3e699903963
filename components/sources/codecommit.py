"""CodeCommit: the branches and tags whose commits start a pipeline."""

import json
from collections.abc import Iterator

from components.iam import Statement
from components.place import Place
from components.repository_events import reference_changes
from components.sources.detection import Detection, polled, triggers
from components.sources.plan import NAMESPACE, SOURCE, OwnedSource, SourcePlan
from components.sources.references import References
from components.stages import Action, Category
from components.triggers import ChangedPathsTrigger, EventTrigger, Trigger

BRANCH_VARIABLE = "GIT_BRANCH"
"""The pipeline variable with the branch, or the tag, of the commit. `#{Source.BranchName}` can't be trusted for it: it
names the branch of a manual start even when the event handed over a commit of another one."""


def codecommit_source(
    *,
    repository: str,
    branch: str,
    references: References,
    detection: Detection,
    place: Place,
    owned: OwnedSource | None = None,
) -> SourcePlan:
    """Commits of a CodeCommit repository
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html).

    Args:
        repository: its name, in the account and region of `place`.
        branch: what a start by hand or clock builds, and the only branch that polling looks at.
        references: what starts the pipeline by events.
        detection: what starts it at all.
        place: where repository and pipeline live.
        owned: what the stack makes of it, if it owns it.
    """
    arn = place.arn("codecommit", repository)
    action = Action(
        name=NAMESPACE,
        category=Category.SOURCE,
        provider="CodeCommit",
        configuration={
            "RepositoryName": repository,
            "BranchName": branch,
            "PollForSourceChanges": polled(detection),
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
    return SourcePlan(
        action=action,
        triggers=triggers(
            detection,
            on_events=tuple(_events(arn, repository, references)),
            what=f"the head of {branch}",
        ),
        variables={BRANCH_VARIABLE: branch},
        commit=f"#{{{NAMESPACE}.CommitId}}",
        revision=f"commit #{{{NAMESPACE}.CommitId}} of #{{variables.{BRANCH_VARIABLE}}}",
        branch=f"#{{variables.{BRANCH_VARIABLE}}}",
        owned=owned,
    )


def _events(arn: str, repository: str, references: References) -> Iterator[Trigger]:
    if references.branches:
        description = f"commit on {', '.join(references.branches)}"
        pattern = reference_changes(
            arn, kind="branch", names=references.branches, events=("referenceCreated", "referenceUpdated")
        )
        if references.paths:
            yield ChangedPathsTrigger(
                name="branches",
                description=f"{description} in {references.paths}",
                pattern=pattern,
                repository=repository,
                paths=references.paths,
                action=NAMESPACE,
                variable=BRANCH_VARIABLE,
            )
        else:
            yield _start("branches", description, pattern)
    if references.tags:
        # A tag that was moved is no release: only new ones count.
        pattern = reference_changes(arn, kind="tag", names=references.tags, events=("referenceCreated",))
        yield _start("tags", f"tag {', '.join(references.tags)}", pattern)


def _start(name: str, description: str, pattern: dict[str, object]) -> EventTrigger:
    return EventTrigger(
        name=name,
        description=description,
        pattern=pattern,
        input_paths={"commit": "$.detail.commitId", "branch": "$.detail.referenceName"},
        input_template=json.dumps(
            {
                "sourceRevisions": [
                    {"actionName": NAMESPACE, "revisionType": "COMMIT_ID", "revisionValue": "<commit>"},
                ],
                "variables": [{"name": BRANCH_VARIABLE, "value": "<branch>"}],
            }
        ),
    )
