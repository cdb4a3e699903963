"""The risks and controls that rules refer to, each written down once."""

from rulebook.kit.rule import Framework


def owasp(number: int) -> Framework:
    """A risk of the OWASP Top 10 CI/CD Security Risks, 1 to 10."""
    return Framework(name="OWASP Top 10 CI/CD Security Risks", version="2022", control=f"CICD-SEC-{number}")


def security_hub(control: str) -> Framework:
    """A control of AWS Security Hub's standard `AWS Foundational Security Best Practices`."""
    return Framework(name="AWS Security Hub", version="FSBP v1.0.0", control=control)


def aws_config(managed_rule: str) -> Framework:
    """A managed rule of AWS Config, by its identifier."""
    return Framework(name="AWS Config", version="2024", control=managed_rule)


def well_architected(practice: str) -> Framework:
    """A best practice of the AWS Well-Architected Framework."""
    return Framework(name="AWS Well-Architected", version="2024-06", control=practice)


def slsa(level: str, *, version: str = "1.0") -> Framework:
    """A level or track of Supply-chain Levels for Software Artifacts; the Source Track came with 1.2."""
    return Framework(name="SLSA", version=version, control=level)
