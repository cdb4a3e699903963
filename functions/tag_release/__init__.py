"""Tags a release where it landed: an annotated tag on the commit that merged a release or hotfix into the main branch.

Events: CodeCommit's `pullRequestMergeStatusUpdated` with `isMerged` True. Only what was merged into the main branch
from a release or hotfix branch is tagged.

The version comes from the branch, as of semantic versioning 2.0.0:
    release/1.2, release/1.2.3: 1.2.0 and 1.2.3. A `v`, or the tag's prefix, may stand before them.
    release/v2.0.0-rc.1: 2.0.0-rc.1; every prerelease of the specification is taken. Build metadata (+…) is not: a
        branch name has no +, and it gives a version no rank.
    hotfix/1.2.4: 1.2.4. A hotfix needs all three numbers to be one.
    hotfix/some-name: the patch after the highest version that is tagged, prereleases aside; 0.0.1 when there is none.
    release/next: no version, so no tag; that is announced.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    repository: name of the CodeCommit repository.
    main: where releases and hotfixes land, for example `master`.
    release, hotfix: the patterns of their branches, for example `release/*`.
    topic: ARN of the SNS topic that is told when a person is needed: no version, a tag that stands elsewhere, or a
        refusal.
    tagPrefix: stands before the version in the tag, for example `v`; may be empty.

A tag that stands at the commit already is a success, whoever made it. One that stands elsewhere is never moved. The
actions of CodeCommit are asked for on the repository, `sns:Publish` on the topic.

GitPush can be narrowed to tags: StringLikeIfExists codecommit:References refs/tags/<tagPrefix>*. IfExists, because the
references are listed before one is named
(https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-conditional-branch.html).
"""

API_ACTIONS: tuple[str, ...] = (
    "codecommit:GetMergeOptions",
    "codecommit:GetPullRequest",
    "codecommit:GitPush",
    "sns:Publish",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes.

GetMergeOptions is asked for nothing but the commit that a tag of others stands at."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What SNS checks of the publisher on the key that encrypts the topic."""

PACKAGES: tuple[str, ...] = ("git_push", "pipeline_job", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
