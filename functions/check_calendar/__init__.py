"""Lets an execution into a stage, or says why the calendar doesn't: a change freeze, or a window that is closed.

It is the rule of a condition before entry. It never waits: whoever is refused retries the stage, or has it overridden.
The variable `PARAMETERS` has `freezes` (`begins` and `ends` in UTC, `reason`, `hotfixes`), `windows` by stage (`days`,
`opens`, `closes`, `timeZone`, `waits`) and `hotfixBranches`, a list of branch patterns. `UserParameters` has `stage`,
`deploys` (`yes` where a freeze holds the stage up), and may have `branch`.
"""

API_ACTIONS: tuple[str, ...] = (
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ()
"""What AWS checks of the caller besides; nothing here."""

PACKAGES: tuple[str, ...] = ("pipeline_job",)
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
