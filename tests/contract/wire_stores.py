"""The calls that make what a stack keeps: packages, images, and records that nobody deletes."""

from tests.contract.wire_words import Calls, Inputs, Subject, renamed


def package_repository(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi has one external connection where the API has a call of its own."""
    connection = inputs.pop("externalConnections", None)
    yield "codeartifact", "CreateRepository", inputs
    if connection:
        yield (
            "codeartifact",
            "AssociateExternalConnection",
            {
                "domain": inputs["domain"],
                "repository": inputs["repository"],
                "externalConnection": connection["externalConnectionName"],
            },
        )


def image_repository(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi has a list where the API has one way to encrypt."""
    (encryption,) = inputs.pop("encryptionConfigurations")
    inputs.pop("forceDelete")
    yield "ecr", "CreateRepository", {**renamed(inputs, name="repositoryName"), "encryptionConfiguration": encryption}


def object_lock(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi says by the resource itself that objects are locked."""
    bucket = inputs.pop("bucket")
    yield (
        "s3",
        "PutObjectLockConfiguration",
        {"Bucket": bucket, "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", **inputs}},
    )
