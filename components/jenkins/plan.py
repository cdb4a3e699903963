"""Jenkins as data: the job that builds an application, and the server of the stack, with names and permissions."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.iam import Statement
from components.place import Place
from components.stages import Action, Category
from components.work import Slot, WorkSurroundings

PROPERTY = "ProjectName"
"""The key of an action's configuration that names the job; the plugin asks CodePipeline for work by it."""

PORT = 8080
NFS = 2049
HEALTH_PATH = "/login"
"""Answered without a login, and only when Jenkins is up."""

METRICS = "Delivery/Jenkins"
DISK_USED = "DiskUsedPercent"

HOME = "/var/lib/jenkins"
OWNER = 1500
"""User and group id of the home's owner, on the machine and on the file system; Amazon Linux gives 1000 to people."""


def server_name(place: Place) -> str:
    """The server's name, that of its provider in CodePipeline too: at most 32 characters for its load balancer."""
    return f"{place.name}-jenkins"


@dataclass(frozen=True, kw_only=True)
class JenkinsJob:
    """The build of one application as a job of the stack's Jenkins.

    Args:
        application: the application it builds.
        place: where.
        job: the job's name, at most 20 of `A-Z a-z 0-9 _ -`.
        script: path in the repository of the bash script that builds and tests.
        output: folder of the workspace that is handed on; empty for all of it.
        timeout_minutes: after how long the script is stopped.
        version: of the action type.
    """

    application: str
    place: Place
    job: str
    script: str
    output: str
    timeout_minutes: int
    version: str

    @property
    def role(self) -> str:
        """What it does for the application."""
        return "build"

    def action(self, slot: Slot) -> Action:
        """The action that Jenkins asks for and answers
        (https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html).

        The pipeline's role needs nothing for it: CodePipeline calls nobody, and the plugin works on artifacts with the
        credentials that come with each job. It hands no variables over, so the slot's namespace stays unused.

        Raises:
            ValueError: the server's action type is of another category.
        """
        if slot.category is not Category.BUILD:
            raise ValueError(f"{server_name(self.place)} is registered for builds, not for {slot.category}")
        return Action(
            name=slot.name,
            category=slot.category,
            owner="Custom",
            provider=server_name(self.place),
            version=self.version,
            configuration={PROPERTY: self.job},
            inputs=(slot.source,),
            outputs=(slot.output,) if slot.output else (),
        )

    def make(self, name: str, *, surroundings: WorkSurroundings, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        """Nothing of its own: the job is part of the server's configuration, and the server is the stack's.

        Raises:
            ValueError: the stack has no server.
        """
        del opts
        if surroundings.build_server is None:
            raise ValueError(f"{name} is built by Jenkins, and the stack has none")
        return surroundings.build_server


@dataclass(frozen=True, kw_only=True)
class JenkinsPlan:
    """The Jenkins server of a stack, as data.

    Args:
        place: where.
        jobs: what it builds, one job an application.
        hostname: under which people reach it.
        certificate_arn: of that name, in the stack's region.
        admin_email: given as the administrator's address.
        allowed_cidrs: from where its load balancer is reached, besides from the machine itself.
        version: of the action type, 1 to 9 digits.
        instance_type: of the machine that serves and builds.
        ami_parameter: the Systems Manager parameter that holds the AMI's id; EC2 reads it at each launch.
        volume_gib: size of the encrypted root volume, where workspaces lie.
        executors: builds beside each other.
        packages: of Amazon Linux, for builds.
        deletion_protection: whether AWS refuses to delete the load balancer.
    """

    place: Place
    jobs: Sequence[JenkinsJob]
    hostname: str
    certificate_arn: str
    admin_email: str
    allowed_cidrs: Sequence[str]
    version: str
    instance_type: str
    ami_parameter: str
    volume_gib: int
    executors: int
    packages: Sequence[str]
    deletion_protection: bool

    @property
    def name(self) -> str:
        """Load balancer, group, alarms, provider: whatever has one name."""
        return server_name(self.place)

    @property
    def url(self) -> str:
        """Where people find it."""
        return f"https://{self.hostname}/"

    @property
    def secret_name(self) -> str:
        """The Secrets Manager entry with the administrator's password."""
        return f"{self.name}/admin"

    @property
    def action_type_arn(self) -> str:
        """The action type that its jobs are of."""
        return self.place.arn("codepipeline", f"actiontype:Custom/{Category.BUILD}/{self.name}/{self.version}")

    def permissions(
        self,
        *,
        key_arn: pulumi.Input[str],
        home_arn: pulumi.Input[str],
        access_point_arn: pulumi.Input[str],
        secret_arn: pulumi.Input[str],
    ) -> list[Statement]:
        """What the machine may do; each statement with the one thing it is for.

        Artifacts are not among it: CodePipeline gives credentials for exactly those of a job with the job
        (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_JobData.html).
        """
        return [
            # Asking for work of this server's type.
            Statement(actions=("codepipeline:PollForJobs",), resources=(self.action_type_arn,)),
            # Working on it; a job's id is all that these know, so AWS has no resource level for them.
            Statement(
                actions=(
                    "codepipeline:AcknowledgeJob",
                    "codepipeline:GetJobDetails",
                    "codepipeline:PutJobFailureResult",
                    "codepipeline:PutJobSuccessResult",
                ),
                resources=("*",),
            ),
            # The home.
            Statement(
                actions=("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
                resources=(home_arn,),
                conditions={"StringEquals": {"elasticfilesystem:AccessPointArn": access_point_arn}},
            ),
            # The administrator's password: made once, read at each start.
            Statement(
                actions=(
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:GetSecretValue",
                    "secretsmanager:PutSecretValue",
                ),
                resources=(secret_arn,),
            ),
            Statement(actions=("secretsmanager:GetRandomPassword",), resources=("*",)),
            Statement(
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                resources=(key_arn,),
                conditions={
                    "StringEquals": {
                        "kms:ViaService": f"secretsmanager.{self.place.region}.amazonaws.com",
                        "kms:EncryptionContext:SecretARN": secret_arn,
                    }
                },
            ),
            # How full the disk is.
            Statement(
                actions=("cloudwatch:PutMetricData",),
                resources=("*",),
                conditions={"StringEquals": {"cloudwatch:namespace": METRICS}},
            ),
        ]
