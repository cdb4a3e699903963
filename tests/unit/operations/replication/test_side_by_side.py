"""A replicated environment beside the one that it came from, in the same account and region."""

import pytest
import yaml

from offline.provider.naming import name_property
from operations.line import run
from operations.replication.command import Replicate
from tests.unit.audiences import with_audiences
from tests.unit.planning import Config, Planned, config_of, planned, planned_as
from tests.unit.publishing.planned import everything

SCOPED = {"aws:iam/rolePolicy:RolePolicy", "aws:lambda/alias:Alias", "aws:ssm/association:Association"}
"""Types whose names are those of one role, one function or one document."""


def in_full(config: Config) -> None:
    """Audiences of every channel, and every target of publishing."""
    with_audiences(config)
    everything(config)


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> tuple[Planned, Planned]:
    """Staging in full, and what was replicated from it."""
    folder = tmp_path_factory.mktemp("project")
    for stack in ("dev", "staging", "prod"):
        config = config_of(stack)
        if stack == "staging":
            in_full(config)
        (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")
    words = ["replicate", "--from", "staging", "--to", "qa", "--yes", "--set", "applications.storefront.promote=-"]
    assert run((Replicate(project=folder),), words) == 0
    qa = yaml.safe_load((folder / "Pulumi.qa.yaml").read_text(encoding="utf-8"))["config"]
    return planned("staging", in_full), planned_as("qa", qa)


def test_no_name_is_taken_twice(beside: tuple[Planned, Planned]) -> None:
    staging, qa = (
        {
            (one.type, str(name))
            for one in plan.resources
            if one.outputs.get("arn")
            and one.type not in SCOPED
            and (name := one.inputs.get(name_property(token=one.type))) is not None
        }
        for plan in beside
    )
    assert len(staging) > 100
    assert staging & qa == set()


def test_both_have_the_same_resources_but_for_the_promotion(beside: tuple[Planned, Planned]) -> None:
    staging, qa = ({(one.type, one.name.replace("staging", "qa")) for one in plan.resources} for plan in beside)
    assert qa - staging == set()
    assert {name for _, name in staging - qa} == {name for _, name in staging if name.startswith("storefront-promot")}
