"""The agent of CodeDeploy on EC2 instances: how it is installed, and what keeps it current."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent

import pulumi
from pulumi_aws import ssm


@dataclass(frozen=True, kw_only=True)
class PinnedAgent:
    """A file of AWS's bucket that can't change.

    AWS documents no signature of the agent: its digest is what tells that it is the file that somebody has looked at.

    Args:
        package: an .rpm below `releases/`.
        sha256: its digest, 64 hexadecimal digits.
    """

    package: str
    sha256: str


def install_agent(region: str, pinned: PinnedAgent | None) -> str:
    """The commands that install the agent on Amazon Linux 2023: the pinned one, or AWS's latest.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/codedeploy-agent-operations-install-linux.html
    """
    bucket = f"https://aws-codedeploy-{region}.s3.{region}.amazonaws.com"
    if pinned is None:
        return dedent(
            f"""\
            dnf install -y ruby3.2 wget
            cd "$(mktemp -d)"
            wget --tries=5 {bucket}/latest/install
            chmod +x install
            ./install auto
            """
        )
    return dedent(
        f"""\
        dnf install -y wget
        cd "$(mktemp -d)"
        wget --tries=5 {bucket}/releases/{pinned.package}
        echo "{pinned.sha256}  {pinned.package}" | sha256sum --check
        dnf install -y ./{pinned.package}
        """
    )


def keep_agent_current(
    name: str,
    *,
    fleet: str,
    group_names: Sequence[str],
    schedule: str,
    parent: pulumi.Resource,
) -> ssm.Association:
    """Has State Manager bring AWS's latest agent to the instances of a fleet, one after the other.

    Not when an instance starts: it has just installed its agent, and a deployment waits for it. The role that lets
    people in by Session Manager is enough
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/codedeploy-agent-operations-install-ssm.html).

    Args:
        name: logical name.
        fleet: the fleet's name.
        group_names: its Auto Scaling groups.
        schedule: when, in UTC.
        parent: its owner.
    """
    return ssm.Association(
        name,
        association_name=f"{fleet}-agent",
        name="AWS-ConfigureAWSPackage",
        parameters={"action": "Install", "name": "AWSCodeDeployAgent"},
        targets=[{"key": "tag:aws:autoscaling:groupName", "values": list(group_names)}],
        schedule_expression=schedule,
        apply_only_at_cron_interval=True,
        max_concurrency="1",
        max_errors="0",
        opts=pulumi.ResourceOptions(parent=parent),
    )
