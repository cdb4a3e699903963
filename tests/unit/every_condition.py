"""One stack file with every kind of condition, freezes and overrides, for tests that want them beside each other."""

from tests.unit.planning import Config

MANAGER = "arn:aws:iam::111122223333:role/ReleaseManager"
ON_CALL = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_OnCall_*"


def every_condition(config: Config) -> None:
    """Gives the storefront of staging each rule and each result, windows of both kinds, and two freezes."""
    config["delivery:freezes"] = [
        {
            "from": "2026-12-20",
            "until": "2027-01-04",
            "timeZone": "Europe/Berlin",
            "reason": "Christmas trade",
            "hotfixes": True,
        },
        {"from": "2020-01-01T06:00", "until": "2020-01-01T18:00", "reason": "long over"},
    ]
    config["delivery:overrides"] = {"condition": [MANAGER], "rollback": [MANAGER, ON_CALL], "approval": [MANAGER]}
    config["delivery:applications"]["storefront"]["conditions"] = {
        "Build": {
            "onFailure": {"result": "retry"},
            "beforeEntry": {
                "otherwise": "skip",
                "rules": [
                    {"rule": "variable", "variable": "#{Source.CommitMessage}", "differs": "[skip ci]"},
                    {"rule": "function", "name": "worth-building"},
                ],
            },
        },
        "Test": {
            "onFailure": {"result": "retry", "actions": "all"},
            "beforeEntry": {
                "rules": [
                    {"rule": "alarm", "name": "shared-database"},
                    {"rule": "window", "days": "SAT,SUN", "closed": "fail"},
                ]
            },
        },
        "Deploy": {
            "beforeEntry": {
                "rules": [
                    {
                        "rule": "window",
                        "days": "MON-FRI",
                        "hours": "9-17",
                        "timeZone": "Europe/Berlin",
                        "closed": "wait",
                    },
                    {"rule": "function", "name": "change-is-announced", "parameters": "storefront"},
                    {"rule": "commands", "commands": ["test -f appspec.yml", "test -d bin"], "artifact": "Bundle"},
                ]
            },
            "onSuccess": {
                "otherwise": "rollback",
                "rules": [
                    {"rule": "alarm", "name": "payments-errors", "waitMinutes": 10},
                    {"rule": "alarm", "name": "payments-latency"},
                ],
            },
        },
        "Promote": {
            "beforeEntry": {
                "rules": [
                    {"rule": "variable", "variable": "#{VerifyRelease.healthyInstances}", "matches": "[1-9]\\d*"},
                    {"rule": "commands", "commands": ["ls"]},
                ]
            },
            "onFailure": {"result": "rollback"},
        },
    }
