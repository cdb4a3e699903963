"""The decision of `provide_buildspec`: what becomes of an archive."""

import zipfile
from pathlib import Path

from pipeline_job.failures import RefusedError

OWN, PROVIDED = "own", "provided"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP archive knows: the same source gives the same artifact, whenever it is made."""


def with_buildspec(archive: Path, *, path: str, text: str) -> str:
    """Add a buildspec to an archive that has none at `path`.

    Args:
        archive: the source code, changed in place.
        path: where the build looks.
        text: the buildspec.

    Returns:
        Whose buildspec it has now: `own` or `provided`.

    Raises:
        RefusedError: the artifact is no ZIP archive.
    """
    if not zipfile.is_zipfile(archive):
        raise RefusedError("The source artifact is no ZIP archive, so nothing can be built of it.")
    with zipfile.ZipFile(archive, mode="a", compression=zipfile.ZIP_DEFLATED) as source:
        if path in source.namelist():
            return OWN
        source.writestr(zipfile.ZipInfo(path, date_time=_FIRST_DAY), text)
    return PROVIDED
