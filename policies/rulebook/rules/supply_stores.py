"""What keeps images, packages and artifacts: who can put something else in their place."""

import re
from collections.abc import Callable, Iterator

from rulebook.kit.exposure import lets_everyone_in
from rulebook.kit.facts import (
    BUCKET,
    BUCKET_VERSIONING,
    IMAGE_LIFECYCLE,
    IMAGE_REPOSITORY,
    IMAGE_REPOSITORY_POLICY,
    IMAGE_SCANNING,
    PACKAGE_REPOSITORY,
    PIPELINE,
)
from rulebook.kit.iam import StatementReader, statements
from rulebook.kit.links import declared, linked, token_of
from rulebook.kit.pipeline import Action, actions
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Violation,
    each,
)
from rulebook.kit.telling import about_each
from rulebook.kit.values import Node, UndecidableError, all_of, any_of, some
from rulebook.rules.frameworks import owasp, security_hub
from rulebook.rules.names import REGEX, is_named

_IMMUTABLE = frozenset({"IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"})
_SCANNING = frozenset({"SCAN_ON_PUSH", "CONTINUOUS_SCAN"})


def ecr_hardened(stack: Stack) -> Iterator[Outcome]:
    """An image repository keeps its tags, is scanned, forgets old images and is nobody else's."""

    def repository(one: Resource) -> Iterator[Outcome]:
        def unless(holds: Callable[[], bool], finding: str, complaint: str) -> Iterator[Outcome]:
            if not holds():
                yield Violation(message=f"{one} {complaint}.", finding=finding, urn=one.urn)

        tags, scan = one.properties["imageTagMutability"], one.properties["imageScanningConfiguration"]
        questions: tuple[tuple[Callable[[], bool], str, str], ...] = (
            (lambda: tags.text("MUTABLE") in _IMMUTABLE, tags.path, "lets a tag be given to another image"),
            (
                lambda: any_of(lambda: scan["scanOnPush"].flag(default=False), lambda: _registry_scans(stack, one)),
                scan["scanOnPush"].path,
                "is not scanned when an image comes",
            ),
            (
                lambda: bool(linked(one, stack, IMAGE_LIFECYCLE, key="repository")),
                "lifecyclePolicy",
                "has no lifecycle policy",
            ),
        )
        yield from each(questions, lambda question: unless(*question))

    def policy(one: Resource) -> Iterator[Outcome]:
        def public(statement: StatementReader) -> Iterator[Outcome]:
            if lets_everyone_in(statement):
                path = statement.node.path
                yield Violation(message=f"{one} lets everyone in at `{path}`.", finding=path, urn=one.urn)

        yield from each(statements(one.properties["policy"]), public)

    yield from about_each(stack.of(IMAGE_REPOSITORY), repository)
    yield from about_each(stack.of(IMAGE_REPOSITORY_POLICY), policy)


def _registry_scans(stack: Stack, repository: Resource) -> bool:
    """Whether the registry's own configuration covers it; a filter without `*` matches any name that contains it."""

    def covers(one: Node) -> bool:
        text = one["filter"].text()
        return is_named(repository.properties["name"].text(), [text if "*" in text else f"*{text}*"])

    def scans(rule: Node) -> bool:
        return all_of(
            lambda: rule["scanFrequency"].text() in _SCANNING,
            lambda: some(rule["repositoryFilters"].items(), covers),
        )

    return some(stack.of(IMAGE_SCANNING), lambda one: some(one.properties["rules"].items(), scans))


def package_upstreams(resource: Resource) -> Iterator[Outcome]:
    """Packages of the world come in through few repositories, whose names say so."""
    proxies = re.compile(resource.parameters["proxyPattern"])
    connections = resource.properties["externalConnections"]
    if all_of(
        lambda: bool(connections.items()),
        lambda: proxies.search(resource.properties["repository"].text()) is None,
    ):
        yield Violation(message=f"{resource} fetches packages of the world itself.", finding=connections.path)


def artifact_versioned(stack: Stack) -> Iterator[Outcome]:
    """A bucket that pipelines exchange artifacts in, or start from, keeps every version of an object."""

    def judge(bucket: Resource) -> Iterator[Outcome]:
        uses = [(_is_store, pipeline) for pipeline in stack.of(PIPELINE)]
        uses += [(_is_source, pipeline) for pipeline in stack.of(PIPELINE)]
        if all_of(
            lambda: not _is_versioned(stack, bucket),
            lambda: some(uses, lambda use: use[0](use[1], bucket)),
        ):
            yield Violation(message=f"{bucket} holds artifacts and keeps no versions of them.", urn=bucket.urn)

    yield from about_each(stack.of(BUCKET), judge)


def _is_versioned(stack: Stack, bucket: Resource) -> bool:
    def parts() -> list[Resource]:
        return linked(bucket, stack, BUCKET_VERSIONING, key="bucket", name="bucket")

    inline = [*declared(bucket, "versioning").items(), *declared(bucket, "versionings").items()]
    return any_of(
        lambda: some(parts(), lambda one: one.properties["versioningConfiguration"]["status"].text() == "Enabled"),
        lambda: some(inline, lambda one: one["enabled"].flag(default=False)),
    )


def _is_store(pipeline: Resource, bucket: Resource) -> bool:
    """Whether a pipeline's artifacts are in this bucket; older providers have one store under a name of its own."""
    keys = ("artifactStores", "artifactStore")
    on = [urn for key in keys for urn in pipeline.dependencies.get(key, ())]
    stores = [store["location"] for key in keys for store in pipeline.properties[key].items()]
    return bucket.urn in on or some(stores, lambda location: _is_in(location, bucket, on))


def _is_source(pipeline: Resource, bucket: Resource) -> bool:
    """Whether a pipeline starts from an object of this bucket."""
    on = pipeline.dependencies.get("stages", ())

    def reads(action: Action) -> bool:
        location = action.node["configuration"]["S3Bucket"]
        # The stages depend on the bucket, but not every action of theirs has to.
        if not location.known and bucket.urn in on:
            raise UndecidableError(location.path)
        return _is_in(location, bucket, on)

    return some(
        actions(pipeline.properties),
        lambda action: all_of(
            lambda: action.category == "Source", lambda: action.provider == "S3", lambda: reads(action)
        ),
    )


def _is_in(location: Node, bucket: Resource, on: tuple[str, ...] | list[str]) -> bool:
    if not location.known and any(token_of(urn) in BUCKET.tokens for urn in on):
        return False
    return location.text() == bucket.properties["bucket"].text()


RULES = (
    StackRule(
        id="supply-ecr-hardened",
        title="An image repository keeps its tags, is scanned, forgets old images and is not public.",
        why="Under a tag that can move, something else runs than was tested. Lifecycle policies, repository policies "
        "and the scanning of a whole registry are resources of their own, so this is asked of the stack; what another "
        "stack declares, a registry's scanning for one, isn't seen.",
        fix="make tags IMMUTABLE, scan on push, add a LifecyclePolicy, and name the principals of the policy.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(IMAGE_REPOSITORY, IMAGE_REPOSITORY_POLICY, IMAGE_LIFECYCLE, IMAGE_SCANNING),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html",
        frameworks=(owasp(9), owasp(3), security_hub("ECR.1"), security_hub("ECR.2"), security_hub("ECR.3")),
        check=ecr_hardened,
    ),
    ResourceRule(
        id="supply-package-upstreams",
        title="Only repositories that are named as proxies fetch packages of the world.",
        why="A repository with its own packages and a way out gives a stranger's package of the same name to a build.",
        fix="move the external connection to a repository of its own, and make that an upstream.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(PACKAGE_REPOSITORY,),
        reference="https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection.html",
        parameters=(
            Parameter(
                name="proxyPattern",
                schema=REGEX,
                default=r"(?i)(^|[-_.])(proxy|upstream|store|mirror|remote|cache)([-_.]|$)",
                description="What a repository is called that may have an external connection.",
            ),
        ),
        frameworks=(owasp(3),),
        check=package_upstreams,
    ),
    StackRule(
        id="supply-artifact-versioned",
        title="Buckets of artifacts keep every version.",
        why="Without versions whoever may write replaces what was tested, and there is nothing to roll back to; a "
        "pipeline can't start from a bucket without them. A bucket that the stack only names isn't seen.",
        fix='add a BucketVersioning with the status "Enabled".',
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUCKET, BUCKET_VERSIONING, PIPELINE),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html",
        frameworks=(owasp(9), security_hub("S3.14")),
        check=artifact_versioned,
    ),
)
