"""Rules about what stands before applications and belongs to the region and account of the stack."""

from collections.abc import Iterator

from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack


def fronts_fit(stack: Stack) -> Iterator[Problem]:
    """A web ACL, and a listener of others, are of the stack's region and account; two rules of one listener differ in
    their priority."""
    account = at(stack.values, "environment", "account")
    taken: dict[tuple[str, int], str] = {}
    for path, front in stack.machines():
        for keys in (("webAclArn",), ("balancer", "listenerArn")):
            arn = at(front, *keys)
            if not isinstance(arn, str):
                continue
            _, _, _, region, owner, _ = arn.split(":", 5)
            place: Path = (*path, *keys)
            if stack.region not in (None, region):
                yield Problem(path=place, message=given(arn, f"one of {stack.region}, as the stack"))
            elif account not in (None, owner):
                yield Problem(path=place, message=given(arn, f"one of the stack's account {account}"))
        listener, priority = at(front, "balancer", "listenerArn"), at(front, "balancer", "priority")
        if not isinstance(listener, str) or not isinstance(priority, int):
            continue
        if other := taken.get((listener, priority)):
            allowed = f"a priority that no other rule of the listener has; {other} has it"
            yield Problem(path=(*path, "balancer", "priority"), message=given(priority, allowed))
        taken.setdefault((listener, priority), str(path[1]))
