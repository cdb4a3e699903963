"""Encryption of builds, code services, topics and keys."""

import json
from typing import Any

from rulebook.rules import enc_builds, enc_services
from tests.policies.cases.judging import Kind, exempted, judging, making
from tests.policies.harness import UNKNOWN

BUILD_KEY, LOGS, CODE_SERVICES = enc_builds.RULES
TOPICS, KEYS = enc_services.RULES
OWN = "arn:aws:kms:eu-west-1:111122223333:key/1"
project = making("aws:codebuild/project:Project")
reports = making("aws:codebuild/reportGroup:ReportGroup")

_build = judging(BUILD_KEY)
_NO_KEY = _build(
    Kind.VIOLATING,
    "AWS's own key is named",
    project(encryptionKey="arn:aws:kms:eu-west-1:111122223333:alias/aws/s3"),
    finds=("The build project 'thing' has no customer key at `encryptionKey`",),
)
BUILD_CASES = (
    _build(Kind.COMPLIANT, "a key is named", project(encryptionKey=OWN, artifacts={"type": "CODEPIPELINE"})),
    _NO_KEY,
    *exempted(_NO_KEY),
    _build(
        Kind.VIOLATING,
        "one kind of artifact isn't encrypted",
        project(
            encryptionKey=OWN,
            artifacts={"type": "S3", "encryptionDisabled": False},
            secondaryArtifacts=[{"type": "S3"}, {"type": "S3", "encryptionDisabled": True}],
        ),
        finds=("has encryption switched off at `secondaryArtifacts[1].encryptionDisabled`",),
    ),
    _build(Kind.MISSING, "no key is named", project(name="p"), finds=("`encryptionKey`",)),
    _build(Kind.UNKNOWN, "the key is made in the same update", project(encryptionKey=UNKNOWN)),
    _build(
        Kind.UNKNOWN,
        "the switch isn't known, and there is no key",
        project(artifacts={"encryptionDisabled": UNKNOWN}),
        finds=("`encryptionKey`",),
        undecided="artifacts.encryptionDisabled",
    ),
)

_logs = judging(LOGS)
_PLAIN_LOGS = _logs(
    Kind.VIOLATING,
    "logs in S3 aren't encrypted, in dev",
    project(logsConfig={"s3Logs": {"status": "ENABLED", "location": "b/p", "encryptionDisabled": True}}),
    finds=("The build project 'thing' has encryption switched off at `logsConfig.s3Logs.encryptionDisabled`",),
    stack="dev",
)
LOGS_CASES = (
    _logs(Kind.COMPLIANT, "logs in S3 are encrypted", project(logsConfig={"s3Logs": {"status": "ENABLED"}})),
    _logs(Kind.COMPLIANT, "there are no logs in S3", project(logsConfig={"s3Logs": {"encryptionDisabled": True}})),
    _logs(
        Kind.COMPLIANT,
        "reports stay in CodeBuild",
        reports(exportConfig={"type": "NO_EXPORT", "s3Destination": {"encryptionDisabled": True}}),
    ),
    _PLAIN_LOGS,
    *exempted(_PLAIN_LOGS),
    _logs(
        Kind.VIOLATING,
        "exported reports aren't encrypted",
        reports(exportConfig={"type": "S3", "s3Destination": {"bucket": "b", "encryptionDisabled": True}}),
        finds=("The report group 'thing' has encryption switched off",),
    ),
    _logs(Kind.MISSING, "nothing is said of logs", project(name="p")),
    _logs(
        Kind.UNKNOWN,
        "whether logs go to S3 isn't known",
        project(logsConfig={"s3Logs": {"status": UNKNOWN, "encryptionDisabled": True}}),
        undecided="logsConfig.s3Logs.status",
    ),
    _logs(
        Kind.UNKNOWN,
        "the switch isn't known, but no log goes to S3",
        project(logsConfig={"s3Logs": {"encryptionDisabled": UNKNOWN}}),
    ),
)

repository = making("aws:codecommit/repository:Repository")
images = making("aws:ecr/repository:Repository")
_code = judging(CODE_SERVICES)
_OPEN_IMAGES = _code(
    Kind.VIOLATING,
    "images are encrypted, but by AWS",
    images(encryptionConfigurations=[{"encryptionType": "AES256"}]),
    finds=("The image repository 'thing' has no customer key at `encryptionConfigurations[0]`",),
)
CODE_CASES = (
    _code(Kind.COMPLIANT, "a repository has a key", repository(kmsKeyId=OWN)),
    _code(Kind.COMPLIANT, "a domain has a key", making("aws:codeartifact/domain:Domain")(encryptionKey=OWN)),
    _code(
        Kind.COMPLIANT, "images have a key", images(encryptionConfigurations=[{"encryptionType": "KMS", "kmsKey": OWN}])
    ),
    _code(Kind.COMPLIANT, "dev may do without", repository(repositoryName="r"), stack="dev"),
    _OPEN_IMAGES,
    *exempted(_OPEN_IMAGES),
    _code(
        Kind.VIOLATING,
        "a key is named, but the type doesn't use it",
        images(encryptionConfigurations=[{"kmsKey": OWN}]),
        finds=("[0]",),
    ),
    _code(
        Kind.MISSING, "a log group has none", making("aws:cloudwatch/logGroup:LogGroup")(name="l"), finds=("kmsKeyId",)
    ),
    _code(Kind.MISSING, "images have no configuration", images(name="i"), finds=("`encryptionConfigurations`",)),
    _code(Kind.UNKNOWN, "the key is made in the same update", repository(kmsKeyId=UNKNOWN)),
    _code(
        Kind.UNKNOWN,
        "the type isn't known",
        images(encryptionConfigurations=[{"encryptionType": UNKNOWN, "kmsKey": UNKNOWN}]),
        undecided="encryptionConfigurations[0].encryptionType",
    ),
)


def document(**statement: Any) -> str:
    """A document of one statement, as text."""
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", **statement}]})


topic, topic_policy = making("aws:sns/topic:Topic"), making("aws:sns/topicPolicy:TopicPolicy")
subscription = making("aws:sns/topicSubscription:TopicSubscription")
_OF_ACCOUNT = {"StringEquals": {"AWS:SourceOwner": "111122223333"}}
_topics = judging(TOPICS)
_PUBLIC_TOPIC = _topics(
    Kind.VIOLATING,
    "everyone may publish",
    topic_policy(policy=document(Principal={"AWS": "*"})),
    finds=("The topic policy 'thing' is open to everyone by the statement at `policy.Statement[0]`",),
)
TOPIC_CASES = (
    _topics(Kind.COMPLIANT, "it has a key", topic(kmsMasterKeyId=OWN)),
    _topics(
        Kind.COMPLIANT,
        "everyone means everyone of one account",
        topic_policy(policy=document(Principal="*", Condition=_OF_ACCOUNT)),
    ),
    _topics(
        Kind.COMPLIANT,
        "services may publish",
        topic_policy(policy=document(Principal={"Service": "cloudwatch.amazonaws.com"})),
    ),
    _topics(Kind.COMPLIANT, "everyone is denied", topic_policy(policy=document(Effect="Deny", Principal="*"))),
    _topics(Kind.COMPLIANT, "mail is sent", subscription(protocol="email", endpoint="a@example.com")),
    _PUBLIC_TOPIC,
    *exempted(_PUBLIC_TOPIC),
    _topics(
        Kind.VIOLATING,
        "the condition leaves everyone in",
        topic(kmsMasterKeyId=OWN, policy=document(Principal="*", Condition={"Bool": {"aws:SecureTransport": "true"}})),
        finds=("`policy.Statement[0]`",),
    ),
    _topics(
        Kind.VIOLATING,
        "the condition names everything",
        topic_policy(policy=document(Principal="*", Condition={"StringLike": {"aws:PrincipalArn": ["a", "*"]}})),
        finds=("`policy.Statement[0]`",),
    ),
    _topics(
        Kind.VIOLATING,
        "everyone but one is let in",
        topic_policy(policy=document(NotPrincipal={"AWS": "111122223333"})),
        finds=("`policy.Statement[0]`",),
    ),
    _topics(
        Kind.VIOLATING, "messages go over http", subscription(protocol="http"), finds=("in the clear, over `http`",)
    ),
    _topics(Kind.VIOLATING, "the key is AWS's", topic(kmsMasterKeyId="alias/aws/sns"), finds=("`kmsMasterKeyId`",)),
    _topics(Kind.MISSING, "it has no key", topic(name="t"), finds=("The topic 'thing' has no customer key",)),
    _topics(
        Kind.UNKNOWN,
        "its key and policy aren't known",
        topic(kmsMasterKeyId=UNKNOWN, policy=UNKNOWN),
        undecided="policy",
    ),
    _topics(
        Kind.UNKNOWN,
        "the account isn't known",
        topic_policy(
            policy={
                "Statement": [
                    {"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:SourceAccount": UNKNOWN}}}
                ]
            }
        ),
        undecided="Condition.StringEquals.aws:SourceAccount",
    ),
    _topics(Kind.UNKNOWN, "the protocol isn't known", subscription(protocol=UNKNOWN), undecided="protocol"),
)

key, key_policy = making("aws:kms/key:Key"), making("aws:kms/keyPolicy:KeyPolicy")
_keys = judging(KEYS)
_NEVER_RENEWED = _keys(
    Kind.VIOLATING,
    "it isn't renewed",
    key(enableKeyRotation=False, deletionWindowInDays=30),
    finds=("The key 'thing' is never renewed",),
)
KEY_CASES = (
    _keys(Kind.COMPLIANT, "it is renewed and waits", key(enableKeyRotation=True, deletionWindowInDays=7)),
    _keys(Kind.COMPLIANT, "it signs", key(customerMasterKeySpec="RSA_4096", keyUsage="SIGN_VERIFY")),
    _keys(
        Kind.COMPLIANT,
        "its own account may use it through services",
        key_policy(policy=document(Principal="*", Condition={"StringEquals": {"kms:CallerAccount": "111122223333"}})),
    ),
    _NEVER_RENEWED,
    *exempted(_NEVER_RENEWED),
    _keys(
        Kind.VIOLATING,
        "it waits for less than the organization wants",
        key(enableKeyRotation=True, deletionWindowInDays=13),
        parameters={"minDeletionDays": 14},
        finds=("(`deletionWindowInDays`)",),
    ),
    _keys(
        Kind.VIOLATING,
        "everyone may use it through a service",
        key(
            enableKeyRotation=True,
            policy=document(
                Principal="*", Condition={"StringEquals": {"kms:ViaService": "sns.eu-west-1.amazonaws.com"}}
            ),
        ),
        finds=("is open to everyone by the statement at `policy.Statement[0]`",),
    ),
    _keys(Kind.MISSING, "nothing is said, which waits 30 days", key(description="k"), finds=("never renewed",)),
    _keys(
        Kind.UNKNOWN,
        "its policy isn't known, and it isn't renewed",
        key(policy=UNKNOWN),
        finds=("never renewed",),
        undecided="policy",
    ),
    _keys(Kind.UNKNOWN, "what it is for isn't known", key(keyUsage=UNKNOWN), undecided="keyUsage"),
)

CASES = (*BUILD_CASES, *LOGS_CASES, *CODE_CASES, *TOPIC_CASES, *KEY_CASES)
