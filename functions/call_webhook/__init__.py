"""Posts what an audience is told to its webhook, as JSON that the receiver can prove to be ours.

Events: `tell_people` and `deliver_digest` invoke it with `Delivery Webhook`, whose detail is `audience`, `id` and
    `body`, the JSON as text.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    hooks: by audience, its address `url` (https) and `secret`, the name of a secret in Secrets Manager.
    topic: ARN of the SNS topic for what could not be posted.

The headers of a request:
    X-Delivery-Id: the same for the same message each time it is posted: what a receiver has seen it need not do again.
    X-Delivery-Signature: `t=<seconds since 1970>,v1=<hex>`. The second part is HMAC-SHA256 over `<t>.<body>`, with the
        secret's text as key.

An address that doesn't answer with 2xx in 10 seconds is asked three times, and by Lambda's own retries nine times in
all; then the topic is told. An answer that says that asking again won't help (4xx, a redirect) is told there at once.
No redirect is followed. A secret without a value gets one at the first call, 64 hexadecimal digits: it is in no state
and in no log.
"""

API_ACTIONS: tuple[str, ...] = (
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "sns:Publish",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What SNS and Secrets Manager check of the caller on the key that encrypts topic and secret."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
