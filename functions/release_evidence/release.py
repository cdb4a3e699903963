"""The release of an execution, for every kind of source: one question, one answer, and what stays unknown is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError
from pipeline_job.values import Values, text_of
from release_evidence.links import commit_link, diff_link
from release_evidence.running import running
from release_evidence.shelf import Shelf
from release_manifest import Manifest, Person, Proof
from release_manifest.executions import ActionRun, Execution, actions_of, observe_execution
from release_manifest.history import authors_since, codecommit_history

ADMISSION, DIGEST = "AdmitRelease", "DIGEST"
"""The action that computes the digest of what was promoted, and its variable."""

BY_HAND = frozenset({"StartPipelineExecution", "ManualRollback"})
"""Kinds of starts behind which there may be a person."""

BUILDER = "the execution that built and tested it"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose releases a function looks at. The same keys are part of what each of them is told.

    Args:
        pipeline: its name.
        deploy: its stage that deploys.
        application: whose pipeline it is.
        provider: `codecommit`, `promotion`, or another word for a source that tells no authors.
        repository: name of the repository in CodeCommit, else empty.
        address: of the repository as a person opens it, empty where there is none.
        bucket: the release bucket of a promotion, else empty.
        variable: the pipeline variable with the branch, empty where the source action says it.
    """

    pipeline: str
    deploy: str
    application: str
    provider: str
    repository: str
    address: str
    bucket: str
    variable: str

    @classmethod
    def of(cls, values: Values) -> "Subject":
        """Read it from parameters.

        Raises:
            RefusedError: a value that is no text, or one that must not be empty.
        """
        told = {key: values[key] for key in cls.__dataclass_fields__}
        if wrong := sorted(key for key, value in told.items() if not isinstance(value, str)):
            raise RefusedError(f"Parameters {wrong} must be texts.")
        for key in ("pipeline", "deploy", "application", "provider"):
            text_of(values, key)
        return cls(**{key: str(value) for key, value in told.items()})


@dataclass(frozen=True, kw_only=True)
class Starter:
    """Who started an execution, the one that waits or the one that made what waits.

    Args:
        what: which execution, in words.
        principal: an ARN; of a rule or a role where no person did. Empty where nobody can tell.
        by_hand: whether a person may have done it.
    """

    what: str
    principal: str
    by_hand: bool


@dataclass(frozen=True, kw_only=True)
class Release:
    """What waits for an approval.

    Args:
        revision: commit, or version of an object, or digest of an image.
        message: its first line.
        branch: empty where there is none.
        tag: empty where there is none.
        link: where a person sees it, empty where there is no such page.
        authors: whoever had a hand in what it has and what runs hasn't.
        unknown: why `authors` may lack somebody, empty where it can't.
        starters: who started what.
        tests: what it passed.
        running: the revision that runs now, empty where nothing does.
        diff: where a person sees what changed since, empty where there is no such page.
        runs: the actions of the execution so far.
    """

    revision: str
    message: str = ""
    branch: str = ""
    tag: str = ""
    link: str = ""
    authors: tuple[Person, ...] = ()
    unknown: str = ""
    starters: tuple[Starter, ...] = ()
    tests: tuple[Proof, ...] = ()
    running: str = ""
    diff: str = ""
    runs: Sequence[ActionRun] = field(default=(), repr=False)


def observe_release(execution: str, *, subject: Subject, clients: Clients) -> Release:
    """Look at the release of an execution.

    Raises:
        RefusedError: what the source should have isn't there.
        ClientError: AWS refuses a call.
    """
    client = clients.codepipeline
    own = observe_execution(execution, pipeline=subject.pipeline, client=client)
    # A stage that is rolled back runs what another execution brought.
    source = observe_execution(own.rollback_of, pipeline=subject.pipeline, client=client) if own.rollback_of else own
    runs = actions_of(execution, pipeline=subject.pipeline, client=client)
    before = running(subject.pipeline, stage=subject.deploy, but=execution, client=client)
    known = Release(
        revision=own.revision or source.revision,
        message=first_line(_said(runs, "CommitMessage")),
        branch=branch_of(source, runs, variable=subject.variable),
        starters=tuple(_starters(own, source)),
        tests=tuple(_tests(runs)),
        running=before.revision if before else "",
        runs=runs,
    )
    match subject.provider:
        case "codecommit":
            return _of_commits(known, subject=subject, clients=clients)
        case "promotion":
            return _of_manifests(known, source, before, subject=subject, clients=clients)
    newest = Person(name=_said(runs, "AuthorDisplayName"), email=_said(runs, "AuthorEmail"))
    authors = (newest,) if newest.name or newest.email else ()
    alone = "the author of the newest commit alone" if authors else "nobody's name"
    return replace(
        known,
        authors=authors,
        unknown=f"a source of {subject.provider} tells {alone}",
        link=commit_link(subject.address, known.revision),
        diff=diff_link(subject.address, old=known.running, new=known.revision),
    )


def first_line(message: str) -> str:
    """What a commit's message says first."""
    return next(iter(message.strip().splitlines()), "").strip()


def branch_of(execution: Execution, runs: Iterable[ActionRun], *, variable: str) -> str:
    """The branch of an execution: a variable of the pipeline has it, or the source action says it."""
    if variable:
        return execution.variables.get(variable, "")
    return _said(runs, "BranchName")


def _said(runs: Iterable[ActionRun], variable: str) -> str:
    """What a source action gave to later actions."""
    return next((run.variables[variable] for run in runs if run.category == "Source" and variable in run.variables), "")


def _starters(own: Execution, source: Execution) -> Iterable[Starter]:
    yield Starter(what="this execution", principal=own.started_by, by_hand=own.trigger in BY_HAND)
    if source is not own:
        yield Starter(
            what="the execution that is brought back", principal=source.started_by, by_hand=source.trigger in BY_HAND
        )


def _tests(runs: Iterable[ActionRun]) -> Iterable[Proof]:
    return (Proof(name=run.action, status=run.status, report=run.url) for run in runs if run.category == "Test")


def _of_commits(known: Release, *, subject: Subject, clients: Clients) -> Release:
    fetch = codecommit_history(clients.codecommit, repository=subject.repository)
    commit = fetch([known.revision]).get(known.revision)
    if commit is None:
        raise RefusedError(f"The repository {subject.repository} has no commit {known.revision}.")
    since = authors_since(known.running, known.revision, fetch=fetch)
    return replace(
        known,
        message=first_line(commit.message),
        link=commit_link(subject.address, known.revision),
        diff=diff_link(subject.address, old=known.running, new=known.revision),
        # What runs already, or is older, is still somebody's.
        authors=tuple(dict.fromkeys((*commit.people, *since.people))),
        unknown="" if since.complete else f"the history since {known.running} can't be read to its end",
    )


def _of_manifests(
    known: Release, source: Execution, before: Execution | None, *, subject: Subject, clients: Clients
) -> Release:
    """What was promoted: the manifest of these bytes, and those of releases in between that were never deployed."""
    digest = _digest_of(source, subject=subject, clients=clients)
    if not digest:
        return replace(known, unknown=f"the action {ADMISSION} told no digest of what was promoted")
    shelf = Shelf(bucket=subject.bucket, application=subject.application, client=clients.s3)
    own = shelf.manifest(digest)
    runs = _digest_of(before, subject=subject, clients=clients) if before else ""
    chain, unknown = shelf.since(own, runs)
    for one in chain:
        if not one.authors_known:
            unknown = unknown or f"the manifest of {one.commit} doesn't know all of its authors"
    old = shelf.found(runs)
    return replace(
        known,
        revision=own.commit,
        message="",
        branch=own.branch,
        tag=own.tag,
        link=commit_link(own.repository, own.commit),
        authors=tuple(dict.fromkeys(person for one in chain for person in one.authors)),
        unknown=unknown,
        starters=(*known.starters, builder_of(own)),
        tests=(*own.tests, *known.tests),
        running=old.commit if old else known.running,
        diff=diff_link(own.repository, old=old.commit, new=own.commit) if old else "",
    )


def builder_of(manifest: Manifest) -> Starter:
    """Who started the execution that a release comes from.

    The manifest has what CodePipeline says: an ARN; without one, the kind of the start.
    """
    told = manifest.started_by
    if told.startswith("arn:"):
        # A rule of EventBridge is nobody; a user, a session and a root of an account are somebody.
        return Starter(what=BUILDER, principal=told, by_hand=told.split(":")[2] in {"iam", "sts"})
    return Starter(what=BUILDER, principal="", by_hand=not told or told in BY_HAND)


def _digest_of(execution: Execution, *, subject: Subject, clients: Clients) -> str:
    runs = actions_of(execution.id, pipeline=subject.pipeline, client=clients.codepipeline)
    return next((run.variables[DIGEST] for run in runs if run.action == ADMISSION and DIGEST in run.variables), "")
