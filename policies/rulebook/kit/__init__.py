"""What a rule is made of, and what turns rules into Pulumi policies."""
