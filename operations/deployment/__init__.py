"""Deploying without a pipeline: the code that its functions run, called from a terminal, behind the same gates."""
