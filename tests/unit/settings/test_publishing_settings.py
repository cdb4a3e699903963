"""Packages and publishing in a stack file: what it may say, and what it is told when it says something else."""

from typing import Any

import pytest

from settings.models import Settings
from settings.packages import ExistingPackages, NewPackages
from settings.publishing import PublishS3
from tests.unit.publishing.planned import EVERY_TARGET, NAMES, STORES, registry_target
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, said

PACKAGES = ("delivery:codeArtifact",)
PUBLISH = (*STOREFRONT, "publish")
PLACE = "applications.storefront.publish[0]"
NEXUS = registry_target("nexus", "maven")
S3 = {"to": "s3", "files": "dist/*"}


def without(target: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in target.items() if key not in keys}


def test_a_stack_file_may_publish_to_every_target() -> None:
    settings: Settings = good("dev", (PUBLISH, EVERY_TARGET), (PACKAGES, {"formats": list(STORES)}))
    assert [one.target for one in settings.applications["storefront"].publish] == NAMES
    assert isinstance(settings.code_artifact, NewPackages)


def test_nothing_is_published_and_no_packages_are_kept_unless_a_stack_says_so() -> None:
    settings = good("dev")
    assert settings.applications["storefront"].publish == ()
    assert settings.code_artifact is None


def test_one_pattern_needs_no_list() -> None:
    (one,) = good("dev", (PUBLISH, [S3])).applications["storefront"].publish
    assert isinstance(one, PublishS3)
    assert one.files == ("dist/*",)


def test_a_domain_that_is_there_is_named_with_its_account() -> None:
    existing = {"domain": "acme", "domainOwner": "999988887777", "repository": "shared"}
    packages = good("dev", (PACKAGES, existing)).code_artifact
    assert isinstance(packages, ExistingPackages)
    assert (packages.domain, packages.domain_owner, packages.repository) == ("acme", "999988887777", "shared")


BAD: list[tuple[Any, str, str]] = [
    ({"to": "ftp", "files": "a"}, f"{PLACE}.to", "allowed: s3, codeartifact, nexus, artifactory, ecr"),
    ({"files": "a"}, f"{PLACE}.to", "one of s3, codeartifact, nexus, artifactory, ecr"),
    (without(NEXUS, "credentials"), f"{PLACE}.credentials", "the name of a secret in secrets manager"),
    ({**NEXUS, "credentials": ""}, f"{PLACE}.credentials", "the name of a secret"),
    ({**NEXUS, "credentials": "ci/nexus:password"}, f"{PLACE}.credentials", "the name of a secret"),
    (without(NEXUS, "url"), f"{PLACE}.url", "missing"),
    ({**NEXUS, "url": "http://nexus.example.com/r"}, f"{PLACE}.url", "https://"),
    ({**NEXUS, "url": "https://ci:hunter2@nexus.example.com/r"}, f"{PLACE}.url", "without a user, a password"),
    ({**NEXUS, "url": "https://nexus.example.com/r?token=x"}, f"{PLACE}.url", "or a query"),
    ({**NEXUS, "url": 'https://nexus.example.com/"><x'}, f"{PLACE}.url", "https://"),
    ({**NEXUS, "format": "nuget"}, f"{PLACE}.url", "ends in /index.json"),
    ({**registry_target("nexus", "nuget"), "format": "npm"}, f"{PLACE}.url", "ends in /index.json"),
    ({**NEXUS, "format": "helm"}, f"{PLACE}.format", "allowed: maven, npm, pypi, nuget, rubygems, generic"),
    (without(NEXUS, "format"), f"{PLACE}.format", "missing"),
    ({**S3, "format": "pypi"}, f"{PLACE}.format", "only where to is codeartifact, nexus or artifactory"),
    ({**S3, "credentials": "ci/s3"}, f"{PLACE}.credentials", "only where to is nexus or artifactory"),
    ({**S3, "vpc": True}, f"{PLACE}.vpc", "only where to is nexus"),
    ({"to": "ecr", "files": "a"}, f"{PLACE}.files", "only where to is s3"),
    ({"to": "ecr", "dockerfile": "/Dockerfile"}, f"{PLACE}.dockerfile", "relative to its root"),
    ({"to": "ecr", "context": "../x"}, f"{PLACE}.context", "relative to its root"),
    (without(S3, "files"), f"{PLACE}.files", "missing"),
    ({**S3, "files": []}, f"{PLACE}.files", "at least 1 pattern"),
    ({**S3, "files": "/etc/passwd"}, f"{PLACE}.files", "a glob inside the repository"),
    ({**S3, "files": ["a", "../*"]}, f"{PLACE}.files[1]", "a glob inside the repository"),
    ({**S3, "files": "$(id)"}, f"{PLACE}.files", "a glob inside the repository"),
    ({**S3, "name": "S3"}, f"{PLACE}.name", "1 to 40 of a-z 0-9"),
    ({**S3, "name": "a" * 41}, f"{PLACE}.name", "1 to 40 of a-z 0-9"),
    ({"to": "codeartifact", "format": "pypi", "files": "a"}, f"{PLACE}.to", "with delivery:codeArtifact"),
]


@pytest.mark.parametrize(("target", "place", "hint"), BAD)
def test_a_bad_target_is_one_line_with_its_place_and_what_is_allowed(target: Any, place: str, hint: str) -> None:
    (line,) = said(changed(config_of("dev"), (PUBLISH, [target])), stack="dev")
    assert line.startswith(f"{place}: ")
    assert hint.lower() in line.lower()
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("packages", "place", "hint"),
    [
        ({"formats": []}, "codeArtifact.formats", "at least 1 format"),
        ({"formats": ["pypi", "pypi"]}, "codeArtifact.formats", "more than once: pypi"),
        ({"formats": ["generic"]}, "codeArtifact.formats[0]", "allowed: maven, npm, pypi, nuget, rubygems"),
        ({"formats": ["pypi"], "domain": "acme"}, "codeArtifact.domain", "only for an existing domain"),
        ({"domain": "acme", "domainOwner": "999988887777"}, "codeArtifact.repository", "missing"),
        ({"domain": "Acme", "domainOwner": "999988887777", "repository": "rr"}, "codeArtifact.domain", "a domain of"),
        ({"domain": "acme", "domainOwner": "9", "repository": "rr"}, "codeArtifact.domainOwner", "12 digits"),
        ({"domain": "acme", "domainOwner": "999988887777", "repository": "r"}, "codeArtifact.repository", "2 to 100"),
    ],
)
def test_bad_packages_are_one_line_with_their_place_and_what_is_allowed(packages: Any, place: str, hint: str) -> None:
    (line,) = said(changed(config_of("dev"), (PACKAGES, packages)), stack="dev")
    assert line.startswith(f"{place}: ")
    assert hint in line


def test_targets_that_would_be_called_the_same_need_names() -> None:
    (line,) = said(changed(config_of("dev"), (PUBLISH, [NEXUS, NEXUS])), stack="dev")
    assert line.startswith("applications.storefront.publish: ")
    assert "names (name) of targets that differ; more than once: nexus-maven" in line
    named = [NEXUS, {**NEXUS, "name": "elsewhere"}]
    assert said(changed(config_of("dev"), (PUBLISH, named)), stack="dev") == []


def test_a_project_for_a_target_and_one_for_a_suite_are_not_called_the_same() -> None:
    suites = {"publish-s3": {"buildspec": "a.yml"}}
    (line,) = said(changed(config_of("dev"), (PUBLISH, [S3]), ((*STOREFRONT, "suites"), suites)), stack="dev")
    assert line.startswith("applications.storefront.suites.publish-s3: ")
    assert "publish[0] has a project" in line


def test_a_role_that_would_be_too_long_is_told_of_with_its_name() -> None:
    config = config_of("dev")
    config["delivery:applications"]["a" * 28] = config["delivery:applications"].pop("storefront")
    path = ("delivery:applications", "a" * 28, "publish")
    (line,) = said(changed(config, (path, [{**S3, "name": "b" * 24}])), stack="dev")
    assert f"the role {'a' * 28}-dev-publish-{'b' * 24} has 1 too many" in line
    assert said(changed(config, (path, [{**S3, "name": "b" * 23}])), stack="dev") == []


def test_suites_and_targets_together_fit_into_the_role_of_the_pipeline() -> None:
    def many(count: int) -> list[str]:
        suites = {f"s{number}": {"buildspec": "a.yml"} for number in range(count)}
        targets = [{**S3, "name": f"t{number}"} for number in range(20)]
        return said(changed(config_of("dev"), (PUBLISH, targets), ((*STOREFRONT, "suites"), suites)), stack="dev")

    assert many(10) == []
    (line,) = many(11)
    assert line == (
        "applications.storefront.publish: given 20 targets with 11 suites; allowed: at most 30 of both together"
    )


@pytest.mark.parametrize("kind", ["environment", "parameterStore", "secrets"])
@pytest.mark.parametrize("job", [("build",), ("suites", "e2e")])
def test_variables_that_name_the_repository_are_not_said_twice(job: tuple[str, ...], kind: str) -> None:
    value = {"CODEARTIFACT_DOMAIN": "/x" if kind == "parameterStore" else "x"}
    change = ((*STOREFRONT, *job, kind), value)
    (line,) = said(changed(config_of("dev"), change, (PACKAGES, {"formats": ["pypi"]})), stack="dev")
    assert line.startswith(f"applications.storefront.{'.'.join(job)}.{kind}.CODEARTIFACT_DOMAIN: ")
    assert said(changed(config_of("dev"), change), stack="dev") == []
