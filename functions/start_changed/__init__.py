"""Starts a pipeline when a push changed files that are its business, so that a monorepo builds what changed.

Events: CodeCommit's `referenceCreated` and `referenceUpdated` of the branches or tags that the rule of EventBridge
lets through; this function asks for paths, not for names. A reference that is new, or whose old commit is gone, starts
the pipeline: better once too often. An event that comes late starts the commit it tells of.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    repository: name of the CodeCommit repository.
    pipeline: name of the pipeline; `action` is its source action, which gets the commit.
    variable: the pipeline's variable that gets the short name of the branch or tag.
    includes, excludes: globs of paths as CodePipeline's own filters take them, see `decide.glob`. A changed file
        counts when one of `includes` takes it, or there are none, and none of `excludes` does.

`codecommit:GetDifferences` is asked for on the repository, the other action on the pipeline. It has no topic: errors
are raised, and end in the on-failure destination.
"""

API_ACTIONS: tuple[str, ...] = (
    "codecommit:GetDifferences",
    "codepipeline:StartPipelineExecution",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ()
"""What AWS checks of the caller besides; nothing here."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
