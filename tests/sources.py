"""Every source with every way to detect a change that AWS has for it, as a stack file says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Values = dict[str, Any]

_SOURCES: Mapping[str, Values] = {
    "codecommit": {"repository": "storefront", "branch": "develop"},
    "github": {"repository": "acme/storefront", "branch": "main"},
    "gitlab": {"repository": "acme/web/storefront", "branch": "main"},
    "bitbucket": {"repository": "acme/storefront", "branch": "main"},
    "s3": {"bucket": "acme-releases", "key": "storefront/bundle.zip"},
    "ecr": {"repository": "storefront", "tag": "release"},
    "promotion": {"from": "staging"},
}
PROVIDERS = tuple(_SOURCES)
CONNECTED = ("github", "gitlab", "bitbucket")
POLLED = ("codecommit", "s3", "promotion")
"""What CodePipeline knows to poll."""

WAYS = ("events", "polling", "schedule", "manual")
PAIRS = [(provider, way) for provider in PROVIDERS for way in WAYS if way != "polling" or provider in POLLED]
"""Every source with each of its ways."""

SCHEDULE = {"expression": "cron(0 6 ? * MON-FRI *)", "timeZone": "Europe/Berlin"}


def source(provider: str, way: str = "events", **more: Any) -> Values:
    """A good `source` of a stack file; `more` overrides its keys."""
    said = {"provider": provider, **_SOURCES[provider], "changeDetection": way}
    if way == "schedule":
        said["schedule"] = dict(SCHEDULE)
    return {**said, **more}


MONOREPO: Mapping[str, Values] = {
    "shop": source("codecommit", paths={"includes": ["shop/**", "common/**"], "excludes": ["**/*.md"]}),
    "till": source("codecommit", branches=["develop", "feature/*"], tags=["v*"], paths={"includes": ["till/**"]}),
    "desk": source(
        "github",
        branches=["main", "release/*"],
        tags=["v*"],
        paths={"includes": ["desk/**"], "excludes": ["**/*.md"]},
        pullRequests={"into": ["main"]},
    ),
}
"""Applications that share a repository with others, and start only when what is theirs has changed."""
