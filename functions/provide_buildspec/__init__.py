"""Puts a buildspec into source code that has none; the repository's own always wins.

An action of the pipeline invokes it, with one input artifact and one output artifact. Its `UserParameters` have exactly
the key:
    execution: id of the pipeline execution.

Parameters that are fixed, as JSON in the variable `PARAMETERS`, exactly this key:
    path: where in the repository the build looks for its buildspec.

The buildspec itself lies beside the handler, as `ready_buildspec.yml`. It gives the pipeline the variable `buildspec`:
`own` or `provided`. A job that is delivered twice writes the same artifact twice.

The artifacts are read and written with the credentials that CodePipeline hands over with the job, for these two objects
and a short time; so the function's own role may touch no bucket.
"""

API_ACTIONS: tuple[str, ...] = ("codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult")
"""The calls this function makes as itself, as IAM actions; a contract test compares them with those it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ()
"""What AWS checks of the caller besides; nothing here."""

PACKAGES: tuple[str, ...] = ("pipeline_job",)
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
