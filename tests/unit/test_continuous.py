"""Continuous delivery or continuous deployment: what a road is, and why."""

import pytest

from components.continuous import Continuous, Practice, continuous
from components.place import Place
from components.stages import Action, Artifact, Category, Road, Stage
from components.triggers import ManualTrigger, PollingTrigger, ScheduleTrigger, Trigger
from tests.unit.planning import Config, planned

BUNDLE = Artifact("Bundle")
POLLED = PollingTrigger(description="a change")


def deploy(name: str = "Deploy", *, order: int = 1) -> Action:
    return Action(name=name, category=Category.DEPLOY, provider="CodeDeploy", inputs=(BUNDLE,), run_order=order)


def ask(name: str = "qa-head", *, order: int = 1) -> Action:
    return Action(name=name, category=Category.APPROVAL, provider="Manual", run_order=order)


def shift() -> Action:
    return Action(name="Shift", category=Category.INVOKE, provider="Lambda", inputs=(BUNDLE,), target="shop: fleets")


def retire() -> Action:
    return Action(name="Retire", category=Category.INVOKE, provider="Lambda", target="shop: the old fleet")


def road(*stages: tuple[Action, ...], triggers: tuple[Trigger, ...] = (POLLED,)) -> Road:
    """A source and these stages, called by the name of their first action."""
    source = Action(name="Source", category=Category.SOURCE, provider="CodeCommit", outputs=(BUNDLE,))
    named = [Stage(name=f"{actions[0].name}s", actions=actions) for actions in stages]
    return Road(name="shop-prod", stages=(Stage(name="Source", actions=(source,)), *named), triggers=triggers)


@pytest.mark.parametrize(
    ("given", "practice", "because"),
    [
        (road((deploy(),)), "deployment", "nobody is asked before Deploys"),
        (road((shift(),), (retire(),)), "deployment", "nobody is asked before Shifts"),
        (road((ask(),), (deploy(),)), "delivery", "qa-head approves before Deploys"),
        (road((ask(), ask("cto")), (shift(),)), "delivery", "qa-head and cto approve before Shifts"),
        (road((ask("a"),), (ask("b"), ask("c")), (deploy(),)), "delivery", "a, b and c approve before Deploys"),
        (road((deploy("eu"),), (ask(),), (deploy("us"),)), "delivery", "qa-head approves before uss"),
        (road((ask(order=1), deploy(order=2))), "delivery", "qa-head approves before qa-heads"),
        (
            road((deploy(order=1), ask(order=2))),
            "deployment",
            "nobody is asked before Deploys (an approval comes later)",
        ),
        (
            road((shift(),), (ask(),), (retire(),)),
            "deployment",
            "nobody is asked before Shifts (an approval comes later)",
        ),
        (road((ask(),)), "neither", "it deploys nothing"),
        (road((deploy(),), triggers=()), "neither", "a person starts every execution"),
        (
            road((deploy(),), triggers=(ManualTrigger(description="a person"),)),
            "neither",
            "a person starts every execution",
        ),
        (
            road(
                (deploy(),),
                triggers=(ScheduleTrigger(description="at night", expression="rate(1 day)", time_zone="UTC"),),
            ),
            "deployment",
            "nobody is asked before Deploys",
        ),
    ],
)
def test_a_road_is_what_its_approvals_and_its_start_make_of_it(given: Road, practice: str, because: str) -> None:
    assert continuous(given) == Continuous(practice=Practice(practice), because=because)


def test_a_promotion_is_no_deployment_but_one_to_a_bucket_is() -> None:
    prod = Place(environment="prod", account="444455556666", region="eu-west-1")
    promote = Action(
        name="Promote", category=Category.DEPLOY, provider="S3", target="release bucket of prod", lands=prod
    )
    website = Action(name="Website", category=Category.DEPLOY, provider="S3")
    assert continuous(road((promote,))).because == "it deploys nothing"
    assert continuous(road((website,))).practice is Practice.DEPLOYMENT


def test_a_stack_that_tests_and_promotes_is_judged_by_its_own_deployment() -> None:
    staging = planned("staging").outputs["applications"]["storefront"]["continuous"]
    assert staging == {"is": "deployment", "because": "nobody is asked before Deploy"}


def test_a_stack_that_only_people_start_is_neither_and_says_so() -> None:
    def by_hand(config: Config) -> None:
        config["delivery:applications"]["storefront"]["source"]["changeDetection"] = "manual"

    told = planned("prod", by_hand).outputs["applications"]["storefront"]["continuous"]
    assert told == {"is": "neither", "because": "a person starts every execution"}
