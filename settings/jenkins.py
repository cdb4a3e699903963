"""Jenkins: what an application says to be built by it, and what the one server of a stack is made of."""

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from settings.base import Derived, Model
from settings.deployments import AMAZON_LINUX, with_image
from settings.fields import (
    CertificateArn,
    Email,
    InstanceType,
    Listed,
    ParameterPath,
    RelativePath,
    at_most,
    distinct,
    matching,
    refused,
    within,
)

LONGEST_JOB = 20
"""Of a value that a job worker asks for by name.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionConfigurationProperty.html
"""

_OF_ADMIN = "the server makes the password itself, and keeps it in Secrets Manager"
_PINNED = "Jenkins and its plugins are pinned in components/jenkins/pinned.py"

_PRIVATE = [ipaddress.IPv4Network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


def _private_range(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise refused("an IPv4 range whose host bits are zero, for example 10.0.0.0/8") from error
    if not any(network.subnet_of(one) for one in _PRIVATE):
        raise refused("a private range: the server has no public address")
    return value


JobName = Annotated[
    str,
    matching(
        rf"[A-Za-z0-9][A-Za-z0-9_\-]{{0,{LONGEST_JOB - 1}}}",
        f"1 to {LONGEST_JOB} of A-Z a-z 0-9 _ - (CodePipeline's limit for what a build server asks for)",
    ),
]
HostName = Annotated[
    str,
    matching(
        r"(?=.{4,253}$)([a-z0-9]([a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
        "a host name in small letters, such as jenkins.example.com, without https://",
    ),
]
Range = Annotated[str, AfterValidator(_private_range)]
ActionVersion = Annotated[str, matching(r"\d{1,9}", 'a version of 1 to 9 digits, as text: "1"')]
Package = Annotated[
    str,
    matching(r"[A-Za-z0-9][A-Za-z0-9._+\-]{0,39}", "a package of Amazon Linux, 1 to 40 of A-Z a-z 0-9 . _ + -"),
]

ShortPath = Annotated[
    RelativePath, matching(r".{1,80}", "a path of at most 80 characters: the server's boot has 16 KB")
]


class JenkinsBuild(Model):
    """The build and unit tests of an application, on the stack's Jenkins."""

    WAYS: ClassVar[Mapping[str, str]] = {
        "jenkinsfile": "script names a bash script: the plugin for CodePipeline knows no Jenkinsfile"
    }

    server: Literal["jenkins"] = Field(description="Who builds instead of CodeBuild: the stack's Jenkins.")
    job: Annotated[JobName | None, Derived("the application's name")] = Field(
        default=None,
        description=f"Name of the job, 1 to {LONGEST_JOB} of A-Z a-z 0-9 _ -; no two applications have the same.",
    )
    script: ShortPath = Field(
        default="jenkins.sh", description="Path in the repository of the bash script that builds and tests."
    )
    output: Annotated[ShortPath | None, Derived("the whole workspace")] = Field(
        default=None, description="Folder whose content is handed to the next stage, relative to the repository."
    )
    timeout_minutes: Annotated[int, within(5, 480, "minutes")] = Field(
        default=20, description="After how many minutes the script is stopped, 5 to 480."
    )


class Jenkins(Model):
    """The stack's one Jenkins server: private, with its home on an encrypted file system."""

    WAYS: ClassVar[Mapping[str, str]] = {
        "adminpassword": _OF_ADMIN,
        "password": _OF_ADMIN,
        "plugins": _PINNED,
        "version": f"{_PINNED}; actionVersion is that of the action type",
    }

    hostname: HostName = Field(
        description="Name under which people reach it; its certificate has it, and your DNS points it to the output "
        "`jenkins.loadBalancer`."
    )
    certificate_arn: CertificateArn = Field(description="ACM certificate of the host name, in the stack's region.")
    admin_email: Email = Field(description="Address that Jenkins gives as its administrator's.")
    allowed_cidrs: Annotated[Listed[Range], distinct("ranges"), at_most(20, "ranges")] = Field(
        default=(),
        description="Private ranges from which its load balancer is reached; without any, by Session Manager alone.",
    )
    action_version: ActionVersion = Field(
        default="1",
        description="Version of the action type in CodePipeline; AWS never takes a deleted one again, so count up.",
    )
    instance_type: InstanceType = Field(
        default="t3.medium", description="EC2 instance type; builds run on the same machine."
    )
    ami_parameter: ParameterPath = Field(
        default=AMAZON_LINUX,
        description="Systems Manager parameter that names the Amazon Linux 2023 image; resolved by EC2 at launch. On "
        "Graviton the default is the same image for arm64.",
    )
    volume_gib: Annotated[int, within(16, 16384, "GiB")] = Field(
        default=30, description="Encrypted root volume in GiB, where workspaces lie, 16 to 16384."
    )
    executors: Annotated[int, within(1, 8, "executors")] = Field(
        default=1, description="How many builds run beside each other, 1 to 8."
    )
    packages: Annotated[Listed[Package], distinct("packages"), at_most(20, "packages")] = Field(
        default=(), description="Packages of Amazon Linux that builds need, such as maven or nodejs22."
    )

    @model_validator(mode="before")
    @classmethod
    def _image_for_the_processor(cls, given: Any) -> Any:
        return with_image(given)
