"""How long the policy packs take; not part of the tests, for machines differ."""
