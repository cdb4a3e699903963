"""A stack whose applications are Lambda functions, shifted in each way: for `planned`, for moto and for the engine."""

from functools import cache
from typing import Any

from tests.unit.planning import Config, Planned, apart, planned

CANARY: dict[str, Any] = {
    "platform": "lambda",
    "strategy": "canary",
    "function": {"runtime": "python3.13", "handler": "greeter.handle", "environment": {"GREETING": "Hello"}},
    "hooks": {"beforeAllowTraffic": "hooks.before", "afterAllowTraffic": "hooks.after"},
    "canary": {"percent": 20, "minutes": 15},
    "alarms": {"errors": 3, "throttles": 2, "durationMs": 800},
    "url": "https://greeter.example.com",
}
LINEAR: dict[str, Any] = {
    "platform": "lambda",
    "strategy": "linear",
    "function": {
        "runtime": "java21",
        "handler": "com.example.Ticker::handle",
        "processor": "x86_64",
        "memoryMb": 1024,
        "timeoutSeconds": 60,
        "vpc": True,
        "reservedConcurrency": 5,
        "policyArns": ["arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"],
    },
}


@apart
def functions(config: Config) -> None:
    """Puts two functions in the place of the file's applications."""
    config["delivery:applications"] = {
        name: {
            "source": {"provider": "codecommit", "repository": name, "branch": "main"},
            "suites": suites,
            "deploy": deploy,
        }
        for name, deploy, suites in (
            ("greeter", CANARY, {"e2e": {"buildspec": "e2e.yml", "after": "deploy"}}),
            ("ticker", LINEAR, {}),
        )
    }


@cache
def every_function() -> Planned:
    """What dev plans with them; planned once per session."""
    return planned("dev", functions)
