"""The buildspec of a repository that has none, made from `skeleton.yml` and the commands in `steps/`.

What it takes from the build's environment:

- `COVERAGE_THRESHOLD`: percent of lines that the unit tests must cover; empty for no limit.
- `SOURCE_REVISION`: what was built, if CodeBuild can't know it.
- `ARTIFACT_PATHS`: further paths of the repository for the artifact, with blanks between them: what a suite needs
  besides `tests/`.

What it hands over: the reports `unit` and `coverage`, the variable `APP_VERSION`, and an artifact with `VERSION`,
`appspec.yml`, `scripts/`, `buildspecs/`, `tests/` without `tests/unit`, and in `app/` what serves.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from runtimes.images import Runtime
from runtimes.yaml_blocks import yaml_text

HERE = Path(__file__).parent


def ready_buildspec(
    runtime: Runtime,
    *,
    runtime_versions: Mapping[str, str],
    cached: bool = True,
    package_repository_setup: Sequence[str] = (),
) -> str:
    """The text of a buildspec that builds, tests and packs an application of a runtime.

    Args:
        runtime: what the application is written for.
        runtime_versions: as `Toolchain.runtime_versions` says; empty for a custom image, which CodeBuild refuses to
            choose a version in (https://docs.aws.amazon.com/codebuild/latest/userguide/runtime-versions.html).
        cached: whether the project keeps a cache; Lambda compute keeps none.
        package_repository_setup: commands that run before anything is installed and point the package manager at the
            team's own repository, for example `aws codeartifact login --tool pip --domain d --repository r`. What they
            export is there for every later command; a secret belongs into the environment, not into them.
    """
    specification = _read("skeleton.yml")
    own = _read(f"steps/{runtime}.yml")
    steps = {
        **own,
        "package_repository_setup": package_repository_setup,
        "covered": [_read("covered.yml")[own["reports"]["coverage"]["file-format"]]],
    }
    for phase in specification["phases"].values():
        phase["commands"] = [command for item in phase["commands"] for command in _commands(item, steps)]
    if runtime_versions:
        install = specification["phases"]["install"]
        specification["phases"]["install"] = {"runtime-versions": dict(runtime_versions), **install}
    specification["reports"] = own["reports"]
    if not cached:
        del specification["cache"]
    title = f"# Builds, tests and packs an application for {runtime}. A buildspec.yml of the repository would win.\n"
    return title + yaml_text(specification)


def _read(name: str) -> dict[str, Any]:
    # Parsed anew each time: what comes back is filled in.
    parsed: dict[str, Any] = yaml.safe_load(_text(name))
    return parsed


@cache
def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _commands(item: str | Mapping[str, str], steps: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return [item] if isinstance(item, str) else steps[item["step"]]
