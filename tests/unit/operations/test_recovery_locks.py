"""Who holds the lock of a stack whose state is in a bucket."""

import io
from typing import Any

from operations.recovery.locks import Lock, locks_of
from tests.unit.functions.fake_wire import FakeWire

LOCK = '{"pid": 4711, "username": "jane", "hostname": "runner", "timestamp": "2026-11-25T21:36:15.1Z"}'


class FakeBucket(FakeWire):
    """The bucket of the state."""

    def client(self, service: str, region: str) -> Any:
        assert region == "eu-central-1"
        return self._client(service)

    def _s3_ListObjectsV2(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert asked["Prefix"] == "team/.pulumi/locks/organization/delivery/prod/"
        return {"Contents": [{"Key": f"{asked['Prefix']}1.json"}], "IsTruncated": False}

    def _s3_GetObject(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"Body": io.BytesIO(LOCK.encode())}


def test_a_lock_in_a_bucket_is_found() -> None:
    backend = "s3://states/team?region=eu-central-1&awssdk=v2"
    found = locks_of("prod", project="delivery", backend=backend, client=FakeBucket().client)
    assert found == [Lock(user="jane", host="runner", process=4711, since="2026-11-25T21:36:15.1Z")]
