"""A stack that builds with Jenkins on the real engine: created under both packs, left alone, changed, destroyed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from offline.layout import Layout
from tests.engine.harness import Document, Engine, EngineFactory
from tests.engine.lifecycle import Lifecycle, live
from tests.unit.jenkins.stacks import with_jenkins

GUIDE = "docs/jenkins.md"
JENKINS = "delivery:index:JenkinsServer"


def by_jenkins(document: Document) -> None:
    with_jenkins(document["config"])


@pytest.fixture(scope="module")
def dev(module_engine: EngineFactory) -> Lifecycle:
    """The life of a development stack under both packs."""
    return live(module_engine(stack="dev", packs=True, edit=by_jenkins))


@pytest.fixture(scope="module")
def prod(module_engine: EngineFactory) -> Lifecycle:
    """The life of a stack of production's tier that builds what it deploys, which the packs refuse."""
    return live(module_engine(stack="prod", edit=by_jenkins))


@pytest.fixture(params=["dev", "prod"])
def life(request: pytest.FixtureRequest) -> Lifecycle:
    """Each of them."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Lifecycle)
    return found


def test_a_stack_with_jenkins_passes_both_policy_packs(dev: Lifecycle) -> None:
    assert dev.preview.rc == 0, dev.preview.text
    assert dev.created.rc == 0, dev.created.text
    assert dev.preview.mandatory == dev.created.mandatory == []


def test_up_creates_what_the_preview_promised(life: Lifecycle) -> None:
    assert life.created.rc == 0, life.created.text
    assert life.created.changed == life.preview.changed == {"create": len(life.created.resources)}
    assert [each["type"] for each in life.created.resources].count(JENKINS) == 1


def test_a_second_up_and_a_refresh_find_nothing_to_do(life: Lifecycle) -> None:
    assert life.again.rc == 0, life.again.text
    assert life.again.changed == {}
    assert life.refreshed.rc == 0, life.refreshed.text
    assert life.refreshed.changed == {}


def test_destroy_leaves_nothing_of_it(life: Lifecycle) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.resources == []
    assert life.destroyed.changed == {"delete": len(life.created.resources)}


def test_in_production_pulumi_refuses_to_delete_the_home(prod: Lifecycle) -> None:
    protected = {each["type"] for each in prod.created.resources if each.get("protect")}
    assert "aws:efs/fileSystem:FileSystem" in protected


def test_neither_state_nor_outputs_nor_logs_hold_a_password(life: Lifecycle) -> None:
    state = json.dumps(life.again.state)
    assert "secretVersion" not in state
    assert "secretString" not in state
    assert not re.search(r"generated-once|initialAdminPassword", state + life.created.text)


@pytest.fixture
def standing(dev: Lifecycle, engine: EngineFactory) -> Callable[[Callable[[Document], None]], Engine]:
    """The development stack as it stands after its second `up`, with one more change to its file."""

    def changed(edit: Callable[[Document], None]) -> Engine:
        assert dev.again.rc == 0, dev.again.text
        opened = engine(stack="dev", edit=by_jenkins)
        opened.import_state(dev.again.state)
        opened.configure(edit)
        return opened

    return changed


Standing = Callable[[Callable[[Document], None]], Engine]


@pytest.mark.parametrize(("key", "value"), [("instanceType", "t3.large"), ("amiParameter", "/acme/jenkins/ami")])
def test_what_changes_the_machine_is_a_new_template_and_a_refresh_of_the_group_and_touches_nothing_else(
    standing: Standing, key: str, value: object
) -> None:
    outcome = standing(lambda document: document["config"]["delivery:jenkins"].update({key: value})).preview()
    assert outcome.rc == 0, outcome.text
    assert outcome.changed == {"update": 3}
    # The ledger knows by which configuration the stack was made.
    assert outcome.touched == ["jenkins-group", "jenkins-template", "ledger-version"]


def test_a_new_machine_is_started_by_the_number_of_the_new_template(standing: Standing) -> None:
    opened = standing(lambda document: document["config"]["delivery:jenkins"].update(instanceType="t3.large"))
    outcome = opened.up()
    assert outcome.rc == 0, outcome.text
    (group,) = [each for each in outcome.resources if each["urn"].endswith("::jenkins-group")]
    assert group["inputs"]["launchTemplate"]["version"] == "2"
    assert opened.up().changed == {}


def test_a_new_version_of_the_action_type_is_made_before_the_old_one_goes(standing: Standing) -> None:
    outcome = standing(lambda document: document["config"]["delivery:jenkins"].update(actionVersion="2")).preview()
    assert outcome.rc == 0, outcome.text
    assert outcome.steps["jenkins-action-type"] == "create-replacement"
    assert {"storefront-pipeline", "jenkins-template", "jenkins-group"} <= set(outcome.touched)


def test_going_back_to_codebuild_takes_the_server_away_and_leaves_the_pipeline(standing: Standing) -> None:
    def without(document: Document) -> None:
        del document["config"]["delivery:jenkins"]
        del document["config"]["delivery:applications"]["storefront"]["build"]

    outcome = standing(without).preview()
    assert outcome.rc == 0, outcome.text
    operations = {urn.split("::")[-2].rsplit("$", 1)[-1]: step for urn, step in outcome.operations.items()}
    assert operations["aws:codepipeline/pipeline:Pipeline"] == "update"
    assert operations["aws:codepipeline/customActionType:CustomActionType"] == "delete"
    assert operations["aws:efs/fileSystem:FileSystem"] == "delete"
    assert outcome.steps["storefront-build"] == "create"


def test_production_that_builds_for_itself_is_refused_for_that_and_for_its_single_machine(
    engine: EngineFactory,
) -> None:
    outcome = engine(stack="prod", packs=True, edit=by_jenkins).preview()
    assert [policy for policy, _ in outcome.mandatory] == ["flow-promotion-order", "net-asg-deployable"]


def test_the_guides_exemption_lets_a_single_machine_be(engine: EngineFactory, layout: Layout) -> None:
    (written,) = re.findall(r"```json\n(.*?)```", (layout.root / GUIDE).read_text(encoding="utf-8"), re.DOTALL)
    opened = engine(stack="prod", packs=True, edit=by_jenkins)
    configuration = opened.session.work / "hardening.json"
    configuration.write_text(written)
    production = layout.root / "policies/delivery/config/production.json"
    packs = [word for file in (production, configuration) for word in ("--policy-pack-config", str(file))]
    outcome = opened.preview(*packs)
    assert "net-asg-deployable" not in [policy for policy, _ in outcome.mandatory]
