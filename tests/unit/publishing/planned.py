"""Stacks that publish to every kind of target."""

from typing import Any

from tests.unit.planning import STOREFRONT, Change, Config, apart

FORMATS = ("maven", "npm", "pypi", "nuget", "rubygems", "generic")
STORES = FORMATS[:-1]


def registry_target(to: str, package_format: str, **more: Any) -> dict[str, Any]:
    """A target on Nexus or Artifactory, as the stack file says it."""
    index = "/index.json" if package_format == "nuget" else ""
    url = f"https://{to}.example.com/repository/{package_format}{index}"
    return {"to": to, "format": package_format, "url": url, "credentials": f"ci/{to}", "files": "dist/*", **more}


EVERY_TARGET: list[dict[str, Any]] = [
    {"to": "s3", "files": ["dist/*.whl", "VERSION"]},
    *({"to": "codeartifact", "format": one, "files": "dist/*"} for one in FORMATS),
    *(registry_target("nexus", one, vpc=True) for one in FORMATS),
    *(registry_target("artifactory", one) for one in FORMATS),
    {"to": "ecr"},
]
NAMES = [
    "s3",
    *(f"{to}-{one}" for to in ("codeartifact", "nexus", "artifactory") for one in FORMATS),
    "image",
]


def publishing(*targets: dict[str, Any], packages: dict[str, Any] | None = None) -> Change:
    """Publishes the storefront to these targets, by default to one of every kind."""

    @apart
    def change(config: Config) -> None:
        config["delivery:codeArtifact"] = packages or {"formats": list(STORES)}
        config["delivery:applications"][STOREFRONT]["publish"] = list(targets or EVERY_TARGET)

    return change


everything = publishing()
