"""Unpacks the working directory of an image into `bundle/`: the build of an application whose source is an image.

Runs inside CodeBuild, in the folder of the source artifact, and needs no more than Python 3.9 and the AWS CLI, which
every image of CodeBuild has: neither Docker nor a privileged build. Layers come by ECR's own API
(https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html) and are laid over each
other as the OCI says (https://github.com/opencontainers/image-spec/blob/main/layer.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path, PurePosixPath
from typing import Any

DETAIL = Path("imageDetail.json")
"""What CodePipeline's action for ECR hands over."""
BUNDLE = Path("bundle")
ECS = "appspec.yaml"
SPECIFICATIONS = ("appspec.yml", ECS)
"""Of a server, and of a service of ECS."""

MEDIA_TYPES = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
)
WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"


class Registry:
    """The repository that the image lies in."""

    def __init__(self, detail: dict[str, Any]) -> None:
        self._image = ("--registry-id", detail["RegistryId"], "--repository-name", detail["RepositoryName"])

    def manifest(self, digest: str) -> dict[str, Any]:
        """The manifest of an image, or an index of several."""
        wanted = ("--image-ids", f"imageDigest={digest}", "--accepted-media-types", *MEDIA_TYPES)
        images = self._ask("batch-get-image", *wanted)["images"]
        if not images:
            sys.exit(f"the repository has no image {digest}")
        manifest: dict[str, Any] = json.loads(images[0]["imageManifest"])
        return manifest

    def fetch(self, digest: str) -> Path:
        """A layer, or the configuration, as a file whose content is what the digest says."""
        address = self._ask("get-download-url-for-layer", "--layer-digest", digest)["downloadUrl"]
        path, content = Path("layer"), hashlib.sha256()
        with urllib.request.urlopen(address) as answer, path.open("wb") as file:  # noqa: S310 - ECR's own answer
            while block := answer.read(1 << 20):
                content.update(block)
                file.write(block)
        if f"sha256:{content.hexdigest()}" != digest:
            sys.exit(f"the layer {digest} has another content: sha256:{content.hexdigest()}")
        return path

    def _ask(self, operation: str, *arguments: str) -> dict[str, Any]:
        command = ["aws", "ecr", operation, *self._image, *arguments, "--output", "json"]
        answer: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        return answer


def main() -> None:
    """Unpack the image that `imageDetail.json` names."""
    detail = json.loads(DETAIL.read_text(encoding="utf-8"))
    registry = Registry(detail)
    manifest = registry.manifest(detail["ImageDigest"])
    if "manifests" in manifest:
        manifest = registry.manifest(for_this_machine(manifest["manifests"]))
    settings = json.loads(registry.fetch(manifest["config"]["digest"]).read_text(encoding="utf-8"))
    folder = PurePosixPath(settings.get("config", {}).get("WorkingDir") or "/").relative_to("/")
    if not folder.parts:
        sys.exit("the image has no working directory (WORKDIR), so there is nothing to make a bundle of")
    root = Path("root")
    for layer in manifest["layers"]:
        with opened(registry.fetch(layer["digest"]), layer.get("mediaType", "")) as archive:
            lay_over(archive, root, folder)
    if not any((root / folder / name).is_file() for name in SPECIFICATIONS):
        sys.exit(f"the image's working directory /{folder} holds no {' and no '.join(SPECIFICATIONS)} for CodeDeploy")
    (root / folder).rename(BUNDLE)
    if (BUNDLE / ECS).is_file():
        # A service runs the image itself: its bundle says which.
        remove(BUNDLE / DETAIL.name)
        shutil.copy(DETAIL, BUNDLE)


def for_this_machine(manifests: list[dict[str, Any]]) -> str:
    """The digest of the image for Linux on the processor of this machine."""
    processor = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "amd64")
    for one in manifests:
        if (one.get("platform", {}).get("os"), one.get("platform", {}).get("architecture")) == ("linux", processor):
            return str(one["digest"])
    sys.exit(f"the image isn't made for linux/{processor}, the machine of this build")


def opened(layer: Path, media_type: str) -> tarfile.TarFile:
    """A layer as an archive; Python itself reads no zstd yet."""
    if media_type.endswith("zstd"):
        unpacked = layer.with_suffix(".tar")
        with unpacked.open("wb") as file:
            subprocess.run(["zstd", "--decompress", "--stdout", str(layer)], check=True, stdout=file)
        return tarfile.open(unpacked)
    return tarfile.open(layer)


def lay_over(archive: tarfile.TarFile, root: Path, folder: PurePosixPath) -> None:
    """Take away what a layer takes away, then add what it adds to the folder."""
    members = [(PurePosixPath("/", member.name).relative_to("/"), member) for member in archive]
    for path, _ in members:
        if path.name.startswith(WHITEOUT) and not leads_out(root, path):
            parent = root / path.parent
            for gone in parent.glob("*") if path.name == OPAQUE else [parent / path.name[len(WHITEOUT) :]]:
                remove(gone)
    for path, member in members:
        if folder in (path, *path.parents) and not path.name.startswith(WHITEOUT):
            if leads_out(root, path):
                sys.exit(f"a layer writes through a link, at /{path}")
            add(archive, member, root / path)


def leads_out(root: Path, path: PurePosixPath) -> bool:
    """Whether a path may end somewhere else than it says."""
    return ".." in path.parts or any((root / parent).is_symlink() for parent in path.parents)


def add(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Put one member where it belongs, in the place of what was there."""
    if target.is_symlink() or (target.exists() and not (target.is_dir() and member.isdir())):
        remove(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    if member.isdir():
        target.mkdir(exist_ok=True)
    elif member.issym():
        target.symlink_to(member.linkname)
    elif content := archive.extractfile(member) if member.isfile() or member.islnk() else None:
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file)
        os.chmod(target, member.mode & 0o777)


def remove(path: Path) -> None:
    """Take a file, a link or a whole folder away, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
