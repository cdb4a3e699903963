"""The decisions of `admit_release`: plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline_job.answer import Fail, Succeed, shortened
from pipeline_job.values import text_of, told_values
from release_manifest import Manifest, not_passed

LONGEST = 120
"""Of a variable, in characters: an approval's text takes 1000 of them all together
(https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html)."""

NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What the function is told; the package says what each is."""

    execution: str
    application: str
    bucket: str
    pipeline: str

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters`, together with what is fixed for the function.

        Raises:
            RefusedError: not JSON, a key missing, unknown or said twice, or a value that makes no sense.
        """
        values = told_values(text, fixed=fixed, needed=cls.__dataclass_fields__)
        return cls(**{key: text_of(values, key) for key in cls.__dataclass_fields__})


def decide(manifest: Manifest, *, parameters: Parameters) -> Succeed | Fail:
    """Whether the release may enter, by the manifest of its bytes."""
    if manifest.pipeline != parameters.pipeline:
        return Fail(
            message=f"The release {manifest.digest} has to come from {parameters.pipeline}; its manifest says that "
            f"{manifest.pipeline or 'no pipeline'} promoted it."
        )
    if not manifest.tests:
        return Fail(message=f"The manifest of the release {manifest.digest} names no test, so nothing shows it works.")
    if failed := not_passed(manifest.tests):
        return Fail(message=f"The release {manifest.digest} has to have passed every test; not: {', '.join(failed)}.")
    return Succeed(
        summary=f"Commit {manifest.commit}, tested and promoted by execution {manifest.execution}.",
        variables=variables(manifest),
    )


def variables(manifest: Manifest) -> Mapping[str, str]:
    """What later actions read of the release."""
    names = [person.name or person.email for person in manifest.authors]
    return {
        "DIGEST": manifest.digest,
        "COMMIT": _short(manifest.commit),
        "BRANCH": _short(manifest.branch),
        "TAG": _short(manifest.tag),
        "AUTHORS": _listed(names, complete=manifest.authors_known),
        "TESTS": _listed([test.name for test in manifest.tests], complete=True),
        "REPOSITORY": _short(manifest.repository),
        "PROMOTED_AT": _short(manifest.made_at),
    }


def _short(text: str) -> str:
    return shortened(text, limit=LONGEST) or NONE


def _listed(names: list[str], *, complete: bool) -> str:
    """The names, as many as there is room for, and whether there are more."""
    unknown = "" if complete else " and perhaps others"
    for shown in range(len(names), 0, -1):
        left = len(names) - shown
        text = f"{', '.join(names[:shown])}{f' and {left} more' if left else ''}{unknown}"
        if len(text) <= LONGEST or shown == 1:
            return _short(text)
    return NONE if complete else "unknown"
