"""Names that the program derives from those of a stack file, and how long AWS lets them be."""

LONGEST_BUCKET = 63
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

LONGEST_POLICY = 128
"""Of a managed policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

LONGEST_ROLE = 64
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def too_long(kind: str, name: str, most: int) -> str | None:
    """The message about a name that AWS would refuse, or None where it fits.

    Args:
        kind: what is called so, for example `role`.
        name: the derived name.
        most: how many characters it may have.
    """
    excess = len(name) - most
    return f"the {kind} {name} has {excess} too many; allowed: at most {most} characters" if excess > 0 else None
