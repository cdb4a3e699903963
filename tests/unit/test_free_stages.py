"""Stages of one's own: where they stand, what their actions read, and what a wave makes of them."""

from typing import Any

import pytest

from components.artifact_store import admit, key_statements
from components.free_stages import FreeRoad, FreeStage, with_free_stages
from components.place import Place
from components.places import guests_of
from components.stage_rules import RoadError
from components.stages import Action, Category, ExecutionMode, Stage
from tests.stages import PARTNER, PARTNERS_BUILD, application
from tests.unit.broken_roads import ROAD
from tests.unit.every_stage import every_stage
from tests.unit.planning import Config, Planned, planned
from tests.unit.roads import action_of, actions_of, pipeline_of, stages_of

DEV = Place(environment="dev", account="111122223333", region="eu-west-1")
LAMBDA = {"provider": "lambda", "name": "a", "function": "f"}
YES = Action(name="Yes", category=Category.APPROVAL, provider="Manual")


def free(name: str, anchor: str, *, before: bool = False) -> FreeStage:
    """A stage with one approval."""
    return FreeStage(stage=Stage(name=name, actions=(YES,)), anchor=anchor, before=before)


def order(*added: FreeStage) -> list[str]:
    """The stages of the good road with these."""
    stages, problems = with_free_stages("storefront", ROAD.stages, added)
    assert problems == ()
    return [stage.name for stage in stages]


def test_a_stage_stands_where_it_says() -> None:
    assert order() == ["Source", "Build", "Deploy"]
    assert order(free("A", "Build")) == ["Source", "Build", "A", "Deploy"]
    assert order(free("A", "Build", before=True)) == ["Source", "A", "Build", "Deploy"]
    assert order(free("A", "Deploy")) == ["Source", "Build", "Deploy", "A"]


def test_stages_beside_the_same_one_keep_the_order_of_the_file() -> None:
    both = ["Source", "Build", "A", "B", "Deploy"]
    assert order(free("A", "Build"), free("B", "Build")) == both
    assert order(free("A", "Deploy", before=True), free("B", "Deploy", before=True)) == both


def test_a_stage_may_stand_beside_another_free_one_wherever_that_is_in_the_file() -> None:
    assert order(free("B", "A"), free("A", "Build")) == ["Source", "Build", "A", "B", "Deploy"]
    assert order(free("B", "A", before=True), free("A", "Build")) == ["Source", "Build", "B", "A", "Deploy"]


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ((free("A", "Biuld"),), ["stage 'A'", "after 'Biuld'", "Source, Build, Deploy", "did you mean 'Build'?"]),
        ((free("A", "B"), free("B", "A")), ["stage 'A'", "after 'B', which itself stands nowhere"]),
        ((free("Deploy", "Build"),), ["stage 'Deploy'", "the name of a stage of the road"]),
    ],
)
def test_a_stage_that_stands_nowhere_is_refused_with_the_stages_that_there_are(
    added: tuple[FreeStage, ...], words: list[str]
) -> None:
    with pytest.raises(RoadError) as caught:
        FreeRoad(stages=added).checked(ROAD)
    line, *_ = str(caught.value).splitlines()
    assert [word for word in words if word not in line] == []


def test_what_is_wrong_with_the_place_and_with_the_rest_is_told_at_once() -> None:
    with pytest.raises(RoadError) as caught:
        FreeRoad(stages=(free("A", "Nowhere"),), variables={"EMPTY": ""}).checked(ROAD)
    assert len(str(caught.value).splitlines()) == 2


def test_a_parallel_pipeline_can_have_no_stage_that_rolls_back() -> None:
    with pytest.raises(RoadError, match="stage 'Deploy': rolls back on failure; in PARALLEL mode"):
        FreeRoad(mode=ExecutionMode.PARALLEL).checked(ROAD)


def of_stages(*stages: dict[str, Any], **more: Any) -> Planned:
    """What dev plans for an application with these stages."""

    def change(config: Config) -> None:
        config["delivery:applications"] = {"storefront": application(stages=list(stages), **more)}

    return planned("dev", change)


def test_an_action_reads_what_is_delivered_where_it_stands() -> None:
    command = {"provider": "commands", "commands": ["make"]}
    plan = of_stages(
        {"name": "Early", "before": "Build", "actions": [{**command, "name": "early"}]},
        {"name": "Earlier", "before": "Early", "actions": [{**command, "name": "earlier"}]},
        {"name": "Late", "after": "Build", "actions": [{**command, "name": "late"}]},
        {"name": "Chosen", "after": "Late", "actions": [{**command, "name": "chosen", "inputs": ["Source"]}]},
    )
    assert [name for name, _ in stages_of(plan)] == ["Source", "Earlier", "Early", "Build", "Late", "Chosen", "Deploy"]
    read = {action.name: action.declaration.get("inputArtifacts") for action in actions_of(plan)}
    assert (read["earlier"], read["early"], read["late"]) == (["Source"], ["Source"], ["Bundle"])
    assert read["chosen"] == ["Source"]


def test_what_was_built_before_is_what_free_actions_read() -> None:
    plan = planned(
        "prod",
        lambda config: config["delivery:applications"]["storefront"].update(
            stages=[
                {"name": "Site", "after": "Retire", "actions": [{"provider": "s3", "name": "site", "bucket": "acme"}]}
            ]
        ),
    )
    assert action_of(plan, "site").declaration["inputArtifacts"] == ["Source"]


def test_a_stage_that_reads_what_is_made_later_plans_nothing() -> None:
    with pytest.raises(RoadError, match=r"stage 'Early', action 'early', artifact 'Bundle': .* too late"):
        of_stages(
            {
                "name": "Early",
                "before": "Build",
                "actions": [{"provider": "lambda", "name": "early", "function": "f", "inputs": ["Bundle"]}],
            }
        )


def wave() -> dict[str, dict[str, Any]]:
    """The actions of the wave in order, by name."""
    return {action.name: action.declaration for action in actions_of(every_stage(), "waves") if action.stage == "Wave"}


def test_a_wave_in_order_does_every_action_in_one_place_after_the_other() -> None:
    places = ("eu-west-1", "us-east-1", "partner", "partner-home")
    kinds = ("go", "site", "warm", "told")
    orders = {name: one["runOrder"] for name, one in wave().items()}
    assert orders == {
        f"{kind}-{place}": number
        for number, (place, kind) in enumerate(((place, kind) for place in places for kind in kinds), start=1)
    }


def test_a_wave_at_once_gives_its_actions_the_same_orders_in_every_place() -> None:
    checks = {action.name: action.declaration for action in actions_of(every_stage(), "waves")}
    for region in ("eu-central-1", "us-east-1"):
        assert [checks[f"{name}-{region}"]["runOrder"] for name in ("check", "ask", "read")] == [1, 1, 2]
        assert checks[f"read-{region}"]["inputArtifacts"] == [f"Checked-{region}"]
        assert checks[f"check-{region}"]["outputArtifacts"] == [f"Checked-{region}"]
        assert checks[f"check-{region}"]["region"] == region
        # What CodePipeline computes by itself stays at home, and is told the place.
        assert "region" not in checks[f"ask-{region}"]
        assert checks[f"ask-{region}"]["commands"] == [f"curl -f https://{region}.example.com"]


def test_an_action_of_a_wave_works_in_its_place_and_only_there() -> None:
    found = wave()
    assert {name: (one.get("region"), one.get("roleArn")) for name, one in found.items() if "site" in name} == {
        "site-eu-west-1": (None, None),
        "site-us-east-1": ("us-east-1", None),
        "site-partner": ("us-east-1", PARTNER),
        "site-partner-home": (None, PARTNER),
    }
    assert found["site-partner"]["configuration"]["BucketName"] == "acme-site-777788889999-us-east-1"
    machine = found["warm-partner-home"]["configuration"]["StateMachineArn"]
    assert machine == "arn:aws:states:eu-west-1:777788889999:stateMachine:warm-eu-west-1"
    assert found["told-partner"]["configuration"]["UserParameters"] == "#{warm-partner.ExecutionArn} in us-east-1"
    assert all("region" not in one and "roleArn" not in one for name, one in found.items() if name.startswith("go-"))


def test_what_is_the_shells_is_left_to_the_shell() -> None:
    plan = of_stages(
        {
            "name": "Say",
            "after": "Build",
            "actions": [{"provider": "commands", "name": "say", "commands": ["echo ${region} {region}"]}],
        },
    )
    assert action_of(plan, "say").declaration["commands"] == ["echo ${region} eu-west-1"]


def test_each_approval_of_a_wave_has_its_own_topic_and_policy() -> None:
    plan = every_stage()
    gates = plan.outputs["applications"]["waves"]["approverPolicies"]
    assert gates.keys() == {f"go-{place}" for place in ("eu-west-1", "us-east-1", "partner", "partner-home")}
    policy = plan.one("aws:iam/policy:Policy", name="waves-dev-go-partner-approver").json("policy")
    allowed = [one["Resource"] for one in policy["Statement"] if "codepipeline:PutApprovalResult" in one["Action"]]
    assert allowed == [["arn:aws:codepipeline:eu-west-1:111122223333:waves-dev/Wave/go-partner"]]


def test_variables_reach_the_pipeline_with_their_words() -> None:
    variables = {one["name"]: one for one in pipeline_of(every_stage(), "every-action").inputs["variables"]}
    assert variables["GREETING"] == {
        "name": "GREETING",
        "defaultValue": "hello",
        "description": "What the contract tests look for",
    }
    assert "description" not in variables["GIT_BRANCH"]


def test_only_a_pipeline_that_computes_has_a_log_and_it_is_encrypted_and_ends() -> None:
    plan = every_stage()
    groups = {one.inputs["name"]: one for one in plan.of("aws:cloudwatch/logGroup:LogGroup")}
    assert {name for name in groups if name.startswith("/aws/codepipeline/")} == {
        "/aws/codepipeline/every-action-dev",
        "/aws/codepipeline/waves-dev",
    }
    log = groups["/aws/codepipeline/waves-dev"]
    assert log.inputs["retentionInDays"] > 0
    assert log.inputs["kmsKeyId"] == plan.named("artifacts-key").arn
    assert log.urn in plan.before(pipeline_of(plan, "waves"))


def test_a_stack_whose_actions_stay_at_home_has_one_key_and_one_artifact_bucket() -> None:
    plan = of_stages(
        {"name": "Say", "after": "Build", "actions": [{"provider": "lambda", "name": "a", "function": "f"}]}
    )
    assert len(plan.of("aws:kms/key:Key")) == 1
    assert len(plan.of("pulumi:providers:aws")) == 1
    assert "region" not in pipeline_of(plan).inputs["artifactStores"][0]
    assert "actionRoles" not in plan.outputs["applications"]["storefront"]


def test_a_key_abroad_encrypts_for_nobody_but_the_account_and_its_guests() -> None:
    statements = key_statements(DEV, guests=[PARTNER], only_artifacts=True)
    assert [statement.principals for statement in statements] == [
        {"AWS": "arn:aws:iam::111122223333:root"},
        {"AWS": ["arn:aws:iam::777788889999:root"]},
    ]
    assert statements[1].conditions == {"ArnEquals": {"aws:PrincipalArn": [PARTNER]}}
    assert len(key_statements(DEV)) == 4


def test_a_bucket_lets_in_exactly_the_roles_that_act_in_its_region() -> None:
    plan = every_stage()
    for region, guests in (("eu-west-1", [PARTNER]), ("us-east-1", [PARTNERS_BUILD, PARTNER]), ("eu-central-1", [])):
        bucket = f"delivery-dev-artifacts-111122223333-{region}"
        policy = plan.one("aws:s3/bucketPolicy:BucketPolicy", bucket=bucket).json("policy")
        foreign = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
        assert [one["Condition"]["ArnEquals"]["aws:PrincipalArn"] for one in foreign] == [guests] * (2 if guests else 0)
        assert {one for each in foreign for one in each["Resource"]} <= {
            f"arn:aws:s3:::{bucket}",
            f"arn:aws:s3:::{bucket}/*",
        }


def test_a_role_of_the_stacks_own_account_is_no_guest_of_its_bucket() -> None:
    own = "arn:aws:iam::111122223333:role/deployer"
    action = Action(name="a", category=Category.INVOKE, provider="Lambda", role_arn=own)
    assert guests_of([action], DEV).by_region == {}
    assert admit((), DEV) == []


def test_an_application_of_one_road_is_what_it_was() -> None:
    assert FreeRoad().checked(ROAD) == ROAD


@pytest.mark.parametrize(("place", "kind"), [({"before": "Deploy"}, "delivery"), ({"after": "Deploy"}, "deployment")])
def test_a_persons_yes_makes_continuous_delivery_only_before_the_deployment(place: dict[str, str], kind: str) -> None:
    yes = {"provider": "manual", "name": "yes", "emails": ["lead@example.com"]}
    plan = of_stages({"name": "Ask", "actions": [yes], **place})
    assert plan.outputs["applications"]["storefront"]["continuous"]["is"] == kind
