"""Names of branches, and the patterns that stand for them: an exact name, or a prefix that ends in `/*`."""

from collections.abc import Iterable

HEADS = "refs/heads/"


def is_pattern(text: str) -> bool:
    """Whether the text is a branch pattern: no wildcard but one `/*` at the end, no `refs/` before it."""
    name = text.removesuffix("/*")
    return bool(name) and not any(sign in name for sign in "*?[]{}\\ ") and not name.startswith(("/", "refs/"))


def branch_of(reference: str) -> str:
    """The branch's short name, whether the reference is written in full or not."""
    return reference.removeprefix(HEADS)


def matches(branch: str, pattern: str) -> bool:
    """Whether the branch is the pattern's, as EventBridge's prefix sees it: `release/*` takes `release/a/b`, too."""
    if pattern.endswith("/*"):
        prefix = pattern.removesuffix("*")
        return branch.startswith(prefix) and branch != prefix
    return branch == pattern


def matches_any(branch: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns takes the branch."""
    return any(matches(branch, pattern) for pattern in patterns)
