"""The calls that make what tells people: queues, and channels of chats."""

from collections.abc import Callable, Mapping

from tests.contract.wire_words import Calls, Inputs, Subject, renamed

_ATTRIBUTES: Mapping[str, str] = {
    "kmsMasterKeyId": "KmsMasterKeyId",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}


def queue(inputs: Inputs, _: Subject) -> Calls:
    """SQS has one mapping of texts for what Pulumi has a key each."""
    name = inputs.pop("name")
    attributes = {
        _ATTRIBUTES[key]: f"{value:.0f}" if isinstance(value, float) else value for key, value in inputs.items()
    }
    yield "sqs", "CreateQueue", {"QueueName": name, "Attributes": attributes}


def queue_policy(inputs: Inputs, _: Subject) -> Calls:
    yield "sqs", "SetQueueAttributes", {"QueueUrl": inputs["queueUrl"], "Attributes": {"Policy": inputs["policy"]}}


def chat(operation: str) -> Callable[[Inputs, Subject], Calls]:
    def calls(inputs: Inputs, _: Subject) -> Calls:
        yield "chatbot", operation, renamed(inputs)

    return calls
