"""Runtimes: CodeBuild's managed images with their versions, and a ready buildspec for each runtime.

Plain data and pure functions; `toolchain()` chooses an image, `ready_buildspec()` writes what runs in it.
"""

from runtimes.buildspec import ready_buildspec
from runtimes.images import (
    IMAGES,
    Architecture,
    Compute,
    Image,
    Runtime,
    Toolchain,
    UnknownRuntimeError,
    all_runtimes,
    toolchain,
    versions_of,
)

__all__ = [
    "IMAGES",
    "Architecture",
    "Compute",
    "Image",
    "Runtime",
    "Toolchain",
    "UnknownRuntimeError",
    "all_runtimes",
    "ready_buildspec",
    "toolchain",
    "versions_of",
]
