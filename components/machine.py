"""Which machine an Auto Scaling group starts: private, without key pair, with an encrypted disk."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What is launched.

    Args:
        name: of the template, 3 to 128 characters.
        ami_parameter: the Systems Manager parameter that holds the AMI's id; EC2 reads it at each launch.
        instance_type: for example `t3.small`.
        volume_gib: size of the encrypted root volume, which goes with its machine.
        profile_arn: the instance profile with its role.
        security_group_ids: who reaches it, and whom it reaches.
        boot: the script of its first start, at most 16 KB and never with a secret.
        tags: of the machine and its volume.
    """

    name: str
    ami_parameter: str
    instance_type: str
    volume_gib: int
    profile_arn: pulumi.Input[str]
    security_group_ids: Sequence[pulumi.Input[str]]
    boot: str | pulumi.Output[str]
    tags: Mapping[str, str]


def launch_template(name: str, machine: Machine, *, parent: pulumi.Resource) -> ec2.LaunchTemplate:
    """The template of a machine. Metadata is answered by IMDSv2 alone and no further than the machine itself; one that
    powers itself off is gone, so that its group starts another."""
    tags = dict(machine.tags)
    return ec2.LaunchTemplate(
        name,
        name=machine.name,
        image_id=f"resolve:ssm:{machine.ami_parameter}",
        instance_type=machine.instance_type,
        iam_instance_profile={"arn": machine.profile_arn},
        instance_initiated_shutdown_behavior="terminate",
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": 1,
        },
        block_device_mappings=[
            {
                "device_name": "/dev/xvda",
                "ebs": {
                    "encrypted": "true",
                    "volume_size": machine.volume_gib,
                    "volume_type": "gp3",
                    "delete_on_termination": "true",
                },
            }
        ],
        monitoring={"enabled": True},
        vpc_security_group_ids=list(machine.security_group_ids),
        tag_specifications=[
            {"resource_type": "instance", "tags": tags},
            {"resource_type": "volume", "tags": tags},
        ],
        user_data=_encoded(machine.boot),
        update_default_version=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _encoded(boot: str | pulumi.Output[str]) -> str | pulumi.Output[str]:
    if isinstance(boot, str):
        return base64.b64encode(boot.encode()).decode()
    return boot.apply(lambda script: base64.b64encode(script.encode()).decode())
