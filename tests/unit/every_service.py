"""A stack whose applications run on ECS, shifted in each way: for `planned`, for moto and for the engine."""

from functools import cache
from typing import Any

from tests.unit.planning import Config, Planned, apart, planned

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shops/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
REPOSITORY = "999988887777.dkr.ecr.eu-west-1.amazonaws.com/tools/ledger"
IMAGE: dict[str, Any] = {"to": "ecr"}

CANARY: dict[str, Any] = {
    "platform": "ecs",
    "strategy": "canary",
    "canary": {"percent": 20, "minutes": 15},
    "bakeMinutes": 30,
    "service": {
        "port": 9000,
        "healthPath": "/ready",
        "cpu": 1024,
        "memoryMb": 2048,
        "count": 3,
        "certificateArn": CERTIFICATE,
        "url": "https://shop.example.com",
        "webAclArn": WEB_ACL,
        "testFrom": ["203.0.113.0/24"],
        "environment": {"GREETING": "Hello"},
        "secrets": {"DATABASE": "shop/database:url", "TOKEN": "shop/token"},
        "policyArns": ["arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"],
    },
    "hookFunctions": ["CodeDeployHook_shop-smoke"],
    "alarms": {"http5xxCount": 7, "latencySeconds": 0.5, "unhealthyHosts": 1},
}
LINEAR: dict[str, Any] = {
    "platform": "ecs",
    "strategy": "linear",
    "linear": {"percent": 25, "minutes": 2},
    "service": {"scaling": {"min": 1, "max": 4, "cpuPercent": 50}},
}
SCALING: dict[str, Any] = {
    "min": 2,
    "max": 12,
    "cpuPercent": 60,
    "memoryPercent": 70,
    "requestsPerMinute": 1000,
    "schedules": {
        "evening": {"expression": "cron(0 19 ? * MON-FRI *)", "timeZone": "Europe/Berlin", "min": 2},
        "morning": {"expression": "cron(0 7 ? * MON-FRI *)", "timeZone": "Europe/Berlin", "min": 6},
    },
}
BY_ECS: dict[str, Any] = {
    **{key: CANARY[key] for key in ("platform", "strategy", "canary", "bakeMinutes", "alarms")},
    "controller": "ecs",
    "service": {"certificateArn": CERTIFICATE, "testFrom": ["203.0.113.0/24"], "scaling": SCALING},
    "lifecycleHooks": [
        {"function": "tower-smoke", "stages": ["post-test-traffic-shift", "post-production-traffic-shift"]},
        {"function": "tower-gate", "stages": ["pre-scale-up"]},
    ],
}
LINEAR_BY_ECS: dict[str, Any] = {**LINEAR, "controller": "ecs", "service": {}}
BLUE_GREEN: dict[str, Any] = {
    "platform": "ecs",
    "strategy": "blue-green",
    "service": {"repository": REPOSITORY, "processor": "arm64", "count": 1},
}


@apart
def services(config: Config) -> None:
    """Puts five services in the place of the file's applications."""
    config["delivery:applications"] = {
        name: {
            "source": {"provider": "codecommit", "repository": name, "branch": "main"},
            "publish": publish,
            "suites": suites,
            "deploy": deploy,
        }
        for name, publish, deploy, suites in (
            ("shop", [IMAGE], CANARY, {"e2e": {"buildspec": "e2e.yml", "after": "deploy"}}),
            ("ticker", [IMAGE], LINEAR, {}),
            ("ledger", [], BLUE_GREEN, {}),
            ("tower", [IMAGE], BY_ECS, {}),
            ("harbour", [IMAGE], LINEAR_BY_ECS, {}),
        )
    }


@cache
def every_service() -> Planned:
    """What dev plans with them; planned once per session."""
    return planned("dev", services)
