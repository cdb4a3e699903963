"""A planned `pulumi.Archive` as the zip file that AWS Lambda gets."""

import io
import zipfile

import pulumi

from tests.unit.planning import ROOT


def zipped(archive: object) -> bytes:
    """The archive, file by file as it was planned."""
    assert isinstance(archive, pulumi.AssetArchive)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, asset in archive.assets.items():
            assert isinstance(asset, pulumi.FileAsset)
            # Pulumi reads relative paths from the program's folder.
            file.write(ROOT / str(asset.path), arcname=name)
    return content.getvalue()
