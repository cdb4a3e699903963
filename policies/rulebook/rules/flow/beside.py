"""Groups that take no traffic, beside the one that does."""

from collections.abc import Iterator
from functools import partial

from rulebook.kit.facts import AUTOSCALING_GROUP, DEPLOYMENT_GROUP, TRAFFIC_ATTACHMENT, name_of
from rulebook.kit.links import may_be_meant, names
from rulebook.kit.rule import Level, Levels, Outcome, Resource, Severity, Stack, StackRule, Violation, each
from rulebook.kit.telling import about_each, told_of
from rulebook.kit.values import all_of, some
from rulebook.rules.fleets import takes_traffic
from rulebook.rules.flow.groups import EXEMPT_GROUPS, may_be_in_place, takes_no_traffic
from rulebook.rules.frameworks import well_architected

_FLEETS = "autoscalingGroups"


def beside_blue_green(stack: Stack) -> Iterator[Outcome]:
    """A group of production without a load balancer has fleets without traffic, beside a group that is blue/green."""
    yield from about_each(stack.of(DEPLOYMENT_GROUP), partial(_workers, stack))


def _workers(stack: Stack, group: Resource) -> Iterator[Outcome]:
    if not may_be_in_place(group) and takes_no_traffic(group.properties):
        yield from each((_without_traffic, _beside), lambda judge: judge(stack, group))


def _without_traffic(stack: Stack, group: Resource) -> Iterator[Outcome]:
    """The group's word alone would let a fleet behind a load balancer be deployed to in place."""

    def judge(fleet: Resource) -> Iterator[Outcome]:
        if all_of(lambda: names(group, _FLEETS, fleet), lambda: takes_traffic(stack, fleet)):
            yield Violation(
                message=f"{group} deploys to production in place and says that it takes no traffic, and its Auto "
                f"Scaling group '{name_of(fleet.urn)}' takes some.",
                finding=_FLEETS,
            )

    yield from each(may_be_meant(group, stack, AUTOSCALING_GROUP, keys=(_FLEETS,)), judge)


def _beside(stack: Stack, group: Resource) -> Iterator[Outcome]:
    others = [one for one in stack.of(DEPLOYMENT_GROUP) if one is not group]
    if not some(others, lambda one: all_of(lambda: _of_one_application(group, one), lambda: _shifts_traffic(one))):
        yield Violation(
            message=f"{group} deploys to production in place and without a load balancer, and its application has no "
            "group that is blue/green.",
            finding="deploymentStyle",
        )


def _of_one_application(group: Resource, other: Resource) -> bool:
    """Whether two groups have one application: by its name, or by what the names come from as long as one isn't known.

    Names that come from one resource may still differ, and those that come from different ones may be the same.
    """
    known = all(one.properties["appName"].known for one in (group, other))
    if not known and set(group.dependencies.get("appName", ())) & set(other.dependencies.get("appName", ())):
        return True
    own, others = (told_of(one, one.properties["appName"].text) for one in (group, other))
    return own == others


def _shifts_traffic(group: Resource) -> bool:
    style = group.properties["deploymentStyle"]
    return all_of(
        lambda: style["deploymentType"].text("IN_PLACE") == "BLUE_GREEN",
        lambda: style["deploymentOption"].text("WITHOUT_TRAFFIC_CONTROL") == "WITH_TRAFFIC_CONTROL",
    )


RULES = (
    StackRule(
        id="flow-workers-beside-blue-green",
        title="What is deployed to production without a load balancer goes beside a group that is blue/green.",
        why="CodeDeploy can shift no traffic between fleets that take none, so workers are deployed to in place. "
        "Beside a blue/green group the version has proved itself on a fleet of its own before workers get it; alone it "
        "has not. A fleet that takes traffic, by its own word or by an attachment, is none of workers; one that isn't "
        "declared in the stack isn't seen. Whether the pipeline takes them in this order isn't asked.",
        fix="make the workers a group of the application whose main group is BLUE_GREEN and WITH_TRAFFIC_CONTROL, and "
        "deploy to a fleet that takes traffic by such a group.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(DEPLOYMENT_GROUP, AUTOSCALING_GROUP, TRAFFIC_ATTACHMENT),
        reference="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentStyle.html",
        parameters=(EXEMPT_GROUPS,),
        frameworks=(well_architected("OPS06-BP03"),),
        check=beside_blue_green,
    ),
)
