"""The configuration of Jenkins as code: of the shape that the plugin takes, without a secret, a job per application.

The schema is ours and small: it knows the words of the plugin that the program uses, and refuses every other.
"""

import re
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from components.jenkins import JenkinsJob
from components.jenkins.configuration import configuration
from tests.unit.jenkins.plans import job, plan

PLUGIN = "com.amazonaws.codepipeline.jenkinsplugin"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class User(Strict):
    id: Literal["admin"]
    password: str = Field(pattern=r"^\$\{readFile:/run/[a-z/-]+\}$")


class LocalRealm(Strict):
    allows_signup: Literal[False] = Field(alias="allowsSignup")
    users: list[User] = Field(min_length=1, max_length=1)


class Realm(Strict):
    local: LocalRealm


class LoggedIn(Strict):
    allow_anonymous_read: Literal[False] = Field(alias="allowAnonymousRead")


class Authorization(Strict):
    logged_in_users: LoggedIn = Field(alias="loggedInUsersCanDoAnything")


class StandardCrumb(Strict):
    exclude_client: bool = Field(alias="excludeClientIPFromCrumb")


class CrumbIssuer(Strict):
    standard: StandardCrumb


class Controller(Strict):
    system_message: str = Field(alias="systemMessage")
    executors: int = Field(alias="numExecutors", ge=1)
    agent_port: Literal[-1] = Field(alias="slaveAgentPort")
    crumb_issuer: CrumbIssuer = Field(alias="crumbIssuer")
    realm: Realm = Field(alias="securityRealm")
    authorization: Authorization = Field(alias="authorizationStrategy")


class Location(Strict):
    url: str = Field(pattern=r"^https://[a-z0-9.-]+/$")
    admin: str = Field(alias="adminAddress", pattern=r"^\S+@\S+$")


class Unclassified(Strict):
    location: Location


class Script(Strict):
    script: str


class Document(Strict):
    """The whole file."""

    jenkins: Controller
    unclassified: Unclassified
    jobs: list[Script] = Field(min_length=1, max_length=1)


def document(*jobs: JenkinsJob) -> Document:
    return Document.model_validate(yaml.safe_load(configuration(plan(*jobs))))


def test_the_file_is_of_the_shape_that_the_plugin_takes() -> None:
    found = document()
    assert found.jenkins.executors == 2
    assert found.unclassified.location.url == "https://jenkins.example.com/"
    assert found.unclassified.location.admin == "builds@example.com"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("numExecutors", "numExecuters"), ("${readFile:/run/jenkins/admin-password}", "hunter2hunter2"), ("-1", "50000")],
)
def test_the_schema_sees_a_slip(right: str, wrong: str) -> None:
    text = configuration(plan())
    assert right in text
    with pytest.raises(ValueError, match="validation error"):
        Document.model_validate(yaml.safe_load(text.replace(right, wrong)))


def test_only_people_who_log_in_see_anything_and_the_password_is_read_at_start() -> None:
    (admin,) = document().jenkins.realm.local.users
    assert admin.password == "${readFile:/run/jenkins/admin-password}"


def test_nothing_but_the_password_is_replaced_when_the_file_is_read() -> None:
    # The plugin reads ${…} in scripts too, and what it doesn't know becomes an empty text.
    assert re.findall(r"\$\{[^}]*\}", configuration(plan(job(), job("tills")))) == [
        "${readFile:/run/jenkins/admin-password}"
    ]
    assert "$" not in document().jobs[0].script


def test_there_is_a_job_for_each_application_with_its_own_values() -> None:
    script = document(job(), job("tills", "ci/build it.sh", "out/bundle")).jobs[0].script
    rows = re.findall(r"^  \[(.*)\]", script, re.MULTILINE)
    assert rows == [
        "name: 'storefront', script: 'jenkins.sh', output: '', minutes: 25",
        "name: 'tills', script: 'ci/build it.sh', output: 'out/bundle', minutes: 25",
    ]
    assert script.count("freeStyleJob(") == 1


def test_a_job_asks_codepipeline_for_work_each_minute_by_the_type_that_is_registered() -> None:
    script = document().jobs[0].script
    assert "triggers { scm('* * * * *') }" in script
    fields = dict(re.findall(r"^\s+(actionType\w+|region) '(.*)'$", script, re.MULTILINE))
    assert fields == {
        "actionTypeCategory": "Build",
        "actionTypeProvider": "delivery-dev-jenkins",
        "actionTypeVersion": "3",
        "region": "eu-west-1",
    }


def test_the_plugins_part_is_what_it_would_save_itself() -> None:
    script = document().jobs[0].script
    assert f"project / scm(class: '{PLUGIN}.AWSCodePipelineSCM')" in script
    assert f"project / publishers / '{PLUGIN}.AWSCodePipelinePublisher'" in script
    assert f"outputArtifacts {{ '{PLUGIN}.OutputArtifact' {{ location one.output }} }}" in script
    # Without its element the plugin has no client, in the source as in the publisher.
    assert script.count("awsClientFactory {}") == 2
    # The role of the machine is used where no key is given.
    assert "awsAccessKey ''" in script
    assert "awsSecretKey ''" in script


def test_a_script_that_never_ends_is_stopped() -> None:
    assert "timeout --kill-after=60 ' + one.minutes + 'm bash ./\"' + one.script + '\"'" in document().jobs[0].script


def test_the_script_stands_in_the_file_as_a_person_would_write_it() -> None:
    assert "- script: |\n    def jobs = [\n      [name: 'storefront'" in configuration(plan())


def test_the_braces_and_quotes_of_the_script_are_closed() -> None:
    script = document(job(), job("tills")).jobs[0].script
    for opening, closing in ("{}", "[]", "()"):
        assert script.count(opening) == script.count(closing)
    assert all(line.count("'") % 2 == 0 for line in script.splitlines())
