"""What freezes have to agree on with the applications that they hold up."""

from collections.abc import Iterator

from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack


def _hotfixes_are_known(stack: Stack) -> Iterator[Problem]:
    """Only a hotfix lane knows which branch an execution is of."""
    if any(at(application, "hotfix") for _, application in stack.applications()):
        return
    for index, freeze in enumerate(at(stack.values, "freezes") or ()):
        if at(freeze, "hotfixes") is True:
            path: Path = ("freezes", index, "hotfixes")
            allowed = "false where no application of the stack has a hotfix lane (hotfix), which knows the branches"
            yield Problem(path=path, message=given(True, allowed))


FREEZE_RULES = (_hotfixes_are_known,)
