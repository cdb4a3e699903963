"""What the tests of commands share."""

from collections.abc import Iterator

import pytest

from release_ledger import Approval, Infrastructure, Source, StoredArtifact
from tests.unit.functions.release_records import FINISHED, release
from tests.unit.operations.hand_world import ARTIFACTS, JANE, HandWorld, digest, hand_world
from tests.unit.operations.past import FIRST, NEW, OLD, SECOND, THIRD, Past, Repository, bundle


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[HandWorld]:
    """AWS around one application between two fleets, in production."""
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "testing")
    with hand_world(HandWorld) as made:
        yield made


@pytest.fixture
def approved(world: HandWorld) -> HandWorld:
    """The same with a release that was promoted as v1.4.0, and approved."""
    version = world.promote(b"one", tag="v1.4.0")
    world.execution("e-1", version, artifact="storefront-prod/Source/one")
    world.approve("e-1")
    return world


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    repository = Repository(folder=tmp_path_factory.mktemp("clone"))
    repository.git("init", "--initial-branch", "master")
    repository.first = repository.commit("small fleet", "infra-1")
    repository.second = repository.commit("large fleet", "infra-2")
    return repository


@pytest.fixture
def past(world: HandWorld, clone: Repository) -> Past:
    """Three releases: the first on one version of the infrastructure, the others on the next."""
    records = []
    for number, (minutes, commit, tag) in enumerate(
        [(FIRST, clone.first, "infra-1"), (SECOND, clone.second, "infra-2"), (THIRD, clone.second, "infra-2")], start=1
    ):
        content = bundle(number, OLD if number < 3 else NEW)
        key = f"storefront-prod/Source/{number}"
        version = world.put(content, bucket=ARTIFACTS, key=key)
        records.append(
            release(
                minutes,
                artifact=StoredArtifact(bucket=ARTIFACTS, key=key, version=version, sha256=digest(content)),
                infrastructure=Infrastructure(commit=commit, tag=tag, stack="prod", number=number),
                configuration=tag[-1] * 64,
                source=Source(commit=str(number) * 40, tag=f"v1.{number}.0"),
                approvals=(Approval(name="qa-head", by=JANE, at="2026-11-25T20:50:00Z"),),
            )
        )
        world.append(records[-1])
    world.made_by = {"commit": clone.second, "tag": "infra-2", "dirty": False, "configuration": "2" * 64}
    world.now = FINISHED
    first, second, third = records
    return Past(world, clone, first, second, third)
