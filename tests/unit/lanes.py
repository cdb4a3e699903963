"""Changes of a stack file that give its application Git Flow and a hotfix lane."""

from typing import Any

from tests.unit.planning import STOREFRONT, Change, Config

CONNECTION = {"provider": "github", "repository": "acme/storefront"}
CODECOMMIT = {"provider": "codecommit", "repository": "storefront"}


def application(config: Config) -> Any:
    """The storefront of a parsed stack file."""
    return config["delivery:applications"][STOREFRONT]


def sourced(source: dict[str, Any], **more: Any) -> Change:
    """The storefront comes from this source, without a lane; `more` goes into the source."""

    def change(config: Config) -> None:
        application(config)["source"] = {**source, **more}
        application(config).pop("hotfix", None)
        if application(config).get("approvals") and source["provider"] != "codecommit":
            # AWS doesn't tell who wrote what comes from elsewhere.
            application(config)["fourEyes"] = "starter"

    return change


def lane(
    *skip: str, source: dict[str, Any] = CODECOMMIT, suites: tuple[str, ...] = ("component", "e2e"), **more: Any
) -> Change:
    """Hotfixes skip these; `more` goes into the source."""

    def change(config: Config) -> None:
        sourced(source, flow="git-flow", **more)(config)
        application(config)["hotfix"] = {"skip": list(skip)}
        application(config)["suites"] = {name: {"buildspec": f"buildspecs/{name}.yml"} for name in suites}

    return change
