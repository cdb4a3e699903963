"""Topics and keys: encrypted, and not for everyone."""

from collections.abc import Iterator

from rulebook.kit.exposure import lets_everyone_in
from rulebook.kit.facts import KEY, KEY_POLICY, TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION
from rulebook.kit.iam import StatementReader, statements
from rulebook.kit.remedy import Remedy, constant
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, ResourceRule, Severity, Violation, each
from rulebook.kit.values import all_of
from rulebook.rules.enc_builds import is_own_key
from rulebook.rules.frameworks import owasp, security_hub

_SYMMETRIC, _ENCRYPTING, _AWS_WAIT = "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", 30


def topics(resource: Resource) -> Iterator[Outcome]:
    """A topic is encrypted with a customer key, isn't for everyone, and sends nothing in the clear."""
    if resource.kind is TOPIC_SUBSCRIPTION:
        if resource.properties["protocol"].text().lower() == "http":
            yield Violation(message=f"{resource} sends messages in the clear, over `http`.", finding="protocol")
        return
    if resource.kind is TOPIC and not is_own_key(resource.properties["kmsMasterKeyId"]):
        yield Violation(message=f"{resource} has no customer key at `kmsMasterKeyId`.", finding="kmsMasterKeyId")
    yield from _for_everyone(resource)


def keys(resource: Resource) -> Iterator[Outcome]:
    """A key is renewed, can be brought back for a while after its deletion, and isn't for everyone."""
    if resource.kind is KEY:
        yield from each((_rotation, _waiting), lambda judge: judge(resource))
    yield from _for_everyone(resource)


def _rotation(resource: Resource) -> Iterator[Outcome]:
    properties = resource.properties
    # KMS renews no other keys: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    if all_of(
        lambda: not properties["enableKeyRotation"].flag(default=False),
        lambda: properties["customerMasterKeySpec"].text(_SYMMETRIC) == _SYMMETRIC,
        lambda: properties["keyUsage"].text(_ENCRYPTING) == _ENCRYPTING,
        lambda: not properties["customKeyStoreId"].present,
    ):
        yield Violation(message=f"{resource} is never renewed.", finding="enableKeyRotation")


def _waiting(resource: Resource) -> Iterator[Outcome]:
    wait = resource.properties["deletionWindowInDays"]
    if wait.number(_AWS_WAIT) < resource.parameters["minDeletionDays"]:
        yield Violation(message=f"{resource} is gone too soon after its deletion.", finding=wait.path)


def _for_everyone(resource: Resource) -> Iterator[Outcome]:
    def judge(statement: StatementReader) -> Iterator[Outcome]:
        if lets_everyone_in(statement):
            path = statement.node.path
            yield Violation(message=f"{resource} is open to everyone by the statement at `{path}`.", finding=path)

    # Without a policy of its own, a resource gets one from AWS that is for its account alone.
    yield from each((resource.properties["policy"],), lambda policy: each(statements(policy), judge))


RULES = (
    ResourceRule(
        id="enc-sns",
        title="A topic is encrypted with a customer key, isn't open to everyone and sends nothing over plain http.",
        why="Whoever may publish can call people to approve; and services like CloudWatch can't publish to a topic "
        "under AWS's own key, so that nobody is told of a failure.",
        fix="set kmsMasterKeyId to a key of your own, limit each statement to an account, and subscribe over https.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html",
        frameworks=(owasp(7), security_hub("SNS.1"), security_hub("SNS.4")),
        check=topics,
    ),
    ResourceRule(
        id="enc-kms",
        title="A key is renewed, waits before it is deleted, and isn't open to everyone.",
        why="Who has a key has every artifact, and a key that is gone takes all of them with it. KMS itself refuses a "
        "wait under 7 days, so that part decides only where minDeletionDays is higher. Keys that KMS can't renew "
        "(asymmetric, HMAC, of a custom store) need not be.",
        fix="set enableKeyRotation, leave deletionWindowInDays at 30, and name the principals in the key's policy.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(KEY, KEY_POLICY),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",
        parameters=(
            Parameter(
                name="minDeletionDays",
                schema={"type": "integer", "minimum": 7},
                default=7,
                description="How many days a key must wait between its deletion and its end, 7 to 30.",
            ),
        ),
        frameworks=(owasp(7), security_hub("KMS.4"), security_hub("KMS.5")),
        check=keys,
        remedies=(Remedy("enableKeyRotation", constant(True)),),
    ),
)
