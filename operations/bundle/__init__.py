"""Reads a bundle as CodeDeploy will, and says what it would stumble over."""
