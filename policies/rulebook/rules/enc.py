"""What is encrypted, and with whose key."""

from collections.abc import Iterator

from rulebook.kit.facts import PIPELINE
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    each,
)
from rulebook.kit.values import Node
from rulebook.rules.frameworks import owasp


def artifact_store_key(resource: Resource) -> Iterator[Outcome]:
    """Every artifact store of a pipeline, in each of its regions, is encrypted with a key of the customer."""

    def judge(store: Node) -> Iterator[Outcome]:
        key = store["encryptionKey"]
        identifier = key["id"]
        # AWS's own key can't be shared with another account nor its use be limited. What isn't known yet is a key.
        own = identifier.present and not (identifier.known and "alias/aws/" in identifier.text())
        if not own:
            yield Violation(message=f"{resource} has no customer key at `{store.path}`.", finding=store.path)
        elif key["type"].text() != "KMS":
            yield Violation(message=f"{resource} names a key that isn't of KMS at `{store.path}`.", finding=store.path)

    # Older providers have one store under a name of its own.
    stores = [*resource.properties["artifactStores"].items(), *resource.properties["artifactStore"].items()]
    if not stores:
        yield Violation(message=f"{resource} has no artifact store with a customer key.", finding="artifactStores")
    yield from each(stores, judge)


RULES = (
    ResourceRule(
        id="enc-artifact-store-cmk",
        title="A pipeline encrypts its artifacts with a customer key.",
        why="With the key of AWS nobody limits who reads what will run in production, or shares it with an account.",
        fix="give every artifact store an encryptionKey of type KMS with the ARN of a key of your own.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(PIPELINE,),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html",
        frameworks=(owasp(9),),
        check=artifact_store_key,
    ),
)
