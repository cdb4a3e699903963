"""Audiences as they are planned: topics that are closed, roles that fit, one rule for each kind of happening."""

import json
from typing import Any

import pytest

from notices.audience import KINDS, Audience
from settings.notifications import MOST_AUDIENCES, NoticeKind
from tests.unit.audiences import AUDIENCES, GUID, with_audiences
from tests.unit.planning import STACKS, Config, Planned, planned
from tests.unit.roles import roles_of

TOPIC, RULE = "aws:sns/topic:Topic", "aws:cloudwatch/eventRule:EventRule"
ACCOUNT = "444455556666"
NAMES = {"announcements-tell": "tell_people", "announcements-digest": "deliver_digest"}


@pytest.fixture(scope="module")
def prod() -> Planned:
    """Production with audiences of every channel."""
    return planned("prod", with_audiences)


def parameters(plan: Planned, function: str) -> dict[str, Any]:
    """What a function is told."""
    found = json.loads(plan.named(function).inputs["environment"]["variables"]["PARAMETERS"])
    assert isinstance(found, dict)
    return found


def test_the_function_and_the_settings_know_the_same_kinds_of_notices() -> None:
    assert list(KINDS) == [str(kind) for kind in NoticeKind]


@pytest.mark.parametrize("stack", STACKS)
def test_a_kind_of_happening_has_one_rule_for_all_pipelines_of_a_stack(stack: str) -> None:
    def two(config: Config) -> None:
        applications = config["delivery:applications"]
        applications["portal"] = json.loads(json.dumps(applications["storefront"]))
        applications["portal"].pop("promote", None)
        applications["portal"]["source"] = {"provider": "s3", "bucket": "acme", "key": "portal.zip"}
        applications["portal"].pop("hotfix", None)
        # Who wrote an object of S3 is told by nobody.
        applications["portal"]["fourEyes"] = "none"

    plan = planned(stack, two)
    rules = [one for one in plan.of(RULE) if one.name.startswith("announcements-tell-")]
    assert len(rules) == 6
    for rule in rules:
        detail = rule.json("eventPattern")["detail"]
        assert detail.get("pipeline", detail.get("application")) == [f"storefront-{stack}", f"portal-{stack}"]


def test_nothing_else_tells_of_a_pipeline_a_build_or_a_deployment(prod: Planned) -> None:
    assert prod.of("aws:codestarnotifications/notificationRule:NotificationRule") == []
    (group,) = prod.of("aws:codedeploy/deploymentGroup:DeploymentGroup")
    assert "triggerConfigurations" not in group.inputs


def test_without_audiences_the_stacks_topic_hears_everything_and_nothing_more_is_made() -> None:
    plan = planned("prod")
    (everyone,) = parameters(plan, "announcements-tell")["audiences"]
    topic = plan.one(TOPIC, name="delivery-prod-events")
    assert everyone == {"name": "everyone", "kinds": list(KINDS), "mail": topic.arn}
    kinds = ("chatbot/slackChannelConfiguration", "secretsmanager/secret", "sqs/queue")
    assert [one.name for one in plan.resources if any(kind in one.type for kind in kinds)] == []
    assert "audiences" not in plan.outputs


def test_each_audience_has_a_topic_for_its_mail_and_one_for_its_chat(prod: Planned) -> None:
    named = {topic.inputs["name"] for topic in prod.of(TOPIC) if "audience" in topic.inputs["name"]}
    assert named == {
        f"delivery-prod-audience-{one}" for one in ("team-mail", "team-chat", "managers-mail", "managers-chat")
    }
    mail = prod.one(TOPIC, name="delivery-prod-audience-team-mail")
    (subscription,) = prod.of("aws:sns/topicSubscription:TopicSubscription", topic=mail.arn)
    assert (subscription.inputs["protocol"], subscription.inputs["endpoint"]) == ("email", "team@example.com")


def test_the_topics_of_audiences_are_encrypted_and_no_service_may_publish_to_them(prod: Planned) -> None:
    key = prod.named("artifacts-key").arn
    for topic in prod.of(TOPIC):
        if "audience" not in topic.inputs["name"]:
            continue
        assert topic.inputs["kmsMasterKeyId"] == key
        statements = prod.one("aws:sns/topicPolicy:TopicPolicy", arn=topic.arn).json("policy")["Statement"]
        assert [one["Principal"] for one in statements] == ["*", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}]
        assert statements[0]["Effect"] == "Deny"


def test_a_chat_listens_to_its_audiences_topic_with_a_role_that_may_do_nothing(prod: Planned) -> None:
    slack = prod.one("aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration").inputs
    teams = prod.one("aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration").inputs
    assert (slack["slackTeamId"], slack["slackChannelId"]) == ("T07EA123LEP", "C07EZ1ABC23")
    assert (teams["tenantId"], teams["teamId"], teams["channelId"]) == (GUID, GUID, "19%3A0a1b2c3d%40thread.tacv2")
    for audience, chat, made in (("team", "slack", slack), ("managers", "teams", teams)):
        assert made["snsTopicArns"] == [prod.one(TOPIC, name=f"delivery-prod-audience-{audience}-chat").arn]
        assert made["guardrailPolicyArns"] == ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
        assert made["userAuthorizationRequired"] is True
        role = roles_of(prod)[f"delivery-prod-{audience}-{chat}"]
        assert (role.service, role.actions) == ("chatbot.amazonaws.com", set())


def test_what_is_held_back_waits_encrypted_and_leaves_five_minutes_after_the_quiet_hours(prod: Planned) -> None:
    queue = prod.one("aws:sqs/queue:Queue")
    assert queue.inputs["kmsMasterKeyId"] == prod.named("artifacts-key").arn
    assert queue.inputs["visibilityTimeoutSeconds"] >= prod.named("announcements-digest").inputs["timeout"]
    schedule = prod.named("announcements-schedule-team").inputs
    assert (schedule["scheduleExpression"], schedule["scheduleExpressionTimezone"]) == (
        "cron(5 7 * * ? *)",
        "Europe/Berlin",
    )
    assert json.loads(schedule["target"]["input"])["detail"] == {"audience": "team"}
    assert schedule["target"]["arn"] == prod.named("announcements-digest").arn
    role = roles_of(prod)["delivery-prod-digest-schedule"]
    assert role.resources_of("lambda:InvokeFunction") == {prod.named("announcements-digest").arn}


@pytest.mark.parametrize(("ends", "leaves"), [("23:57", "cron(2 0 * * ? *)"), ("06:30", "cron(35 6 * * ? *)")])
def test_a_digest_leaves_after_midnight_where_the_quiet_hours_end_before_it(ends: str, leaves: str) -> None:
    def change(config: Config) -> None:
        with_audiences(config)
        quiet = {**AUDIENCES["team"]["quietHours"], "to": ends}
        config["delivery:notifications"]["audiences"] = {"team": {**AUDIENCES["team"], "quietHours": quiet}}

    assert planned("prod", change).named("announcements-schedule-team").inputs["scheduleExpression"] == leaves


def test_only_the_function_that_posts_reads_the_secrets_and_no_state_has_their_values(prod: Planned) -> None:
    readers = {name for name, role in roles_of(prod).items() if role.resources_of("secretsmanager:GetSecretValue")}
    assert readers == {"delivery-prod-call-webhook"}
    role = roles_of(prod)["delivery-prod-call-webhook"]
    named = {
        f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:delivery-prod/webhook/{one}-??????"
        for one in ("team", "board")
    }
    assert role.resources_of("secretsmanager:PutSecretValue") == named
    assert prod.of("aws:secretsmanager/secretVersion:SecretVersion") == []
    assert prod.outputs["audiences"]["board"] == {"webhookSecret": "delivery-prod/webhook/board"}


def test_who_tells_people_publishes_to_their_topics_and_looks_at_the_stacks_own_pipelines(prod: Planned) -> None:
    role = roles_of(prod)["delivery-prod-tell-people"]
    assert role.resources_of("sns:Publish") == {
        topic.arn for topic in prod.of(TOPIC) if topic.inputs["name"] != "storefront-prod-qa-head"
    }
    assert role.resources_of("codepipeline:GetPipelineExecution") == {
        f"arn:aws:codepipeline:eu-west-1:{ACCOUNT}:storefront-prod"
    }
    assert role.resources_of("codedeploy:GetDeployment") == {
        f"arn:aws:codedeploy:eu-west-1:{ACCOUNT}:deploymentgroup:storefront-prod/*"
    }, "any group of the application, for it may have workers"
    assert role.resources_of("sqs:SendMessage") == {prod.one("aws:sqs/queue:Queue").arn}
    assert role.resources_of("lambda:InvokeFunction") == {prod.named("announcements-webhook").arn}


def test_the_functions_understand_what_they_are_told(prod: Planned) -> None:
    told = [Audience.parse(one) for one in parameters(prod, "announcements-tell")["audiences"]]
    assert [one.name for one in told] == ["everyone", "team", "managers", "board"]
    assert told[2].kinds == ("rolled-back", "failed")
    assert (told[1].webhook, told[3].webhook) == ("delivery-prod-call-webhook",) * 2
    (held,) = [Audience.parse(one) for one in parameters(prod, "announcements-digest")["audiences"]]
    queue = prod.one("aws:sqs/queue:Queue")
    assert (held.name, held.queue) == ("team", queue.outputs["url"])
    hooks = parameters(prod, "announcements-webhook")["hooks"]
    assert hooks["board"]["url"] == "https://board.example.com:8443/v1/deliveries"


def test_the_most_and_longest_audiences_fit_into_a_functions_environment() -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 4 KB."""

    def most(config: Config) -> None:
        config["delivery:notifications"] = {
            "audiences": {
                f"{number}".rjust(20, "a"): {
                    "emails": [f"a{number}@example.com"],
                    "slack": {"workspace": "T07EA123LEP", "channel": f"C07EZ1ABC2{number}"},
                    "webhook": "https://hooks.example.com/".ljust(250, "x"),
                    "quietHours": {"from": "19:00", "to": "07:00", "timeZone": "America/Godthab"},
                }
                for number in range(MOST_AUDIENCES)
            }
        }

    plan = planned("prod", most)
    for function in plan.of("aws:lambda/function:Function"):
        variables = function.inputs["environment"]["variables"]
        assert sum(len(key) + len(value) for key, value in variables.items()) <= 4096, function.name
