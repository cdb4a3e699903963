"""The way back to a release of the ledger: its artifact, and the version of the infrastructure that it ran on."""
