"""A CodePipeline as rules read it: actions with their place in the order, and what each of them reaches.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html: stages run one after the
other; actions of a stage run in the order of `runOrder` (1 where it isn't given), equal numbers at the same time.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from rulebook.kit.environment import Environment
from rulebook.kit.values import Node, UndecidableError, UnreadableError, all_of, some
from rulebook.tiers import Tier, tiers_named

BUILDERS = frozenset({"Build", "Compute"})
CALLERS = frozenset({"Invoke"})
TARGET_KEYS = ("ApplicationName", "DeploymentGroupName", "StackName", "ClusterName", "ServiceName", "EnvironmentName")


@dataclass(frozen=True)
class Action:
    """One action; where a whole stage isn't known yet, one unknown action stands for it."""

    stage: Node
    stage_number: int
    node: Node

    @property
    def path(self) -> str:
        """Its place, for example `stages[2].actions[0]`."""
        return self.node.path

    @property
    def category(self) -> str:
        """`Source`, `Build`, `Test`, `Approval`, `Deploy`, `Invoke` or `Compute`."""
        return self.node["category"].text()

    @property
    def provider(self) -> str:
        """AWS's name of its provider, `CodeBuild` for example."""
        return self.node["provider"].text()

    @property
    def name(self) -> str:
        """Its own name."""
        return self.node["name"].text()

    @property
    def run_order(self) -> float:
        """Its order in the stage."""
        return self.node["runOrder"].number(1)

    @property
    def is_manual_approval(self) -> bool:
        """Whether a person decides here."""
        return self.category == "Approval" and self.node["owner"].text() == "AWS" and self.provider == "Manual"

    @property
    def only_prepares(self) -> bool:
        """Whether it makes a change set, which another action carries out; where that can't be read, it doesn't.

        https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
        """
        try:
            mode = self.node["configuration"]["ActionMode"].text()
            return mode == "CHANGE_SET_REPLACE" and self.provider == "CloudFormation"
        except UnreadableError:
            return False

    def precedes(self, other: "Action") -> bool:
        """Whether it has always ended before the other begins."""
        if self.stage_number != other.stage_number:
            return self.stage_number < other.stage_number
        if self.node == other.node:
            return False
        return self.run_order < other.run_order

    def always_precedes(self, other: "Action") -> bool:
        """Whether the other never begins without it: it comes before, and no condition skips its stage alone.

        Where the other's stage asks the same of the same variables, both are skipped together.
        """
        return all_of(lambda: self.precedes(other), lambda: not self._is_skipped_without(other))

    def _is_skipped_without(self, other: "Action") -> bool:
        if self.stage_number == other.stage_number:
            return False
        return some(
            _rules_of_entry(self.stage),
            # Of rules, only a check of variables gives the same answer at each stage.
            lambda rule: rule.provider != "VariableCheck" or rule not in _rules_of_entry(other.stage),
        )

    def inputs(self) -> list[str]:
        """The artifacts it reads."""
        return self.node["inputArtifacts"].texts()

    def outputs(self) -> list[str]:
        """The artifacts it makes, in either of the two places that AWS has for them."""
        computed = self.node["outputArtifactsForComputeActions"].items()
        return [*self.node["outputArtifacts"].texts(), *(item["name"].text() for item in computed)]


@dataclass(frozen=True)
class _Rule:
    """What a stage asks of an execution before it lets it in."""

    provider: str
    configuration: frozenset[tuple[str, str]]


def _rules_of_entry(stage: Node) -> list[_Rule]:
    """The rules by which a stage is skipped; none where it never is.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works-conditions.html
    """
    condition = stage["beforeEntry"]["condition"]
    if condition["result"].text() != "SKIP":
        return []
    return [
        _Rule(
            provider=rule["ruleTypeId"]["provider"].text(),
            configuration=frozenset((key, node.text()) for key, node in rule["configuration"].entries().items()),
        )
        for rule in condition["rules"].items()
    ]


def actions(properties: Node) -> list[Action]:
    """Every action in the order of the stages. `UndecidableError` only where the stages themselves aren't known."""
    found: list[Action] = []
    for number, stage in enumerate(properties["stages"].items()):
        try:
            nodes = stage["actions"].items()
        except UndecidableError:
            nodes = [stage["actions"]]
        found.extend(Action(stage=stage, stage_number=number, node=node) for node in nodes)
    return found


@dataclass(frozen=True, kw_only=True)
class DeployPatterns:
    """What counts as a deployment beside the category Deploy.

    Args:
        providers: providers of Invoke, Build and Compute actions that may deploy.
        name: what the action's name looks like then; for Invoke actions the stage's name counts too, for a function
            has no other way to say what it is for.
        watcher: names of actions that only look or tell, whatever their stage is called.
        command: commands that deploy, whatever the action that runs them is called.
    """

    providers: frozenset[str]
    name: re.Pattern[str]
    watcher: re.Pattern[str]
    command: re.Pattern[str]

    def deploys(self, action: Action) -> bool:
        """Whether the action changes what runs somewhere."""
        category = action.category
        if category == "Deploy":
            return not action.only_prepares
        if category not in BUILDERS | CALLERS or action.provider not in self.providers:
            return False
        if some(action.node["commands"].items(), lambda line: self.command.search(line.text()) is not None):
            return True
        if self.watcher.search(action.name):
            return False
        names = [action.node["name"], *([action.stage["name"]] if category in CALLERS else [])]
        return some(names, lambda name: self.name.search(name.text()) is not None)


def feeders(action: Action, order: list[Action]) -> list[Action]:
    """The actions whose artifacts reach this one, directly or through others; what isn't known feeds nothing."""
    found: list[Action] = []
    wanted = _artifacts(action.inputs)
    for other in reversed(order):
        if wanted & _artifacts(other.outputs):
            found.append(other)
            wanted |= _artifacts(other.inputs)
    return found


def _artifacts(read: Callable[[], list[str]]) -> set[str]:
    try:
        return set(read())
    except UnreadableError:
        return set()


def target_tiers(
    action: Action, *, production: re.Pattern[str] | None = None, accounts: Collection[str] = ()
) -> frozenset[Tier]:
    """The tiers that the names around an action say; what isn't known says nothing.

    Names of stages and actions say any tier. Names of what is deployed only ever say production: a service may be
    called `dev-portal`, and is deployed to production all the same. So does the role that does it instead of the
    pipeline's: by its name, or by its account.

    Args:
        action: the action.
        production: further names of stages and actions that mean production.
        accounts: the accounts of production.
    """
    found: set[Tier] = set()
    for name in (*_texts(action.stage, ("name",)), *_texts(action.node, ("name",))):
        found |= tiers_named(name)
        if production is not None and production.search(name):
            found.add(Tier.PRODUCTION)
    for name in _texts(action.node, TARGET_KEYS, within="configuration"):
        found |= tiers_named(name) & {Tier.PRODUCTION}
    for role in _texts(action.node, ("roleArn",)):
        account, _, name = role.removeprefix("arn:").partition(":role/")
        found |= tiers_named(name) & {Tier.PRODUCTION}
        if account.rpartition(":")[2] in accounts:
            found.add(Tier.PRODUCTION)
    return frozenset(found)


def target_tier(
    action: Action,
    environment: Environment,
    *,
    production: re.Pattern[str] | None = None,
    accounts: Collection[str] = (),
) -> Tier:
    """The tier an action reaches.

    Everything deployed by a stack of production is production. Elsewhere the names of stage, action and target decide,
    the strictest of them; without any, the stack's tier does.
    """
    if environment.tier is Tier.PRODUCTION and environment.answers:
        return Tier.PRODUCTION
    named = target_tiers(action, production=production, accounts=accounts)
    return max(named, key=lambda tier: tier.strictness) if named else environment.tier


def _texts(node: Node, keys: tuple[str, ...], *, within: str | None = None) -> Iterator[str]:
    for key in keys:
        try:
            yield (node if within is None else node[within])[key].text()
        except UnreadableError:
            continue
