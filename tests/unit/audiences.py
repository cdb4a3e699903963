"""Stacks whose audiences have every channel, for every kind of test."""

from typing import Any

from tests.unit.planning import apart

GUID = "1f2e3d4c-5b6a-7980-91a2-b3c4d5e6f708"

AUDIENCES: dict[str, dict[str, Any]] = {
    "team": {
        "emails": ["team@example.com"],
        "slack": {"workspace": "T07EA123LEP", "channel": "C07EZ1ABC23"},
        "webhook": "https://hooks.example.com/delivery",
        "quietHours": {"from": "19:00", "to": "07:00", "timeZone": "Europe/Berlin"},
    },
    "managers": {
        "events": ["rolled-back", "failed"],
        "emails": ["cto@example.com"],
        "teams": {"tenant": GUID, "team": GUID, "channel": "19%3A0a1b2c3d%40thread.tacv2"},
    },
    "board": {"events": ["succeeded"], "webhook": "https://board.example.com:8443/v1/deliveries"},
}


@apart
def with_audiences(config: dict[str, Any]) -> None:
    """Give the stack audiences with every channel."""
    config["delivery:notifications"] = {"emails": ["ops@example.com"], "audiences": AUDIENCES}
