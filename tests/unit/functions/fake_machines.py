"""What the watch over machines on premises sees of AWS, in memory."""

import json
from typing import Any

from tests.unit.functions.fake_wire import CallError, FakeWire

APPLICATION, ROLE = "tills-dev", "tills-dev-machine"
SESSIONS = f"arn:aws:sts::111122223333:assumed-role/{ROLE}"
TOLD = json.dumps(
    {
        "application": APPLICATION,
        "role": ROLE,
        "sessions": SESSIONS,
        "tag": "Delivery",
        "tags": {"Site": "Delft"},
        "namespace": "Delivery/OnPremises",
    }
)
"""What is fixed for the function."""

VISIT = {
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "111122223333",
    "time": "2026-11-25T12:00:00Z",
    "region": "eu-west-1",
    "detail": {},
}
"""What EventBridge sends on a schedule."""


class FakeMachines(FakeWire):
    """Machines as Systems Manager and CodeDeploy know them."""

    def __init__(self) -> None:
        super().__init__()
        self.pings: dict[str, str] = {}
        self.sessions: dict[str, str] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.counts: list[float] = []
        self.page = 50

    def _ssm_DescribeInstanceInformation(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["Filters"] == [{"Key": "IamRole", "Values": [ROLE]}]
        names, following = self._page(sorted(self.pings), params.get("NextToken"))
        # PingStatus isn't required (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html).
        found = [{"InstanceId": name, **({"PingStatus": said} if (said := self.pings[name]) else {})} for name in names]
        return {"InstanceInformationList": found, **({"NextToken": following} if following else {})}

    def _codedeploy_ListOnPremisesInstances(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        (wanted,) = params["tagFilters"]
        assert (params["registrationStatus"], wanted["Type"]) == ("Registered", "KEY_AND_VALUE")
        tagged = [
            name for name in sorted(self.sessions) if self.tags.get(name, {}).get(wanted["Key"]) == wanted["Value"]
        ]
        names, following = self._page(tagged, params.get("nextToken"))
        return {"instanceNames": names, **({"nextToken": following} if following else {})}

    def _page(self, names: list[str], token: str | None) -> tuple[list[str], str]:
        start = int(token or 0)
        end = start + self.page
        return names[start:end], str(end) if end < len(names) else ""

    def _codedeploy_RegisterOnPremisesInstance(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params["instanceName"] in self.sessions:
            raise CallError("InstanceNameAlreadyRegisteredException")
        self.sessions[params["instanceName"]] = params["iamSessionArn"]
        return {}

    def _codedeploy_AddTagsToOnPremisesInstances(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for name in params["instanceNames"]:
            assert name in self.sessions
            self.tags.setdefault(name, {}).update({one["Key"]: one["Value"] for one in params["tags"]})
        return {}

    def _codedeploy_DeregisterOnPremisesInstance(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        del self.sessions[params["instanceName"]]
        del self.tags[params["instanceName"]]
        return {}

    def _cloudwatch_PutMetricData(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["Namespace"] == "Delivery/OnPremises"
        (one,) = params["MetricData"]
        assert one["Dimensions"] == [{"Name": "Application", "Value": APPLICATION}]
        self.counts.append(one["Value"])
        return {}
