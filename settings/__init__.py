"""A stack's settings: the only reader of Pulumi's configuration.

`load()` in the program, `read()` of a file, `parse()` on plain values; the models are in `settings.models`.
"""

from settings.files import read
from settings.loader import load, parse
from settings.models import Settings
from settings.problems import SettingsError

__all__ = ["Settings", "SettingsError", "load", "parse", "read"]
