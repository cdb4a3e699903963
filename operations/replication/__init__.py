"""Writes the stack file of a new environment from that of another."""
