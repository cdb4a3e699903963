"""Runtimes: CodeBuild's managed images with their versions, a ready buildspec and the packages of each runtime.

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
from runtimes.packages import FORMATS, PackageFormat
from runtimes.yaml_blocks import yaml_text

__all__ = [
    "FORMATS",
    "IMAGES",
    "Architecture",
    "Compute",
    "Image",
    "PackageFormat",
    "Runtime",
    "Toolchain",
    "UnknownRuntimeError",
    "all_runtimes",
    "ready_buildspec",
    "toolchain",
    "versions_of",
    "yaml_text",
]
