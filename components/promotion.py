"""The two ends of a promotion: the function that gives a tested release away, and the one that lets it in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi

from components.function import FunctionSize, PipelineFunction
from components.iam import Statement
from components.place import Place
from components.sources.plan import SOURCE, SourcePlan
from components.sources.promotion import RELEASE, release_key
from components.stages import Artifact, Stage
from components.triggers import EventTrigger

PROMOTE, ADMIT = "PromoteRelease", "AdmitRelease"

LARGE = FunctionSize(timeout_seconds=900, memory_mib=1769)
"""Reading 5 GiB and computing their digest takes a whole processor, and minutes."""


def manifest_keys(application: str) -> str:
    """Where in a release bucket the manifests of an application lie, as a pattern."""
    return f"{application}/manifests/*"


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """The giving end, as data: the last stage of a pipeline.

    Args:
        application: what is promoted.
        place: where it was tested.
        destination: the environment that receives it.
        source: where its changes come from.
    """

    application: str
    place: Place
    destination: Place
    source: SourcePlan

    @property
    def _pipeline(self) -> str:
        return f"{self.application}-{self.place.environment}"

    def stage(self, artifact: Artifact) -> Stage:
        """The stage that gives this artifact away."""
        branch = self.source.branch
        action = self.function("").action(
            name=PROMOTE,
            inputs=(artifact,),
            target=f"release bucket of {self.destination.environment}",
            parameters={"branch": branch} if branch else {},
        )
        return Stage(name="Promote", actions=(replace(action, lands=self.destination),))

    def function(self, key_arn: pulumi.Input[str]) -> PipelineFunction:
        """The function that writes into the receiver's bucket.

        The objects are encrypted with the *receiver's* key, by the default of its bucket. That key's ARN is not known
        here; the permission is narrowed to encryption by S3, for that bucket.

        Args:
            key_arn: the key of the stack. The function needs no right to it: the artifact it reads with the credentials
                that come with each job.
        """
        del key_arn
        receiver = self.destination
        bucket, key = receiver.bucket_arn(receiver.release_bucket), release_key(self.application)
        statements = [
            Statement(
                actions=("codepipeline:GetPipelineExecution", "codepipeline:ListActionExecutions"),
                resources=(self.place.arn("codepipeline", self._pipeline),),
            ),
            Statement(
                actions=("s3:PutObject",),
                resources=(f"{bucket}/{key}", f"{bucket}/{manifest_keys(self.application)}"),
            ),
            Statement(actions=("s3:GetObject",), resources=(f"{bucket}/{key}",)),
            Statement(actions=("s3:ListBucket",), resources=(bucket,), conditions={"StringEquals": {"s3:prefix": key}}),
            Statement(
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                resources=(receiver.arn("kms", "key/*"),),
                conditions={
                    "StringEquals": {
                        "kms:ViaService": f"s3.{receiver.region}.amazonaws.com",
                        "kms:EncryptionContext:aws:s3:arn": bucket,
                    }
                },
            ),
        ]
        if repository := self._repository:
            arn = self.place.arn("codecommit", repository)
            statements.append(Statement(actions=("codecommit:BatchGetCommits",), resources=(arn,)))
        return PipelineFunction(
            package="promote_release",
            application=self.application,
            place=self.place,
            statements=statements,
            libraries=("release_manifest",),
            # The artifact is kept while it is written: 5 GiB and room to spare.
            size=FunctionSize(timeout_seconds=LARGE.timeout_seconds, memory_mib=LARGE.memory_mib, disk_mib=5632),
        )

    @property
    def _repository(self) -> str | None:
        """The repository whose history tells who the authors are."""
        action = self.source.action
        return str(action.configuration["RepositoryName"]) if action.provider == "CodeCommit" else None

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the function works on."""
        tags = [one for one in self.source.triggers if isinstance(one, EventTrigger) and one.name == "tags"]
        return {
            "application": self.application,
            "pipeline": self._pipeline,
            "pipelineArn": self.place.arn("codepipeline", self._pipeline),
            "action": PROMOTE,
            "bucket": self.destination.release_bucket,
            "region": self.destination.region,
            "account": self.destination.account,
            "tagRules": [self.place.arn("events", f"rule/{self._pipeline}-{one.name}") for one in tags],
        }


@dataclass(frozen=True, kw_only=True)
class Admission:
    """The receiving end, as data: the stage after the source.

    Args:
        application: what is received.
        origin: the environment that tested and promoted it.
        place: where it is received.
    """

    application: str
    origin: Place
    place: Place

    def stage(self) -> Stage:
        """The stage that lets in what the origin has promoted, and nothing else.

        Every later action is handed the same artifact of the same execution as this one.
        """
        return Stage(name="Admit", actions=(self.function("").action(name=ADMIT, inputs=(SOURCE,), namespace=RELEASE),))

    def function(self, key_arn: pulumi.Input[str]) -> PipelineFunction:
        """The function that reads the manifest.

        Args:
            key_arn: the key of the stack, which encrypts the release bucket.
        """
        bucket = self.place.bucket_arn(self.place.release_bucket)
        return PipelineFunction(
            package="admit_release",
            application=self.application,
            place=self.place,
            statements=(
                Statement(actions=("s3:GetObject",), resources=(f"{bucket}/{manifest_keys(self.application)}",)),
                Statement(actions=("s3:ListBucket",), resources=(bucket,)),
                Statement(actions=("kms:Decrypt",), resources=(key_arn,)),
            ),
            libraries=("release_manifest",),
            size=LARGE,
        )

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the function works on."""
        return {
            "application": self.application,
            "bucket": self.place.release_bucket,
            "pipeline": self.origin.arn("codepipeline", f"{self.application}-{self.origin.environment}"),
        }
