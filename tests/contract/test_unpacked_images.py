"""The buildspec of an image, run as CodeBuild runs it: real layers, and an `aws` that answers as ECR does."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import platform
import stat
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sources import source
from tests.unit.planning import Config, planned

AWS = """#!{python}
import json, pathlib, sys
service, operation, *rest = sys.argv[1:]
asked, key = {{}}, None
for word in rest:
    if word.startswith("--"):
        key = word
        asked[key] = []
    else:
        asked[key].append(word)
assert service == "ecr" and asked["--output"] == ["json"], sys.argv
assert (asked["--registry-id"], asked["--repository-name"]) == (["111122223333"], ["storefront"]), sys.argv
blobs = pathlib.Path({blobs!r})
if operation == "batch-get-image":
    (wanted,) = asked["--image-ids"]
    found = blobs / wanted.removeprefix("imageDigest=sha256:")
    text = found.read_text() if found.exists() else None
    if text and json.loads(text)["mediaType"] not in asked["--accepted-media-types"]:
        text = None
    print(json.dumps({{"images": [{{"imageManifest": text}}] if text else []}}))
else:
    assert operation == "get-download-url-for-layer", operation
    (wanted,) = asked["--layer-digest"]
    print(json.dumps({{"downloadUrl": (blobs / wanted.removeprefix("sha256:")).as_uri()}}))
"""

Content = bytes | str | None
"""Of a member of a layer: a file, a link to a text, or a folder."""


class Registry:
    """Blobs by digest, and the source artifact that names an image."""

    def __init__(self, folder: Path) -> None:
        self.blobs = folder / "blobs"
        self.build = folder / "build"
        self.path = folder / "bin"
        for one in (self.blobs, self.build, self.path):
            one.mkdir()
        aws = self.path / "aws"
        aws.write_text(AWS.format(python=sys.executable, blobs=str(self.blobs)))
        aws.chmod(0o755)
        (self.path / "python3").symlink_to(sys.executable)

    def put(self, content: bytes) -> str:
        """Keep a blob; returns its digest."""
        digest = hashlib.sha256(content).hexdigest()
        (self.blobs / digest).write_bytes(content)
        return f"sha256:{digest}"

    def image(self, *layers: Mapping[str, Content], workdir: str | None = "/srv/app") -> str:
        """Push an image of these layers; returns the digest of its manifest."""
        config = self.put(json.dumps({"config": {"WorkingDir": workdir} if workdir is not None else {}}).encode())
        kind = "application/vnd.docker.distribution.manifest.v2+json"
        digests = [{"digest": self.put(layer(one))} for one in layers]
        return self.put(json.dumps({"mediaType": kind, "config": {"digest": config}, "layers": digests}).encode())

    def index(self, images: Mapping[tuple[str, str], str]) -> str:
        """Push an index of images by system and processor."""
        manifests = [
            {"digest": digest, "platform": {"os": system, "architecture": processor}}
            for (system, processor), digest in images.items()
        ]
        kind = "application/vnd.oci.image.index.v1+json"
        return self.put(json.dumps({"mediaType": kind, "manifests": manifests}).encode())

    def unpack(self, digest: str) -> subprocess.CompletedProcess[str]:
        """Run the buildspec on the artifact of CodePipeline's action."""
        detail = {"RegistryId": "111122223333", "RepositoryName": "storefront", "ImageDigest": digest}
        (self.build / "imageDetail.json").write_text(json.dumps(detail))
        done = None
        for command in buildspec()["phases"]["build"]["commands"]:
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self.build,
                env={**os.environ, "PATH": f"{self.path}{os.pathsep}{os.environ['PATH']}"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                break
        assert done is not None
        return done

    def bundle(self, digest: str) -> dict[str, str]:
        """The files of the bundle by their path; of a link, what it points to."""
        done = self.unpack(digest)
        assert done.returncode == 0, done.stderr
        root = self.build / buildspec()["artifacts"]["base-directory"]
        return {
            path.relative_to(root).as_posix(): f"-> {path.readlink()}" if path.is_symlink() else path.read_text()
            for path in sorted(root.rglob("*"))
            if path.is_symlink() or path.is_file()
        }


def layer(members: Mapping[str, Content]) -> bytes:
    """A layer as Docker pushes it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.mode = 0o755
            if content is None:
                member.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                if content.startswith("="):
                    member.type, member.linkname = tarfile.LNKTYPE, content[1:]
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content) if isinstance(content, bytes) else None)
    return gzip.compress(packed.getvalue())


@cache
def buildspec() -> Any:
    """The one that the program gives the build of an image."""

    def from_image(config: Config) -> None:
        config["delivery:applications"]["storefront"]["source"] = source("ecr")

    project = planned("dev", from_image).one("aws:codebuild/project:Project", name="storefront-dev-build")
    return yaml.safe_load(project.inputs["source"]["buildspec"])


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


APPSPEC = {"srv/app/appspec.yml": b"version: 0.0\n"}


def test_the_working_directory_of_all_layers_is_the_bundle_and_nothing_else(registry: Registry) -> None:
    digest = registry.image(
        {"etc/passwd": b"root", "srv/": None, "srv/app/": None, **APPSPEC, "srv/application.txt": b"not it"},
        {"./srv/app/bin/run": b"#!/bin/sh", "srv/app/with space é.txt": b"text", "./opt/x": b""},
    )

    assert registry.bundle(digest) == {
        "appspec.yml": "version: 0.0\n",
        "bin/run": "#!/bin/sh",
        "with space é.txt": "text",
    }
    assert (registry.build / "bundle/bin/run").stat().st_mode & stat.S_IXUSR


def test_the_bundle_of_a_service_names_the_image_whatever_the_image_itself_says(registry: Registry) -> None:
    digest = registry.image({"srv/app/appspec.yaml": b"version: 0.0\n", "srv/app/imageDetail.json": "../../elsewhere"})

    bundle = registry.bundle(digest)

    assert set(bundle) == {"appspec.yaml", "imageDetail.json"}
    assert json.loads(bundle["imageDetail.json"])["ImageDigest"] == digest


def test_a_later_layer_replaces_files_folders_and_links(registry: Registry) -> None:
    digest = registry.image(
        {
            **APPSPEC,
            "srv/app/main.py": b"one",
            "srv/app/kept.py": b"kept",
            "srv/app/a/b": b"deep",
            "srv/app/c": b"file",
        },
        {"srv/app/main.py": b"two", "srv/app/a": b"a file now", "srv/app/c/": None, "srv/app/c/d": b"a folder now"},
        {"srv/app/main.py": b"three", "srv/app/now": "main.py"},
        {"srv/app/now": b"no link any more", "srv/app/current": "main.py", "srv/app/again": "=srv/app/now"},
    )

    assert registry.bundle(digest) == {
        "appspec.yml": "version: 0.0\n",
        "main.py": "three",
        "kept.py": "kept",
        "a": "a file now",
        "c/d": "a folder now",
        "now": "no link any more",
        "again": "no link any more",
        "current": "-> main.py",
    }


@pytest.mark.parametrize(
    ("taken_away", "left"),
    [
        ({"srv/app/.wh.gone.py": b""}, {"kept.py", "lib/a.py", "lib/b.py"}),
        ({"srv/app/lib/.wh.a.py": b"", "srv/app/.wh.never-was": b""}, {"gone.py", "kept.py", "lib/b.py"}),
        ({"srv/app/.wh.lib": b""}, {"gone.py", "kept.py"}),
        ({"srv/app/lib/.wh..wh..opq": b"", "srv/app/lib/c.py": b"new"}, {"gone.py", "kept.py", "lib/c.py"}),
        ({"srv/app/new/.wh..wh..opq": b"", "srv/app/.wh.gone.py": b""}, {"kept.py", "lib/a.py", "lib/b.py"}),
        # The folder itself, or one above it.
        ({"srv/.wh.app": b""}, set()),
        ({".wh.srv": b""}, set()),
        ({"srv/.wh..wh..opq": b""}, set()),
        # A neighbour whose name only begins alike.
        ({"srv/.wh.ap": b"", "srv/application/.wh.kept.py": b""}, {"gone.py", "kept.py", "lib/a.py", "lib/b.py"}),
    ],
)
def test_what_a_layer_takes_away_is_not_in_the_bundle(
    registry: Registry, taken_away: Mapping[str, Content], left: set[str]
) -> None:
    first = {f"srv/app/{name}": b"old" for name in ("gone.py", "kept.py", "lib/a.py", "lib/b.py")}
    digest = registry.image(first, {**taken_away, **APPSPEC})

    assert set(registry.bundle(digest)) == {"appspec.yml", *left}


def test_of_an_index_the_image_for_the_processor_of_the_build_is_taken(registry: Registry) -> None:
    made = {
        processor: registry.image({**APPSPEC, "srv/app/processor": processor.encode()})
        for processor in ("amd64", "arm64")
    }
    attestation = registry.put(b'{"mediaType": "attestation"}')
    digest = registry.index(
        {
            ("unknown", "unknown"): attestation,
            ("windows", "amd64"): attestation,
            ("linux", "arm64"): made["arm64"],
            ("linux", "amd64"): made["amd64"],
        }
    )
    own = "arm64" if platform.machine() in {"aarch64", "arm64"} else "amd64"

    assert registry.bundle(digest)["processor"] == own


def refusals(registry: Registry) -> Sequence[tuple[str, str]]:
    """Images that can't be delivered, and what is said of each."""
    good = registry.image({**APPSPEC, "srv/app/secret.py": b"good"})
    manifest = json.loads((registry.blobs / good.removeprefix("sha256:")).read_text())
    (changed,) = manifest["layers"]
    (registry.blobs / changed["digest"].removeprefix("sha256:")).write_bytes(layer({**APPSPEC, "srv/app/x": b"bad"}))
    return (
        (registry.image(APPSPEC, workdir=None), "the image has no working directory (WORKDIR)"),
        (registry.image(APPSPEC, workdir=""), "the image has no working directory (WORKDIR)"),
        (registry.image({"appspec.yml": b""}, workdir="/"), "the image has no working directory (WORKDIR)"),
        (registry.image({"srv/app/run": b""}), "the image's working directory /srv/app holds no appspec.yml"),
        (registry.image({"etc/passwd": b""}), "the image's working directory /srv/app holds no appspec.yml"),
        (registry.index({("linux", "s390x"): good}), "the image isn't made for linux/"),
        (f"sha256:{'0' * 64}", f"the repository has no image sha256:{'0' * 64}"),
        (good, f"the layer {changed['digest']} has another content"),
        (registry.image(APPSPEC, {"srv/app/../../x": b""}), "a layer writes through a link"),
        (registry.image({"srv/app/etc": "/etc"}, {"srv/app/etc/x": b""}), "a layer writes through a link"),
    )


@pytest.mark.parametrize("number", range(10))
def test_an_image_that_makes_no_bundle_fails_the_build_with_the_reason(registry: Registry, number: int) -> None:
    digest, reason = refusals(registry)[number]

    done = registry.unpack(digest)

    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith(reason)
    assert not (registry.build / "bundle").exists()
    assert not (registry.build.parent / "x").exists()
