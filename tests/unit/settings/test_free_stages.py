"""What an application may not say of its own pipeline: one mistake, one line, with its place and what is allowed."""

from typing import Any

import pytest

from tests.stages import APPLICATIONS, PARTNER, action
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, said

PLACE = "applications.storefront"


def lines(more: dict[str, Any], stack: str = "dev") -> list[str]:
    """What is said of a stack file whose application has these keys."""
    return said(changed(config_of(stack), *(((*STOREFRONT, key), value) for key, value in more.items())), stack=stack)


def stage(**more: Any) -> dict[str, Any]:
    """An application with one stage."""
    return {"stages": [{"name": "Extra", "after": "Build", "actions": [action("lambda")], **more}]}


def doing(which: str, **more: Any) -> dict[str, Any]:
    """An application with one action in a stage."""
    return stage(actions=[{**action(which), **more}])


def without(name: str, *keys: str) -> dict[str, Any]:
    """An application with one action that lacks keys."""
    return stage(actions=[{key: value for key, value in action(name).items() if key not in keys}])


def in_a_wave(*names: str, **wave: Any) -> dict[str, Any]:
    """An application with a wave."""
    return stage(actions=[action(name) for name in names], wave=wave)


ACTION = "stages[0].actions[0]"
ACCOUNT = {"name": "partner", "roleArn": PARTNER}
HOTFIX = {"hotfix": {"skip": ["e2e"]}}

# what the application says, the key to blame, what the line says
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    # stages
    ({"stages": [{"name": "Extra", "actions": [action("lambda")]}]}, "stages[0]", "either before or after"),
    (stage(before="Deploy"), "stages[0].after", "either before or after"),
    (
        {"stages": [{"name": "Extra", "before": "Source", "actions": [action("lambda")]}]},
        "stages[0].before",
        "nothing stands before Source",
    ),
    (stage(after="Extra"), "stages[0].after", "another stage than itself"),
    (stage(name="My stage"), "stages[0].name", "1 to 60 of A-Z"),
    (stage(actions=[]), "stages[0].actions", "at least 1 action"),
    (stage(actions=[action("lambda"), action("lambda")]), "stages[0].actions", "more than once: lambda"),
    ({"stages": [*stage()["stages"], *stage()["stages"]]}, "stages", "more than once: Extra"),
    (stage(order=1), "stages[0].order", "unknown key"),
    # actions
    (doing("lambda", provider="heroku"), f"{ACTION}.provider", "codebuild, commands, ecr-build-and-publish"),
    (doing("lambda", order=0), f"{ACTION}.order", "1 to 50"),
    (doing("lambda", name="a.b"), f"{ACTION}.name", "1 to 50 of A-Z"),
    (doing("lambda", function="a b"), f"{ACTION}.function", "a function's name"),
    (doing("lambda", inputs=["Source"] * 2), f"{ACTION}.inputs", "more than once: Source"),
    (doing("lambda", inputs=list("abcdef")), f"{ACTION}.inputs", "at most 5 artifacts; there are 6"),
    (doing("lambda", outputs=["Bundle"]), f"{ACTION}.outputs[0]", "isn't one of the road's"),
    (doing("lambda", namespace="Source"), f"{ACTION}.namespace", "none of the road's"),
    (doing("lambda", text="x" * 1001), f"{ACTION}.text", "1 to 1000 characters"),
    (doing("lambda", commands=["make"]), f"{ACTION}.commands", "only where provider is commands"),
    (doing("lambda", artifactRoles=[PARTNER]), f"{ACTION}.artifactRoles", "with roleArn only"),
    (doing("lambda", roleArn="delivery"), f"{ACTION}.roleArn", "the ARN of a role"),
    (doing("lambda", region="Ireland"), f"{ACTION}.region", "an AWS region"),
    (doing("lambda", region="cn-north-1"), f"{ACTION}.region", "a region of the partition of eu-west-1"),
    (without("codebuild", "project"), f"{ACTION}.project", "missing; needed: The project's name."),
    (doing("codebuild", purpose="deploy"), f"{ACTION}.purpose", "build, test"),
    (doing("codebuild", roleArn=PARTNER), f"{ACTION}.outputs", "no outputs with roleArn"),
    (doing("commands", commands=[]), f"{ACTION}.commands", "at least 1 command"),
    (doing("commands", commands=["make"] * 51), f"{ACTION}.commands", "at most 50 commands"),
    (doing("commands", commands=["a\nb"]), f"{ACTION}.commands[0]", "on one line"),
    (doing("commands", region="us-east-1"), f"{ACTION}.region", "only where provider is codebuild, lambda"),
    (without("commands", "files"), f"{ACTION}.output", "output and files together"),
    (without("commands", "output"), f"{ACTION}.files", "output and files together"),
    (without("commands", "namespace"), f"{ACTION}.outputVariables", "together with namespace"),
    (doing("commands", outputVariables=list("abcdefghijklmnop")), f"{ACTION}.outputVariables", "at most 15"),
    (doing("ecr-build-and-publish", tags=[]), f"{ACTION}.tags", "at least 1 tag"),
    (doing("step-functions", text="{}"), f"{ACTION}.text", "text or file"),
    (doing("step-functions-text", input="Source"), f"{ACTION}.input", "with file only"),
    (without("cloudformation", "changeSet"), f"{ACTION}", "changeSet with the modes of change sets"),
    (without("cloudformation", "template"), f"{ACTION}", "template with the modes that make something"),
    (without("cloudformation", "deploymentRole"), f"{ACTION}", "deploymentRole with every mode but"),
    (doing("cloudformation", mode="create-update"), f"{ACTION}.changeSet", "changeSet with the modes"),
    (doing("cloudformation", mode="upsert"), f"{ACTION}.mode", "create-update, replace-on-failure, delete-only"),
    (doing("cloudformation-execute", parameters={"A": "b"}), f"{ACTION}.parameters", "with a template only"),
    (without("cloudformation-execute", "outputFile"), f"{ACTION}.output", "output and outputFile together"),
    (doing("cloudformation", capabilities=["ALL"]), f"{ACTION}.capabilities[0]", "CAPABILITY_IAM"),
    (doing("s3", bucket="My_Bucket"), f"{ACTION}.bucket", "a bucket's name"),
    (doing("s3", bucket="site-{place}"), f"{ACTION}.bucket", "a bucket's name"),
    (without("s3-zip", "key"), f"{ACTION}.extract", "key with the name that the zip gets"),
    (doing("s3", keyArn="alias/site"), f"{ACTION}.keyArn", "the ARN of a KMS key"),
    (doing("ecs", steadyMinutes=61), f"{ACTION}.steadyMinutes", "1 to 60 minutes"),
    (doing("ec2", directory="srv"), f"{ACTION}.directory", "an absolute path"),
    (doing("ec2", mostAtOnce="101%"), f"{ACTION}.mostAtOnce", "a percentage"),
    (doing("manual", emails=[]), f"{ACTION}.emails", "someone to tell"),
    (doing("manual", timeoutMinutes=4), f"{ACTION}.timeoutMinutes", "5 to 86400 minutes"),
    (
        {**doing("manual", name="lead"), "approvals": [{"name": "lead", "emails": ["a@example.com"]}]},
        f"{ACTION}.name",
        "another name: an approval is called lead already",
    ),
    # waves
    (in_a_wave("lambda"), "stages[0].wave", "at least one of regions and accounts"),
    (in_a_wave("lambda", regions=["us-east-1"] * 2), "stages[0].wave.regions", "more than once: us-east-1"),
    (in_a_wave("lambda", accounts=[ACCOUNT] * 2), "stages[0].wave.accounts", "more than once: partner"),
    (
        in_a_wave("lambda", regions=["us-east-1"], accounts=[{**ACCOUNT, "name": "us-east-1"}]),
        "stages[0].wave.accounts",
        "more than once: us-east-1",
    ),
    (in_a_wave("ec2", regions=["us-east-1"]), "stages[0].wave", "no action of ec2 in a wave"),
    (
        in_a_wave("ecr-build-and-publish", regions=["us-east-1"]),
        "stages[0].wave",
        "no action of ecr-build-and-publish in a wave",
    ),
    (
        {**stage(actions=[action("lambda", region="us-east-1")], wave={"regions": ["us-east-1"]})},
        "stages[0].wave",
        "without region and roleArn in a wave",
    ),
    (in_a_wave("lambda", regions=["us-gov-west-1"]), "stages[0].wave.regions[0]", "of the partition of eu-west-1"),
    # variables
    ({"variables": {"A-B": {"default": "x"}}}, "variables.A-B", "a variable's name"),
    ({"variables": {"A": {"default": ""}}}, "variables.A.default", "1 to 1000 characters"),
    ({"variables": {"A": {"default": "x" * 1001}}}, "variables.A.default", "1 to 1000 characters"),
    ({"variables": {"A": {"default": "x", "description": "x" * 201}}}, "variables.A.description", "at most 200"),
    ({"variables": {"A": {}}}, "variables.A.default", "missing"),
    ({"variables": {"GIT_BRANCH": {"default": "x"}}}, "variables.GIT_BRANCH", "a name that isn't one of GIT_BRANCH"),
    (
        {"variables": {f"V{number}": {"default": "x"} for number in range(46)}},
        "variables",
        "given 46; allowed: at most 45 variables",
    ),
    (
        {"variables": {"A": {"default": "x"}}, "build": {"parameters": {"A": "y"}}},
        "variables.A",
        "isn't in build.parameters too",
    ),
    # execution modes
    ({"executionMode": "serial"}, "executionMode", "queued, superseded, parallel"),
    (
        {
            "executionMode": "superseded",
            "source": {
                "provider": "codecommit",
                "repository": "a",
                "branch": "main",
                "branches": ["main", "release/*"],
            },
        },
        "executionMode",
        "with more than one of source.branches",
    ),
]


@pytest.mark.parametrize(("more", "key", "says"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
def test_a_mistake_is_one_line_with_its_place_and_what_is_allowed(more: dict[str, Any], key: str, says: str) -> None:
    found = lines(more)
    assert len(found) == 1, found
    assert found[0].startswith(f"{PLACE}.{key}: ")
    assert says in found[0]


@pytest.mark.parametrize(
    ("stack", "more", "says"),
    [
        (
            "prod",
            {"executionMode": "parallel"},
            "with deploy.strategy blue-green: two executions would shift the same traffic at once",
        ),
        ("staging", {"executionMode": "parallel"}, "; with promote: an older execution"),
    ],
)
def test_a_mode_that_would_break_the_road_is_refused(stack: str, more: dict[str, Any], says: str) -> None:
    found = lines(more, stack)
    assert [line for line in found if says in line and line.startswith(f"{PLACE}.executionMode: ")] != []


@pytest.mark.parametrize("place", [{"after": "Source"}, {"before": "Admit"}])
def test_nothing_comes_before_what_lets_a_promoted_release_in(place: dict[str, str]) -> None:
    (found,) = lines({"stages": [{"name": "Early", "actions": [action("s3")], **place}]}, "prod")
    ((side, anchor),) = place.items()
    assert found.startswith(f'{PLACE}.stages[0].{side}: given "{anchor}"; allowed: a place after Admit')


@pytest.mark.parametrize("mode", ["parallel", "superseded"])
def test_a_hotfix_is_neither_overtaken_nor_displaced(mode: str) -> None:
    assert any("with hotfix: another execution" in line for line in lines({**HOTFIX, "executionMode": mode}, "staging"))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_with_everything_has_no_problem(name: str) -> None:
    assert said(changed(config_of("dev"), (STOREFRONT, APPLICATIONS[name]())), stack="dev") == []


def test_the_names_of_an_action_may_say_where_it_runs() -> None:
    assert lines(in_a_wave("lambda", regions=["us-east-1"]) | doing("s3", bucket="acme-{region}-{account}")) == []
