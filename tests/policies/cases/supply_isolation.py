"""Caches and fleets of builds, and functions whose code a pipeline delivers."""

from typing import Any

from rulebook.rules import supply_isolation
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.road import PIPELINE
from tests.policies.harness import UNKNOWN, Given

ISOLATED, SIGNED = supply_isolation.RULES
BUCKET_URN = "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::store"
CACHES_URN = "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::caches"


def isolated(
    kind: Kind, what: str, *given: Given, finds: tuple[str, ...] = (), undecided: str = "", stack: str = "prod"
) -> Case:
    """A case of `supply-build-isolation`."""
    return Case(rule=ISOLATED, kind=kind, what=what, given=given, finds=finds, undecided=undecided, stack=stack)


def builder(name: str = "thing", *, on: tuple[str, ...] = (), fleet: Any = None, cache: Any = None) -> Given:
    """A build project with a cache, or with reserved machines."""
    environment = {"fleet": {"fleetArn": fleet}} if fleet else {}
    return Given(
        type="aws:codebuild/project:Project",
        name=name,
        properties={"name": UNKNOWN, "environment": environment, **({"cache": cache} if cache else {})},
        depends={"cache": on},
    )


def road(location: Any, *on: str) -> Given:
    """A pipeline with one artifact store."""
    properties = {"artifactStores": [{"location": location, "type": "S3"}]}
    return Given(type=PIPELINE, name="road", properties=properties, depends={"artifactStores": on})


# Only dependencies on resources that are there reach a rule.
BUCKETS = tuple(
    Given(type="aws:s3/bucket:Bucket", name=name, properties={"bucket": UNKNOWN}) for name in ("store", "caches")
)
S3 = {"type": "S3", "location": "caches/shop"}
FLEET = "arn:aws:codebuild:eu-west-1:111122223333:fleet/builders:1"
_AMONG = isolated(
    Kind.VIOLATING,
    "the cache lies in the artifact store",
    builder(cache={**S3, "location": "store/cache"}),
    road("store"),
    finds=("The build project 'thing' has its cache in a pipeline's artifact store (`cache.location`)",),
)
ISOLATED_CASES = (
    isolated(Kind.COMPLIANT, "the cache has a bucket of its own", builder(cache=S3), road("store")),
    isolated(
        Kind.UNKNOWN,
        "the cache has a bucket of its own, and of what name isn't known",
        *BUCKETS,
        builder(on=(CACHES_URN,), cache={"type": "S3", "location": UNKNOWN}),
        road(UNKNOWN, BUCKET_URN),
        undecided="cache.location",
    ),
    isolated(Kind.COMPLIANT, "a cache of the machine", builder(cache={"type": "LOCAL"}), road("store")),
    isolated(
        Kind.COMPLIANT,
        "builds of one environment share",
        builder(cache=S3, fleet=FLEET),
        builder("b", cache=S3, fleet=FLEET),
    ),
    isolated(Kind.COMPLIANT, "its own environment's fleet", builder(fleet=FLEET.replace("builders", "prod-builders"))),
    isolated(Kind.COMPLIANT, "dev isn't asked", builder(cache=S3), road("caches"), stack="dev"),
    _AMONG,
    *exempted(_AMONG),
    isolated(
        Kind.VIOLATING,
        "the cache depends on the artifact store",
        *BUCKETS,
        builder(on=(BUCKET_URN,), cache={"type": "S3", "location": UNKNOWN}),
        road(UNKNOWN, BUCKET_URN),
        finds=("artifact store",),
        undecided="cache.location",
    ),
    isolated(
        Kind.VIOLATING,
        "the fleet is of dev",
        builder(fleet=FLEET.replace("builders", "dev-builders")),
        finds=("The build project 'thing' shares `environment.fleet.fleetArn` with builds of another environment",),
    ),
    isolated(
        Kind.VIOLATING,
        "builds of two environments share a cache",
        builder("shop-prod", cache=S3),
        builder("shop-staging", cache=S3),
        finds=("'shop-prod' shares `cache.location`", "'shop-staging' shares `cache.location`"),
    ),
    isolated(Kind.MISSING, "there is neither cache nor fleet", builder(), road("store")),
    isolated(
        Kind.UNKNOWN,
        "the kind of cache isn't known, the fleet is of dev",
        builder(fleet=FLEET.replace("builders", "dev-builders"), cache={"type": UNKNOWN, "location": "store/x"}),
        road("store"),
        finds=("fleetArn",),
        undecided="cache.type",
    ),
    isolated(Kind.UNKNOWN, "the fleet isn't known", builder(fleet=UNKNOWN), undecided="environment.fleet.fleetArn"),
)


def signed(
    kind: Kind,
    what: str,
    *finds: str,
    undecided: str = "",
    ignores: tuple[str, ...] = (),
    stack: str = "prod",
    parameters: Any = None,
    **properties: Any,
) -> Case:
    """A case of `supply-lambda-signed`."""
    given = Given(
        type="aws:lambda/function:Function",
        properties={"role": "arn:aws:iam::111122223333:role/shop", "runtime": "python3.13", **properties},
        ignore_changes=ignores,
    )
    return Case(
        rule=SIGNED,
        kind=kind,
        what=what,
        given=(given,),
        finds=finds,
        undecided=undecided,
        stack=stack,
        parameters=parameters or {},
    )


def signing(kind: Kind, what: str, policies: Any, *finds: str, undecided: str = "") -> Case:
    """A case of `supply-lambda-signed` about a configuration."""
    given = Given(type="aws:lambda/codeSigningConfig:CodeSigningConfig", properties={"policies": policies})
    return Case(rule=SIGNED, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided)


SIGNING = "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-1"
_UNSIGNED = signed(
    Kind.VIOLATING,
    "its code comes from a bucket",
    "The function 'thing' runs code of any origin, without `codeSigningConfigArn`",
    s3Bucket="code",
)
SIGNED_CASES = (
    signed(Kind.COMPLIANT, "it asks for signatures", s3Bucket="code", codeSigningConfigArn=SIGNING),
    signed(Kind.COMPLIANT, "the program brings its code", code="archive"),
    signed(Kind.COMPLIANT, "an image can't be signed", s3Bucket="code", packageType="Image"),
    signed(Kind.COMPLIANT, "staging isn't asked", s3Bucket="code", stack="staging"),
    signing(Kind.COMPLIANT, "it refuses what isn't signed", {"untrustedArtifactOnDeployment": "Enforce"}),
    _UNSIGNED,
    *exempted(_UNSIGNED),
    signed(Kind.VIOLATING, "its code is left to others", "codeSigning", ignores=("code",), code="archive"),
    signed(Kind.VIOLATING, "every function is asked", "codeSigning", parameters={"allFunctions": True}, code="archive"),
    signing(
        Kind.VIOLATING,
        "it only warns",
        {"untrustedArtifactOnDeployment": "Warn"},
        "The code signing configuration 'thing' only warns of code that nobody signed",
    ),
    signing(Kind.MISSING, "AWS only warns by default", None, "only warns"),
    signed(Kind.MISSING, "nothing says where its code is from"),
    signed(
        Kind.UNKNOWN, "who signs and where the code is doesn't matter", s3Bucket=UNKNOWN, codeSigningConfigArn=UNKNOWN
    ),
    signed(Kind.UNKNOWN, "the kind of package isn't known", s3Bucket="b", packageType=UNKNOWN, undecided="packageType"),
    signing(Kind.UNKNOWN, "the answer isn't known", UNKNOWN, undecided="policies"),
)

CASES = (*ISOLATED_CASES, *SIGNED_CASES)
