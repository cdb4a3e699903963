"""The plan of each source, with as little said as it needs."""

from typing import Any

from components.place import Place
from components.sources import (
    ConnectedRepositoryPlan,
    ConnectionPlan,
    Detection,
    References,
    Schedule,
    SourcePlan,
    codecommit_source,
    connection_source,
    ecr_source,
    promotion_source,
    s3_source,
)

PLACE = Place(environment="prod", account="444455556666", region="eu-west-1")
CONNECTION = ConnectionPlan(connection_name="storefront-prod", provider_type="GitHub", place=PLACE)
OWNED = ConnectedRepositoryPlan(connection=CONNECTION, check=None)
ARN = "arn:aws:{service}:eu-west-1:444455556666:connection/0f1e2d3c"
KEY = "arn:aws:kms:eu-west-1:444455556666:key/0f1e2d3c"
CLOCK = Schedule(expression="rate(1 day)", time_zone="UTC")


def plan(provider: str, detection: Detection, **more: Any) -> SourcePlan:
    """The plan of a provider, with as little as it needs."""
    asked = {"detection": detection, "place": PLACE, **more}
    match provider:
        case "codecommit":
            return codecommit_source(
                **{
                    "repository": "storefront",
                    "branch": "develop",
                    "references": References(branches=["develop"]),
                    **asked,
                }
            )
        case "s3":
            return s3_source(**{"bucket": "acme-releases", "key": "storefront/bundle.zip", **asked})
        case "ecr":
            return ecr_source(**{"repository": "storefront", "tag": "release", **asked})
        case "promotion":
            return promotion_source(**{"application": "storefront", "origin": "staging", **asked})
        case _:
            return connection_source(
                **{
                    "repository": "acme/storefront",
                    "branch": "main",
                    "references": References(branches=["main"]),
                    "pull_requests": None,
                    "connection": None,
                    "owned": OWNED,
                    **asked,
                }
            )
