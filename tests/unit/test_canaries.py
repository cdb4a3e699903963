"""The canary: what it sees of the sample's real page, who has one, and what its role may do."""

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.unit.every_function import functions
from tests.unit.every_service import every_service
from tests.unit.planning import ROOT, Config, Planned, planned
from tests.unit.roles import roles_of
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, said
from tests.unit.synthetics_runtime import synthetics
from tests.unit.test_watching import ALARM, GROUP, UNWELL, made_of

CANARY = "aws:synthetics/canary:Canary"
BUCKET = "delivery-prod-canaries-444455556666-eu-west-1"


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[str]:
    """The address of a server, while it answers."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def storefront(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The sample as it is, on a free port."""
    monkeypatch.syspath_prepend(str(ROOT / "samples" / "storefront"))
    from storefront.application import Application  # type: ignore[import-not-found]
    from storefront.catalogue import FileCatalogue  # type: ignore[import-not-found]
    from storefront.server import create_server  # type: ignore[import-not-found]

    catalogue = FileCatalogue(path=ROOT / "samples" / "storefront" / "storefront" / "products.json")
    with serving(create_server(Application(catalogue=catalogue, version="1.2.3"), "127.0.0.1", 0)) as address:
        yield address
    for name in [one for one in sys.modules if one.split(".")[0] == "storefront"]:
        del sys.modules[name]


def answering(status: int, body: bytes) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing: the tests' own output is for people."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def planned_environment(plan: Planned, **instead: str) -> dict[str, str]:
    """What the planned canary of production gives its script, with another address."""
    told = plan.one(CANARY).inputs["runConfig"]["environmentVariables"]
    return {**told, **instead}


def test_the_canary_of_production_is_satisfied_with_the_real_page_of_the_sample(storefront: str) -> None:
    told = planned_environment(planned("prod"), ADDRESS=f"{storefront}/")
    assert told["EXPECTS"] == "Storefront"
    with synthetics() as (script, runtime):
        assert script.visit(told) == f"{storefront}/ answers 200."
    assert runtime.opened == [f"{storefront}/"]
    assert runtime.pictures == ["page.png"]
    assert runtime.said == [f"{storefront}/ answers 200."]


def test_a_page_without_what_a_user_reads_there_fails_and_says_what_it_has_instead(storefront: str) -> None:
    with (
        synthetics() as (script, runtime),
        pytest.raises(script.CanaryError, match=r"doesn't say 'Checkout'; it says .*Storefront"),
    ):
        script.visit({"ADDRESS": f"{storefront}/", "EXPECTS": "Checkout"})
    assert runtime.pictures == ["page.png"], "there is no picture of what was wrong"


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_answer_that_is_an_error_fails_whatever_it_says(status: int) -> None:
    with (
        serving(answering(status, b"<body>Storefront</body>")) as address,
        synthetics() as (script, _),
        pytest.raises(script.CanaryError, match=f"answers {status}"),
    ):
        script.visit({"ADDRESS": address, "EXPECTS": "Storefront"})


def test_nobody_who_answers_fails() -> None:
    with socket.socket() as taken, synthetics() as (script, _):
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(script.CanaryError, match="answers error"):
            script.visit({"ADDRESS": f"http://127.0.0.1:{taken.getsockname()[1]}"})


def test_what_is_expected_is_what_a_reader_sees_and_not_what_is_only_in_the_source() -> None:
    page = b"<html><head><title>Storefront</title></head><body>Sorry</body></html>"
    with (
        serving(answering(200, page)) as address,
        synthetics() as (script, _),
        pytest.raises(script.CanaryError, match="doesn't say 'Storefront'"),
    ):
        script.visit({"ADDRESS": address, "EXPECTS": "Storefront"})


def test_before_the_first_deployment_the_placeholders_are_no_failure_that_would_stop_it() -> None:
    task = json.loads(every_service().of("aws:ecs/taskDefinition:TaskDefinition")[0].inputs["containerDefinitions"])
    user_data = (ROOT / "components" / "user_data.py").read_text()
    with synthetics() as (script, _):
        of_tasks, of_machines = script.NOT_YET
        assert of_tasks in task[0]["command"][-1]
        assert of_machines in user_data
        for sign in script.NOT_YET:
            with serving(answering(200, f"<body>{sign}</body>".encode())) as address:
                assert "waits for its first deployment" in script.visit({"ADDRESS": address, "EXPECTS": "Shop"})


def test_production_has_a_canary_by_itself_and_its_alarm_speaks_against_a_release() -> None:
    plan = planned("prod")
    canary = plan.one(CANARY, name="storefront-prod")
    alarm = plan.one(ALARM, name="storefront-prod-canary").inputs
    assert alarm["dimensions"] == {"CanaryName": canary.inputs["name"]}
    assert (alarm["namespace"], alarm["metricName"]) == ("CloudWatchSynthetics", "SuccessPercent")
    assert (alarm["comparisonOperator"], alarm["treatMissingData"]) == ("LessThanThreshold", "notBreaching")
    # Every five minutes, and two failures in a row: within the fifteen minutes in which a release is watched.
    assert canary.inputs["schedule"] == {"expression": "rate(5 minutes)"}
    assert (alarm["period"], alarm["evaluationPeriods"]) == (300, 2)
    assert "storefront-prod-canary" in made_of(plan.one(UNWELL))
    assert "storefront-prod-canary" in plan.one(GROUP).inputs["alarmConfiguration"]["alarms"]


def test_a_canary_runs_the_script_of_the_repository_in_the_bucket_of_the_stack() -> None:
    plan = planned("prod")
    canary = plan.one(CANARY).inputs
    script = plan.named("canaries-script")
    assert (canary["s3Bucket"], canary["s3Key"]) == (BUCKET, script.inputs["key"])
    assert canary["s3Version"] == script.outputs["versionId"]
    assert list(script.inputs["source"].assets) == ["python/canary.py"]
    assert canary["handler"] == "canary.handler"
    assert canary["startCanary"] is True


def test_what_it_finds_is_encrypted_with_the_stacks_key_and_goes_in_time_while_the_script_stays() -> None:
    plan = planned("prod")
    key = plan.one("aws:kms/key:Key").arn
    canary = plan.one(CANARY).inputs
    assert canary["artifactConfig"]["s3Encryption"] == {"encryptionMode": "SSE_KMS", "kmsKeyArn": key}
    assert canary["artifactS3Location"] == f"s3://{BUCKET}/runs/storefront-prod"
    (rule,) = plan.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", bucket=BUCKET).inputs[
        "rules"
    ]
    assert (rule["filter"], rule["expiration"]) == ({"prefix": "runs/"}, {"days": 365})
    (log,) = [one for one in plan.of("aws:cloudwatch/logGroup:LogGroup") if "/cwsyn-" in one.inputs["name"]]
    assert log.inputs["name"].startswith("/aws/lambda/cwsyn-storefront-prod-")
    assert ":" not in log.inputs["name"]
    assert log.inputs["retentionInDays"] == 365


def test_its_role_writes_its_own_pictures_log_and_metrics_and_makes_no_log_without_an_end() -> None:
    role = roles_of(planned("prod"))["storefront-prod-canary"]
    assert role.actions == {
        "cloudwatch:PutMetricData",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:ListAllMyBuckets",
        "s3:PutObject",
    }
    assert role.resources_of("s3:PutObject") == {f"arn:aws:s3:::{BUCKET}/runs/storefront-prod/*"}
    assert all("/aws/lambda/cwsyn-storefront-prod-" in one for one in role.resources_of("logs:PutLogEvents"))


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_other_tiers_have_one_where_the_stack_file_asks_for_it(stack: str) -> None:
    def asking(config: Config) -> None:
        config["delivery:applications"]["storefront"]["watch"] = {
            "canary": {"enabled": True, "path": "/api/products", "everyMinutes": 1}
        }
        config["delivery:watch"] = {"canaryRuntime": "syn-python-selenium-15.0"}

    assert planned(stack).of(CANARY) == []
    plan = planned(stack, asking)
    canary = plan.one(CANARY).inputs
    # Without a certificate the load balancer's own name will do.
    address = plan.outputs["applications"]["storefront"]["url"]
    assert canary["runConfig"]["environmentVariables"] == {"ADDRESS": f"{address}/api/products"}
    assert canary["schedule"] == {"expression": "rate(1 minute)"}
    assert canary["runtimeVersion"] == "syn-python-selenium-15.0"


def without_address(config: Config) -> None:
    del config["delivery:applications"]["storefront"]["deploy"]["fleet"]["url"]


def test_there_is_none_without_an_address_that_a_browser_would_trust() -> None:
    plan = planned("prod", without_address)
    assert plan.of(CANARY) == []
    assert not [one for one in plan.physical_names(ALARM) if one.endswith("-canary")]
    assert not [one for one in plan.of("aws:s3/bucket:Bucket") if "canaries" in one.name]


def test_functions_have_one_at_their_address() -> None:
    def addressed(config: Config) -> None:
        functions(config)
        config["delivery:applications"]["greeter"]["deploy"] = {
            **config["delivery:applications"]["greeter"]["deploy"],
            "url": "https://greeter.example.com/",
        }
        for one in config["delivery:applications"].values():
            one["watch"] = {"canary": {"enabled": one["deploy"].get("url") is not None}}

    plan = planned("dev", addressed)
    told = plan.one(CANARY, name="greeter-dev").inputs["runConfig"]["environmentVariables"]
    assert told == {"ADDRESS": "https://greeter.example.com/"}
    assert "greeter-dev-canary" in made_of(plan.one(UNWELL, alarmName="greeter-dev-unwell"))
    assert plan.of(CANARY, name="ticker-dev") == []


@pytest.mark.parametrize(
    ("canary", "message"),
    [
        ({"everyMinutes": 61}, "everyMinutes: given 61; allowed: 1 to 60 minutes"),
        ({"path": "shop"}, 'path: given "shop"; allowed: a path that begins with /'),
        ({"expects": ""}, 'expects: given ""; allowed: text on one line, 1 to 200 characters'),
        ({"every": 5}, "every: unknown key"),
    ],
)
def test_a_canary_that_cannot_be_is_refused(canary: dict[str, object], message: str) -> None:
    (line,) = said(changed(config_of("prod"), ((*STOREFRONT, "watch", "canary"), canary)), stack="prod")
    assert line.startswith(f"applications.storefront.watch.canary.{message}")


def test_one_that_is_asked_for_without_an_address_is_refused_with_the_way_to_one() -> None:
    config = config_of("prod")
    fleet = config["delivery:applications"]["storefront"]["deploy"].setdefault("fleet", {})
    fleet.pop("url", None)
    fleet["certificateArn"] = "arn:aws:acm:eu-west-1:444455556666:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    lines = said(changed(config, ((*STOREFRONT, "watch", "canary", "enabled"), True)), stack="prod")
    (line,) = lines
    assert line == (
        "applications.storefront.watch.canary.enabled: given true; allowed: an application with an address that a "
        "browser opens (deploy.fleet.url)"
    )
