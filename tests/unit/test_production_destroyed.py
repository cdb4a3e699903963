"""The way in which docs/day-2.md has production destroyed: first one change that lifts what holds it."""

from pathlib import Path

from tests.unit.planning import STOREFRONT, Config, Planned, planned

GUIDE = Path(__file__).parents[2] / "docs" / "day-2.md"


def lifted() -> Planned:
    """Production after that change."""

    def change(config: Config) -> None:
        config["delivery:environment"]["tier"] = "staging"
        config["delivery:network"]["natGateways"] = "per-zone"
        config["delivery:applications"][STOREFRONT]["watch"]["canary"]["enabled"] = True

    return planned("prod", change)


def test_nothing_of_production_goes_while_it_is_still_protected() -> None:
    assert {one.urn for one in lifted().resources} == {one.urn for one in planned("prod").resources}


def test_nothing_holds_it_afterwards() -> None:
    assert [one.name for one in planned("prod").resources if one.protect] != []
    assert [one.name for one in lifted().resources if one.protect] == []
    assert all(one.inputs["forceDestroy"] for one in lifted().of("aws:s3/bucket:Bucket"))
    assert not any(one.inputs["enableDeletionProtection"] for one in lifted().of("aws:lb/loadBalancer:LoadBalancer"))


def test_the_guide_names_each_key_of_that_change() -> None:
    guide = " ".join(GUIDE.read_text(encoding="utf-8").split())
    for said in ("`tier: staging`", "`natGateways: per-zone`", "`watch: {canary: {enabled: true}}`"):
        assert said in guide
