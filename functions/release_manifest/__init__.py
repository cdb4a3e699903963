"""What is known of a release: written where it was tested, read where it is approved and deployed.

The manifest itself is plain values; `store` knows where in a release bucket it lies, `history` whose changes are in it,
`executions` what CodePipeline tells of where it was tested.
"""

from release_manifest.manifest import Manifest, Person, Proof, not_passed
from release_manifest.store import manifest_key, read_manifest

__all__ = ["Manifest", "Person", "Proof", "manifest_key", "not_passed", "read_manifest"]
