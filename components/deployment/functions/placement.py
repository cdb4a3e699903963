"""What a delivered function is: plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class FunctionThresholds:
    """Above which measures a function is unwell.

    Args:
        errors, throttles: in one minute.
        duration_ms: 95th percentile of the duration; None: what CloudWatch has learned.
        concurrency: invocations at a time, of which people are told; None where nothing bounds them.
    """

    errors: int
    throttles: int
    duration_ms: int | None
    concurrency: int | None = None


@dataclass(frozen=True, kw_only=True)
class FunctionPlacement:
    """The function but for its code.

    Args:
        runtime: Lambda's name of it, such as `python3.13`.
        handler: what is called in the bundle.
        processor: `arm64` or `x86_64`.
        memory_mb: 128 to 10240.
        timeout_seconds: 1 to 900.
        environment: variables in plain text.
        policy_arns: managed policies of its role.
        in_network: whether it is put into the private subnets.
        reserved_concurrency: invocations at a time; None is what the account has left.
    """

    runtime: str
    handler: str
    processor: str
    memory_mb: int
    timeout_seconds: int
    environment: Mapping[str, str] = field(default_factory=dict)
    policy_arns: Sequence[str] = ()
    in_network: bool = False
    reserved_concurrency: int | None = None
