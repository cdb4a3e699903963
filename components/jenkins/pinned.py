"""What a Jenkins server is made of, each with its version: the one place to change for an upgrade.

The checksums are those that Jenkins publishes beside its downloads. A plugin's own dependencies are not listed: the
plugin manager takes the versions that the listed plugins ask for (`--latest false`), so they change only with this
table. `aws-codepipeline` decides how far Jenkins may go: it needs Commons Lang 2, which the 2.580 line still has
(https://github.com/jenkinsci/jenkins/issues/27351).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file of the web that is used only if it is the one we know.

    Args:
        version: for people.
        url: where it is.
        sha256: what it is.
    """

    version: str
    url: str
    sha256: str


JENKINS: Final = Download(
    version="2.580.1",
    url="https://get.jenkins.io/war-stable/2.580.1/jenkins.war",
    sha256="393bf2476352dd726519fd1f92ce66eac7d23c0936e6967420b717060c4c40d0",
)
PLUGIN_MANAGER: Final = Download(
    version="2.15.0",
    url=(
        "https://github.com/jenkinsci/plugin-installation-manager-tool/releases/download/2.15.0/"
        "jenkins-plugin-manager-2.15.0.jar"
    ),
    sha256="a86853ec2e2933f37a4b471ba65099b61e03c87a80c2ef8fe2315eb135672d43",
)
PLUGINS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "aws-codepipeline": "0.49",
        "configuration-as-code": "2121.v86fe99d4b_b_a_b_",
        "job-dsl": "3732.v9a_c49a_61a_313",
    }
)
PACKAGES: Final = ("amazon-efs-utils", "awscli-2", "fontconfig", "java-21-amazon-corretto-headless")
"""Of Amazon Linux 2023, which keeps them current itself; builds may add theirs."""
