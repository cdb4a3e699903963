"""What a pipeline must have passed before it deploys: tests, and a person."""

import re
from collections.abc import Callable, Iterator

from rulebook.kit.facts import PIPELINE
from rulebook.kit.pipeline import BUILDERS, Action, actions, feeders
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
from rulebook.kit.values import UnreadableError, all_of, at_least, some
from rulebook.rules.flow.reach import DEPLOY_PARAMETERS, STRUCTURE, deploy_patterns, target
from rulebook.rules.frameworks import owasp
from rulebook.rules.names import REGEX
from rulebook.tiers import Tier


def manual_approval(resource: Resource) -> Iterator[Outcome]:
    """Every production deployment waits for a person, who decides after its builds and tests have ended."""
    order = actions(resource.properties)
    patterns = deploy_patterns(resource.parameters)

    def deploys_to_production(action: Action) -> bool:
        return target(action, resource) is Tier.PRODUCTION and patterns.deploys(action)

    tests = [step for step in order if _is_early_test(step, order, deploys_to_production)]

    def judge(action: Action) -> Iterator[Outcome]:
        def approves(step: Action) -> bool:
            return all_of(lambda: step.is_manual_approval, lambda: step.always_precedes(action))

        def approves_informed(step: Action) -> bool:
            return all_of(lambda: approves(step), lambda: all(earlier.precedes(step) for earlier in before))

        if all_of(lambda: deploys_to_production(action), lambda: not some(order, approves)):
            yield Violation(
                message=f"{resource} deploys to production at `{action.path}` without a manual approval before it.",
                finding=action.path,
            )
        elif resource.parameters["approvalAfterTests"]:
            before = [*feeders(action, order), *(test for test in tests if test.precedes(action))]
            if all_of(lambda: deploys_to_production(action), lambda: not some(order, approves_informed)):
                yield Violation(
                    message=f"{resource} deploys to production at `{action.path}` on an approval that is given before "
                    "the last build or test of what it deploys has ended.",
                    finding=action.path,
                )

    yield from each(order, judge)


def _is_early_test(step: Action, order: list[Action], deploys: Callable[[Action], bool]) -> bool:
    """Whether it tests before anything reaches production; a test whose nature isn't known yet demands nothing."""

    def deploys_before(other: Action) -> bool:
        return all_of(lambda: other.precedes(step), lambda: deploys(other))

    try:
        return step.category == "Test" and not some(order, deploys_before)
    except UnreadableError:
        return False


def tests_before_deploy(resource: Resource) -> Iterator[Outcome]:
    """Before the first deployment to staging or production, something was tested."""
    order = actions(resource.properties)
    patterns = deploy_patterns(resource.parameters)
    test_name = re.compile(resource.parameters["testPattern"])
    wanted = int(resource.parameters["minTests"])
    beyond = [action for action in order if target(action, resource) is not Tier.DEVELOPMENT]
    # A pipeline that never leaves development is asked about its own first deployment.
    asked = beyond if some(beyond, patterns.deploys) else order
    first = next((action for action in asked if patterns.deploys(action)), None)
    if first is None:
        return

    def tests_before(step: Action) -> bool:
        return all_of(lambda: _is_test(step, test_name), lambda: step.always_precedes(first))

    if not at_least(wanted, order, tests_before):
        yield Violation(
            message=f"{resource} deploys at `{first.path}` with fewer than {wanted} test action(s) that always run "
            "before it.",
            finding=first.path,
        )


def _is_test(step: Action, name: re.Pattern[str]) -> bool:
    if step.category == "Test":
        return True
    return step.category in BUILDERS and some(
        (step.node["name"], step.stage["name"]), lambda node: name.search(node.text()) is not None
    )


RULES = (
    ResourceRule(
        id="flow-prod-manual-approval",
        title="A person approves every deployment to production, after the builds and tests of what is deployed.",
        why="Without a gate, whoever may push to the source repository may change production. A gate whose stage a "
        "condition can skip is none.",
        fix="put an Approval action (owner AWS, provider Manual) in a stage before the deployment, after every test.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE,),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html",
        parameters=(
            *DEPLOY_PARAMETERS,
            Parameter(
                name="approvalAfterTests",
                schema={"type": "boolean"},
                default=True,
                description="Whether the approval must come after every build and test of what it lets through.",
            ),
        ),
        frameworks=(owasp(1),),
        judges_targets=True,
        check=manual_approval,
    ),
    ResourceRule(
        id="flow-tests-before-deploy",
        title="A pipeline tests before it deploys to staging or production.",
        why="What nobody tested fails where customers see it. A test whose stage a condition can skip doesn't count: "
        "somebody skips it.",
        fix="put a Test action after the source and before the deployment.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(PIPELINE,),
        reference=STRUCTURE,
        parameters=(
            *DEPLOY_PARAMETERS,
            Parameter(
                name="testPattern",
                schema=REGEX,
                default=r"(?i:e2e|acceptance)|((^|[^A-Za-z])t|T)ests?([^a-z]|$)",
                description="Names of Build and Compute actions, or of their stages, that test.",
            ),
            Parameter(
                name="minTests",
                schema={"type": "integer", "minimum": 1},
                default=1,
                description="How many test actions there must be.",
            ),
        ),
        frameworks=(owasp(1),),
        check=tests_before_deploy,
    ),
)
