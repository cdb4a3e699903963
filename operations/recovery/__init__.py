"""Brings a stack back to order after an `up` that failed half way."""
