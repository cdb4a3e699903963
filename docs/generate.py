"""Writes what the documentation takes from the program: tables, rules, and the pictures of pipelines and of the flow.

`PYTHONPATH=policies python -m docs.generate` writes them; with `--check` it only says which files are out of date.
A table stands between two comments, `<!-- begin: NAME -->` and `<!-- end: NAME -->`; the text around it is written by
people.
"""

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from components.dashboards import ApplicationView
from components.delivery_plan import DeliveryPlan
from components.deployment import DeploymentPlan, ServerDeploymentPlan
from components.diagram.files import files, overview_files
from components.diagram.scene import Scene
from components.monitoring import unwell_name
from docs import catalogue
from docs.dashboard_picture import application_picture, environment_picture
from docs.flow_map import FlowMap, flow_map
from docs.flow_picture import flow_picture
from plans import delivery_plans, scenes
from rulebook.kit.rule import DOCUMENT
from runtimes import IMAGES, Compute, Runtime
from settings import read
from settings.models import Settings
from settings.reference import COLUMNS, rows, table
from settings.sources import PROVIDERS, ChangeDetection
from settings.tiers import DEFAULTS, TierDefaults

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / DOCUMENT
STACKS = ("dev", "staging", "prod")
"""In the order in which a change reaches them."""
APPLICATION = "storefront"
FOLDER = ROOT / "docs" / "pictures"
FLOW = FOLDER / "git-flow.svg"
PICTURES = tuple(
    FOLDER / f"{APPLICATION}{of}.{ending}"
    for of in (".overview", *(f"-{one}" for one in STACKS))
    for ending in ("svg", "md")
)
"""Of all roads of the application, and of each; and the same in words."""
DASHBOARDS = tuple(FOLDER / f"{name}.dashboard.svg" for name in (f"{APPLICATION}-prod", "delivery-prod"))
"""Of the application in production, and of that environment."""

COMMAND = "PYTHONPATH=policies python -m docs.generate"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write every file that isn't current, or only name them; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description="what the docs take from the program")
    parser.add_argument("--check", action="store_true", help="only say which files are out of date")
    check = parser.parse_args(arguments).check
    old = [path for path, wanted in documents().items() if not is_current(path, wanted)]
    for path in old:
        name = path.relative_to(ROOT)
        if check:
            print(f"{name} is out of date: run `{COMMAND}`", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(documents()[path], encoding="utf-8")
            print(f"wrote {name}")
    return 1 if check and old else 0


def is_current(path: Path, wanted: str) -> bool:
    """Whether a file has the wanted content."""
    return path.is_file() and path.read_text(encoding="utf-8") == wanted


def documents() -> dict[Path, str]:
    """Every file with generated parts, as it should be.

    Raises:
        ValueError: a file has no place for one of its tables.
    """
    return {
        **pictures(),
        FLOW: flow_picture(flow(APPLICATION)),
        **dashboards(),
        RULES: catalogue.document(),
        **{ROOT / name: _filled(ROOT / name, tables) for name, tables in TABLES.items()},
    }


def settings_of(stack: str) -> Settings:
    """The settings of one of the repository's own stack files."""
    return read(ROOT / f"Pulumi.{stack}.yaml")


def plan_of(stack: str, application: str) -> DeliveryPlan:
    """How a stack delivers one application."""
    return next(plan for plan in delivery_plans(settings_of(stack)) if plan.application == application)


def roads() -> list[Scene]:
    """The roads of the application in the repository's own stacks."""
    return [scenes(settings_of(stack))[APPLICATION] for stack in STACKS]


def pictures() -> dict[Path, str]:
    """What `make diagram` writes of them, without the flowcharts."""
    texts = {name: text for road in roads() for name, text in files(road).items()} | {**overview_files(roads())}
    return {path: texts[path.name] for path in PICTURES}


def dashboards() -> dict[Path, str]:
    """What people will see of production, before they have it."""
    plan = plan_of("prod", APPLICATION)
    view = view_of(plan.deployment, APPLICATION)
    texts = (application_picture(view), environment_picture(plan.place, [view]))
    return dict(zip(DASHBOARDS, texts, strict=True))


def view_of(deployment: DeploymentPlan, application: str) -> ApplicationView:
    """What the dashboard of a fleet shows, as far as it is known before anything exists.

    Raises:
        TypeError: it isn't deployed to a fleet.
    """
    if not isinstance(deployment, ServerDeploymentPlan):
        raise TypeError(f"{application} isn't deployed to a fleet")
    measures = deployment.measures({})
    names = (unwell_name(deployment.name), *(f"{deployment.name}-{one.label}" for one in measures))
    return ApplicationView(
        application=application,
        place=deployment.place,
        measures=measures,
        alarms={name: deployment.place.arn("cloudwatch", f"alarm:{name}") for name in names},
    )


def flow(application: str) -> FlowMap:
    """How its branches reach the environments of the repository's own stack files."""
    return flow_map([(settings_of(stack), plan_of(stack, application)) for stack in STACKS])


def flow_table() -> str:
    """The flow of the storefront, branch by branch."""
    shown = flow(APPLICATION)
    return _markdown(
        ("Branch or tag", "What gets into it, and how", "Starts", "Reaches"),
        (
            (
                f"`{reference}`",
                "; ".join(f"from `{move.source}`: {move.words}" for move in shown.into(reference))
                or "commits of developers",
                ", ".join(f"`{one.name}`" for one in shown.fed_by(reference)) or "nothing",
                ", ".join(shown.reached_from(reference)) or "nothing",
            )
            for reference in shown.references
        ),
    )


def first_keys() -> str:
    """The keys that make the shape of a stack file; `docs/configuration.md` has the others."""

    depths = {"delivery:applications": 2, "delivery:jenkins": 0}

    def is_first(key: str) -> bool:
        return key.count(".") <= depths.get(key.split(".")[0], 1)

    return _markdown(
        COLUMNS, ((f"`{row.key}`", row.kind, row.default, row.purpose) for row in rows() if is_first(row.key))
    )


def tier_defaults() -> str:
    """What a tier decides, with or without a key of its own."""
    purposes = _argument_descriptions(TierDefaults)
    lines = (
        (
            f"`{field.name}`",
            *(_word(getattr(defaults, field.name)) for defaults in DEFAULTS.values()),
            purposes[field.name],
        )
        for field in fields(TierDefaults)
    )
    return _markdown(("Decided", *(str(tier) for tier in DEFAULTS), "What it is"), lines)


def source_ways() -> str:
    """Which source can be started in which way, and what AWS lacks of the rest."""
    lines = (
        (
            f"`{name}`",
            *("no" if way in source.undetected else "yes" for way in ChangeDetection),
            "; ".join(f"{reason}." for reason in source.undetected.values()),
        )
        for name, source in PROVIDERS.items()
    )
    return _markdown(("Source", *(f"`{way}`" for way in ChangeDetection), "Why not"), lines)


def runtimes() -> str:
    """The build images, best first, with their versions; those of Lambda compute as one, for each has one version."""
    together: dict[str, dict[Runtime, list[str]]] = {}
    for image in IMAGES:
        name = image.name if image.compute is Compute.CONTAINER else f"{image.name.partition(':')[0]}:…"
        for runtime, versions in image.versions.items():
            together.setdefault(name, {}).setdefault(runtime, []).extend(versions)
    return _markdown(
        ("Image", *Runtime),
        ((f"`{name}`", *(", ".join(versions[runtime]) for runtime in Runtime)) for name, versions in together.items()),
    )


TABLES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"first keys": first_keys, "sources": source_ways, "policies": catalogue.readme_table},
    "docs/policies.md": {"tiers": catalogue.tiers},
    "docs/git-flow.md": {"flow": flow_table},
    "docs/builds.md": {"runtimes": runtimes},
    "docs/configuration.md": {"configuration": table, "tier defaults": tier_defaults},
}
"""By file, the tables that it holds by name."""


def _filled(path: Path, tables: Mapping[str, Callable[[], str]]) -> str:
    text = path.read_text(encoding="utf-8")
    for name, make in tables.items():
        begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
            raise ValueError(f"{path.name} must have one place for the table `{name}`: {begin.strip()} … {end}")
        before, after = text[: text.index(begin)], text[text.index(end) :]
        text = f"{before}{begin}\n{make().strip()}\n\n{after}"
    return text


def _markdown(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    every = [columns, ["---"] * len(columns), *lines]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in every)


def _argument_descriptions(described: type) -> dict[str, str]:
    """The `Args:` of a docstring by name; several names may share a description."""
    found: dict[str, str] = {}
    for names, text in re.findall(
        r"^    ([a-z0-9_, ]+): (.+(?:\n {8,}.+)*)", inspect.getdoc(described) or "", flags=re.MULTILINE
    ):
        purpose = " ".join(text.split())
        found.update(dict.fromkeys(names.split(", "), purpose[0].upper() + purpose[1:]))
    return found


def _word(value: object) -> str:
    if value is None:
        return "must be said"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value == () else str(value)


if __name__ == "__main__":
    sys.exit(main())
