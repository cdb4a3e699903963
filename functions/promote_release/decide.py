"""The decisions of `promote_release`: plain values in, plain values out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.console import console
from pipeline_job.memory import Memory
from pipeline_job.values import text_of, texts_of, told_values
from promote_release.tested import Tested
from release_manifest import Manifest, Person, manifest_key, not_passed
from release_manifest.executions import IN_PROGRESS
from release_manifest.history import Authors

LARGEST = 5 * 1024**3
"""In bytes; of an object that one PutObject writes."""

PATIENCE = timedelta(minutes=10)
"""How long CodePipeline may take to show that the action runs."""

_REVISIONS = ("CommitId", "COMMIT", "ImageDigest", "VersionId")
"""The variables that say what was built, of every kind of source and of a release that was itself promoted."""

_FORGES = {"GitHub": "https://github.com", "Bitbucket": "https://bitbucket.org", "GitLab": "https://gitlab.com"}


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What the function is told; the package says what each is."""

    execution: str
    branch: str
    application: str
    pipeline: str
    pipeline_arn: str
    action: str
    bucket: str
    region: str
    account: str
    tag_rules: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters`, together with what is fixed for the function.

        Raises:
            RefusedError: not JSON, a key missing, unknown or said twice, or a value that makes no sense.
        """
        texts = ("execution", "application", "pipeline", "pipelineArn", "action", "bucket", "region", "account")
        values = told_values(text, fixed=fixed, needed=(*texts, "tagRules"), optional=("branch",))
        said = {key: text_of(values, key) for key in texts}
        return cls(
            **{key: value for key, value in said.items() if key != "pipelineArn"},
            pipeline_arn=said["pipelineArn"],
            branch=text_of(values, "branch") if "branch" in values else "",
            tag_rules=texts_of(values, "tagRules"),
        )

    @property
    def release(self) -> str:
        """The key of the artifact in the release bucket."""
        return f"{self.application}/release.zip"


@dataclass(frozen=True, kw_only=True)
class Promoted:
    """What lies in the release bucket now.

    Args:
        etag: names the object for S3.
        version: of the object.
        digest, commit, execution: what its metadata say; empty where it was put there otherwise.
    """

    etag: str
    version: str = ""
    digest: str = ""
    commit: str = ""
    execution: str = ""


def too_early_or_late(
    tested: Tested, *, parameters: Parameters, memory: Memory, now: datetime
) -> Continue | Fail | None:
    """What to answer while CodePipeline doesn't say that the action runs; None where it does.

    A call that comes when the action is over must not put its release in the place of a newer one. Whether it is late,
    or CodePipeline's record is, can't be told: it is asked again, and where nobody waits for an answer, none arrives.
    """
    run = tested.run(parameters.action)
    if run and run.status == IN_PROGRESS:
        return None
    found = f"CodePipeline says that {parameters.action} of execution {parameters.execution} is "
    found += run.status if run else "not begun"
    if now.timestamp() - memory.since > PATIENCE.total_seconds():
        return Fail(message=f"{found}, so nothing was promoted.")
    return Continue(memory=memory, summary=f"{found}; looking again.")


def refusal(tested: Tested, *, size: int) -> Fail | None:
    """Why the artifact may not be promoted, if there is a reason."""
    if not tested.tests:
        return Fail(message=f"Execution {tested.by} has built and tested nothing, so it promotes nothing.")
    if failed := not_passed(tested.tests):
        return Fail(message=f"Only what passed every test is promoted; not passed: {', '.join(failed)}.")
    if size > LARGEST:
        return Fail(
            message=f"The artifact has {size} bytes; {LARGEST} bytes (5 GiB) are the most that can be promoted."
        )
    return None


def is_there(promoted: Promoted | None, *, execution: str, digest: str) -> bool:
    """Whether this execution has promoted these bytes already."""
    return promoted is not None and (promoted.execution, promoted.digest) == (execution, digest)


def revision(tested: Tested) -> str:
    """What was built: a commit; of an image or an object its digest or version; empty where nothing says it.

    What a promoted release was built from is told by the action that admitted it.
    """
    runs = sorted(tested.runs, key=lambda run: run.category == "Source")
    told = [run.variables for run in runs if run.category == "Source" or run.action == "AdmitRelease"]
    return next((said[name] for said in told for name in _REVISIONS if said.get(name)), "")


def repository(tested: Tested, *, region: str) -> str:
    """The page of the repository, empty where there is none or its address isn't known."""
    source = tested.source
    told = source.variables if source else {}
    if source and source.provider == "CodeCommit" and (name := told.get("RepositoryName")):
        return console(f"codecommit/repositories/{name}/browse", region=region)
    forge, full_name = _FORGES.get(told.get("ProviderType", "")), told.get("FullRepositoryName")
    return f"{forge}/{full_name}" if forge and full_name else ""


def author_told(tested: Tested) -> Authors:
    """The one author whom a connection tells of: that of the newest commit. There may be others."""
    told = tested.source.variables if tested.source else {}
    person = Person(name=told.get("AuthorDisplayName", ""), email=told.get("AuthorEmail", ""))
    return Authors(people=(person,) if person.name or person.email else ())


def manifest_of(
    tested: Tested,
    *,
    parameters: Parameters,
    digest: str,
    authors: Authors,
    previous: Promoted | None,
    region: str,
    now: datetime,
) -> Manifest:
    """What is known of the release.

    Args:
        tested: the execution that promotes it.
        parameters: of the function.
        digest: of the artifact.
        authors: everyone since the release before it.
        previous: that release.
        region: of the pipeline.
        now: when it is promoted.
    """
    admitted = tested.run("AdmitRelease")
    source = tested.source
    told = {**(source.variables if source else {}), **(admitted.variables if admitted else {})}
    by_tag = tested.started_by in parameters.tag_rules
    branch = parameters.branch or told.get("BRANCH") or told.get("BranchName", "")
    return Manifest(
        application=parameters.application,
        digest=digest,
        commit=revision(tested),
        branch="" if by_tag else branch,
        tag=branch if by_tag else told.get("TAG") or told.get("TagName", ""),
        repository=repository(tested, region=region) or told.get("REPOSITORY", ""),
        authors=authors.people,
        authors_known=authors.complete,
        previous=previous.digest if previous and previous.digest != digest else "",
        tests=tested.tests,
        pipeline=parameters.pipeline_arn,
        execution=tested.execution.id,
        started_by=tested.started_by,
        made_at=now.isoformat(timespec="seconds"),
        committed_at=told.get("CommitterDate") or told.get("AuthorDate", ""),
    )


def done(*, parameters: Parameters, digest: str, version: str) -> Succeed:
    """What the action says when the release is with the receiver."""
    return Succeed(
        summary=f"s3://{parameters.bucket}/{parameters.release} is the artifact {digest}.",
        variables={"DIGEST": digest, "MANIFEST": manifest_key(parameters.application, digest), "VERSION": version},
    )
