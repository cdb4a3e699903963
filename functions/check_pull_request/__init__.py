"""Builds the head of each pull request, and says with a comment and with its approval how that went.

Events, from rules of EventBridge: CodeCommit's `pullRequestCreated` and `pullRequestSourceBranchUpdated` of the
repository, and `CodeBuild Build State Change` of the project with a final status (SUCCEEDED, FAILED, FAULT, STOPPED,
TIMED_OUT). Others are logged and let be.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    repository: name of the CodeCommit repository.
    project: name of the CodeBuild project. It gets the variables PULL_REQUEST_ID, REVISION_ID, SOURCE_BRANCH,
        DESTINATION_BRANCH, SOURCE_COMMIT and DESTINATION_COMMIT, and the source version to build.

An approval rule that wants one approval of this function's role gates the merge. The verdict that arrives last counts:
a build that a person retries may turn it. Whoever may start builds of the project may so approve, therefore only this
function should.

The actions of CodeCommit are asked for on the repository, those of CodeBuild on the project. It has no topic: errors
are raised, and end in the on-failure destination.
"""

API_ACTIONS: tuple[str, ...] = (
    "codebuild:BatchGetBuilds",
    "codebuild:StartBuild",
    "codecommit:GetPullRequest",
    "codecommit:PostCommentForPullRequest",
    "codecommit:UpdatePullRequestApprovalState",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ()
"""What AWS checks of the caller besides; nothing here."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
