"""What ran in a stack, as its ledger has it."""
