"""Opens the door for new machines: an activation of Systems Manager, made when it is needed and kept in no state."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from operations.account import Client
from operations.command import UnusableError
from operations.registration.target import Target


@dataclass(frozen=True, kw_only=True)
class Activation:
    """What a machine shows to be registered. Neither word is ever printed.

    Args:
        until: after that it is void.
    """

    until: datetime
    id: str = field(repr=False)
    code: str = field(repr=False)


def activate(target: Target, *, client: Client, now: datetime | None = None) -> Activation:
    """Ask for an activation with the credentials of whoever calls.

    They need `ssm:CreateActivation`, `ssm:AddTagsToResource` and `iam:PassRole` on the machines' role to
    `ssm.amazonaws.com` (https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-activation-managed-nodes.html).

    Raises:
        UnusableError: there are no credentials, or AWS refuses.
    """
    plan, place = target.plan, target.plan.place
    until = (now or datetime.now(UTC)).replace(microsecond=0) + timedelta(days=target.days)
    try:
        made = client("ssm", place.region).create_activation(
            Description=f"Machines of {plan.name}",
            DefaultInstanceName=plan.name,
            IamRole=plan.machine_role,
            RegistrationLimit=target.machines,
            ExpirationDate=until,
            Tags=[{"Key": key, "Value": value} for key, value in {**plan.tags, plan.tag: plan.name}.items()],
        )
    except ClientError as error:
        raise UnusableError(f"AWS refuses the activation: {error.response['Error']['Message']}") from error
    except BotoCoreError as error:
        raise UnusableError(f"no activation: {error}") from error
    return Activation(id=made["ActivationId"], code=made["ActivationCode"], until=until)
