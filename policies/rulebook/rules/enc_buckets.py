"""Buckets: encrypted with a key of KMS, reached over TLS alone, and never public."""

from collections.abc import Iterator

from rulebook.kit.exposure import is_everyone
from rulebook.kit.facts import (
    ACCOUNT_PUBLIC_ACCESS,
    BUCKET,
    BUCKET_ACL,
    BUCKET_ENCRYPTION,
    BUCKET_LOGGING,
    BUCKET_POLICY,
    BUCKET_PUBLIC_ACCESS,
    LOAD_BALANCER,
    Kind,
)
from rulebook.kit.iam import StatementReader, statements
from rulebook.kit.links import declared, linked, names
from rulebook.kit.rule import Level, Levels, Outcome, Resource, Severity, Stack, StackRule, Violation, each
from rulebook.kit.telling import about_each, told_of
from rulebook.kit.values import Node, all_of, every, some
from rulebook.rules.frameworks import owasp, security_hub

_KMS = frozenset({"aws:kms", "aws:kms:dsse"})
_FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_PUBLIC_ACLS = frozenset({"public-read", "public-read-write", "authenticated-read"})
_PUBLIC_GROUPS = ("/global/AllUsers", "/global/AuthenticatedUsers")


def bucket_key(stack: Stack) -> Iterator[Outcome]:
    """A bucket encrypts with a key of KMS by default, except where AWS can only write logs without one."""

    def judge(bucket: Resource) -> Iterator[Outcome]:
        if _encrypts_with_kms(stack, bucket) or _takes_logs(stack, bucket):
            return
        yield Violation(message=f"{bucket} isn't encrypted with a key of KMS by default.", urn=bucket.urn)

    yield from about_each(stack.of(BUCKET), judge)


def tls_only(stack: Stack) -> Iterator[Outcome]:
    """A bucket's policy denies everyone everything that doesn't come over TLS."""

    def judge(bucket: Resource) -> Iterator[Outcome]:
        documents = [(part, part.properties["policy"]) for part in _parts(stack, bucket, BUCKET_POLICY)]
        documents = [(of, one) for of, one in (*documents, (bucket, declared(bucket, "policy"))) if one.present]

        def denies(of: Resource, document: Node) -> bool:
            return told_of(of, lambda: some(statements(document), _denies_plain_http))

        if not some(documents, lambda one: denies(*one)):
            yield Violation(message=f"{bucket} has no policy that denies plain http.", urn=bucket.urn)

    yield from about_each(stack.of(BUCKET), judge)


def no_public(stack: Stack) -> Iterator[Outcome]:
    """A bucket has all four blocks of public access, its own or its account's, and no access list for everyone."""
    whole_account = stack.of(ACCOUNT_PUBLIC_ACCESS)

    def blocked(bucket: Resource) -> Iterator[Outcome]:
        blocks = [part.properties for part in (*_parts(stack, bucket, BUCKET_PUBLIC_ACCESS), *whole_account)]
        if not blocks:
            yield Violation(message=f"{bucket} has no block of public access.", urn=bucket.urn)
            return

        def missing(flag: str) -> Iterator[Outcome]:
            # AWS takes an absent flag for no.
            if not some(blocks, lambda block: block[flag].flag(default=False)):
                message = f"{bucket} leaves `{flag}` off in its block of public access."
                yield Violation(message=message, finding=flag, urn=bucket.urn)

        yield from each(_FLAGS, missing)

    def listed(bucket: Resource) -> Iterator[Outcome]:
        if declared(bucket, "acl").text() in _PUBLIC_ACLS:
            yield Violation(message=f"{bucket} is public by its access list at `acl`.", finding="acl", urn=bucket.urn)

    def granted(acl: Resource) -> Iterator[Outcome]:
        grants = declared(acl, "accessControlPolicy")["grants"].items()
        if acl.properties["acl"].text() in _PUBLIC_ACLS or some(grants, _is_for_a_group):
            yield Violation(message=f"{acl} makes its bucket public.", urn=acl.urn)

    yield from about_each(stack.of(BUCKET), blocked)
    yield from about_each(stack.of(BUCKET), listed)
    yield from about_each(stack.of(BUCKET_ACL), granted)


def _parts(stack: Stack, bucket: Resource, kind: Kind) -> list[Resource]:
    return linked(bucket, stack, kind, key="bucket", name="bucket")


def _encrypts_with_kms(stack: Stack, bucket: Resource) -> bool:
    rules = [rule for part in _parts(stack, bucket, BUCKET_ENCRYPTION) for rule in part.properties["rules"].items()]
    # The older buckets carry it themselves, under the names of two versions of the provider.
    rules += declared(bucket, "serverSideEncryptionConfiguration")["rule"].items()
    for inline in declared(bucket, "serverSideEncryptionConfigurations").items():
        rules += inline["rules"].items()
    defaults = ("applyServerSideEncryptionByDefault", "applyServerSideEncryptionByDefaults")

    def with_kms(rule: Node) -> bool:
        given = [one for key in defaults for one in rule[key].items()]
        return some(given, lambda one: one["sseAlgorithm"].text() in _KMS)

    return some(rules, with_kms)


def _takes_logs(stack: Stack, bucket: Resource) -> bool:
    """Whether AWS writes logs here that it can't write under a key of KMS.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html for load balancers,
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html for other buckets.
    """

    def from_balancer(balancer: Resource) -> bool:
        return all_of(
            lambda: balancer.properties["loadBalancerType"].text("application") == "application",
            lambda: _logs_into(balancer, bucket),
        )

    def from_bucket(logging: Resource) -> bool:
        return names(logging, "targetBucket", bucket, name="bucket")

    return some(
        stack.of(LOAD_BALANCER, BUCKET_LOGGING),
        lambda one: from_bucket(one) if one.kind is BUCKET_LOGGING else from_balancer(one),
    )


def _logs_into(balancer: Resource, bucket: Resource) -> bool:
    if bucket.urn in balancer.dependencies.get("accessLogs", ()):
        return True
    name = declared(balancer, "accessLogs")["bucket"]
    return name.present and name.text() == bucket.properties["bucket"].text()


def _denies_plain_http(statement: StatementReader) -> bool:
    node = statement.node
    return all_of(
        lambda: not statement.allows,
        lambda: is_everyone(node["Principal"]),
        lambda: statement.action_is({"*", "s3:*"}.__contains__),
        lambda: statement.resource_is(lambda arn: arn == "*" or arn.endswith(("/*", ":::*"))),
        lambda: _is_about_plain_http(node["Condition"]),
    )


def _is_about_plain_http(condition: Node) -> bool:
    """Whether it holds for plain http; a second condition would let some of it through."""
    operators = condition.entries()
    if len(operators) != 1:
        return False
    operator, keys = next(iter(operators.items()))
    entries = keys.entries()
    return (
        operator.lower() in {"bool", "boolifexists"}
        and [key.lower() for key in entries] == ["aws:securetransport"]
        and every(entries.values(), lambda value: _is_false(value))
    )


def _is_false(value: Node) -> bool:
    one = value[0] if isinstance(value.value, list) and len(value.value) == 1 else value
    return not one.flag(default=True)


def _is_for_a_group(grant: Node) -> bool:
    return grant["grantee"]["uri"].text().endswith(_PUBLIC_GROUPS)


RULES = (
    StackRule(
        id="enc-bucket-kms",
        title="A bucket encrypts with a key of KMS by default.",
        why="Without it whoever reads the bucket reads everything; a key asks a second time, and tells who asked. "
        "Buckets that load balancers or other buckets log into are left out: AWS can write there only without KMS.",
        fix="add a BucketServerSideEncryptionConfiguration whose sseAlgorithm is aws:kms.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUCKET, BUCKET_ENCRYPTION, BUCKET_LOGGING, LOAD_BALANCER),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-17",
        frameworks=(owasp(9), security_hub("S3.17")),
        check=bucket_key,
    ),
    StackRule(
        id="enc-bucket-tls-only",
        title="A bucket's policy denies everything that doesn't come over TLS.",
        why="Over plain http whoever is on the way can read an artifact, or change what will run in production.",
        fix='add a BucketPolicy that denies everyone `s3:*` where `aws:SecureTransport` is "false".',
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUCKET, BUCKET_POLICY),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5",
        frameworks=(owasp(9), security_hub("S3.5")),
        check=tls_only,
    ),
    StackRule(
        id="enc-bucket-no-public",
        title="No bucket can become public.",
        why="One wrong policy is enough to show every artifact to the world, unless public access is blocked.",
        fix="add a BucketPublicAccessBlock with all four flags true, and no access list for everyone.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(ACCOUNT_PUBLIC_ACCESS, BUCKET, BUCKET_ACL, BUCKET_PUBLIC_ACCESS),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8",
        frameworks=(owasp(7), security_hub("S3.8"), security_hub("S3.2"), security_hub("S3.3")),
        check=no_public,
    ),
)
