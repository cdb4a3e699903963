"""The repository's stack files, with the storefront built by Jenkins: changes for `planned` and for the engine."""

import base64
from functools import cache
from typing import Any

from tests.unit.planning import Config, Planned, planned

HOSTNAME = "jenkins.example.com"
CERTIFICATE = "arn:aws:acm:eu-west-1:{account}:certificate/0a1b2c3d-1234-5678-9abc-0123456789ab"
BUILT = ("dev", "staging", "prod")
"""Production usually deploys what staging built; here it builds for itself, so that its tier has a Jenkins too."""


def with_jenkins(config: Config, *, build: dict[str, Any] | None = None, **server: object) -> None:
    """Lets Jenkins build the storefront, in place."""
    account = config["delivery:environment"]["account"]
    storefront = config["delivery:applications"]["storefront"]
    if storefront["source"]["provider"] == "promotion":
        storefront["source"] = {"provider": "codecommit", "repository": "storefront", "branch": "master"}
    storefront["build"] = {"server": "jenkins", **(build or {})}
    config["delivery:jenkins"] = {
        "hostname": HOSTNAME,
        "certificateArn": CERTIFICATE.format(account=account),
        "adminEmail": "builds@example.com",
        **server,
    }


@cache
def built_by_jenkins(stack: str) -> Planned:
    """What a stack plans whose storefront Jenkins builds; planned once per session."""
    return planned(stack, with_jenkins)


def boot_script(plan: Planned) -> str:
    """What the machine of a plan runs first."""
    template = plan.one("aws:ec2/launchTemplate:LaunchTemplate", name=f"delivery-{plan.stack}-jenkins")
    return base64.b64decode(template.inputs["userData"], validate=True).decode()
