"""Where what reaches production comes from: through the lower environments, and out of a build."""

from collections.abc import Iterator

from rulebook.kit.facts import PIPELINE
from rulebook.kit.pipeline import BUILDERS, Action, actions, target_tiers
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
from rulebook.kit.values import Node, all_of, some
from rulebook.rules.flow.reach import DEPLOY_PARAMETERS, STRUCTURE, deploy_patterns, hands_over, target
from rulebook.rules.frameworks import owasp, slsa
from rulebook.rules.names import NAMES
from rulebook.tiers import Tier

PROMOTED = ("S3", "ECR")


def promotion_order(resource: Resource) -> Iterator[Outcome]:
    """A pipeline over several environments reaches them in their order, and production never first."""
    order = actions(resource.properties)
    patterns = deploy_patterns(resource.parameters)
    rank = {tier: place for place, tier in enumerate(resource.parameters["promotionOrder"])}

    def named(action: Action) -> int | None:
        """The place in the order that the names around an action say; the stack's own tier says nothing of it."""
        tiers = [rank[tier] for tier in target_tiers(action) if tier in rank]
        return max(tiers, default=None)

    def goes_back(action: Action) -> Iterator[Outcome]:
        here = named(action)

        def is_beyond(step: Action) -> bool:
            there = named(step)
            return there is not None and here is not None and there > here and step.precedes(action)

        further = [step for step in order if is_beyond(step)]
        if further and all_of(lambda: patterns.deploys(action), lambda: some(further, patterns.deploys)):
            yield Violation(
                message=f"{resource} deploys at `{action.path}` to an environment that comes before one it has already "
                "deployed to.",
                finding=f"{action.path}:order",
            )

    def comes_first(action: Action) -> Iterator[Outcome]:
        def was_lower(step: Action) -> bool:
            return all_of(
                lambda: step.always_precedes(action), lambda: patterns.deploys(step), lambda: _is_named_lower(step)
            )

        if all_of(
            lambda: target(action, resource) is Tier.PRODUCTION,
            lambda: patterns.deploys(action),
            lambda: not hands_over(action),
            lambda: not some(order, was_lower),
            lambda: not _is_promoted(action, order, resource.parameters["promotedSources"]),
        ):
            yield Violation(
                message=f"{resource} deploys to production at `{action.path}` what no lower environment has had.",
                finding=action.path,
            )

    yield from each(order, goes_back)
    yield from each(order, comes_first)


def _is_named_lower(step: Action) -> bool:
    tiers = target_tiers(step)
    if not tiers:
        # A name not known yet may be a lower environment's.
        some((step.stage["name"], step.node["name"]), lambda name: not name.text())
    return bool(tiers) and Tier.PRODUCTION not in tiers


def _is_promoted(action: Action, order: list[Action], providers: list[str]) -> bool:
    """Whether another pipeline's artifact is deployed as it came: nothing was built of it here.

    An action that names no artifact, as a function may, deploys what the pipeline was started with.
    """
    wanted = action.inputs()

    def is_promoted_source(step: Action) -> bool:
        return all_of(
            lambda: step.category == "Source",
            lambda: step.provider in providers,
            lambda: not wanted or some(wanted, lambda name: name in step.outputs()),
        )

    def builds_before(step: Action) -> bool:
        return all_of(lambda: step.precedes(action), lambda: step.category in BUILDERS)

    return some(order, is_promoted_source) and (bool(wanted) or not some(order, builds_before))


def deploys_built_artifact(resource: Resource) -> Iterator[Outcome]:
    """What is deployed came out of a build, not straight out of the repository."""
    order = actions(resource.properties)
    patterns = deploy_patterns(resource.parameters)
    trusted = resource.parameters["trustedArtifactSources"]

    def is_unbuilt_source(step: Action) -> bool:
        return all_of(lambda: step.category == "Source", lambda: step.provider not in trusted)

    def is_built_elsewhere(step: Action) -> bool:
        return all_of(lambda: step.category in BUILDERS, lambda: step.node["owner"].text() != "AWS")

    def judge(action: Action) -> Iterator[Outcome]:
        def judge_input(node: Node) -> Iterator[Outcome]:
            def gives(step: Action) -> bool:
                return some(step.outputs(), lambda name: name == node.text())

            if some(order, lambda step: all_of(lambda: is_unbuilt_source(step), lambda: gives(step))):
                yield Violation(
                    message=f"{resource} deploys what the repository holds, not what a build made of it, at "
                    f"`{node.path}`.",
                    finding=node.path,
                )
            elif resource.parameters["requireHostedBuild"] and some(
                order, lambda step: all_of(lambda: is_built_elsewhere(step), lambda: gives(step))
            ):
                yield Violation(
                    message=f"{resource} deploys what a builder outside AWS made, at `{node.path}`.", finding=node.path
                )

        # A build that deploys is given its source by design; what it deploys isn't among its inputs.
        if all_of(lambda: action.category not in BUILDERS, lambda: action.only_prepares or patterns.deploys(action)):
            yield from each(_inputs(action), judge_input)

    yield from each(order, judge)


def _inputs(action: Action) -> list[Node]:
    node = action.node["inputArtifacts"]
    return [node] if isinstance(node.value, str) else node.items()


RULES = (
    ResourceRule(
        id="flow-promotion-order",
        title="What reaches production went through a lower environment before.",
        why="Production is then the first place where the version runs at all. A source of S3 or ECR counts as "
        "promoted: which pipeline put the artifact there can't be seen on this one.",
        fix="deploy to development and staging in earlier stages, or take what staging promoted as source.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE,),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-continuous-delivery-integration.html",
        parameters=(
            *DEPLOY_PARAMETERS,
            Parameter(
                name="promotionOrder",
                schema={"type": "array", "items": {"type": "string", "enum": [tier.value for tier in Tier]}},
                default=[tier.value for tier in Tier],
                description="The tiers in the order in which a pipeline must reach them; others are in no order.",
            ),
            Parameter(
                name="promotedSources",
                schema=NAMES,
                default=list(PROMOTED),
                description="Providers of source actions whose artifacts a lower environment has had.",
            ),
        ),
        frameworks=(owasp(1),),
        check=promotion_order,
    ),
    ResourceRule(
        id="flow-deploys-built-artifact",
        title="What is deployed came out of a build of the pipeline, or out of an artifact store.",
        why="What goes from the repository straight to the servers was never compiled, tested or scanned as it runs. "
        "Build actions that deploy aren't asked: what they deploy isn't among their artifacts.",
        fix="give the deployment the output of a build, or the promoted artifact.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE,),
        reference=STRUCTURE,
        parameters=(
            *DEPLOY_PARAMETERS,
            Parameter(
                name="trustedArtifactSources",
                schema=NAMES,
                default=list(PROMOTED),
                description="Providers of source actions whose artifacts were built elsewhere.",
            ),
            Parameter(
                name="requireHostedBuild",
                schema={"type": "boolean"},
                default=False,
                description="Whether the build must be AWS's own: SLSA's Build L2 wants a hosted builder, not a "
                "machine that somebody keeps.",
            ),
        ),
        frameworks=(owasp(9), slsa("Build L1")),
        check=deploys_built_artifact,
    ),
)
