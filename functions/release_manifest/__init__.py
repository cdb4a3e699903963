"""What is known of a release: written where it was tested, read where it is approved and deployed.

The manifest itself is plain values; `store` knows where in a release bucket it lies.
"""

from release_manifest.manifest import Manifest, Person, Proof
from release_manifest.store import manifest_key, read_manifest

__all__ = ["Manifest", "Person", "Proof", "manifest_key", "read_manifest"]
