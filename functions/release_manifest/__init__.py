"""What is known of a release: written where it was tested, read where it is approved and deployed.

Everything in here is plain values; who reads and writes them is the functions' business.
"""

from release_manifest.manifest import Manifest, Person, Proof

__all__ = ["Manifest", "Person", "Proof"]
