"""The pack `aws-delivery-hardening`, served to the engine that starts this file."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# The library lies beside this folder in the repository, and inside it once the pack is staged for publishing.
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

from rulebook.packs import HARDENING, serve_pack  # noqa: E402 - only now can it be found

if __name__ == "__main__":
    serve_pack(HARDENING, folder=FOLDER)
