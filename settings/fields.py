"""The kinds of single values in a stack file, each with its syntax, its limits and what to say when it is wrong."""

import ipaddress
import re
from collections.abc import Callable, Collection
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

ItemT = TypeVar("ItemT")

_STACK = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"

Listed = Annotated[tuple[ItemT, ...], Field(strict=False)]
"""A list of the file, as a tuple. Not strict, because YAML knows no tuples."""


def refused(allowed: str, *, key: str = "", partners: Collection[str] = ()) -> PydanticCustomError:
    """The error of a value with the right type that isn't allowed.

    Args:
        allowed: what is allowed.
        key: where a rule of a whole object fails: the key to blame, in the file's spelling.
        partners: keys that it can't stand without; where one of them is wrong itself, nothing is said of this one.
    """
    return PydanticCustomError("refused", "{allowed}", {"allowed": allowed, "key": key, "partners": partners})


def matching(pattern: str, allowed: str) -> AfterValidator:
    """Refuse a text that doesn't match `pattern` as a whole."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise refused(allowed)
        return value

    return AfterValidator(check)


def within(low: int, high: int, unit: str) -> AfterValidator:
    """Refuse a number outside of `low` to `high`, both included."""

    def check(value: int) -> int:
        if not low <= value <= high:
            raise refused(f"{low} to {high} {unit}".rstrip())
        return value

    return AfterValidator(check)


def distinct(what: str, key: Callable[[Any], Any] = lambda item: item) -> AfterValidator:
    """Refuse a list in which two items have the same key."""

    def check(items: tuple[Any, ...]) -> tuple[Any, ...]:
        keys = [key(item) for item in items]
        repeated = sorted({str(one) for one in keys if keys.count(one) > 1})
        if repeated:
            raise refused(f"{what} that differ; more than once: {', '.join(repeated)}")
        return items

    return AfterValidator(check)


def at_least(count: int, what: str) -> AfterValidator:
    """Refuse a list or mapping with fewer than `count` items."""

    def check(items: Collection[Any]) -> Collection[Any]:
        if len(items) < count:
            raise refused(f"at least {count} {what}")
        return items

    return AfterValidator(check)


def at_most(count: int, what: str) -> AfterValidator:
    """Refuse a list with more than `count` items."""

    def check(items: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(items) > count:
            raise refused(f"at most {count} {what}; there are {len(items)}")
        return items

    return AfterValidator(check)


def is_stack_name(name: str) -> bool:
    """Whether names of AWS resources can be made from a stack's name."""
    return re.fullmatch(_STACK, name) is not None


def _account_is_text(value: Any) -> Any:
    # YAML reads an unquoted account as a number, and 0123… as another number: the digits are lost before we see them.
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refused('12 digits as text: quote it, "123456789012"; YAML reads an unquoted one as a number')
    return value


def _private_cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise refused("an IPv4 range whose host bits are zero, for example 10.30.0.0/16") from error
    private = [ipaddress.IPv4Network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
    if not any(network.subnet_of(one) for one in private):
        raise refused("a private range: inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
    if not 16 <= network.prefixlen <= 24:
        raise refused("a prefix of /16 to /24: room for two subnets in each zone, and not more than a VPC takes")
    return value


def _branch(value: str) -> str:
    name = value.removesuffix("/*")
    if "*" in name or "?" in name:
        raise refused("an exact branch, or a prefix that ends in /* (release/*); no other wildcard")
    if not name or not re.fullmatch(r"[A-Za-z0-9._\-/]+", name) or len(value) > 256:
        raise refused("a branch name of A-Z a-z 0-9 . _ - /, at most 256 characters, not refs/heads/…")
    if name.startswith(("/", "-", "refs/")) or name.endswith(("/", ".", ".lock")) or ".." in name or "//" in name:
        raise refused("a branch name that git takes: no refs/, no .., no // and no / or - at an end")
    return value


def _exact_branch(value: str) -> str:
    if "*" in value:
        raise refused("one exact branch, without a wildcard: it is what a manual start builds")
    return _branch(value)


def _relative_path(value: str) -> str:
    if not re.fullmatch(r"[\w.\-/ ]{1,255}", value) or value.startswith("/") or ".." in value.split("/"):
        raise refused("a path inside the repository, relative to its root, for example buildspecs/component.yml")
    return value


Account = Annotated[str, BeforeValidator(_account_is_text), matching(r"\d{12}", '12 digits as text, "123456789012"')]
Region = Annotated[str, matching(r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region such as eu-west-1")]
Zone = Annotated[str, matching(r"[a-z]{2}(-[a-z]+)+-\d[a-z]", "an availability zone such as eu-west-1a")]
PrivateCidr = Annotated[str, AfterValidator(_private_cidr)]
VpcId = Annotated[str, matching(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", "a VPC's id such as vpc-0123456789abcdef0")]
SubnetId = Annotated[
    str, matching(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})", "a subnet's id such as subnet-0123456789abcdef0")
]
Email = Annotated[
    str,
    matching(
        r"(?=.{3,254}$)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@([A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}",
        "a mail address such as releases@example.com",
    ),
]
WebUrl = Annotated[
    str,
    matching(
        r"(?=.{1,1000}$)https?://[^\s/@]+(/\S*)?",
        "an address with http:// or https://, without a password, at most 1000 characters",
    ),
]
ExactBranch = Annotated[str, AfterValidator(_exact_branch)]
Branch = Annotated[str, AfterValidator(_branch)]
RelativePath = Annotated[str, AfterValidator(_relative_path)]
RepositoryName = Annotated[
    str, matching(r"(?!.*\.git$)[\w.\-]{1,100}", "1 to 100 of A-Z a-z 0-9 . _ -, not ending in .git")
]
ApplicationName = Annotated[
    str, matching(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "a name of a-z 0-9 and single -, beginning with a letter")
]
StackName = Annotated[str, matching(_STACK, "a stack's name of a-z 0-9 and single -, beginning with a letter")]
ApprovalName = Annotated[
    str, matching(r"[A-Za-z0-9\-_]{1,100}", "1 to 100 of A-Z a-z 0-9 - _: its action, topic and policy carry it")
]
SuiteName = Annotated[str, matching(r"(?=.{1,40}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*", "1 to 40 of A-Z a-z 0-9 and single -")]
BuildImage = Annotated[
    str,
    matching(
        r"aws/codebuild/(standard|amazonlinux[a-z0-9_\-]*):[\w.\-]{1,128}"
        r"|\d{12}\.dkr\.ecr\.[a-z0-9\-]+\.amazonaws\.com(\.cn)?/[a-z0-9]+([._\-/][a-z0-9]+)*@sha256:[0-9a-f]{64}",
        "a Linux image of CodeBuild with its tag, such as aws/codebuild/amazonlinux-x86_64-standard:5.0, or one in ECR "
        "pinned by its digest, <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<64 hex digits>",
    ),
]
BuildCommand = Annotated[
    str,
    matching(
        r"(?=.*\S)[^\r\n]{1,2000}",
        "a command on one line, 1 to 2000 characters: several commands, or >- in YAML for a long one",
    ),
]
VariableName = Annotated[
    str,
    matching(
        r"(?!CODEBUILD_)[A-Za-z_][A-Za-z0-9_]{0,127}", "a variable's name of A-Z a-z 0-9 _, not one of CODEBUILD_…"
    ),
]
VariableText = Annotated[str, matching(r"(?s).{1,200}", "text of 1 to 200 characters")]
SecretReference = Annotated[
    str,
    matching(
        r"[A-Za-z0-9/_+=.@\-]{1,512}(:[A-Za-z0-9_]{1,128})?",
        "the name of a secret in Secrets Manager, with :key where it holds JSON; not its ARN and not its value",
    ),
]
GRAVITON = re.compile(r"[a-z]+\d+g[a-z]*\..+")
"""Instance types with AWS's own processor, which start no image for x86_64."""

InstanceType = Annotated[
    str,
    matching(
        r"(?!(a1|mac\d[a-z0-9\-]*)\.)[a-z][a-z0-9\-]*\.(nano|micro|small|medium|\d*x?large|metal(-\d+xl)?)",
        "an instance type such as t3.small, but for a1 and mac, which have no Amazon Linux 2023",
    ),
]
"""https://docs.aws.amazon.com/linux/al2023/ug/system-requirements.html"""
ParameterPath = Annotated[
    str, matching(r"/[\w.\-/]{1,1010}(?<!/)", "the path of a Systems Manager parameter, beginning with /")
]
CertificateArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z\-]*:acm:[a-z0-9\-]+:\d{12}:certificate/[\w\-]+",
        "the ARN of an ACM certificate, arn:aws:acm:<region>:<account>:certificate/<id>",
    ),
]
UrlPath = Annotated[str, matching(r"/[\w.\-/~%?=&]{0,1023}", "a path that begins with /, such as /health")]
ApprovalMessage = Annotated[str, matching(r"(?s).{0,1000}", "at most 1000 characters (CodePipeline's CustomData)")]
TagPattern = Annotated[
    str,
    matching(
        r"(?!refs/)(?=.{1,250}$)[A-Za-z0-9][A-Za-z0-9._\-/]*\*?",
        "a tag, or the beginning of tags with * at the end, such as v*; A-Z a-z 0-9 . _ - /",
    ),
]
ReleaseTags = Annotated[
    str,
    matching(
        r"[A-Za-z0-9][A-Za-z0-9_\-/]{0,99}\*",
        "the beginning of tags with * at the end, such as v*: a version follows it; A-Z a-z 0-9 _ - /",
    ),
]
PathPattern = Annotated[
    str,
    matching(
        r"(?!/)(?!.*(^|/)\.\.?(/|$))[A-Za-z0-9._\-/ *?@+]{1,255}",
        "a glob inside the repository such as services/checkout/**: * within a folder, ** across, no leading /",
    ),
]
ApproverArn = Annotated[
    str,
    matching(
        r"(?=.{1,200}$)"
        r"(arn:aws[a-z\-]*:(sts::\d{12}:(assumed-role|federated-user)/[\w+=,.@*/\-]+|iam::\d{12}:user/[\w+=,.@*/\-]+)"
        r"|CodeCommitApprovers:\d{12}:[\w+=,.@*/\-]+)",
        "an approver such as arn:aws:sts::111122223333:assumed-role/Lead/* (a role's own ARN approves nothing), "
        "at most 200 characters",
    ),
]
RoleName = Annotated[str, matching(r"[\w+=,.@\-]{1,64}", "the name of an IAM role, without path: 1 to 64 characters")]
FullRepositoryId = Annotated[
    str,
    matching(
        r"(?=.{3,255}$)(?!.*\.git$)[\w.\-]+(/[\w.\-]+)+", "<owner>/<name>, for example acme/storefront, without .git"
    ),
]
ConnectionArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z\-]*:(codeconnections|codestar-connections):[a-z0-9\-]+:\d{12}:connection/[\w\-]+",
        "the ARN of a connection, arn:aws:codeconnections:<region>:<account>:connection/<id>",
    ),
]
BucketName = Annotated[
    str,
    matching(r"(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]", "a bucket's name, 3 to 63 of a-z 0-9 . -"),
]
ObjectKey = Annotated[
    str,
    matching(
        r"[A-Za-z0-9!_.*'()/\-]{1,1000}(?<!/)", "the key of an object, 1 to 1000 of A-Z a-z 0-9 ! _ . * ' ( ) / -"
    ),
]
KeyArn = Annotated[
    str,
    matching(r"arn:aws[a-z\-]*:kms:[a-z0-9\-]+:\d{12}:key/[\w\-]+", "the ARN of a KMS key, not of an alias"),
]
ImageRepositoryName = Annotated[
    str,
    matching(
        r"(?=.{2,256}$)[a-z0-9]+([._\-][a-z0-9]+)*(/[a-z0-9]+([._\-][a-z0-9]+)*)*",
        "a repository of ECR, 2 to 256 of a-z 0-9 . _ - /, without the registry's address and the tag",
    ),
]
ImageTag = Annotated[str, matching(r"\w[\w.\-]{0,127}", "an image's tag, 1 to 128 of A-Z a-z 0-9 _ . -")]
