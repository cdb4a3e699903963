"""What builds of one environment share with another, and whether a function knows who made its code."""

from collections.abc import Iterator

from rulebook.kit.facts import BUILD_PROJECT, CODE_SIGNING, FUNCTION, PIPELINE, name_of
from rulebook.kit.links import token_of
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
from rulebook.kit.values import Node, all_of, any_of, some
from rulebook.rules.frameworks import owasp, slsa
from rulebook.tiers import Tier, tiers_named

_BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_CODE = frozenset({"code", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash", "codeSha256"})


def build_isolation(stack: Stack) -> Iterator[Outcome]:
    """A build of production shares neither cache nor machines with others, and no cache lies among artifacts."""
    projects = stack.of(BUILD_PROJECT)

    def among_artifacts(project: Resource) -> Iterator[Outcome]:
        cache = project.properties["cache"]
        if all_of(lambda: _is_in_bucket(cache), lambda: some(stack.of(PIPELINE), lambda one: _is_store(one, project))):
            message = f"{project} has its cache in a pipeline's artifact store."
            yield Violation(message=message, finding="cache.location", urn=project.urn)

    def shared(project: Resource) -> Iterator[Outcome]:
        yield from each(_shareable(project), lambda thing: judge(project, thing))

    def judge(project: Resource, thing: Node) -> Iterator[Outcome]:
        mine = _is_production(project, stack)
        others = [one for one in projects if one.urn != project.urn and _is_production(one, stack) != mine]
        if any_of(
            lambda: _names_the_other(thing.text(), production=mine),
            lambda: some(others, lambda one: some(_shareable(one), lambda other: _is_same(thing, other))),
        ):
            message = f"{project} shares `{thing.path}` with builds of another environment."
            yield Violation(message=message, finding=thing.path, urn=project.urn)

    yield from each(projects, among_artifacts)
    yield from each(projects, shared)


def _is_in_bucket(cache: Node) -> bool:
    return cache["type"].text("NO_CACHE") == "S3"


def _shareable(project: Resource) -> Iterator[Node]:
    """The reserved machines and the cache in a bucket of a project, where it has them."""
    cache, fleet = project.properties["cache"], project.properties["environment"]["fleet"]["fleetArn"]
    if fleet.present:
        yield fleet
    if _is_in_bucket(cache):
        yield cache["location"]


def _is_same(one: Node, other: Node) -> bool:
    return one.path == other.path and one.text() == other.text()


def _is_production(project: Resource, stack: Stack) -> bool:
    """Whether a project builds for production, by its names, else by its stack."""
    name = project.properties["name"]
    named = tiers_named(name_of(project.urn)) | (tiers_named(name.text()) if name.known else frozenset())
    return Tier.PRODUCTION in (named or {stack.environment.tier})


def _names_the_other(text: str, *, production: bool) -> bool:
    named = tiers_named(text)
    return bool(named) and (Tier.PRODUCTION in named) != production


def _is_store(pipeline: Resource, project: Resource) -> bool:
    keys = ("artifactStores", "artifactStore")
    stores = {urn for key in keys for urn in pipeline.dependencies.get(key, ()) if token_of(urn) in _BUCKETS}
    mine = {urn for urn in project.dependencies.get("cache", ()) if token_of(urn) in _BUCKETS}
    if stores & mine:
        return True
    if stores and mine:
        return False
    bucket = project.properties["cache"]["location"].text().rpartition(":")[2].partition("/")[0]
    locations = [store["location"] for key in keys for store in pipeline.properties[key].items()]
    return some(locations, lambda location: location.text() == bucket)


def lambda_signed(resource: Resource) -> Iterator[Outcome]:
    """A function whose code a pipeline delivers only runs what a known signer has signed."""
    if resource.kind is CODE_SIGNING:
        answer = resource.properties["policies"]["untrustedArtifactOnDeployment"]
        if answer.text("Warn") != "Enforce":
            yield Violation(message=f"{resource} only warns of code that nobody signed.", finding=answer.path)
        return
    signing = resource.properties["codeSigningConfigArn"]
    if all_of(
        lambda: not signing.present,
        lambda: resource.parameters["allFunctions"] or _is_delivered(resource),
        # AWS signs archives, not images.
        lambda: resource.properties["packageType"].text("Zip") == "Zip",
    ):
        yield Violation(message=f"{resource} runs code of any origin, without `{signing.path}`.", finding=signing.path)


def _is_delivered(function: Resource) -> bool:
    """Whether its code comes from elsewhere than the program: from a bucket, or by changes the program ignores."""
    return function.properties["s3Bucket"].present or any(
        changed.partition(".")[0].partition("[")[0] in _CODE for changed in function.ignore_changes
    )


RULES = (
    StackRule(
        id="supply-build-isolation",
        title="Builds of production share neither cache nor machines with others.",
        why="What an earlier build leaves in a cache or on a machine runs in the next one. Other stacks aren't seen: "
        "that a cache or a fleet is theirs too only shows where its name says another environment.",
        fix="give production a cache and a fleet of its own, and keep caches out of artifact stores.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.ADVISORY),
        kinds=(BUILD_PROJECT, PIPELINE),
        reference="https://docs.aws.amazon.com/codebuild/latest/userguide/build-caching.html",
        frameworks=(owasp(5), slsa("Build L3: isolated")),
        check=build_isolation,
    ),
    ResourceRule(
        id="supply-lambda-signed",
        title="A function whose code a pipeline delivers takes signed code only.",
        why="Whoever can write to the bucket of the code otherwise decides what runs. A function shows no pipeline; "
        "one whose code comes from a bucket, or is left to others by `ignoreChanges`, counts as delivered.",
        fix="set `codeSigningConfigArn` to a configuration that says Enforce.",
        severity=Severity.LOW,
        levels=Levels(Level.OFF, Level.OFF, Level.ADVISORY),
        kinds=(FUNCTION, CODE_SIGNING),
        reference="https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html",
        parameters=(
            Parameter(
                name="allFunctions",
                schema={"type": "boolean"},
                default=False,
                description="Whether functions that the program itself brings the code of are judged too.",
            ),
        ),
        frameworks=(owasp(9),),
        check=lambda_signed,
    ),
)
