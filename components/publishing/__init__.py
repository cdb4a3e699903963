"""Publishing what was tested: to a bucket, to CodeArtifact, Nexus and Artifactory, and to ECR as an image."""

from components.publishing.buildspec import buildspec, script
from components.publishing.publication import PREFIX, Publication, publication, publish_stage
from components.publishing.resources import PublishingStores, PublishingStoresArgs, StoresPlan
from components.publishing.targets import (
    BucketTarget,
    CodeArtifactTarget,
    ImageTarget,
    RegistryTarget,
    Target,
)

__all__ = [
    "PREFIX",
    "BucketTarget",
    "CodeArtifactTarget",
    "ImageTarget",
    "Publication",
    "PublishingStores",
    "PublishingStoresArgs",
    "RegistryTarget",
    "StoresPlan",
    "Target",
    "buildspec",
    "publication",
    "publish_stage",
    "script",
]
