"""What a stack file may say of Jenkins, and what it is told where that doesn't fit together."""

from typing import Any

import pytest

from settings.jenkins import JenkinsBuild
from settings.models import Build
from tests.unit.settings.stack_file import OMITTED, STOREFRONT, changed, config_of, good, said

SERVER = ("delivery:jenkins",)
BUILD = (*STOREFRONT, "build")
CERTIFICATE = "arn:aws:acm:{region}:{account}:certificate/0a1b2c3d-1234-5678-9abc-0123456789ab"
SAID = {
    "hostname": "jenkins.example.com",
    "certificateArn": CERTIFICATE.format(region="eu-west-1", account="111122223333"),
    "adminEmail": "builds@example.com",
}
Place = tuple[str | int, ...]


def jenkins() -> list[tuple[Place, Any]]:
    """What lets Jenkins build the storefront; new each time, because changes are made in place."""
    return [(BUILD, {"server": "jenkins"}), (SERVER, dict(SAID))]


def lines(*changes: tuple[Place, Any], stack: str = "dev") -> list[str]:
    """What is said of a good file with Jenkins and these changes."""
    return said(changed(config_of(stack), *jenkins(), *changes), stack=stack)


def test_an_application_built_by_jenkins_and_the_server_have_defaults_for_what_isnt_said() -> None:
    settings = good("dev", *jenkins())
    build, server = settings.applications["storefront"].build, settings.jenkins
    assert isinstance(build, JenkinsBuild)
    assert server is not None
    assert (build.job, build.script, build.output, build.timeout_minutes) == (None, "jenkins.sh", None, 20)
    assert (server.action_version, server.instance_type, server.executors, server.volume_gib) == (
        "1",
        "t3.medium",
        1,
        30,
    )
    assert (server.allowed_cidrs, server.packages) == ((), ())
    assert server.ami_parameter.endswith("x86_64")


def test_a_build_without_a_server_is_codebuilds_as_it_always_was() -> None:
    assert good("dev").jenkins is None
    assert isinstance(good("dev").applications["storefront"].build, Build)
    assert isinstance(good("dev", ((*BUILD, "timeoutMinutes"), 7)).applications["storefront"].build, Build)


def test_a_build_by_jenkins_without_a_server_is_refused_and_both_places_are_named() -> None:
    (line,) = said(changed(config_of("dev"), (BUILD, {"server": "jenkins"})), stack="dev")
    assert line.startswith("jenkins: missing; ")
    assert "applications.storefront.build.server" in line
    assert "hostname, certificateArn and adminEmail" in line


def test_a_server_that_builds_nothing_is_refused_and_both_places_are_named() -> None:
    (line,) = said(changed(config_of("dev"), (SERVER, dict(SAID))), stack="dev")
    assert line.startswith("jenkins: unknown key; ")
    assert "applications.<name>.build.server" in line


@pytest.mark.parametrize("key", SAID)
def test_a_server_without_what_only_its_owner_knows_is_refused(key: str) -> None:
    (line,) = lines(((*SERVER, key), OMITTED))
    assert line.startswith(f"jenkins.{key}: missing; needed: ")


def test_a_key_of_codebuild_is_told_to_be_one_of_codebuild() -> None:
    (line,) = lines(((*BUILD, "buildspec"), "buildspec.yml"))
    assert line == (
        "applications.storefront.build.buildspec: unknown key; it exists only for a build in CodeBuild (no server)"
    )


def test_a_key_of_jenkins_is_told_to_be_one_of_jenkins() -> None:
    (line,) = said(changed(config_of("dev"), ((*BUILD, "script"), "jenkins.sh")), stack="dev")
    assert "it exists only where server is jenkins" in line


@pytest.mark.parametrize(
    ("place", "wrong", "hint"),
    [
        ((*BUILD, "job"), "a" * 21, "1 to 20 of A-Z a-z 0-9 _ -"),
        ((*BUILD, "job"), "store front", "1 to 20 of A-Z a-z 0-9 _ -"),
        ((*BUILD, "script"), "/bin/sh", "a path inside the repository"),
        ((*BUILD, "script"), "it's.sh", "a path inside the repository"),
        ((*BUILD, "script"), "a" * 81, "at most 80 characters"),
        ((*BUILD, "output"), "../dist", "a path inside the repository"),
        ((*BUILD, "timeoutMinutes"), 4, "5 to 480 minutes"),
        ((*SERVER, "hostname"), "https://jenkins.example.com", "without https://"),
        ((*SERVER, "hostname"), "jenkins", "a host name"),
        ((*SERVER, "allowedCidrs"), ["0.0.0.0/0"], "a private range"),
        ((*SERVER, "allowedCidrs"), ["10.0.0.1/8"], "whose host bits are zero"),
        ((*SERVER, "actionVersion"), "1.0", "1 to 9 digits"),
        ((*SERVER, "actionVersion"), 1, "quote it"),
        ((*SERVER, "executors"), 0, "1 to 8 executors"),
        ((*SERVER, "volumeGib"), 8, "16 to 16384 GiB"),
        ((*SERVER, "packages"), ["maven; reboot"], "a package of Amazon Linux"),
        ((*SERVER, "adminEmail"), "me", "a mail address"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_allowed(place: tuple[str, ...], wrong: object, hint: str) -> None:
    (line,) = lines((place, wrong))
    assert hint in line


def test_another_server_than_jenkins_is_refused() -> None:
    assert 'applications.storefront.build.server: given "hudson"; allowed: jenkins' in lines(
        ((*BUILD, "server"), "hudson")
    )


def test_a_job_is_called_like_its_application_and_a_longer_name_needs_a_shorter_one() -> None:
    config = changed(config_of("dev"), *jenkins())
    config["delivery:applications"]["a" * 21] = config["delivery:applications"].pop("storefront")
    (line,) = said(config, stack="dev")
    assert line.startswith(f"applications.{'a' * 21}.build.job: missing; needed: a name of at most 20 characters")
    config["delivery:applications"]["a" * 21]["build"]["job"] = "short"
    assert said(config, stack="dev") == []


def test_two_applications_have_two_jobs() -> None:
    config = changed(config_of("dev"), *jenkins())
    source = {"provider": "codecommit", "repository": "tills", "branch": "develop"}
    tills = {**config["delivery:applications"]["storefront"], "source": source, "build": {"server": "jenkins"}}
    config["delivery:applications"]["tills"] = tills
    assert said(config, stack="dev") == []
    tills["build"] = {"server": "jenkins", "job": "Storefront"}
    (line,) = said(config, stack="dev")
    assert line.startswith("applications.tills.build.job: ")
    assert "applications.storefront has a job of this name" in line


def test_a_server_has_no_more_jobs_than_its_boot_script_has_room_for() -> None:
    config = changed(config_of("dev"), *jenkins())
    applications = config["delivery:applications"]
    for number in range(20):
        source = {"provider": "codecommit", "repository": f"app{number}", "branch": "develop"}
        applications[f"app{number}"] = {**applications["storefront"], "source": source}
    (line,) = said(config, stack="dev")
    assert line.startswith("applications.app19.build.server: ")
    assert "at most 20 jobs" in line


def test_the_certificate_and_the_image_fit_the_server() -> None:
    (elsewhere,) = lines(((*SERVER, "certificateArn"), CERTIFICATE.format(region="us-east-1", account="111122223333")))
    assert elsewhere.startswith("jenkins.certificateArn: ")
    (foreign,) = lines(((*SERVER, "certificateArn"), CERTIFICATE.format(region="eu-west-1", account="444455556666")))
    assert "the stack's account 111122223333" in foreign
    server = good("dev", *jenkins(), ((*SERVER, "instanceType"), "t4g.medium")).jenkins
    assert server is not None
    assert server.ami_parameter.endswith("arm64")
    (image,) = lines(
        ((*SERVER, "instanceType"), "t4g.medium"),
        ((*SERVER, "amiParameter"), "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"),
    )
    assert image.startswith("jenkins.amiParameter: ")


def test_the_servers_name_fits_a_load_balancer_and_a_provider() -> None:
    assert said(changed(config_of("dev"), *jenkins()), stack="a" * 15, siblings={}) == []
    (line,) = said(changed(config_of("dev"), *jenkins()), stack="a" * 16, siblings={})
    assert line.startswith(f"jenkins: the name delivery-{'a' * 16}-jenkins has 1 too many; allowed: at most 32")


def test_jenkins_unpacks_no_image() -> None:
    (line,) = lines(((*STOREFRONT, "source"), {"provider": "ecr", "repository": "storefront"}))
    assert line.startswith("applications.storefront.build.server: ")
    assert "CodeBuild unpacks the image" in line


def test_what_another_stack_has_built_jenkins_builds_no_second_time() -> None:
    problems = said(changed(config_of("prod"), (BUILD, {"server": "jenkins"})), stack="prod")
    assert any(line.startswith("applications.storefront.build: unknown key; ") for line in problems)
