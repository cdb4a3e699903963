"""What a person may write after `--revision`, as plain values."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from operations.command import UnusableError

_OBJECT = "s3://<bucket>/<key>?versionId=<version>"


@dataclass(frozen=True, kw_only=True)
class ObjectWish:
    """An object of S3; without a version the one that is there."""

    bucket: str
    key: str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class CommitWish:
    """A commit by its id or the first 7 digits of it, or more."""

    commit: str

    def __str__(self) -> str:
        return f"commit {self.commit}"


@dataclass(frozen=True, kw_only=True)
class TagWish:
    """A tag of Git."""

    tag: str

    def __str__(self) -> str:
        return f"tag {self.tag}"


@dataclass(frozen=True, kw_only=True)
class ImageWish:
    """A container image by its digest, `sha256:…`."""

    digest: str

    def __str__(self) -> str:
        return f"image {self.digest}"


@dataclass(frozen=True, kw_only=True)
class VersionWish:
    """A version of a Lambda function."""

    version: str


Wish = ObjectWish | CommitWish | TagWish | ImageWish | VersionWish


def wish_of(text: str, *, platform: str) -> Wish:
    """What is meant by a text.

    Args:
        text: as it was written.
        platform: what it is deployed to: a number is a version for Lambda, and a digest an image for ECS.

    Raises:
        UnusableError: the text is none of what the platform takes.
    """
    if text.startswith("s3://"):
        return _object(text)
    if image := re.fullmatch(r"(?:\S+@)?(sha256:[0-9a-f]{64})", text):
        if platform != "ecs":
            raise UnusableError(f"{text} is the digest of an image, and images are for ecs; this is {platform}")
        return ImageWish(digest=image.group(1))
    if platform == "lambda" and re.fullmatch(r"[1-9][0-9]{0,9}", text):
        return VersionWish(version=text)
    if re.fullmatch(r"[0-9a-f]{7,40}", text):
        return CommitWish(commit=text)
    tag = text.removeprefix("refs/tags/")
    if re.fullmatch(r"(?!-)[A-Za-z0-9._/+-]{1,200}", tag):
        return TagWish(tag=tag)
    besides = {"lambda": ", a version of the function", "ecs": ", an image's sha256:<64 digits>"}.get(platform, "")
    raise UnusableError(f"--revision is {text!r}; allowed: {_OBJECT}, a commit, a tag{besides}")


def _object(text: str) -> ObjectWish:
    try:
        parts = urlsplit(text, allow_fragments=False)
    except ValueError as error:
        raise UnusableError(f"--revision is {text!r}; allowed: {_OBJECT}") from error
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    key = parts.path.removeprefix("/")
    if not parts.netloc or not key or not set(asked) <= {"versionId"} or not all(asked.values()):
        raise UnusableError(f"--revision is {text!r}; allowed: {_OBJECT}")
    if key.endswith((".tar", ".tgz", ".tar.gz")):
        raise UnusableError(f"--revision is {text!r}; allowed: a zip file, as pipelines make them")
    return ObjectWish(bucket=parts.netloc, key=key, version=asked.get("versionId", ""))
