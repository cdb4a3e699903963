"""What AWS Lambda gets and does: a planned `pulumi.Archive` as a zip file, and a handler under a bare Python."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import boto3
import pulumi

from tests.unit.planning import ROOT

# Imports the handler as Lambda does, and tells where each module came from: neither the repository nor site-packages
# beside boto3's own may have helped.
IMPORTER = """
import importlib, sys
sys.path[:0] = [{code!r}, {libraries!r}]
module, name = {handler!r}.rsplit(".", 1)
entry = getattr(importlib.import_module(module), name)
entry.__call__
assert importlib.import_module(module).__file__.startswith({code!r})
files = {{name: getattr(one, "__file__", None) or "" for name, one in sys.modules.items()}}
print(*sorted({{name.split(".")[0] for name, file in files.items() if file.startswith({libraries!r})}}))
"""
WITH_BOTO3 = {"boto3", "botocore", "certifi", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}


def imported_bare(code: Path, *, handler: str) -> set[str]:
    """The installed packages that a handler loads when nothing but the folder of its code and boto3 is there."""
    libraries = str(Path(boto3.__file__).parents[1])
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORTER.format(code=str(code), libraries=libraries, handler=handler)],
        cwd=code,
        env={"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return set(finished.stdout.split())


def zipped(archive: object) -> bytes:
    """The archive, file by file as it was planned."""
    assert isinstance(archive, pulumi.AssetArchive)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, asset in archive.assets.items():
            if isinstance(asset, pulumi.StringAsset):
                file.writestr(name, asset.text)
                continue
            assert isinstance(asset, pulumi.FileAsset)
            # Pulumi reads relative paths from the program's folder.
            file.write(ROOT / str(asset.path), arcname=name)
    return content.getvalue()
