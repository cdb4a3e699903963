"""Tells an audience after its quiet hours what was held back in them, as one message.

Events: EventBridge Scheduler starts it when the quiet hours of an audience are over, with `Delivery Digest`, whose
    detail is `audience`, its name. No message is sent where nothing was held back.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    environment: name of the environment.
    audiences: see `notices.audience.Audience`; those that have quiet hours.
    topic: ARN of the SNS topic for what could not be told.

What was told is deleted afterwards, so that a run that ends early tells it again rather than never. The same notice,
held back twice, is told once.
"""

API_ACTIONS: tuple[str, ...] = (
    "lambda:InvokeFunction",
    "sns:Publish",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What SNS checks of the publisher, and SQS of the reader, on the key that encrypts them."""

PACKAGES: tuple[str, ...] = ("notices", "pipeline_job", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
