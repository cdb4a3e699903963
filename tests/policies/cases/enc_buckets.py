"""Buckets and what stands beside them."""

import json
from typing import Any

from rulebook.rules import enc_buckets
from tests.policies.cases.judging import Kind, after, exempted, judging, making, thing
from tests.policies.harness import UNKNOWN, Given

KMS, TLS, PUBLIC = enc_buckets.RULES
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
bucket = making("aws:s3/bucket:Bucket")
BUCKET = bucket(bucket="b")
# What a provider fills in isn't known at the preview of a new bucket.
NEW = bucket(bucket="b", acl=UNKNOWN, policy=UNKNOWN, serverSideEncryptionConfiguration=UNKNOWN)
OTHER = thing("aws:s3/bucket:Bucket", {"bucket": "other"}, "other")


def part(token: str, *, of: Given | None = BUCKET, **properties: Any) -> Given:
    """A part of a bucket, linked as programs do it: by a dependency."""
    given = thing(token, {"bucket": UNKNOWN, **properties}, "part")
    return given if of is None else after(given, key="bucket", others=(of,))


def encryption(algorithm: str = "aws:kms", **more: Any) -> Given:
    """A bucket's encryption."""
    return part(ENCRYPTION, rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}], **more)


_kms = judging(KMS)
_LOGS = {"accessLogs": {"bucket": "b", "enabled": True}}
_AES = _kms(
    Kind.VIOLATING,
    "AWS's own keys are used",
    BUCKET,
    encryption("AES256"),
    finds=("The bucket 'thing' isn't encrypted with a key of KMS by default",),
)
KMS_CASES = (
    _kms(Kind.COMPLIANT, "an encryption depends on it", NEW, encryption()),
    _kms(Kind.COMPLIANT, "an encryption names it", BUCKET, encryption(of=None, bucket="b")),
    _kms(
        Kind.COMPLIANT,
        "an older bucket carries it itself",
        bucket(
            serverSideEncryptionConfiguration={
                "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}
            }
        ),
    ),
    _kms(
        Kind.COMPLIANT,
        "a bucket of the version between carries it itself",
        making("aws:s3/bucketV2:BucketV2")(
            serverSideEncryptionConfigurations=[
                {"rules": [{"applyServerSideEncryptionByDefaults": [{"sseAlgorithm": "aws:kms:dsse"}]}]}
            ]
        ),
    ),
    _kms(
        Kind.COMPLIANT,
        "a load balancer logs into it, which works without KMS alone",
        BUCKET,
        encryption("AES256"),
        thing("aws:lb/loadBalancer:LoadBalancer", _LOGS, "lb"),
    ),
    _kms(
        Kind.COMPLIANT,
        "another bucket logs into it",
        BUCKET,
        thing("aws:s3/bucketLogging:BucketLogging", {"bucket": "x", "targetBucket": "b"}, "logging"),
    ),
    _AES,
    *exempted(_AES),
    _kms(
        Kind.VIOLATING,
        "a network load balancer, which can use KMS, logs into it",
        BUCKET,
        thing("aws:lb/loadBalancer:LoadBalancer", {**_LOGS, "loadBalancerType": "network"}, "lb"),
        finds=("'thing'",),
    ),
    _kms(
        Kind.VIOLATING,
        "only another bucket is encrypted",
        BUCKET,
        OTHER,
        encryption(of=OTHER),
        finds=("The bucket 'thing'",),
    ),
    _kms(Kind.MISSING, "nothing is said", NEW, finds=("The bucket 'thing'",)),
    _kms(
        Kind.UNKNOWN,
        "the algorithm isn't known, and another bucket has none",
        BUCKET,
        encryption(UNKNOWN),
        OTHER,
        finds=("The bucket 'other'",),
        undecided="sseAlgorithm",
    ),
    _kms(Kind.UNKNOWN, "of which bucket an encryption is isn't known", BUCKET, encryption(of=None), undecided="bucket"),
    _kms(
        Kind.UNKNOWN,
        "its own encryption comes from elsewhere",
        after(NEW, key="serverSideEncryptionConfiguration", others=(OTHER,)),
        OTHER,
        encryption(of=OTHER),
        undecided="serverSideEncryptionConfiguration",
    ),
)

_DENY: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def policy(*statements: Any, **more: Any) -> Given:
    """A bucket's policy."""
    return part("aws:s3/bucketPolicy:BucketPolicy", policy=json.dumps({"Statement": list(statements)}), **more)


_tls = judging(TLS)
_OPEN = _tls(
    Kind.VIOLATING,
    "its policy doesn't deny plain http",
    BUCKET,
    policy({**_DENY, "Effect": "Allow"}),
    finds=("The bucket 'thing' has no policy that denies plain http",),
)
TLS_CASES = (
    _tls(Kind.COMPLIANT, "its policy denies plain http", NEW, policy({"Effect": "Allow"}, _DENY)),
    _tls(
        Kind.COMPLIANT,
        "its policy says so in other words",
        BUCKET,
        policy(
            {
                **_DENY,
                "Principal": {"AWS": ["*"]},
                "Action": ["s3:*"],
                "Resource": "*",
                "Condition": {"Bool": {"AWS:securetransport": [False]}},
            }
        ),
    ),
    _tls(Kind.COMPLIANT, "an older bucket carries it itself", bucket(policy=json.dumps({"Statement": _DENY}))),
    _OPEN,
    *exempted(_OPEN),
    *(
        _tls(
            Kind.VIOLATING,
            f"the denial is narrowed by {key}",
            BUCKET,
            policy({**_DENY, key: value}),
            finds=("'thing'",),
        )
        for key, value in {
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::b",
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        }.items()
    ),
    _tls(
        Kind.VIOLATING,
        "the denial needs something else too",
        BUCKET,
        policy({**_DENY, "Condition": {**_DENY["Condition"], "StringEquals": {"aws:PrincipalAccount": "1"}}}),
        finds=("'thing'",),
    ),
    _tls(Kind.MISSING, "it has no policy", NEW, finds=("'thing'",)),
    _tls(
        Kind.UNKNOWN,
        "its policy isn't known",
        BUCKET,
        part("aws:s3/bucketPolicy:BucketPolicy", policy=UNKNOWN),
        undecided="policy",
    ),
    _tls(
        Kind.UNKNOWN,
        "a part of its policy isn't known, which doesn't matter",
        BUCKET,
        part(
            "aws:s3/bucketPolicy:BucketPolicy", policy={"Statement": [{"Effect": "Allow", "Resource": UNKNOWN}, _DENY]}
        ),
    ),
)

BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ALL: dict[str, Any] = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
_public = judging(PUBLIC)
_HALF = _public(
    Kind.VIOLATING,
    "one flag is off, in dev",
    BUCKET,
    after(
        thing(BLOCK, {**ALL, "bucket": UNKNOWN, "ignorePublicAcls": False}, "part"),
        key="bucket",
        others=(BUCKET,),
        stack="dev",
    ),
    finds=("The bucket 'thing' leaves `ignorePublicAcls` off",),
    stack="dev",
)
ACL = "aws:s3/bucketAcl:BucketAcl"
PUBLIC_CASES = (
    _public(Kind.COMPLIANT, "all is blocked", NEW, part(BLOCK, **ALL)),
    _public(
        Kind.COMPLIANT,
        "all is blocked in the account",
        BUCKET,
        thing("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", ALL, "account"),
    ),
    _HALF,
    *exempted(_HALF),
    _public(
        Kind.VIOLATING,
        "its access list is for everyone",
        bucket(bucket="b", acl="public-read"),
        part(BLOCK, **ALL),
        finds=("is public by its access list at `acl`",),
    ),
    _public(
        Kind.VIOLATING,
        "an access list is for everyone",
        BUCKET,
        part(BLOCK, **ALL),
        thing(ACL, {"bucket": "b", "acl": "authenticated-read"}, "list"),
        finds=("The access list 'list' makes its bucket public",),
    ),
    _public(
        Kind.VIOLATING,
        "an access list names everyone",
        BUCKET,
        part(BLOCK, **ALL),
        thing(
            ACL,
            {
                "accessControlPolicy": {
                    "grants": [
                        {"permission": "READ", "grantee": {"type": "CanonicalUser", "id": "x"}},
                        {"permission": "READ", "grantee": {"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}},
                    ]
                }
            },
            "list",
        ),
        finds=("The access list 'list'",),
    ),
    _public(Kind.MISSING, "there is no block", NEW, finds=("The bucket 'thing' has no block of public access",)),
    _public(
        Kind.MISSING,
        "a flag isn't given",
        BUCKET,
        part(BLOCK, **{**ALL, "blockPublicAcls": None}),
        finds=("blockPublicAcls",),
    ),
    _public(
        Kind.UNKNOWN,
        "one flag isn't known, another is off",
        BUCKET,
        part(BLOCK, **{**ALL, "blockPublicAcls": UNKNOWN, "restrictPublicBuckets": False}),
        finds=("restrictPublicBuckets",),
        undecided="blockPublicAcls",
    ),
)

CASES = (*KMS_CASES, *TLS_CASES, *PUBLIC_CASES)
