"""A provider, a platform or a strategy more is one class more: nothing else has to know its keys."""

from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from settings.base import Context, Model
from settings.deployments import InPlaceDeploy, ServerDeploy
from settings.fields import RepositoryName
from settings.shape import Place, place_of
from settings.sources import BUILDING, PROVIDERS, CodeCommitSource, PromotionSource, Source
from settings.tiers import DEFAULTS, Tier


class S3Source(Source):
    """An archive in a bucket."""

    provider: Literal["s3"]
    bucket: RepositoryName


class CanaryDeploy(ServerDeploy):
    """A part of the traffic first."""

    strategy: Literal["canary"]
    percent: int


class OneMore(Model):
    """Unions with one variant more."""

    source: Annotated[CodeCommitSource | PromotionSource | S3Source, Field(discriminator="provider")]
    deploy: Annotated[InPlaceDeploy | CanaryDeploy, Field(discriminator="strategy")]


CONTEXT = Context(stack="dev", defaults=DEFAULTS[Tier.DEVELOPMENT], sites={})


def _places(values: object) -> list[Place]:
    with pytest.raises(ValidationError) as refusal:
        OneMore.model_validate(values, context=CONTEXT)
    return [place_of(OneMore, error["loc"]) for error in refusal.value.errors()]


def test_a_new_variant_is_read_with_the_defaults_of_the_tier() -> None:
    deploy = {"platform": "server", "strategy": "canary", "percent": 10}
    read = OneMore.model_validate({"source": {"provider": "s3", "bucket": "a"}, "deploy": deploy}, context=CONTEXT)
    assert isinstance(read.source, S3Source)
    assert isinstance(read.deploy, CanaryDeploy)
    assert read.deploy.fleet.size.min == DEFAULTS[Tier.DEVELOPMENT].fleet_min


def test_the_place_of_an_error_in_a_new_variant_is_written_without_the_variant() -> None:
    deploy = {"platform": "server", "strategy": "canary", "percent": "ten"}
    first, second = _places({"source": {"provider": "s3", "bucket": 3}, "deploy": deploy})
    assert first.path == ("source", "bucket")
    assert second.path == ("deploy", "percent")


def test_a_key_of_a_new_variant_says_where_it_exists() -> None:
    place = place_of(OneMore, ("deploy", "in-place"))
    assert place.only_where("percent") == "where strategy is canary"
    assert "percent" not in place.known_keys()


def test_every_provider_says_whether_this_stack_builds_what_it_gets() -> None:
    assert set(PROVIDERS) == {"bitbucket", "codecommit", "ecr", "github", "gitlab", "promotion", "s3"}
    assert set(PROVIDERS) - set(BUILDING) == {"promotion"}
