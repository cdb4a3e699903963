"""Who must agree before code is merged."""

from collections.abc import Iterator

from rulebook.kit.facts import APPROVAL_ASSOCIATION, APPROVAL_TEMPLATE, CODE_REPOSITORY, PIPELINE
from rulebook.kit.iam import document
from rulebook.kit.links import linked, names, token_of
from rulebook.kit.pipeline import Action, actions
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, Severity, Stack, StackRule, Violation
from rulebook.kit.telling import about_each
from rulebook.kit.values import UndecidableError, all_of, every, some
from rulebook.rules.frameworks import owasp, slsa
from rulebook.rules.names import NAMES

_ANY = ""


def repo_approval_rule(stack: Stack) -> Iterator[Outcome]:
    """Nobody merges alone into a branch that is built for others."""
    minimum = stack.parameters["minApprovals"]

    def judge(repository: Resource) -> Iterator[Outcome]:
        found = linked(repository, stack, APPROVAL_ASSOCIATION, key="repositoryName", name="repositoryName")
        if not found or not every(
            _protected(stack, repository),
            lambda branch: some(found, lambda one: _demands(stack, one, branch, minimum)),
        ):
            message = f"{repository} has no approval rule that asks {minimum:g} people on every protected branch."
            yield Violation(message=message, urn=repository.urn)

    yield from about_each(stack.of(CODE_REPOSITORY), judge)


def _protected(stack: Stack, repository: Resource) -> list[str]:
    """The branches that need a rule; where nothing names one, any rule will do."""
    given: list[str] = stack.parameters["protectedBranches"]
    if given:
        return given
    built = {
        action.node["configuration"]["BranchName"].text()
        for pipeline in stack.of(PIPELINE)
        for action in actions(pipeline.properties)
        if _builds(pipeline, action, repository)
    }
    return sorted(built) or [repository.properties["defaultBranch"].text(_ANY)]


def _builds(pipeline: Resource, action: Action, repository: Resource) -> bool:
    return all_of(
        lambda: action.category == "Source",
        lambda: action.provider == "CodeCommit",
        lambda: _reads(pipeline, action, repository),
    )


def _reads(pipeline: Resource, action: Action, repository: Resource) -> bool:
    name = action.node["configuration"]["RepositoryName"]
    on = pipeline.dependencies.get("stages", ())
    if not name.known and repository.urn in on:
        return True
    if not name.known and any(token_of(urn) in CODE_REPOSITORY.tokens for urn in on):
        return False
    return name.text() == repository.properties["repositoryName"].text()


def _demands(stack: Stack, association: Resource, branch: str, minimum: float) -> bool:
    """Whether the template of an association asks enough people before something is merged into a branch."""
    key = "approvalRuleTemplateName"
    templates = stack.of(APPROVAL_TEMPLATE)
    if not some(templates, lambda one: names(association, key, one)):
        # Its content is in another stack.
        raise UndecidableError(key)
    return some(
        templates,
        lambda one: all_of(lambda: names(association, key, one), lambda: _asks(one, branch=branch, minimum=minimum)),
    )


def _asks(template: Resource, *, branch: str, minimum: float) -> bool:
    content = document(template.properties["content"])
    # Without references a rule is for every branch.
    references = content["DestinationReferences"].texts()
    if references and branch and f"refs/heads/{branch}" not in references:
        return False
    return some(
        content["Statements"].items(),
        lambda one: all_of(
            lambda: one["Type"].text() == "Approvers", lambda: one["NumberOfApprovalsNeeded"].number(0) >= minimum
        ),
    )


RULES = (
    StackRule(
        id="supply-repo-approval-rule",
        title="Several people agree before code is merged into a branch that is built.",
        why="One stolen password is otherwise enough to bring code to production. Which branches those are is read "
        "from the pipelines of the stack, else from the repository. A template that only another stack declares "
        "can't be read, and neither can IAM policies that forbid a push past the rule.",
        fix="associate an approval rule template that asks for enough approvals on those branches.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(CODE_REPOSITORY, APPROVAL_TEMPLATE, APPROVAL_ASSOCIATION, PIPELINE),
        reference="https://docs.aws.amazon.com/codecommit/latest/userguide/approval-rule-templates.html",
        parameters=(
            Parameter(
                name="minApprovals",
                schema={"type": "integer", "minimum": 1},
                default=2,
                description="How many people must agree.",
            ),
            Parameter(
                name="protectedBranches",
                schema=NAMES,
                default=[],
                description="Names of branches that need a rule; empty: those that pipelines build, else the "
                "repository's default branch.",
            ),
        ),
        frameworks=(owasp(1), owasp(2), slsa("Source Track", version="1.2")),
        check=repo_approval_rule,
    ),
)
