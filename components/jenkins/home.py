"""The home of Jenkins: a file system that outlives every machine, encrypted and backed up."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import efs

from components.iam import Statement, policy_document
from components.jenkins.plan import OWNER

_MOUNTING = (
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientRootAccess",
    "elasticfilesystem:ClientWrite",
)


@dataclass(frozen=True, kw_only=True)
class JenkinsHomeArgs:
    """Inputs of a `JenkinsHome`.

    Args:
        label: its name in the console.
        key_arn: encrypts it.
        subnet_ids: where it can be mounted, one subnet in each zone.
        security_group_id: who may reach it there.
        protect: whether Pulumi refuses to delete it.
    """

    label: str
    key_arn: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    protect: bool


class JenkinsHome(pulumi.ComponentResource):
    """An encrypted file system with daily backups, its policy, and the one way into it.

    AWS Backup's plan for file systems keeps 35 days (https://docs.aws.amazon.com/efs/latest/ug/awsbackup.html). Clients
    come by TLS and by the access point or not at all, and everything they write belongs to Jenkins' user, whoever they
    are on their machine. `file_system_id` and `access_point_id` are known when clients can mount.
    """

    file_system_id: pulumi.Output[str]
    file_system_arn: pulumi.Output[str]
    access_point_id: pulumi.Output[str]
    access_point_arn: pulumi.Output[str]

    def __init__(self, name: str, args: JenkinsHomeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:JenkinsHome", name, None, opts)
        system = efs.FileSystem(
            name,
            encrypted=True,
            kms_key_id=args.key_arn,
            throughput_mode="elastic",
            lifecycle_policies=[
                {"transition_to_ia": "AFTER_30_DAYS"},
                {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
            ],
            tags={"Name": args.label},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        of_system = pulumi.ResourceOptions(parent=system)
        backup = efs.BackupPolicy(
            f"{name}-backup", file_system_id=system.id, backup_policy={"status": "ENABLED"}, opts=of_system
        )
        targets = [
            efs.MountTarget(
                f"{name}-mount-{number}",
                file_system_id=system.id,
                subnet_id=subnet,
                security_groups=[args.security_group_id],
                opts=of_system,
            )
            for number, subnet in enumerate(args.subnet_ids, start=1)
        ]
        way_in = efs.AccessPoint(
            f"{name}-access",
            file_system_id=system.id,
            posix_user={"uid": OWNER, "gid": OWNER},
            root_directory={
                "path": "/jenkins",
                "creation_info": {"owner_uid": OWNER, "owner_gid": OWNER, "permissions": "0750"},
            },
            tags={"Name": args.label},
            opts=of_system,
        )
        policy = efs.FileSystemPolicy(
            f"{name}-policy",
            file_system_id=system.id,
            policy=policy_document(_only_by_tls_and(way_in.arn, system.arn)),
            opts=of_system,
        )
        ready = (backup.id, policy.id, *(target.id for target in targets))
        self.file_system_id = pulumi.Output.all(system.id, *ready).apply(lambda values: str(values[0]))
        self.file_system_arn = system.arn
        self.access_point_id = way_in.id
        self.access_point_arn = way_in.arn
        self.register_outputs({"fileSystemId": self.file_system_id, "accessPointId": self.access_point_id})


def _only_by_tls_and(access_point_arn: pulumi.Input[str], file_system_arn: pulumi.Input[str]) -> list[Statement]:
    """Denies every other way in; who may come at all, IAM decides
    (https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html)."""
    return [
        Statement(
            effect="Deny",
            actions=_MOUNTING,
            resources=(file_system_arn,),
            principals={"*": "*"},
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
        Statement(
            effect="Deny",
            actions=_MOUNTING,
            resources=(file_system_arn,),
            principals={"*": "*"},
            conditions={"StringNotEquals": {"elasticfilesystem:AccessPointArn": access_point_arn}},
        ),
    ]
