"""Opens a pull request that brings what landed on the main branch back to the branch of development.

Events: CodeCommit's `referenceCreated` and `referenceUpdated` of the main branch. Whatever the event says, the branches
are looked at as they are now.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    repository: name of the CodeCommit repository.
    main: where releases and hotfixes land, for example `master`.
    develop: where they have to be brought back to.
    topic: ARN of the SNS topic that is told when a person is needed: no such branch, conflicts, or a refusal of AWS.

A pull request that is open already follows its branch, so no second one is opened; one that a person closed for the
present commit is not opened again. The actions of CodeCommit are asked for on the repository, `sns:Publish` on the
topic.
"""

API_ACTIONS: tuple[str, ...] = (
    "codecommit:CreatePullRequest",
    "codecommit:GetBranch",
    "codecommit:GetMergeConflicts",
    "codecommit:GetPullRequest",
    "codecommit:ListPullRequests",
    "sns:Publish",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What SNS checks of the publisher on the key that encrypts the topic."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
