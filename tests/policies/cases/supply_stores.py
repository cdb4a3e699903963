"""Image repositories, package repositories, and the buckets of artifacts."""

import json
from typing import Any

from rulebook.rules import supply_stores
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.road import PIPELINE, SOURCE, action, stage
from tests.policies.harness import UNKNOWN, Given

ECR, PACKAGES, VERSIONED = supply_stores.RULES
REPOSITORY = "aws:ecr/repository:Repository"
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
REPOSITORY_URN = f"urn:pulumi:prod::shop::{REPOSITORY}::thing"


def ecr(kind: Kind, what: str, *given: Given, finds: tuple[str, ...] = (), undecided: str = "") -> Case:
    """A case of `supply-ecr-hardened`."""
    return Case(rule=ECR, kind=kind, what=what, given=given, finds=finds, undecided=undecided)


def repository(**properties: Any) -> Given:
    """An image repository called `thing` that lacks nothing but a lifecycle policy."""
    hardened = {"imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": {"scanOnPush": True}}
    return Given(type=REPOSITORY, properties={"name": "shop", **hardened, **properties})


def lifecycle(name: Any = UNKNOWN, *on: str) -> Given:
    """The lifecycle policy of a repository."""
    return Given(type=LIFECYCLE, name="life", properties={"repository": name}, depends={"repository": on})


LIFE = lifecycle(UNKNOWN, REPOSITORY_URN)


def policy(principal: Any, **more: Any) -> Given:
    """The policy of a repository, called `thing`."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "ecr:BatchGetImage", **more}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return Given(
        type="aws:ecr/repositoryPolicy:RepositoryPolicy", properties={"repository": "shop", "policy": document}
    )


def scanning(*rules: Any) -> Given:
    """The scanning configuration of the whole registry."""
    return Given(
        type="aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
        name="scanning",
        properties={"scanType": "BASIC", "rules": list(rules)},
    )


def scan(text: Any, frequency: Any = "SCAN_ON_PUSH") -> dict[str, Any]:
    """A rule of a scanning configuration."""
    return {"scanFrequency": frequency, "repositoryFilters": [{"filter": text, "filterType": "WILDCARD"}]}


UNSCANNED = repository(imageScanningConfiguration={"scanOnPush": False})
_MOVABLE = ecr(
    Kind.VIOLATING,
    "a tag can move",
    repository(imageTagMutability="MUTABLE"),
    LIFE,
    finds=("The image repository 'thing' lets a tag be given to another image (`imageTagMutability`)",),
)
ECR_CASES = (
    ecr(Kind.COMPLIANT, "it lacks nothing", repository(), LIFE),
    ecr(Kind.COMPLIANT, "its lifecycle policy has its name", repository(), lifecycle("shop")),
    ecr(Kind.COMPLIANT, "some tags may move", repository(imageTagMutability="IMMUTABLE_WITH_EXCLUSION"), LIFE),
    ecr(Kind.COMPLIANT, "the registry scans names like its", UNSCANNED, LIFE, scanning(scan("sho"))),
    ecr(Kind.COMPLIANT, "the registry scans without end", UNSCANNED, LIFE, scanning(scan("s*", "CONTINUOUS_SCAN"))),
    ecr(Kind.COMPLIANT, "its policy names an account", policy({"AWS": "arn:aws:iam::111122223333:root"})),
    ecr(
        Kind.COMPLIANT,
        "its policy names an organization",
        policy("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}),
    ),
    _MOVABLE,
    *exempted(_MOVABLE),
    ecr(Kind.VIOLATING, "nobody scans", UNSCANNED, LIFE, finds=("is not scanned when an image comes",)),
    ecr(Kind.VIOLATING, "the registry scans by hand", UNSCANNED, LIFE, scanning(scan("*", "MANUAL")), finds=("scan",)),
    ecr(Kind.VIOLATING, "the registry scans others", UNSCANNED, LIFE, scanning(scan("shop*er")), finds=("scan",)),
    ecr(
        Kind.VIOLATING, "only another has a lifecycle", repository(), lifecycle("other"), finds=("no lifecycle policy",)
    ),
    ecr(
        Kind.VIOLATING,
        "everyone may pull",
        policy("*"),
        finds=("The image repository policy 'thing' lets everyone in at `policy.Statement[0]`",),
    ),
    ecr(
        Kind.MISSING,
        "by default tags move and nobody scans",
        Given(type=REPOSITORY, properties={"name": "shop"}),
        finds=("imageTagMutability", "imageScanningConfiguration.scanOnPush", "has no lifecycle policy"),
    ),
    ecr(Kind.MISSING, "there is no repository"),
    ecr(
        Kind.UNKNOWN,
        "whether tags move isn't known, and it has no lifecycle",
        repository(imageTagMutability=UNKNOWN),
        finds=("lifecycle",),
        undecided="imageTagMutability",
    ),
    ecr(
        Kind.UNKNOWN,
        "whose lifecycle it is isn't known",
        repository(),
        lifecycle(UNKNOWN),
        undecided="repository",
    ),
    ecr(
        Kind.UNKNOWN,
        "whether it scans isn't known, but the registry does",
        repository(imageScanningConfiguration=UNKNOWN),
        LIFE,
        scanning(scan("*")),
    ),
)


def packages(kind: Kind, what: str, name: Any, connections: Any, *finds: str, undecided: str = "", **more: Any) -> Case:
    """A case of `supply-package-upstreams`."""
    given = Given(
        type="aws:codeartifact/repository:Repository",
        properties={"domain": "shop", "repository": name, "externalConnections": connections},
    )
    return Case(rule=PACKAGES, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided, parameters=more)


PYPI = {"externalConnectionName": "public:pypi"}
_OUTSIDE = packages(
    Kind.VIOLATING,
    "a repository of packages of one's own goes out",
    "shop",
    PYPI,
    "The package repository 'thing' fetches packages of the world itself (`externalConnections`)",
)
PACKAGES_CASES = (
    packages(Kind.COMPLIANT, "its name says what it is for", "pypi-store", PYPI),
    packages(Kind.COMPLIANT, "an organization has other names", "pypi-gate", PYPI, proxyPattern="-gate$"),
    packages(Kind.COMPLIANT, "it has no way out", "shop", []),
    _OUTSIDE,
    *exempted(_OUTSIDE),
    packages(Kind.VIOLATING, "only a part of a word is a proxy", "storefront", [PYPI], "external"),
    packages(Kind.MISSING, "it has no connections", "shop", None),
    packages(Kind.UNKNOWN, "its name isn't known", UNKNOWN, PYPI, undecided="repository"),
    packages(Kind.UNKNOWN, "its connections aren't known", "shop", UNKNOWN, undecided="externalConnections"),
    packages(Kind.UNKNOWN, "its connections aren't known, but its name is", "npm-proxy", UNKNOWN),
)

BUCKET, VERSIONING = "aws:s3/bucket:Bucket", "aws:s3/bucketVersioning:BucketVersioning"
BUCKET_URN = f"urn:pulumi:prod::shop::{BUCKET}::thing"
OTHER_URN = f"urn:pulumi:prod::shop::{BUCKET}::other"


def versioned(kind: Kind, what: str, *given: Given, finds: tuple[str, ...] = (), undecided: str = "") -> Case:
    """A case of `supply-artifact-versioned`."""
    return Case(rule=VERSIONED, kind=kind, what=what, given=given, finds=finds, undecided=undecided)


def bucket(name: Any = "artifacts", **properties: Any) -> Given:
    """A bucket called `thing`."""
    return Given(type=BUCKET, properties={"bucket": name, **properties})


def versioning(status: Any, *, of: Any = UNKNOWN, on: tuple[str, ...] = (BUCKET_URN,)) -> Given:
    """The versioning of a bucket."""
    return Given(
        type=VERSIONING,
        name="versioning",
        properties={"bucket": of, "versioningConfiguration": {"status": status}},
        depends={"bucket": on},
    )


def stored(location: Any, *on: str, stages: Any = (SOURCE,), stages_on: tuple[str, ...] = ()) -> Given:
    """A pipeline with one artifact store."""
    return Given(
        type=PIPELINE,
        name="road",
        properties={"artifactStores": [{"location": location, "type": "S3"}], "stages": list(stages)},
        depends={"artifactStores": on, "stages": stages_on},
    )


def from_bucket(name: Any) -> dict[str, Any]:
    """A stage that starts from an object of a bucket."""
    return stage("Source", action("Source", "S3", configuration={"S3Bucket": name, "S3ObjectKey": "a.zip"}))


# Only dependencies on resources that are there reach a rule.
OTHER = Given(type=BUCKET, name="other", properties={"bucket": "other", "versioning": {"enabled": True}})
ROAD = stored(UNKNOWN, BUCKET_URN)
_SUSPENDED = versioned(
    Kind.VIOLATING,
    "the versions of a store are suspended",
    bucket(),
    versioning("Suspended"),
    ROAD,
    finds=("The bucket 'thing' holds artifacts and keeps no versions of them",),
)
VERSIONED_CASES = (
    versioned(Kind.COMPLIANT, "a store keeps versions", bucket(), versioning("Enabled"), ROAD),
    versioned(
        Kind.COMPLIANT,
        "names alone link it",
        bucket(),
        versioning("Enabled", of="artifacts", on=()),
        stored("artifacts"),
    ),
    versioned(Kind.COMPLIANT, "an older bucket says so itself", bucket(versioning={"enabled": True}), ROAD),
    versioned(Kind.COMPLIANT, "in the words of another provider", bucket(versionings=[{"enabled": True}]), ROAD),
    versioned(Kind.COMPLIANT, "no pipeline uses the bucket", bucket(), OTHER, stored(UNKNOWN, OTHER_URN)),
    _SUSPENDED,
    *exempted(_SUSPENDED),
    versioned(
        Kind.VIOLATING,
        "another bucket keeps versions",
        bucket(),
        OTHER,
        versioning("Enabled", on=(OTHER_URN,)),
        stored("artifacts"),
        finds=("'thing'",),
    ),
    versioned(
        Kind.VIOLATING,
        "a pipeline starts from it",
        bucket("releases"),
        stored("elsewhere", stages=[from_bucket("releases")]),
        finds=("'thing'",),
    ),
    versioned(Kind.MISSING, "nothing says anything of versions", bucket(), ROAD, finds=("'thing'",)),
    versioned(Kind.MISSING, "there is no pipeline", bucket()),
    versioned(Kind.UNKNOWN, "the status isn't known", bucket(), versioning(UNKNOWN), ROAD, undecided="status"),
    versioned(
        Kind.UNKNOWN, "nothing tells whose store it is", bucket(), stored(UNKNOWN), undecided="artifactStores[0]"
    ),
    versioned(
        Kind.UNKNOWN,
        "one of two buckets may be the source",
        bucket(),
        OTHER,
        stored("elsewhere", stages=[from_bucket(UNKNOWN)], stages_on=(BUCKET_URN, OTHER_URN)),
        undecided="stages[0].actions[0].configuration.S3Bucket",
    ),
)

CASES = (*ECR_CASES, *PACKAGES_CASES, *VERSIONED_CASES)
