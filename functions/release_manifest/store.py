"""Where the manifests of releases lie, and how one is read."""

from typing import Any

from pipeline_job.failures import RefusedError, error_code
from release_manifest.manifest import Manifest


def manifest_key(application: str, digest: str) -> str:
    """The key of a release's manifest in the release bucket: a digest has one manifest, and keeps it."""
    return f"{application}/manifests/{digest}.json"


def read_manifest(s3: Any, *, bucket: str, application: str, digest: str) -> Manifest:
    """The manifest of exactly these bytes.

    The digest of what an execution delivers is the output variable `DIGEST` of its action `AdmitRelease`. Later actions
    of the same execution read it as `#{Release.DIGEST}`. From outside, ListActionExecutions of the execution tells it:
    `output.outputVariables` of that action. It is computed of the source artifact itself, never taken from a name.

    The caller needs `s3:GetObject` on the manifests and `kms:Decrypt` on the stack's key; and `s3:ListBucket` on the
    bucket, without which S3 says "access denied" of a manifest that isn't there
    (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).

    Args:
        s3: a client of S3 in the region of the bucket.
        bucket: the release bucket of the environment that receives.
        application: whose release it is.
        digest: SHA-256 of the artifact, 64 hexadecimal digits.

    Raises:
        RefusedError: there is no manifest of these bytes, it can't be read, or it is of other bytes or of another
            application than its key says.
    """
    key = manifest_key(application, digest)
    try:
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8")
    except s3.exceptions.ClientError as error:
        if error_code(error) == "NoSuchKey":
            raise RefusedError(
                f"No release of {application} with the digest {digest} was promoted: there is no s3://{bucket}/{key}."
            ) from error
        raise
    except UnicodeDecodeError as error:
        raise RefusedError(f"s3://{bucket}/{key} is no text, so it is no manifest.") from error
    manifest = Manifest.from_json(text)
    expected, found = (application, digest), (manifest.application, manifest.digest)
    if found != expected:
        raise RefusedError(
            f"s3://{bucket}/{key} should be the manifest of {application} with the digest {digest}; it is that of "
            f"{found[0]} with the digest {found[1]}."
        )
    return manifest
