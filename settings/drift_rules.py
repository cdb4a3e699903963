"""What the look for drift has to agree on with the stack."""

from collections.abc import Iterator

from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack


def _key_is_the_accounts(stack: Stack) -> Iterator[Problem]:
    """The look's role decrypts with it by its own policy, which is enough in its own account only."""
    arn, account = at(stack.values, "drift", "keyArn"), at(stack.values, "environment", "account")
    if isinstance(arn, str) and isinstance(account, str) and arn.split(":")[4] != account:
        path: Path = ("drift", "keyArn")
        yield Problem(path=path, message=given(arn, f"a key of the stack's account {account}"))


DRIFT_RULES = (_key_is_the_accounts,)
