"""How an application gets onto machines that aren't AWS's: the one strategy that CodeDeploy has for them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from settings.base import ByTier, FromParts, Model
from settings.deployments.agent import AgentPackage, Sha256
from settings.fields import Listed, WebUrl, at_least, at_most, distinct, matching, refused, within
from settings.tiers import DeploymentConfig

OWN_TAG = "Delivery"
"""The tag by which a deployment finds its machines; the program gives it."""


class System(StrEnum):
    """The families of systems that have a script of registration."""

    DEBIAN = "debian"
    RED_HAT = "red-hat"
    WINDOWS = "windows"


_PACKAGES = {System.DEBIAN: ".deb", System.RED_HAT: ".rpm", System.WINDOWS: ".msi"}

SetupTool = Annotated[
    str,
    matching(
        r"\d+(\.\d+){3}/(linux|debian|windows)_(amd64|arm64)/ssm-setup-cli(\.exe)?",
        "a version, a platform and the tool, such as 3.3.2299.0/debian_amd64/ssm-setup-cli",
    ),
]
TagKey = Annotated[str, matching(r"(?!aws:)[\w +\-=.:/@]{1,128}", "1 to 128 characters, not aws:…")]
TagValue = Annotated[str, matching(r"[\w +\-=.:/@]{0,256}", "at most 256 characters")]
AlarmName = Annotated[
    str, matching(r"(?!arn:)[^\x00-\x1f\"]{1,255}", 'the name of an alarm, 1 to 255 characters without "; not its ARN')
]
MOST_ALARMS = 8
"""CodeDeploy watches 10 alarms of a group
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codedeploy-deploymentgroup-alarmconfiguration.html);
the program has two of its own."""


class CodeDeployAgent(Model):
    """The CodeDeploy agent of one system, as a file that can't change."""

    package: AgentPackage = Field(description="File of AWS's bucket, below releases/; its name has the version.")
    sha256: Sha256 = Field(description="Digest of the file; another file isn't installed.")


class SystemsManagerSetup(Model):
    """AWS's tool that installs and registers the agent of Systems Manager, as a file that can't change."""

    tool: SetupTool = Field(description="Its place in AWS's bucket: version/platform/ssm-setup-cli.")
    sha256: Sha256 = Field(description="Digest of the tool; another one isn't run.")


class Agents(Model):
    """What is installed on the machines of one system."""

    code_deploy: CodeDeployAgent = Field(description="The agent of CodeDeploy.")
    systems_manager: SystemsManagerSetup = Field(description="The agent of Systems Manager.")


class Registration(Model):
    """How far the door is open when a machine is registered; see `operations register-script`."""

    machines: Annotated[int, within(1, 1000, "machines")] = Field(
        default=1, description="How many machines one activation registers, 1 to 1000."
    )
    days: Annotated[int, within(1, 30, "days")] = Field(
        default=1, description="After how many days an activation is void, 1 to 30."
    )


class MachineAlarms(Model):
    """What stops a deployment and rolls it back."""

    missing: Annotated[int, within(0, 1000, "machines")] = Field(
        default=0, description="Machines that don't report; 0: one is too many."
    )
    existing: Annotated[Listed[AlarmName], distinct("alarms"), at_most(MOST_ALARMS, "alarms")] = Field(
        default=(), description="Names of alarms of this account and region that stop a deployment besides; at most 8."
    )


def _room_for_ours(tags: Mapping[str, str]) -> Mapping[str, str]:
    # https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
    if len(tags) > 9 or OWN_TAG in tags:
        raise refused(f"at most 9 tags, and not {OWN_TAG}, which the program gives")
    return tags


def _of_their_system(agents: Mapping[System, Agents]) -> Mapping[System, Agents]:
    for system, one in agents.items():
        if not one.code_deploy.package.endswith(_PACKAGES[system]):
            raise refused(f"a {_PACKAGES[system]} for {system.value}", key=system.value)
        if (system is System.WINDOWS) != one.systems_manager.tool.endswith(".exe"):
            raise refused(f"the tool of {system.value}", key=system.value)
    return agents


class OnPremisesDeploy(Model):
    """New version onto machines that run elsewhere; CodeDeploy knows no blue/green there.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-on-premises.html
    """

    platform: Literal["on-premises"] = Field(
        description="What runs the application: EC2, Lambda, ECS on Fargate, or machines on premises."
    )
    strategy: Literal["in-place"] = Field(description="How a new version gets there.")
    agents: Annotated[
        Mapping[Annotated[System, Field(strict=False)], Agents],
        at_least(1, "system"),
        AfterValidator(_of_their_system),
    ] = Field(description="What is installed, by system (debian, red-hat, windows): codeDeploy and systemsManager.")
    registration: Annotated[Registration, FromParts()] = Field(description="How machines are registered.")
    tags: Annotated[Mapping[TagKey, TagValue], AfterValidator(_room_for_ours)] = Field(
        default_factory=dict, description=f"Tags of the machines in CodeDeploy, at most 9, beside {OWN_TAG}."
    )
    deployment_config: Annotated[DeploymentConfig, Field(strict=False), ByTier("deployment_config")] = Field(
        description="How many machines CodeDeploy changes at a time."
    )
    alarms: Annotated[MachineAlarms, FromParts()] = Field(description="What stops a deployment and rolls it back.")
    url: WebUrl | None = Field(
        default=None, description="Address at which suites after the deployment reach the application, if any."
    )
