"""Who may start a build from outside AWS, and whose build instructions it then follows."""

from collections.abc import Iterator

from rulebook.kit.facts import BUILD_PROJECT, BUILD_WEBHOOK
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    each,
)
from rulebook.kit.values import Node, all_of
from rulebook.rules.frameworks import owasp

_ANCHORED_TYPES = frozenset({"ACTOR_ACCOUNT_ID", "HEAD_REF", "BASE_REF"})


def webhook_restricted(resource: Resource) -> Iterator[Outcome]:
    """A webhook says which events start a build, by patterns that a stranger's name can't fulfil in passing."""
    groups = resource.properties["filterGroups"]
    if not groups.items():
        yield Violation(
            message=f"{resource} starts a build for every event, without `filterGroups`.", finding=groups.path
        )
        return
    approval = resource.properties["pullRequestBuildPolicy"]["requiresCommentApproval"]

    def filtered(one: Node) -> Iterator[Outcome]:
        # A pattern that leaves out what it matches is the stricter the more it matches.
        if all_of(
            lambda: one["type"].text() in _ANCHORED_TYPES,
            lambda: not one["excludeMatchedPattern"].flag(default=False),
            lambda: not is_anchored(one["pattern"].text()),
        ):
            yield Violation(
                message=f"{resource} has a pattern without `^` and `$` around all of it at `{one.path}`.",
                finding=one.path,
            )
        # AWS asks for a comment unless it is told not to.
        if all_of(
            lambda: one["type"].text() == "EVENT",
            lambda: "PULL_REQUEST" in one["pattern"].text(),
            lambda: approval.text("ALL_PULL_REQUESTS") == "DISABLED",
        ):
            yield Violation(
                message=f"{resource} builds pull requests of strangers without anyone's comment, by `{one.path}`.",
                finding=one.path,
            )

    yield from each(groups.items(), lambda group: each(group["filters"].items(), filtered))


def is_anchored(pattern: str) -> bool:
    """Whether a regular expression only matches from the beginning to the end: each alternative of it, if it has some.

    `^a$|^b$` and `^(a|b)$` are anchored, `^a|b$` is not.
    """
    return all(
        branch.startswith("^") and branch.endswith("$") and not _is_escaped(branch) for branch in _branches(pattern)
    )


def _is_escaped(branch: str) -> bool:
    before = branch[:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _branches(pattern: str) -> list[str]:
    """The alternatives of the outermost level."""
    found, depth, in_class, at, begin = [], 0, False, 0, 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            found.append(pattern[begin:at])
            begin = at + 1
        at += 1
    return [*found, pattern[begin:]]


def buildspec_protected(resource: Resource) -> Iterator[Outcome]:
    """A build that something other than a pipeline starts doesn't take its instructions from what it builds."""
    source = resource.properties["source"]
    kind = source["type"].text("NO_SOURCE")
    if kind == "NO_SOURCE" or (kind == "CODEPIPELINE" and not resource.parameters["alsoInPipelines"]):
        return
    buildspec = source["buildspec"]
    if not _is_outside(buildspec.text()):
        yield Violation(
            message=f"{resource} follows a build specification that whoever writes to the source can change.",
            finding=buildspec.path,
        )


def _is_outside(buildspec: str) -> bool:
    """Whether a build specification is given here or in a bucket; a path, or nothing, means a file of the source."""
    text = buildspec.strip()
    inline = "\n" in text or text.startswith(("version:", "{"))
    return inline or (text.startswith("arn:") and ":s3:::" in text)


RULES = (
    ResourceRule(
        id="supply-webhook-restricted",
        title="A webhook starts builds for named events, branches and people only.",
        why="Without filters a pull request of a stranger runs the stranger's commands with the build's role; without "
        "anchors the branch `evil-main` passes for `main`.",
        fix="filter events by `filterGroups` with patterns from `^` to `$`, and let pull requests wait for a comment.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_WEBHOOK,),
        reference="https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html",
        frameworks=(owasp(4),),
        check=webhook_restricted,
    ),
    ResourceRule(
        id="supply-buildspec-protected",
        title="A build with the rights of production does not follow a build specification of its own source.",
        why="Whoever may push a branch, or open a pull request, then says what runs with the build's role. Every "
        "project has a role, so every project is looked at; one that a pipeline feeds only sees what the pipeline's "
        "source let pass, and is looked at where `alsoInPipelines` is set.",
        fix="give the build specification inline or as the ARN of an object in a bucket.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.ADVISORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
        parameters=(
            Parameter(
                name="alsoInPipelines",
                schema={"type": "boolean"},
                default=False,
                description="Whether projects that get their source from a pipeline are judged too.",
            ),
        ),
        frameworks=(owasp(4),),
        check=buildspec_protected,
    ),
)
