"""When the stack looks by itself for what was changed behind Pulumi's back, and what it needs for that."""

from typing import Annotated

from pydantic import Field

from settings.base import Model
from settings.detection import Schedule
from settings.fields import KeyArn, matching

StateAddress = Annotated[
    str,
    matching(
        r"s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9](/[\w.\-/]{1,200})?(\?[\w=&\-]{1,200})?",
        "the bucket of the state as `pulumi login` takes it, such as s3://delivery-state?region=eu-west-1&awssdk=v2",
    ),
]
EngineImage = Annotated[
    str,
    matching(
        r"\d{12}\.dkr\.ecr\.[a-z0-9\-]+\.amazonaws\.com(\.cn)?/[a-z0-9]+([._\-/][a-z0-9]+)*@sha256:[0-9a-f]{64}",
        "an image in ECR by its digest, <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<64 hex digits>",
    ),
]


class Drift(Model):
    """A look at every resource of the stack by the clock, which changes nothing and tells whoever hears of `drift`."""

    schedule: Schedule = Field(description="When it looks.")
    state: StateAddress = Field(description="Where the state is, as `pulumi login` takes it: a bucket of the account.")
    key_arn: KeyArn = Field(description="The key that encrypts the state and its secrets, in the account.")
    image: EngineImage = Field(
        description="What it runs on: an image in ECR with `bash`, the Pulumi CLI, and Python 3.10 or newer."
    )
