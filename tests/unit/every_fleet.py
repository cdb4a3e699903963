"""A stack whose applications run on fleets of every kind: for `planned`, for moto and for the engine."""

from functools import cache
from typing import Any

from tests.unit.planning import Config, Planned, apart, planned

SCHEDULES: dict[str, Any] = {
    "office": {"cron": "0 7 * * MON-FRI", "timeZone": "Europe/Berlin", "min": 4},
    "night": {"cron": "30 19 * * *", "timeZone": "Europe/Berlin", "min": 2},
}
SCALED: dict[str, Any] = {
    "size": {"min": 2, "desired": 3, "max": 6},
    "scaling": {"cpuPercent": 50, "requestsPerMinute": 600, "warmupSeconds": 90},
    "schedules": SCHEDULES,
}
WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shops/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
LISTENER = "arn:aws:elasticloadbalancing:{region}:{account}:listener/app/shared/0123456789abcdef/fedcba9876543210"
SHARED: dict[str, Any] = {
    "url": "https://desk.example.com",
    "balancer": {
        "listenerArn": LISTENER.format(region="eu-west-1", account="111122223333"),
        "securityGroupId": "sg-0123456789abcdef0",
        "priority": 120,
        "hosts": ["desk.example.com"],
        "paths": ["/desk/*"],
    },
}
"""Behind a load balancer of others, in the account of dev."""

WORKERS: dict[str, Any] = {
    "reports": {
        "fleet": {
            "size": {"min": 2, "desired": 2, "max": 6},
            "scaling": {"cpuPercent": 60},
            "schedules": SCHEDULES,
            "instanceType": "c7g.large",
            "spot": {"instanceTypes": ["m7g.large"]},
            "instanceRefresh": {},
        },
        "deploymentConfig": "CodeDeployDefault.OneAtATime",
    },
    "mails": {},
}
"""Groups that take no traffic: one with all that a fleet may have, one as the tier has it."""

SHOP: dict[str, Any] = {
    "platform": "server",
    "strategy": "blue-green",
    "fleet": {
        **SCALED,
        "instanceType": "m7g.large",
        "spot": {"instanceTypes": ["m6g.large", "c7g.xlarge"], "onDemandPercent": 25},
    },
    "config": {"minimumHealthy": {"percent": 60}},
    "workers": WORKERS,
}
WEB: dict[str, Any] = {
    "platform": "server",
    "strategy": "in-place",
    "fleet": {**SCALED, "instanceRefresh": {}, "webAclArn": WEB_ACL},
    "config": {
        "minimumHealthy": {"count": 1},
        "zonal": {"monitorMinutes": 10, "firstZoneMonitorMinutes": 30, "minimumHealthyPerZone": {"count": 0}},
    },
    "workers": {"mails": {}},
}
KIOSK: dict[str, Any] = {
    "platform": "server",
    "strategy": "in-place",
    "fleet": {
        "size": {"min": 1, "desired": 2, "max": 4},
        "schedules": {
            "day": {"cron": "0 8 * * *", "min": 2, "desired": 3},
            "night": {"cron": "0 20 * * *", "min": 1},
        },
        "spot": {"instanceTypes": ["t3a.micro"], "onDemandBase": 0},
        "instanceRefresh": {"minHealthyPercent": 100},
    },
}
DESK: dict[str, Any] = {"platform": "server", "strategy": "blue-green", "fleet": SHARED}


@apart
def fleets(config: Config) -> None:
    """Puts an application for each kind in the place of the file's applications."""
    config["delivery:applications"] = {
        name: {"source": {"provider": "codecommit", "repository": name, "branch": "main"}, "deploy": deploy}
        for name, deploy in (("shop", SHOP), ("web", WEB), ("kiosk", KIOSK), ("desk", DESK))
    }


@cache
def every_fleet() -> Planned:
    """What dev plans with them; planned once per session."""
    return planned("dev", fleets)
