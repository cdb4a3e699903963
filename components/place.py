"""Where a stack lives, and the names that follow from it.

Names that AWS resources know each other by are plain text made here, not outputs of other resources: so permissions,
actions and pictures are complete before a resource exists, and policy packs can judge them at preview.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """One environment of the platform: an account and a region, under a name.

    Args:
        environment: the stack's name, for example `prod`; part of every physical name.
        account: the 12 digits of the AWS account.
        region: the AWS region, for example `eu-west-1`.
        project: first part of the names that the whole stack shares.
    """

    environment: str
    account: str
    region: str
    project: str = "delivery"

    @property
    def partition(self) -> str:
        """The ARN partition of the region: `aws`, `aws-cn` or `aws-us-gov`."""
        for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
            if self.region.startswith(prefix):
                return partition
        return "aws"

    @property
    def domain(self) -> str:
        """What the addresses of AWS's services end in."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def iam_arn(self, resource: str) -> str:
        """The ARN of an IAM resource of this account, for example of `role/NAME`."""
        return f"arn:{self.partition}:iam::{self.account}:{resource}"

    def console(self, path: str) -> str:
        """A page of the developer tools in the console, for example `codecommit/repositories/storefront/browse`."""
        domains = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}
        domain = domains.get(self.partition, "console.aws.amazon.com")
        return f"https://{self.region}.{domain}/codesuite/{path}?region={self.region}"

    def role_sessions(self, role: str) -> str:
        """Every session of a role of this account, as CodeCommit names who approves."""
        return f"arn:{self.partition}:sts::{self.account}:assumed-role/{role}/*"

    def bucket_arn(self, bucket: str) -> str:
        """The ARN of a bucket, whoever owns it: bucket ARNs carry neither account nor region."""
        return f"arn:{self.partition}:s3:::{bucket}"

    @property
    def name(self) -> str:
        """What the stack's shared resources are called, for example `delivery-prod`."""
        return f"{self.project}-{self.environment}"

    @property
    def key_alias(self) -> str:
        """The alias of the stack's KMS key."""
        return f"alias/{self.name}"

    @property
    def artifact_bucket(self) -> str:
        """The bucket of the stack's artifact store; bucket names are global, so account and region make it ours."""
        return f"{self.name}-artifacts-{self.account}-{self.region}"

    @property
    def release_bucket(self) -> str:
        """The bucket that receives what the environment before this one tested and promoted."""
        return f"{self.name}-releases-{self.account}-{self.region}"

    @property
    def ledger_bucket(self) -> str:
        """The bucket in which it is written down which release ran when."""
        return f"{self.name}-ledger-{self.account}-{self.region}"

    @property
    def access_log_bucket(self) -> str:
        """The bucket of the load balancers' access logs."""
        return f"{self.name}-access-logs-{self.account}-{self.region}"

    @property
    def canary_bucket(self) -> str:
        """The bucket in which canaries keep their script, and pictures of what they saw."""
        return f"{self.name}-canaries-{self.account}-{self.region}"

    @property
    def build_bucket(self) -> str:
        """The bucket in which builds keep caches and logs: not the artifact store, for what is deployed is no cache."""
        return f"{self.name}-builds-{self.account}-{self.region}"

    @property
    def published_bucket(self) -> str:
        """The bucket of what the stack's pipelines publish by version."""
        return f"{self.name}-published-{self.account}-{self.region}"

    @property
    def package_domain(self) -> str:
        """The domain of CodeArtifact with the stack's packages."""
        return self.name

    def image_repository(self, application: str, image: str) -> str:
        """The repository of ECR with one image of an application."""
        return f"{application}-{self.environment}/{image}"

    def image_registry(self) -> str:
        """Where the account's images are pushed to."""
        return f"{self.account}.dkr.ecr.{self.region}.{self.domain}"

    def pipeline_role(self, application: str) -> str:
        """The role of an application's pipeline; the environment it promotes to names it in its bucket policy."""
        return f"{application}-{self.environment}-pipeline"

    def pipeline_role_arn(self, application: str) -> str:
        """The ARN of `pipeline_role`."""
        return self.iam_arn(f"role/{self.pipeline_role(application)}")
