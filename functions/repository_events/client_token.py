"""What makes a call safe to repeat: AWS does one that it knows by its token once."""

import hashlib


def client_token(*parts: str) -> str:
    """A token that is the same for the same parts, 64 of 0-9 a-f; every service takes that many."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
