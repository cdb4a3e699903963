"""Which errors end an action, which ones only cost a visit, and how they are told."""

from collections.abc import Iterable
from enum import StrEnum

from botocore import exceptions as aws


class FailureType(StrEnum):
    """Why an action failed, in the words of CodePipeline's `FailureDetails`."""

    JOB = "JobFailed"
    CONFIGURATION = "ConfigurationError"
    PERMISSION = "PermissionError"


class RefusedError(Exception):
    """The function will not go on, because what it was told or what it sees leaves doubt; the message says why."""


TRANSIENT_CODES = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ResourceContention",
        "ScalingActivityInProgress",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        # CodeDeploy allows one running deployment for a group. Where a job is delivered twice at the same moment the
        # second CreateDeployment ends here, and the next visit finds and follows the first.
        "DeploymentLimitExceededException",
        # Two write the same object of S3 at the same moment, each only where there is none yet
        # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html).
        "ConditionalRequestConflict",
    }
)

CONCURRENT = "Too many concurrent attempts"
"""How ECS begins when another revision of a family is made at the same moment; its code says nothing
(https://github.com/hashicorp/terraform-provider-aws/issues/9777)."""

PERMISSION_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "AuthorizationError",
        "UnrecognizedClientException",
    }
)

SESSION_CODES = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "RequestExpired",
        "UnrecognizedClientException",
    }
)
_SESSION_ERRORS = (
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.TokenRetrievalError,
    aws.SSOError,
)


def has_no_session(error: Exception) -> bool:
    """Whether the credentials are at their end: with others the same call may succeed, and with these none does."""
    return isinstance(error, _SESSION_ERRORS) or error_code(error) in SESSION_CODES


def is_transient(error: Exception) -> bool:
    """Whether the same call may succeed at the next visit: throttling, a service's own trouble, no connection."""
    if isinstance(error, aws.ConnectionError | aws.HTTPClientError):
        return True
    if not isinstance(error, aws.ClientError):
        return False
    return error_code(error) in TRANSIENT_CODES or _status(error) >= 500 or CONCURRENT in str(error)


def failure_type(error: Exception) -> FailureType:
    """The word under which CodePipeline files the error."""
    if isinstance(error, RefusedError):
        return FailureType.CONFIGURATION
    if isinstance(error, aws.ClientError) and error_code(error) in PERMISSION_CODES:
        return FailureType.PERMISSION
    return FailureType.JOB


def failure_message(error: Exception) -> str:
    """The error in one line: type name and message, no traceback."""
    if isinstance(error, RefusedError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def without_secrets(text: str, *, secrets: Iterable[str]) -> str:
    """The text with every secret replaced, for an exception may quote what it was given."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def error_code(error: Exception) -> str:
    """AWS's code of the error, empty where it is not AWS's."""
    if not isinstance(error, aws.ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))


def _status(error: aws.ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
